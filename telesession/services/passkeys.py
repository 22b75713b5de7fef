"""Passkeys (WebAuthn Level 3): one gesture instead of a password, and nothing that could be typed into a false page."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from telesession.domain.errors import Refused
from telesession.domain.ids import StaffId
from telesession.domain.names import clean_name
from telesession.domain.staff import Staff
from telesession.services.sessions import Client, begin
from telesession.store import challenges, passkeys, staff
from telesession.store.challenges import Purpose
from telesession.store.database import Database, Transaction
from telesession.store.passkeys import Passkey

ANSWER_WITHIN = timedelta(minutes=5)
CHALLENGE_BYTES = 32
MOST = 20

MALFORMED = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError)
"""What the library raises for something that is no credential."""


class Passkeys:
    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        random_bytes: Callable[[int], bytes],
        origins: Sequence[str],
        clinic: str,
    ) -> None:
        """`origins`: of our pages, the first one is where the service is reached. Passkeys are for its name."""
        self._database = database
        self._now = now
        self._random_bytes = random_bytes
        self._origins = list(origins)
        self._clinic = clinic or "telesession"
        self.place = urlsplit(origins[0]).hostname or ""

    @property
    def are_possible(self) -> bool:
        """Browsers make passkeys for names only, not for the number of a machine."""
        try:
            ip_address(self.place)
        except ValueError:
            return True
        return False

    async def begin_adding(self, person: Staff) -> str:
        """What the browser needs to make a passkey, as JSON."""
        challenge = self._random_bytes(CHALLENGE_BYTES)
        async with self._database.transaction() as tx:
            await self._ask(tx, challenge, Purpose.NEW_PASSKEY, person.id)
            known = await passkeys.list_for_staff(tx, person.id)
        if len(known) >= MOST:
            raise Refused("too_many_passkeys", "This account has many passkeys already. Please remove one first.")
        options = webauthn.generate_registration_options(
            rp_id=self.place,
            rp_name=self._clinic,
            user_name=person.email,
            user_id=person.id.encode(),
            user_display_name=person.name,
            challenge=challenge,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.PREFERRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=one.id) for one in known],
            timeout=int(ANSWER_WITHIN.total_seconds() * 1_000),
        )
        return webauthn.options_to_json(options)

    async def add(self, tx: Transaction, person: Staff, credential: str, name: str) -> None:
        """Keep the passkey that the browser made; raises `Refused("passkey_refused")` when it is not one for us."""
        challenge = _challenge_of(credential)
        if await challenges.whose(tx, challenge, Purpose.NEW_PASSKEY, self._now()) != person.id:
            raise _too_late()
        await challenges.remove(tx, challenge)
        try:
            made = webauthn.verify_registration_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=self.place,
                expected_origin=self._origins,
            )
        except MALFORMED as wrong:
            raise _not_for_us() from wrong
        if await passkeys.find(tx, made.credential_id) is not None:
            raise _not_for_us()
        await passkeys.add(
            tx,
            Passkey(
                made.credential_id,
                person.id,
                made.credential_public_key,
                made.sign_count,
                clean_name(name),
                self._now(),
            ),
        )

    async def add_to_account(self, person: Staff, credential: str, name: str) -> None:
        """As `add`, for somebody who is signed in."""
        async with self._database.transaction() as tx:
            await self.add(tx, person, credential, name)

    async def begin_sign_in(self) -> str:
        """What the browser needs to ask for any passkey of this service, as JSON."""
        challenge = self._random_bytes(CHALLENGE_BYTES)
        async with self._database.transaction() as tx:
            await self._ask(tx, challenge, Purpose.SIGN_IN, None)
        options = webauthn.generate_authentication_options(
            rp_id=self.place,
            challenge=challenge,
            user_verification=UserVerificationRequirement.PREFERRED,
            timeout=int(ANSWER_WITHIN.total_seconds() * 1_000),
        )
        return webauthn.options_to_json(options)

    async def sign_in(self, credential: str, client: Client) -> str:
        """Sign in whoever this passkey belongs to, and answer with the session's token; raises `Refused`."""
        challenge = _challenge_of(credential)
        async with self._database.transaction() as tx:
            is_ours = await challenges.is_open(tx, challenge, Purpose.SIGN_IN, self._now())
            await challenges.remove(tx, challenge)  # whatever comes of it: it is asked once
        if not is_ours:
            raise _too_late()
        async with self._database.transaction() as tx:
            passkey = await _used_passkey(tx, credential)
            person = await staff.get(tx, passkey.staff)
            if person.disabled_at is not None:
                raise _not_for_us()
            try:
                proof = webauthn.verify_authentication_response(
                    credential=credential,
                    expected_challenge=challenge,
                    expected_rp_id=self.place,
                    expected_origin=self._origins,
                    credential_public_key=passkey.public_key,
                    credential_current_sign_count=passkey.sign_count,
                )
            except MALFORMED as wrong:
                raise _not_for_us() from wrong
            await passkeys.note_use(tx, passkey.id, proof.new_sign_count, self._now())
            return await begin(tx, person.id, client, self._now(), self._random_bytes)

    async def list_for(self, who: StaffId) -> Sequence[Passkey]:
        """The passkeys of one account."""
        async with self._database.reading() as tx:
            return await passkeys.list_for_staff(tx, who)

    async def rename(self, credential: bytes, who: StaffId, name: str) -> None:
        """Call a passkey of this account otherwise; raises `Refused` for a name that is none."""
        cleaned = clean_name(name)
        async with self._database.transaction() as tx:
            await passkeys.rename(tx, credential, who, cleaned)

    async def remove(self, credential: bytes, who: StaffId) -> None:
        """Forget a passkey; raises `Refused` when it is the only way in."""
        async with self._database.transaction() as tx:
            access = await staff.access(tx, who)
            known = {one.id for one in await passkeys.list_for_staff(tx, who)}
            if known == {credential} and not access.has_password:
                raise Refused("last_way_in", "This is your only way to sign in. Please choose a password first.")
            await passkeys.remove(tx, credential, who)

    async def _ask(self, tx: Transaction, challenge: bytes, purpose: Purpose, who: StaffId | None) -> None:
        await challenges.forget_old(tx, self._now())
        await challenges.add(tx, challenge, purpose, self._now() + ANSWER_WITHIN, who)


async def _used_passkey(tx: Transaction, credential: str) -> Passkey:
    """The passkey that signed; the account that it names must be the one that it belongs to."""
    try:
        parsed = parse_authentication_credential_json(credential)
    except MALFORMED as wrong:
        raise _not_for_us() from wrong
    passkey = await passkeys.find(tx, parsed.raw_id)
    named = parsed.response.user_handle
    if passkey is None or (named is not None and named != passkey.staff.encode()):
        raise Refused("passkey_unknown", "This passkey is not known here. Please sign in another way.")
    return passkey


def _challenge_of(credential: str) -> bytes:
    """The question that the browser answered. Only one that we asked is looked at further."""
    try:
        response = json.loads(credential)["response"]["clientDataJSON"]
        return parse_client_data_json(webauthn.base64url_to_bytes(response)).challenge
    except MALFORMED as wrong:
        raise _not_for_us() from wrong


def _not_for_us() -> Refused:
    return Refused("passkey_refused", "This passkey did not work here. Please try again, or sign in another way.")


def _too_late() -> Refused:
    return Refused("passkey_late", "That took a little long. Please try again.")


def name_of(credential: bytes) -> str:
    """A passkey's id as a part of a URL."""
    return bytes_to_base64url(credential)


def read_name(text: str) -> bytes:
    """The passkey that a part of a URL names; no passkey when it is nonsense."""
    try:
        return webauthn.base64url_to_bytes(text)
    except MALFORMED:
        return b""

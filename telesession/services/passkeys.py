"""Passkeys (WebAuthn Level 3): one gesture instead of a password, and nothing that could be typed into a false page."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from telesession.domain.audit import Action, Actor, Draft
from telesession.domain.errors import Refused
from telesession.domain.ids import StaffId
from telesession.domain.names import clean_name
from telesession.domain.sessions import Factor
from telesession.domain.staff import Staff
from telesession.services.sessions import Client, SignedIn, begin, require_open
from telesession.store import audit, challenges, passkeys, staff
from telesession.store.challenges import Purpose
from telesession.store.database import Database, Transaction
from telesession.store.passkeys import Passkey

if TYPE_CHECKING:
    from telesession.services.credentials import Place

ANSWER_WITHIN = timedelta(minutes=5)
CHALLENGE_BYTES = 32
MOST = 20


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
        self._origins = origins
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

    @cached_property
    def _here(self) -> "Place":
        from telesession.services.credentials import Place

        return Place(self.place, self._origins, self._clinic)

    async def begin_adding(self, person: Staff) -> str:
        """What the browser needs to make a passkey, as JSON."""
        from telesession.services.credentials import creation_options

        challenge = self._random_bytes(CHALLENGE_BYTES)
        async with self._database.transaction() as tx:
            known = [one.id for one in await passkeys.list_for_staff(tx, person.id)]
            if len(known) >= MOST:
                raise Refused("too_many_passkeys", "This account has many passkeys already. Please remove one first.")
            await self._ask(tx, challenge, Purpose.NEW_PASSKEY, person.id)
        return creation_options(self._here, person, challenge, known, ANSWER_WITHIN)

    async def add(self, tx: Transaction, person: Staff, credential: str, name: str, place: str) -> None:
        """Keep the passkey that the browser made; raises `Refused("passkey_refused")` when it is not one for us."""
        from telesession.services.credentials import challenge_of, check_made, refused

        challenge = challenge_of(credential)
        if await challenges.whose(tx, challenge, Purpose.NEW_PASSKEY, self._now()) != person.id:
            raise _too_late()
        await challenges.remove(tx, challenge)
        made = check_made(self._here, credential, challenge)
        if await passkeys.find(tx, made.id) is not None:
            raise refused()
        kept = Passkey(made.id, person.id, made.public_key, made.sign_count, clean_name(name), self._now())
        await passkeys.add(tx, kept)
        await self._note(tx, Action.FACTOR_ADDED, person, place)

    async def add_to_account(self, me: SignedIn, credential: str, name: str, place: str) -> None:
        """As `add`, for somebody who is signed in."""
        async with self._database.transaction() as tx:
            await require_open(tx, me.session)
            await self.add(tx, me.staff, credential, name, place)

    async def begin_sign_in(self) -> str:
        """What the browser needs to ask for any passkey of this service, as JSON."""
        from telesession.services.credentials import request_options

        challenge = self._random_bytes(CHALLENGE_BYTES)
        async with self._database.transaction() as tx:
            await self._ask(tx, challenge, Purpose.SIGN_IN, None)
        return request_options(self._here, challenge, ANSWER_WITHIN)

    async def sign_in(self, credential: str, client: Client) -> str:
        """Sign in whoever this passkey belongs to, and answer with the session's token; raises `Refused`."""
        from telesession.services.credentials import challenge_of, check_used, refused

        challenge = challenge_of(credential)
        async with self._database.transaction() as tx:
            is_ours = await challenges.is_open(tx, challenge, Purpose.SIGN_IN, self._now())
            await challenges.remove(tx, challenge)  # whatever comes of it: it is asked once
        if not is_ours:
            raise _too_late()
        async with self._database.transaction() as tx:
            passkey = await _used_passkey(tx, credential)
            person = await staff.get(tx, passkey.staff)
            if person.disabled_at is not None:
                raise refused()
            count = check_used(self._here, credential, challenge, passkey.public_key, passkey.sign_count)
            await passkeys.note_use(tx, passkey.id, count, self._now())
            return await begin(tx, person.id, Factor.PASSKEY, client, self._now(), self._random_bytes)

    async def list_for(self, who: StaffId) -> Sequence[Passkey]:
        """The passkeys of one account."""
        async with self._database.reading() as tx:
            return await passkeys.list_for_staff(tx, who)

    async def rename(self, credential: bytes, who: StaffId, name: str) -> None:
        """Call a passkey of this account otherwise; raises `Refused` for a name that is none."""
        cleaned = clean_name(name)
        async with self._database.transaction() as tx:
            await passkeys.rename(tx, credential, who, cleaned)

    async def remove(self, credential: bytes, me: SignedIn, place: str) -> None:
        """Forget a passkey; raises `Refused` when it is the only way in."""
        person, who = me.staff, me.staff.id
        async with self._database.transaction() as tx:
            await require_open(tx, me.session)
            access = await staff.access(tx, who)
            known = {one.id for one in await passkeys.list_for_staff(tx, who)}
            if known == {credential} and not access.has_password:
                raise Refused("last_way_in", "This is your only way to sign in. Please choose a password first.")
            await passkeys.remove(tx, credential, who)
            if credential in known:
                await self._note(tx, Action.FACTOR_REMOVED, person, place)

    async def _note(self, tx: Transaction, action: Action, person: Staff, place: str) -> None:
        by = Actor(person.id, person.role, place)
        await audit.add(tx, Draft(by, action, f"{person.id}:passkey"), self._now())

    async def _ask(self, tx: Transaction, challenge: bytes, purpose: Purpose, who: StaffId | None) -> None:
        await challenges.forget_old(tx, self._now())
        await challenges.add(tx, challenge, purpose, self._now() + ANSWER_WITHIN, who)


async def _used_passkey(tx: Transaction, credential: str) -> Passkey:
    """The passkey that signed; the account that it names must be the one that it belongs to."""
    from telesession.services.credentials import named_by

    used, named = named_by(credential)
    passkey = await passkeys.find(tx, used)
    if passkey is None or (named is not None and named != passkey.staff.encode()):
        raise Refused("passkey_unknown", "This passkey is not known here. Please sign in another way.")
    return passkey


def _too_late() -> Refused:
    return Refused("passkey_late", "That took a little long. Please try again.")


def name_of(credential: bytes) -> str:
    """A passkey's id as a part of a URL."""
    return urlsafe_b64encode(credential).decode("ascii").rstrip("=")


def read_name(text: str) -> bytes:
    """The passkey that a part of a URL names; no passkey when it is nonsense."""
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        return b""

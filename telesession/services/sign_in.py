"""Signing in: with a password and, where there is one, a second factor. Passkeys have a file of their own."""

import binascii
from base64 import urlsafe_b64decode
from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct

from telesession.domain import sessions as rules
from telesession.domain.errors import Refused
from telesession.domain.ids import StaffId
from telesession.domain.sessions import Factor
from telesession.domain.staff import Staff, typed_email
from telesession.services import guarding, totp
from telesession.services.passwords import Passwords, Verdict
from telesession.services.sessions import Client, begin
from telesession.store import challenges, staff
from telesession.store.challenges import Purpose
from telesession.store.database import Database, Transaction

CODE_WITHIN = timedelta(minutes=10)


class Entry(Struct, frozen=True):
    """How far somebody came. `token` is the session's when they are in, else what the code has to come with."""

    token: str
    is_in: bool


class SignIn:
    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        random_bytes: Callable[[int], bytes],
        passwords: Passwords,
    ) -> None:
        self._database = database
        self._now = now
        self._random_bytes = random_bytes
        self._passwords = passwords

    async def with_password(self, email: str, password: str, client: Client) -> Entry:
        """Sign in, or go on to the code; raises `Refused`: "wrong", "wait", "busy".

        An account that is not there and one that is closed answer like a wrong password, in words and in time.
        """
        email = typed_email(email)
        async with self._database.transaction() as tx:
            await guarding.count(tx, email, client.place, self._now())
            found = await staff.find_by_email(tx, email)
            hashed = await staff.password_hash(tx, found.id) if found else None
        verdict = await self._passwords.compare(hashed, password)
        if found is None or hashed is None or found.disabled_at is not None or verdict is Verdict.WRONG:
            raise Refused("wrong", "The email address or the password is not right.")
        fresh = await self._passwords.hash(password) if verdict is Verdict.RIGHT_BUT_OLD else None
        async with self._database.transaction() as tx:
            if await staff.password_hash(tx, found.id) != hashed:  # changed, or the account begun anew, meanwhile
                raise Refused("wrong", "The email address or the password is not right.")
            if fresh is not None:
                await staff.rehash(tx, found.id, hashed, fresh)
            return await self._after_password(tx, found.id, client)

    async def _after_password(self, tx: Transaction, who: StaffId, client: Client) -> Entry:
        person = await staff.get(tx, who)  # as it is now: it may have been closed meanwhile
        _require_open(person)
        if not (await staff.access(tx, who)).has_totp:
            await guarding.settle(tx, person.email, client.place)
            return Entry(await begin(tx, who, Factor.PASSWORD, client, self._now(), self._random_bytes), is_in=True)
        await guarding.take_back(tx, person.email, client.place)
        secret = self._random_bytes(rules.TOKEN_BYTES)
        await challenges.forget_old(tx, self._now())
        await challenges.add(tx, secret, Purpose.SECOND_FACTOR, self._now() + CODE_WITHIN, who)
        return Entry(rules.token_of(secret), is_in=False)

    async def whose(self, step: str | None) -> StaffId | None:
        """Who has given the password and is asked for the code."""
        secret = _secret(step)
        if secret is None:
            return None
        async with self._database.reading() as tx:
            return await challenges.whose(tx, secret, Purpose.SECOND_FACTOR, self._now())

    async def with_code(self, step: str | None, code: str, client: Client) -> str:
        """Finish a sign-in with a code of the app or a recovery code, and answer with the session's token.

        Raises `Refused`: "step_over" when the password has to come first again, "code_wrong", "wait".
        """
        secret = _secret(step)
        async with self._database.transaction() as tx:
            who = await challenges.whose(tx, secret, Purpose.SECOND_FACTOR, self._now()) if secret else None
            if who is None or secret is None:
                raise Refused("step_over", "That took a little long. Please sign in again.")
            person = await staff.get(tx, who)
            _require_open(person)
            await guarding.count(tx, person.email, client.place, self._now())
            is_right = await totp.use_any(tx, who, code, self._now())
            if is_right:
                await challenges.remove(tx, secret)
                await guarding.settle(tx, person.email, client.place)
                return await begin(tx, who, Factor.PASSWORD_AND_CODE, client, self._now(), self._random_bytes)
        # Outside, so that the guess stays counted.
        raise Refused("code_wrong", "This code is not right. Wait for the next one, and check your phone's clock.")


def _require_open(person: Staff) -> None:
    if person.disabled_at is not None:
        raise Refused("wrong", "The email address or the password is not right.")


def _secret(step: str | None) -> bytes | None:
    if step is None or not rules.is_token(step):
        return None
    try:
        return urlsafe_b64decode(step + "=")
    except (ValueError, binascii.Error):
        return None

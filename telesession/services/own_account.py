"""What somebody changes about their own account: name, password, authenticator app, recovery codes."""

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from telesession.domain import passwords as password_rules
from telesession.domain import second_factor as rules
from telesession.domain import sessions as session_rules
from telesession.domain.audit import Action, Actor, Draft
from telesession.domain.errors import Refused
from telesession.domain.names import clean_name
from telesession.domain.staff import Access, Staff
from telesession.services import guarding, totp
from telesession.services.passwords import Passwords, Verdict
from telesession.services.sessions import SignedIn, prove_again, renew, require_open
from telesession.store import audit, recovery_codes, staff
from telesession.store.database import Database, Transaction


class Offer(Struct, frozen=True):
    """A secret for an authenticator app: as the picture holds it, and as people type it."""

    address: str
    secret: str


class OwnAccount:
    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        random_bytes: Callable[[int], bytes],
        passwords: Passwords,
        clinic: str,
    ) -> None:
        self._database = database
        self._now = now
        self._random_bytes = random_bytes
        self._passwords = passwords
        self._clinic = clinic

    async def access(self, person: Staff) -> tuple[Access, int]:
        """How they can sign in, and how many recovery codes are left."""
        async with self._database.reading() as tx:
            return await staff.access(tx, person.id), await recovery_codes.count_left(tx, person.id)

    async def rename(self, me: SignedIn, name: str) -> None:
        """Change the name that patients and colleagues read; raises `Refused`."""
        cleaned = clean_name(name)
        async with self._database.transaction() as tx:
            await require_open(tx, me.session)
            # As it is now: whoever was given another role meanwhile keeps that.
            await staff.save(tx, replace(await staff.get(tx, me.staff.id), name=cleaned))

    async def change_password(self, me: SignedIn, current: str, new: str, place: str) -> str:
        """Replace the password, or choose the first one; answers with the session's new token.

        All other sessions end. Raises `Refused`: "current_wrong", "prove_again" without a password to ask for.
        """
        person = me.staff
        async with self._database.reading() as tx:
            hashed = await staff.password_hash(tx, person.id)
            access = await staff.access(tx, person.id)
        if hashed is None and not session_rules.is_proved(me.session, self._now()):
            raise prove_again()
        words = (self._clinic, person.name, person.email.partition("@")[0])
        password_rules.check(new, has_second_factor=access.has_totp, own_words=words)
        if hashed is not None:
            await self._require_current(person, hashed, current, place)
        fresh = await self._passwords.hash(new)
        async with self._database.transaction() as tx:
            await require_open(tx, me.session)
            await staff.set_password(tx, person.id, fresh, is_long=password_rules.is_long(new))
            await self._note(tx, Action.PASSWORD_CHANGED, person, "", place)
            return await renew(tx, me.session, self._now(), self._random_bytes)

    async def _require_current(self, person: Staff, hashed: str, current: str, place: str) -> None:
        async with self._database.transaction() as tx:
            await guarding.count(tx, person.email, place, self._now())
        if await self._passwords.compare(hashed, current) is Verdict.WRONG:
            raise Refused("current_wrong", "This is not your password as it is now.")
        async with self._database.transaction() as tx:
            await guarding.settle(tx, person.email, place)

    async def offer_totp(self, person: Staff) -> Offer:
        """A secret for the app, the same until it is confirmed; raises `Refused` when an app is set up already."""
        async with self._database.transaction() as tx:
            found = await staff.totp(tx, person.id)
            if found is not None and found.is_confirmed:
                raise Refused("totp_there", "An authenticator app is set up already. Remove it first.")
            secret = found.secret if found else self._random_bytes(rules.SECRET_BYTES)
            if found is None:
                await staff.offer_totp(tx, person.id, secret)
        return Offer(totp.address(secret, person.email, self._clinic), totp.written(secret))

    async def confirm_totp(self, me: SignedIn, code: str, place: str) -> tuple[str, Sequence[str]]:
        """From now on codes are asked for. Answers with the session's new token and the recovery codes, shown once."""
        async with self._database.transaction() as tx:
            await require_open(tx, me.session)
            if (await staff.access(tx, me.staff.id)).has_totp:
                raise Refused("totp_there", "An authenticator app is set up already. Remove it first.")
            if not await totp.use(tx, me.staff.id, code, self._now()):
                raise Refused(
                    "code_wrong", "This code is not right. Wait for the next one, and check your phone's clock."
                )
            await self._note(tx, Action.FACTOR_ADDED, me.staff, ":app", place)
            codes = await self._new_codes(tx, me.staff, place)
            return await renew(tx, me.session, self._now(), self._random_bytes), codes

    async def remove_totp(self, me: SignedIn, place: str) -> None:
        """Ask for no codes any more; raises `Refused` while the password is too short to stand alone."""
        person = me.staff
        async with self._database.transaction() as tx:
            await require_open(tx, me.session)
            if not await staff.is_password_long(tx, person.id):
                raise Refused(
                    "password_needed", "Please choose a password of at least 15 characters first: it would stand alone."
                )
            await staff.remove_totp(tx, person.id)
            await self._note(tx, Action.FACTOR_REMOVED, person, ":app", place)

    async def renew_codes(self, me: SignedIn, place: str) -> Sequence[str]:
        """New recovery codes, shown once; the old ones open nothing any more."""
        async with self._database.transaction() as tx:
            await require_open(tx, me.session)
            if not (await staff.access(tx, me.staff.id)).has_totp:
                raise Refused("no_totp", "Recovery codes stand in for an authenticator app. Please set one up first.")
            return await self._new_codes(tx, me.staff, place)

    async def _new_codes(self, tx: Transaction, person: Staff, place: str) -> Sequence[str]:
        codes = [rules.recovery_code(self._random_bytes(rules.RECOVERY_BYTES)) for _ in range(rules.RECOVERY_CODES)]
        await recovery_codes.replace(tx, person.id, codes)
        await self._note(tx, Action.FACTOR_ADDED, person, ":recovery_codes", place)
        return codes

    async def _note(self, tx: Transaction, action: Action, person: Staff, which: str, place: str) -> None:
        by = Actor(person.id, person.role, place)
        await audit.add(tx, Draft(by, action, f"{person.id}{which}"), self._now())

"""The accounts of the clinic, as an administrator sees them: the first one, who is added, closed, begun anew."""

import hmac
from collections.abc import Callable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from telesession.domain import staff as rules
from telesession.domain.audit import COMMAND_LINE, SOMEBODY, Action, Actor, Draft
from telesession.domain.errors import Refused
from telesession.domain.ids import SessionId, StaffId
from telesession.domain.invitations import digest, readable
from telesession.domain.names import clean_name
from telesession.domain.staff import Access, Staff, StaffRole
from telesession.services import guarding
from telesession.services.identity import fresh_id
from telesession.services.sessions import sign_out
from telesession.store import audit, staff
from telesession.store.database import Database, Transaction, vault_of


class Account(Struct, frozen=True):
    """Somebody of the staff and how they can sign in."""

    staff: Staff
    access: Access


class Accounts:
    def __init__(self, database: Database, now: Callable[[], datetime], random_bytes: Callable[[int], bytes]) -> None:
        self._database = database
        self._now = now
        self._random_bytes = random_bytes
        self._is_set_up = False

    async def is_set_up(self) -> bool:
        """Whether some administrator can sign in. Once that is so it stays so, and is not asked again."""
        if not self._is_set_up:
            async with self._database.reading() as tx:
                self._is_set_up = await staff.has_administrator(tx)
        return self._is_set_up

    async def setup_token(self) -> str | None:
        """What opens the first page of a clinic without an administrator; None when there is one.

        The same in every process and after every restart, and known only to who has the clinic's key (ADR 83).
        """
        if await self.is_set_up():
            return None
        async with self._database.reading() as tx:
            return _setup_token(tx)

    async def require_setup(self, token: str) -> None:
        """Raise `Refused` unless `token` may make the first administrator now."""
        async with self._database.reading() as tx:
            await _require_setup(tx, token)

    async def set_up(self, token: str, name: str, email: str, by: Actor = SOMEBODY) -> str:
        """Make the first administrator, and answer with the token of the link by which they choose how to sign in.

        Until they have, whoever has the setup link may begin again. Raises `Refused`.
        """
        async with self._database.transaction() as tx:
            await _require_setup(tx, token)
            address = rules.clean_sign_in_email(email)
            found = await staff.find_by_email(tx, address)
            if found is None:
                found = self._new(name, address, StaffRole.ADMINISTRATOR)
                await staff.add(tx, found)
            else:
                found = replace(rules.enabled(found), name=clean_name(name), role=StaffRole.ADMINISTRATOR)
                await staff.save(tx, found)
            await self._note(tx, by, Action.STAFF_ADDED, found.id)
            return await self._link(tx, found.id)

    async def add(self, name: str, email: str, role: StaffRole, by: Actor = COMMAND_LINE) -> tuple[Staff, str]:
        """A new account, and the token of the link by which its owner chooses how to sign in; raises `Refused`."""
        person = self._new(name, rules.clean_sign_in_email(email), role)
        async with self._database.transaction() as tx:
            if await staff.find_by_email(tx, person.email) is not None:
                raise Refused("email_taken", "Somebody has an account with this address already.")
            await staff.add(tx, person)
            await self._note(tx, by, Action.STAFF_ADDED, person.id)
            return person, await self._link(tx, person.id)

    async def list_all(self) -> list[Account]:
        """Everybody, those whose account is closed last."""
        async with self._database.reading() as tx:
            return [Account(one, await _access(tx, one)) for one in await staff.list_all(tx)]

    async def list_therapists(self) -> list[Staff]:
        """With whom one can book, by name."""
        async with self._database.reading() as tx:
            return [one for one in await staff.list_all(tx) if rules.gives_care(one)]

    async def get(self, who: StaffId) -> Account:
        """One account; raises `NotFound`."""
        async with self._database.reading() as tx:
            person = await staff.get(tx, who)
            return Account(person, await _access(tx, person))

    async def find(self, email: str) -> Staff:
        """Whose account has this address; raises `Refused` when nobody's has."""
        async with self._database.reading() as tx:
            found = await staff.find_by_email(tx, rules.typed_email(email))
        if found is None:
            raise Refused("unknown_account", "There is no account with this address.")
        return found

    async def set_role(self, who: StaffId, role: StaffRole, by: Actor = COMMAND_LINE) -> None:
        """Let somebody do more, or less. They are signed out everywhere, so that no session is of the old role.

        `by`: the administrator who does this; raises `Refused` for their own account.
        """
        rules.require_other(by.id, who)
        async with self._database.transaction() as tx:
            person = await staff.get(tx, who)
            if person.role is not role:
                await staff.save(tx, replace(person, role=role))
                await sign_out(tx, who, self._now())
                await self._note(tx, by, Action.STAFF_CHANGED, f"{who}:{role}")

    async def disable(self, who: StaffId, by: Actor = COMMAND_LINE) -> None:
        """Close an account: they are out at once, everywhere. What they wrote and planned stays."""
        rules.require_other(by.id, who)
        async with self._database.transaction() as tx:
            await staff.save(tx, rules.disabled(await staff.get(tx, who), self._now()))
            await sign_out(tx, who, self._now())
            await self._note(tx, by, Action.STAFF_DISABLED, who)

    async def sign_out(self, who: StaffId, by: Actor = COMMAND_LINE) -> None:
        """End all their sessions, and their seats in visits: a phone was lost. They may sign in again at once."""
        async with self._database.transaction() as tx:
            await sign_out(tx, (await staff.get(tx, who)).id, self._now())
            await self._note(tx, by, Action.SIGNED_OUT, who)

    async def sign_out_everybody(self, but: SessionId | None = None, by: Actor = COMMAND_LINE) -> None:
        """The same for all accounts, except for the session of whoever does it."""
        async with self._database.transaction() as tx:
            for one in await staff.list_all(tx):
                await sign_out(tx, one.id, self._now(), but)
            await self._note(tx, by, Action.SIGNED_OUT, "everybody")

    async def enable(self, who: StaffId, by: Actor = COMMAND_LINE) -> None:
        """Open a closed account again."""
        async with self._database.transaction() as tx:
            await staff.save(tx, rules.enabled(await staff.get(tx, who)))
            await self._note(tx, by, Action.STAFF_ENABLED, who)

    async def reset(self, who: StaffId, by: Actor = COMMAND_LINE) -> str:
        """Forget every way into an account, end its sessions, and answer with the token of a new link to it.

        Only for somebody whom one has seen or heard: whoever has the link has the account.
        """
        rules.require_other(by.id, who)
        async with self._database.transaction() as tx:
            person = await staff.get(tx, who)
            await staff.strip(tx, who)
            await sign_out(tx, who, self._now())
            await guarding.unlock(tx, person.email)
            await self._note(tx, by, Action.STAFF_RESET, who)
            return await self._link(tx, who)

    async def unlock(self, who: StaffId, by: Actor = COMMAND_LINE) -> None:
        """Let passwords be tried again at an account that was guessed at."""
        async with self._database.transaction() as tx:
            await guarding.unlock(tx, (await staff.get(tx, who)).email)
            await self._note(tx, by, Action.STAFF_UNLOCKED, who)

    async def id_of(self, email: str) -> StaffId | None:
        """Whose account has this address; None when nobody's has."""
        async with self._database.reading() as tx:
            found = await staff.find_by_email(tx, rules.typed_email(email))
        return None if found is None else found.id

    async def _note(self, tx: Transaction, by: Actor, action: Action, subject: str) -> None:
        await audit.add(tx, Draft(by, action, subject), self._now())

    def _new(self, name: str, email: str, role: StaffRole) -> Staff:
        return Staff(StaffId(fresh_id(self._random_bytes)), role, clean_name(name), email, self._now())

    async def _link(self, tx: Transaction, who: StaffId) -> str:
        token = readable(self._random_bytes(rules.LINK_BYTES))
        await staff.set_link(tx, who, digest(token), self._now() + rules.LINK_LASTS)
        return token


async def _access(tx: Transaction, person: Staff) -> Access:
    access = await staff.access(tx, person.id)
    return replace(access, is_locked=await guarding.is_locked(tx, person.email))


def _setup_token(tx: Transaction) -> str:
    return readable(vault_of(tx).clinic.derive("setup link")[: rules.LINK_BYTES])


async def _require_setup(tx: Transaction, token: str) -> None:
    if await staff.has_administrator(tx):
        raise Refused("set_up_already", "This clinic is set up already. Please sign in.")
    if not token.isascii() or not hmac.compare_digest(token, _setup_token(tx)):
        raise Refused("setup_unknown", "This is not the setup link. The service shows it when it starts.")

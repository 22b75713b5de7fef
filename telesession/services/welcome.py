"""From a one-time link to an account of one's own: its owner chooses a password or a passkey, and is in."""

from collections.abc import Callable
from datetime import datetime

from telesession.domain import passwords as password_rules
from telesession.domain import staff as rules
from telesession.domain.audit import Action, Draft
from telesession.domain.invitations import digest, is_token
from telesession.domain.sessions import Factor
from telesession.domain.staff import Staff
from telesession.services import sessions
from telesession.services.passkeys import Passkeys
from telesession.services.passwords import Passwords
from telesession.services.sessions import Client
from telesession.store import audit, staff
from telesession.store.database import Database, Transaction


class Welcome:
    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        random_bytes: Callable[[int], bytes],
        passwords: Passwords,
        passkeys: Passkeys,
        clinic: str,
    ) -> None:
        self._database = database
        self._now = now
        self._random_bytes = random_bytes
        self._passwords = passwords
        self._passkeys = passkeys
        self._clinic = clinic

    async def peek(self, token: str) -> Staff:
        """Whose account the link opens; changes nothing. Raises `Refused`."""
        async with self._database.reading() as tx:
            return await self._whose(tx, token)

    async def choose_password(self, token: str, password: str, client: Client) -> str:
        """Give the account this password and sign its owner in; the session's token. Raises `Refused`."""
        person = await self.peek(token)
        password_rules.check(
            password, has_second_factor=False, own_words=(self._clinic, person.name, person.email.partition("@")[0])
        )
        hashed = await self._passwords.hash(password)
        async with self._database.transaction() as tx:
            person = await self._whose(tx, token)
            await staff.set_password(tx, person.id, hashed, is_long=True)
            await audit.add(tx, Draft(client.acting_as(person), Action.PASSWORD_CHANGED, person.id), self._now())
            return await self._begin(tx, person, client)

    async def begin_passkey(self, token: str) -> str:
        """What the browser needs to make a passkey, as JSON."""
        return await self._passkeys.begin_adding(await self.peek(token))

    async def choose_passkey(self, token: str, credential: str, name: str, client: Client) -> str:
        """Give the account its first passkey and sign its owner in; the session's token. Raises `Refused`."""
        async with self._database.transaction() as tx:
            person = await self._whose(tx, token)
            await self._passkeys.add(tx, person, credential, name, client.place)
            return await self._begin(tx, person, client)

    async def _whose(self, tx: Transaction, token: str) -> Staff:
        found = await staff.find_by_link(tx, digest(token)) if is_token(token) else None
        if found is None:
            raise rules.unknown_link()
        rules.require_link(*found, self._now())
        return found[0]

    async def _begin(self, tx: Transaction, person: Staff, client: Client) -> str:
        await staff.use_link(tx, person.id)
        return await sessions.begin(tx, person.id, Factor.LINK, client, self._now(), self._random_bytes)

"""The staff of the tests' clinic, made by the services themselves; passwords are hashed fast here."""

import secrets
from collections.abc import Callable
from datetime import datetime

import pyotp
from msgspec.structs import replace

from telesession.domain.audit import SERVICE, Action
from telesession.domain.staff import Staff, StaffRole
from telesession.services.accounts import Accounts
from telesession.services.audit import Audit
from telesession.services.own_account import OwnAccount
from telesession.services.passkeys import Passkeys
from telesession.services.passwords import Passwords
from telesession.services.sessions import Client, Sessions, SignedIn
from telesession.services.sign_in import SignIn
from telesession.services.welcome import Welcome
from telesession.store.audit import Filter
from telesession.store.database import Database

CLINIC = "Riverside Physiotherapy"
PASSWORD = "brown otters drink tea"
HERE = Client("192.0.2.0/24", "Firefox, Linux")


def fast_passwords() -> Passwords:
    return Passwords(memory_kib=64, passes=1)


class People:
    """All services of accounts on one database."""

    def __init__(self, database: Database, now: Callable[[], datetime], passwords: Passwords | None = None) -> None:
        self.now = now
        self.passwords = passwords or fast_passwords()
        self.audit = Audit(database, now)
        self.accounts = Accounts(database, now, secrets.token_bytes)
        self.sessions = Sessions(database, now)
        self.sign_in = SignIn(database, now, secrets.token_bytes, self.passwords)
        self.passkeys = Passkeys(database, now, secrets.token_bytes, ["https://visits.example.org"], CLINIC)
        self.welcome = Welcome(database, now, secrets.token_bytes, self.passwords, self.passkeys, CLINIC)
        self.own = OwnAccount(database, now, secrets.token_bytes, self.passwords, CLINIC)

    async def hire(self, name: str = "Tess Therapist", role: StaffRole = StaffRole.THERAPIST) -> Staff:
        """Somebody with an account and a password, signed in nowhere."""
        person, link = await self.accounts.add(name, f"{name.split()[0].lower()}@example.org", role)
        token = await self.welcome.choose_password(link, PASSWORD, HERE)
        await self.sessions.end_token(replace(HERE, token=token))
        return person

    async def enter(self, person: Staff, client: Client = HERE) -> tuple[str, SignedIn]:
        """Sign in by password alone; the token, and who that is."""
        entry = await self.sign_in.with_password(person.email, PASSWORD, client)
        assert entry.is_in
        me = await self.sessions.whose(entry.token)
        assert me is not None
        return entry.token, me

    async def proved_by(self) -> str:
        """Who signed in last, and by what, as the record of access has it."""
        return (await self.audit.read(SERVICE, Filter(action=Action.SIGNED_IN)))[0].line.subject

    def code(self, secret: str, periods: int = 0) -> str:
        """What the app shows now, or some periods from now."""
        return pyotp.HOTP(secret).at(int(self.now().timestamp()) // 30 + periods)

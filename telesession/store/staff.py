"""Staff in the database, and how each of them signs in. Secrets never leave with the person: they are asked for."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import Row, delete, exists, func, insert, or_, select, update

from telesession.domain.errors import NotFound
from telesession.domain.ids import StaffId
from telesession.domain.staff import Access, Staff, StaffRole
from telesession.store.database import Transaction, vault_of
from telesession.store.schema import challenges, passkeys, recovery_codes, staff

COLUMNS = (staff.c.id, staff.c.role, staff.c.name, staff.c.email, staff.c.created_at, staff.c.disabled_at)

NOT_YET = -1
"""The last counter of a secret whose codes nobody has used: every code is newer."""


class Totp(Struct, frozen=True):
    """The secret of an authenticator app. `is_confirmed`: the app has shown that it has it, so codes are asked for."""

    secret: bytes
    counter: int
    is_confirmed: bool


async def add(tx: Transaction, one: Staff) -> None:
    """Store a new account; nobody can sign in to it yet."""
    await tx.execute(insert(staff), asdict(one))


async def save(tx: Transaction, one: Staff) -> None:
    """Replace the stored person of the same id."""
    await tx.execute(update(staff).where(staff.c.id == one.id).values(asdict(one)))


async def get(tx: Transaction, who: StaffId) -> Staff:
    """The person of this id; raises `NotFound`."""
    row = (await tx.execute(select(*COLUMNS).where(staff.c.id == who))).one_or_none()
    if row is None:
        raise NotFound
    return _staff(row)


async def find_by_email(tx: Transaction, email: str) -> Staff | None:
    """Whose account has this address."""
    row = (await tx.execute(select(*COLUMNS).where(staff.c.email == email))).one_or_none()
    return None if row is None else _staff(row)


async def list_all(tx: Transaction) -> list[Staff]:
    """Everybody, by name; those whose account is closed last."""
    wanted = select(*COLUMNS).order_by(staff.c.disabled_at.is_not(None), func.lower(staff.c.name), staff.c.id)
    return [_staff(row) for row in await tx.execute(wanted)]


async def has_administrator(tx: Transaction) -> bool:
    """Whether some administrator was ever able to sign in, so that the clinic is set up."""
    has_passkey = exists().where(passkeys.c.staff == staff.c.id)
    wanted = exists().where(
        staff.c.role == StaffRole.ADMINISTRATOR, or_(staff.c.password_hash.is_not(None), has_passkey)
    )
    return (await tx.execute(select(wanted))).scalar_one()


async def access(tx: Transaction, who: StaffId) -> Access:
    """How this person can sign in; whether guessing has locked them out is not known here."""
    wanted = select(
        staff.c.password_hash.is_not(None).label("has_password"),
        staff.c.totp_counter.is_not(None).label("has_totp"),
        staff.c.link_until,
        select(func.count()).where(passkeys.c.staff == staff.c.id).scalar_subquery().label("passkeys"),
    ).where(staff.c.id == who)
    row = (await tx.execute(wanted)).one()
    return Access(bool(row.has_password), bool(row.has_totp), row.passkeys, row.link_until)


async def password_hash(tx: Transaction, who: StaffId) -> str | None:
    """The hash of the password; None when there is none."""
    found: str | None = (await tx.execute(select(staff.c.password_hash).where(staff.c.id == who))).scalar_one()
    return found


async def set_password(tx: Transaction, who: StaffId, hashed: str, *, is_long: bool) -> None:
    """Replace the password by one with this hash; `is_long`: it is good enough without a second factor."""
    await tx.execute(update(staff).where(staff.c.id == who).values(password_hash=hashed, is_password_long=is_long))


async def rehash(tx: Transaction, who: StaffId, before: str, hashed: str) -> None:
    """Keep a better hash of the same password, unless the password was changed meanwhile."""
    wanted = update(staff).where(staff.c.id == who, staff.c.password_hash == before)
    await tx.execute(wanted.values(password_hash=hashed))


async def is_password_long(tx: Transaction, who: StaffId) -> bool:
    """Whether the password is good enough without a second factor; also when there is none."""
    wanted = select(staff.c.is_password_long, staff.c.password_hash).where(staff.c.id == who)
    row = (await tx.execute(wanted)).one()
    return bool(row.is_password_long) or row.password_hash is None


async def totp(tx: Transaction, who: StaffId) -> Totp | None:
    """The secret of the authenticator app, opened."""
    wanted = select(staff.c.totp_secret, staff.c.totp_counter).where(staff.c.id == who)
    row = (await tx.execute(wanted)).one()
    if row.totp_secret is None:
        return None
    secret = vault_of(tx).clinic.open(row.totp_secret, _place(who))
    counter = NOT_YET if row.totp_counter is None else row.totp_counter
    return Totp(secret, counter, row.totp_counter is not None)


async def offer_totp(tx: Transaction, who: StaffId, secret: bytes) -> None:
    """Keep a new secret, sealed, that counts once a code of it was used."""
    sealed = vault_of(tx).clinic.seal(secret, _place(who))
    await tx.execute(update(staff).where(staff.c.id == who).values(totp_secret=sealed, totp_counter=None))


async def use_totp(tx: Transaction, who: StaffId, counter: int) -> None:
    """Note which code was used last, so that it is not used again. The first one confirms the secret."""
    await tx.execute(update(staff).where(staff.c.id == who).values(totp_counter=counter))


async def remove_totp(tx: Transaction, who: StaffId) -> None:
    """Ask for no codes any more, and forget the recovery codes."""
    await tx.execute(update(staff).where(staff.c.id == who).values(totp_secret=None, totp_counter=None))
    await tx.execute(delete(recovery_codes).where(recovery_codes.c.staff == who))


async def set_link(tx: Transaction, who: StaffId, digest: bytes, until: datetime) -> None:
    """Let one link open this account once; the one before opens nothing any more."""
    await tx.execute(update(staff).where(staff.c.id == who).values(link_digest=digest, link_until=until))


async def find_by_link(tx: Transaction, digest: bytes) -> tuple[Staff, datetime] | None:
    """Whose account the link opens, and until when."""
    row = (await tx.execute(select(*COLUMNS, staff.c.link_until).where(staff.c.link_digest == digest))).one_or_none()
    return None if row is None else (_staff(row), row.link_until)


async def use_link(tx: Transaction, who: StaffId) -> None:
    """The link opens nothing any more."""
    await tx.execute(update(staff).where(staff.c.id == who).values(link_digest=None, link_until=None))


async def strip(tx: Transaction, who: StaffId) -> None:
    """Forget every way in: password, authenticator app, recovery codes, passkeys, link, half-done sign-ins."""
    await remove_totp(tx, who)
    await use_link(tx, who)
    await tx.execute(delete(passkeys).where(passkeys.c.staff == who))
    await tx.execute(delete(challenges).where(challenges.c.staff == who))
    await tx.execute(update(staff).where(staff.c.id == who).values(password_hash=None, is_password_long=False))


def _staff(row: Row[*tuple[Any, ...]]) -> Staff:
    return Staff(StaffId(row.id), StaffRole(row.role), row.name, row.email, row.created_at, row.disabled_at)


def _place(who: StaffId) -> str:
    return f"staff.totp_secret:{who}"

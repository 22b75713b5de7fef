"""Passkeys in the database: public keys alone, which are worth nothing to a thief."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import Row, delete, insert, select, update

from telesession.domain.ids import StaffId
from telesession.store.database import Transaction
from telesession.store.schema import passkeys


class Passkey(Struct, frozen=True):
    """One passkey of one account. `id` is the credential's, as its authenticator chose it."""

    id: bytes
    staff: StaffId
    public_key: bytes
    sign_count: int
    name: str
    created_at: datetime
    used_at: datetime | None = None


COLUMNS = (
    passkeys.c.id,
    passkeys.c.staff,
    passkeys.c.public_key,
    passkeys.c.sign_count,
    passkeys.c.name,
    passkeys.c.created_at,
    passkeys.c.used_at,
)


async def add(tx: Transaction, passkey: Passkey) -> None:
    """Store a new passkey."""
    await tx.execute(insert(passkeys), asdict(passkey))


async def find(tx: Transaction, credential: bytes) -> Passkey | None:
    """The passkey of this id."""
    row = (await tx.execute(select(*COLUMNS).where(passkeys.c.id == credential))).one_or_none()
    return None if row is None else _passkey(row)


async def list_for_staff(tx: Transaction, who: StaffId) -> Sequence[Passkey]:
    """The passkeys of one account, the oldest first."""
    wanted = select(*COLUMNS).where(passkeys.c.staff == who).order_by(passkeys.c.created_at, passkeys.c.id)
    return [_passkey(row) for row in await tx.execute(wanted)]


async def note_use(tx: Transaction, credential: bytes, sign_count: int, now: datetime) -> None:
    """The passkey signed somebody in."""
    wanted = update(passkeys).where(passkeys.c.id == credential)
    await tx.execute(wanted.values(sign_count=sign_count, used_at=now))


async def rename(tx: Transaction, credential: bytes, who: StaffId, name: str) -> None:
    """Call a passkey of this account `name`."""
    await tx.execute(update(passkeys).where(passkeys.c.id == credential, passkeys.c.staff == who).values(name=name))


async def remove(tx: Transaction, credential: bytes, who: StaffId) -> None:
    """Forget a passkey of this account."""
    await tx.execute(delete(passkeys).where(passkeys.c.id == credential, passkeys.c.staff == who))


def _passkey(row: Row[*tuple[Any, ...]]) -> Passkey:
    return Passkey(
        bytes(row.id), StaffId(row.staff), row.public_key, row.sign_count, row.name, row.created_at, row.used_at
    )

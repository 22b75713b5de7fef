"""Questions to a browser that signs in or adds a passkey: each is answered once, and soon."""

import hashlib
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, insert, select

from telesession.domain.ids import StaffId
from telesession.store.database import Transaction
from telesession.store.schema import challenges


class Purpose(StrEnum):
    SECOND_FACTOR = "second_factor"
    SIGN_IN = "sign_in"
    """By a passkey; whose is not known yet."""
    NEW_PASSKEY = "new_passkey"


async def add(tx: Transaction, secret: bytes, purpose: Purpose, until: datetime, who: StaffId | None = None) -> None:
    """Ask: whoever comes back with `secret` before `until` answers this."""
    await tx.execute(insert(challenges), {"digest": _digest(secret), "purpose": purpose, "staff": who, "until": until})


async def is_open(tx: Transaction, secret: bytes, purpose: Purpose, now: datetime) -> bool:
    """Whether this was asked and still waits for its answer."""
    wanted = select(challenges.c.until).where(challenges.c.digest == _digest(secret), challenges.c.purpose == purpose)
    until = (await tx.execute(wanted)).scalar_one_or_none()
    return until is not None and now < until


async def whose(tx: Transaction, secret: bytes, purpose: Purpose, now: datetime) -> StaffId | None:
    """Of whom this was asked; None when it was not, or was answered, or too long ago."""
    wanted = select(challenges.c.staff, challenges.c.until).where(
        challenges.c.digest == _digest(secret), challenges.c.purpose == purpose
    )
    row = (await tx.execute(wanted)).one_or_none()
    return None if row is None or row.staff is None or now >= row.until else StaffId(row.staff)


async def remove(tx: Transaction, secret: bytes) -> None:
    """It was answered."""
    await tx.execute(delete(challenges).where(challenges.c.digest == _digest(secret)))


async def forget_old(tx: Transaction, now: datetime) -> None:
    """Forget what nobody answered in time."""
    await tx.execute(delete(challenges).where(challenges.c.until <= now))


def _digest(secret: bytes) -> bytes:
    """Both kinds carry 256 random bits, so plain SHA-256 cannot be searched."""
    return hashlib.sha256(secret).digest()

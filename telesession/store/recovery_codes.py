"""Recovery codes in the database, as digests keyed with the clinic's key: 80 bits could be searched without it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from telesession.domain.ids import StaffId
from telesession.store.database import Transaction, vault_of
from telesession.store.schema import recovery_codes


async def replace(tx: Transaction, who: StaffId, codes: Iterable[str]) -> None:
    """Give this account these codes; older ones open nothing any more."""
    await tx.execute(delete(recovery_codes).where(recovery_codes.c.staff == who))
    await tx.execute(insert(recovery_codes), [{"staff": who, "digest": _digest(tx, who, code)} for code in codes])


async def use(tx: Transaction, who: StaffId, code: str, now: datetime) -> bool:
    """Whether `code` was a good one of this account; from now on it is none."""
    wanted = update(recovery_codes).where(
        recovery_codes.c.staff == who,
        recovery_codes.c.digest == _digest(tx, who, code),
        recovery_codes.c.used_at.is_(None),
    )
    return (await tx.execute(wanted.values(used_at=now))).rowcount == 1


async def count_left(tx: Transaction, who: StaffId) -> int:
    """How many codes are still good."""
    wanted = select(func.count()).where(recovery_codes.c.staff == who, recovery_codes.c.used_at.is_(None))
    return (await tx.execute(wanted)).scalar_one()


def _digest(tx: Transaction, who: StaffId, code: str) -> bytes:
    return vault_of(tx).clinic.derive(f"recovery code:{who}:{code}")

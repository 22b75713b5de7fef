"""Therapists with an account, as far as a booking has to know them."""

from msgspec import Struct
from sqlalchemy import select

from telesession.domain.ids import StaffId
from telesession.domain.staff import StaffRole
from telesession.store.database import Transaction
from telesession.store.schema import staff

_IS_THERAPIST = (staff.c.role == StaffRole.THERAPIST, staff.c.disabled_at.is_(None))


class Therapist(Struct, frozen=True):
    """With whom one may book."""

    id: StaffId
    name: str


async def find_name(tx: Transaction, therapist: StaffId) -> str | None:
    """The name of `therapist`; None when there is no such account, or it is closed or not a therapist's."""
    wanted = select(staff.c.name).where(staff.c.id == therapist, *_IS_THERAPIST)
    name: str | None = (await tx.execute(wanted)).scalar_one_or_none()
    return name


async def list_by_id(tx: Transaction, after: str, most: int) -> list[Therapist]:
    """Up to `most` in the order of ids, from the one after `after`."""
    wanted = select(staff.c.id, staff.c.name).where(staff.c.id > after, *_IS_THERAPIST).order_by(staff.c.id).limit(most)
    return [Therapist(StaffId(row.id), row.name) for row in await tx.execute(wanted)]

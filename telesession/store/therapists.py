"""Therapists with an account, as far as a booking has to know them."""

from sqlalchemy import select

from telesession.domain.ids import StaffId
from telesession.domain.staff import StaffRole
from telesession.store.database import Transaction
from telesession.store.schema import staff


async def find_name(tx: Transaction, therapist: StaffId) -> str | None:
    """The name of `therapist`; None when there is no such account, or it is closed or not a therapist's."""
    wanted = select(staff.c.name).where(
        staff.c.id == therapist, staff.c.role == StaffRole.THERAPIST, staff.c.disabled_at.is_(None)
    )
    name: str | None = (await tx.execute(wanted)).scalar_one_or_none()
    return name

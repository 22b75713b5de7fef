"""What a clinic has done so far, as far as its tables tell."""

from sqlalchemy import exists, select

from telesession.domain.appointments import AppointmentStatus
from telesession.domain.staff import StaffRole
from telesession.store.database import Transaction
from telesession.store.schema import appointments, staff


async def taken(tx: Transaction) -> tuple[bool, bool, bool]:
    """Whether there is a therapist's account that is open, an appointment, and a visit that was held."""
    therapist = exists().where(staff.c.role == StaffRole.THERAPIST, staff.c.disabled_at.is_(None))
    appointment = exists().where(appointments.c.id.is_not(None))
    visit = exists().where(appointments.c.status == AppointmentStatus.FULFILLED)
    row = (await tx.execute(select(therapist, appointment, visit))).one()
    return bool(row[0]), bool(row[1]), bool(row[2])

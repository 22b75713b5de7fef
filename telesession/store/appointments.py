"""Appointments in the database."""

from datetime import datetime
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import Row, insert, select, update

from telesession.domain.appointments import Appointment, AppointmentStatus
from telesession.domain.errors import NotFound
from telesession.domain.ids import VisitId
from telesession.store.database import Transaction
from telesession.store.schema import appointments

COLUMNS = (
    appointments.c.id,
    appointments.c.starts_at,
    appointments.c.ends_at,
    appointments.c.therapist_name,
    appointments.c.patient_name,
    appointments.c.time_zone,
    appointments.c.status,
)


async def add(tx: Transaction, appointment: Appointment) -> None:
    """Store a new appointment."""
    await tx.execute(insert(appointments), asdict(appointment))


async def get(tx: Transaction, visit: VisitId, *, for_change: bool = False) -> Appointment:
    """The appointment of `visit`; raises `NotFound`. `for_change` keeps others from changing it meanwhile."""
    wanted = select(*COLUMNS).where(appointments.c.id == visit)
    row = (await tx.execute(wanted.with_for_update() if for_change else wanted)).one_or_none()
    if row is None:
        raise NotFound
    return _appointment(row)


async def save(tx: Transaction, appointment: Appointment) -> None:
    """Replace the stored appointment of the same id."""
    await tx.execute(update(appointments).where(appointments.c.id == appointment.id).values(asdict(appointment)))


async def list_ending_after(tx: Transaction, moment: datetime) -> list[Appointment]:
    """Appointments that end after `moment`, the earliest first."""
    wanted = (
        select(*COLUMNS).where(appointments.c.ends_at > moment).order_by(appointments.c.starts_at, appointments.c.id)
    )
    return [_appointment(row) for row in await tx.execute(wanted)]


def _appointment(row: Row[*tuple[Any, ...]]) -> Appointment:
    return Appointment(
        id=VisitId(row.id),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        therapist_name=row.therapist_name,
        patient_name=row.patient_name,
        time_zone=row.time_zone,
        status=AppointmentStatus(row.status),
    )

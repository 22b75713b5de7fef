"""An appointment: what was planned, with whom and when. What happens at it is the room's business (`room.py`)."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from telesession.domain.errors import Refused
from telesession.domain.ids import VisitId
from telesession.domain.messages import Name

MIN_LENGTH = timedelta(minutes=5)
MAX_LENGTH = timedelta(hours=8)

TimeZone = Annotated[str, Meta(min_length=1, max_length=64)]


class AppointmentStatus(StrEnum):
    """The states of a FHIR R4 Appointment that this service uses."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    NOSHOW = "noshow"


class Appointment(Struct, frozen=True):
    """`time_zone` is the patient's, an IANA name; the times themselves are UTC."""

    id: VisitId
    starts_at: datetime
    ends_at: datetime
    therapist_name: Name
    patient_name: Name
    time_zone: TimeZone
    status: AppointmentStatus = AppointmentStatus.BOOKED


def span(starts_at: datetime, length: timedelta, now: datetime) -> tuple[datetime, datetime]:
    """Start and end of an appointment of `length`; raises `Refused` when no visit is that long or it would be over."""
    if not MIN_LENGTH <= length <= MAX_LENGTH:
        raise Refused("bad_length", "An appointment lasts between 5 minutes and 8 hours.")
    if starts_at + length <= now:
        raise Refused("already_over", "This appointment would already be over. Please choose a later time.")
    return starts_at, starts_at + length


def moved(appointment: Appointment, starts_at: datetime) -> Appointment:
    """The same appointment, as long as before, at another time; its links move with it."""
    require_open(appointment)
    length = appointment.ends_at - appointment.starts_at
    return replace(appointment, starts_at=starts_at, ends_at=starts_at + length)


def cancelled(appointment: Appointment) -> Appointment:
    """The appointment called off. Calling it off twice is harmless."""
    if appointment.status is AppointmentStatus.CANCELLED:
        return appointment
    require_open(appointment)
    return replace(appointment, status=AppointmentStatus.CANCELLED)


def fulfilled(appointment: Appointment) -> Appointment:
    """The appointment after its visit has ended. A fact, so it is never refused."""
    return replace(appointment, status=AppointmentStatus.FULFILLED)


def require_open(appointment: Appointment) -> None:
    """Raise `Refused` if the appointment was called off or its visit has ended."""
    if appointment.status is AppointmentStatus.CANCELLED:
        raise Refused("cancelled", "This appointment was cancelled.")
    if appointment.status is AppointmentStatus.FULFILLED:
        raise Refused("ended", "This appointment has ended.")

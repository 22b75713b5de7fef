"""An appointment: what was planned, with whom and when. What happens at it is the room's business (`room.py`)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from telesession.domain.errors import Refused
from telesession.domain.ids import PatientId, StaffId, VisitId
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
    """`time_zone` is the patient's, an IANA name; the times themselves are UTC.

    `revision` counts the changes that calendars are told of (SEQUENCE, RFC 5546 section 2.1.4). Appointments of one
    `series` were booked together. A therapist without an account is known by name alone.
    """

    id: VisitId
    starts_at: datetime
    ends_at: datetime
    therapist_name: Name
    patient: PatientId
    patient_name: Name
    time_zone: TimeZone
    changed_at: datetime
    therapist: StaffId | None = None
    series: str | None = None
    revision: int = 0
    status: AppointmentStatus = AppointmentStatus.BOOKED


def span(starts_at: datetime, length: timedelta, now: datetime) -> tuple[datetime, datetime]:
    """Start and end of an appointment of `length`; raises `Refused` when no visit is that long or it would be over."""
    if not MIN_LENGTH <= length <= MAX_LENGTH:
        raise Refused("bad_length", "An appointment lasts between 5 minutes and 8 hours.")
    if starts_at + length <= now:
        raise Refused("already_over", "This appointment would already be over. Please choose a later time.")
    return starts_at, starts_at + length


def moved(appointment: Appointment, starts_at: datetime, length: timedelta, now: datetime) -> Appointment:
    """The appointment at another time; raises `Refused` when that would be over or the appointment is. At the time
    that it has already nothing changes."""
    require_open(appointment)
    start, end = span(starts_at, length, now)
    if (start, end) == (appointment.starts_at, appointment.ends_at):
        return appointment
    return _changed(replace(appointment, starts_at=start, ends_at=end), now)


def version(appointment: Appointment) -> str:
    """Names this state of the appointment, for whoever changes only what they have seen."""
    return f"{appointment.revision}-{appointment.status}"


def require_version(appointment: Appointment, seen: str | None) -> None:
    """Raise `Refused` if the appointment was changed since `seen`; None has seen nothing and minds nothing."""
    if seen is not None and seen != version(appointment):
        raise Refused("changed_meanwhile", "Somebody else has changed this appointment. Look at theirs first.")


def cancelled(appointment: Appointment, now: datetime) -> Appointment:
    """The appointment called off. Calling it off twice is harmless."""
    if appointment.status is AppointmentStatus.CANCELLED:
        return appointment
    require_open(appointment)
    return _changed(replace(appointment, status=AppointmentStatus.CANCELLED), now)


def overlapping(others: Iterable[Appointment], appointment: Appointment) -> list[Appointment]:
    """Those of `others` that take the same therapist, or the same patient, at the same time."""
    return [
        other
        for other in others
        if other.id != appointment.id
        and other.status is not AppointmentStatus.CANCELLED
        and other.starts_at < appointment.ends_at
        and other.ends_at > appointment.starts_at
        and (_is_same(other, appointment) or other.patient == appointment.patient)
    ]


def _is_same(one: Appointment, other: Appointment) -> bool:
    """Whether both are with the same therapist."""
    if one.therapist is None or other.therapist is None:
        return one.therapist_name == other.therapist_name
    return one.therapist == other.therapist


def fulfilled(appointment: Appointment, now: datetime) -> Appointment:
    """The appointment after its visit has ended. A fact, so it is never refused."""
    return replace(appointment, status=AppointmentStatus.FULFILLED, changed_at=now)


def missed(appointment: Appointment, now: datetime) -> Appointment:
    """The appointment to which the patient did not come; raises `Refused` before it began."""
    require_open(appointment)
    if now < appointment.starts_at:
        raise Refused("not_begun", "This appointment has not begun yet.")
    return replace(appointment, status=AppointmentStatus.NOSHOW, changed_at=now)


def _changed(appointment: Appointment, now: datetime) -> Appointment:
    """A change that calendars have to be told of."""
    return replace(appointment, revision=appointment.revision + 1, changed_at=now)


def require_open(appointment: Appointment) -> None:
    """Raise `Refused` if the appointment was called off or its visit has ended."""
    if appointment.status is AppointmentStatus.CANCELLED:
        raise Refused("cancelled", "This appointment was cancelled.")
    if appointment.status in (AppointmentStatus.FULFILLED, AppointmentStatus.NOSHOW):
        raise Refused("ended", "This appointment has ended.")

"""An appointment as calendars read it (RFC 5545, 5546, 7986). Others may see it: it tells nothing of health.

So the clinic's name, which most often says what it is for, stands in the mail alone.
"""

import re
from datetime import date
from zoneinfo import ZoneInfo

from icalendar import CLASS, STATUS, Calendar, Conference, Event, vCalAddress
from msgspec import Struct

from telesession.domain.appointments import Appointment, AppointmentStatus

REQUEST = "REQUEST"
CANCEL = "CANCEL"

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+")
"""What no line may hold (RFC 5545 section 3.1); ends of lines the library writes as it should."""

_PRODUCT = "-//telesession//telesession//EN"


class Words(Struct, frozen=True):
    """What the entry says, in the patient's language; all of it neutral."""

    title: str
    join: str


def method_of(appointment: Appointment) -> str:
    """What calendars are to do: put it in or change it, or take it out."""
    return CANCEL if appointment.status is AppointmentStatus.CANCELLED else REQUEST


def entry(appointment: Appointment, words: Words, link: str, organizer: str, attendee: str) -> bytes:
    """The appointment as an iCalendar object, always the same for one revision.

    Its UID is that of the appointment and its SEQUENCE the revision, so each replaces the one before it; what was
    cancelled has no link. Times are in the patient's zone, which comes along. Nothing rings: reminders are ours.
    """
    method = method_of(appointment)
    is_on = method == REQUEST
    zone = ZoneInfo(appointment.time_zone)
    event = Event.new(
        uid=appointment.id,
        sequence=appointment.revision,
        stamp=appointment.changed_at,
        start=appointment.starts_at.astimezone(zone),
        end=appointment.ends_at.astimezone(zone),
        summary=_plain(words.title),
        description=f"{_plain(words.join)}\n{link}" if is_on else None,
        url=link if is_on else None,
        conferences=[Conference(link, feature="VIDEO", label=_plain(words.join))] if is_on else None,
        organizer=vCalAddress.new(organizer),
        attendees=[vCalAddress.new(attendee, partstat="NEEDS-ACTION", rsvp=False)],
        status=STATUS.CONFIRMED if is_on else STATUS.CANCELLED,
        classification=CLASS.PRIVATE,
    )
    calendar = Calendar.new(method=method, prodid=_PRODUCT, uid=appointment.id, subcomponents=[event])
    year = appointment.starts_at.year
    calendar.add_missing_timezones(first_date=date(year - 1, 1, 1), last_date=date(year + 2, 1, 1))
    written: bytes = calendar.to_ical()
    return written


def _plain(text: str) -> str:
    return _CONTROL.sub(" ", text)

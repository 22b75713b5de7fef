"""Notifications: what a patient is told outside the visit, by what way, when, and when it is no longer worth telling.

A notification names neither address nor text. Both are made from the patient's record and the appointment when it goes
out, so that it says what is true then.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from msgspec import Struct

from telesession.domain.appointments import Appointment, AppointmentStatus
from telesession.domain.errors import Refused
from telesession.domain.ids import NotificationId, VisitId
from telesession.domain.patients import Details


class Kind(StrEnum):
    INVITATION = "invitation"
    MOVED = "moved"
    CANCELLED = "cancelled"
    REMINDER_24H = "reminder_24h"
    REMINDER_1H = "reminder_1h"
    REMINDER_10MIN = "reminder_10min"
    LATE = "late"
    """The therapist is running late."""
    READY = "ready"
    """The therapist is there and waits for the patient."""


class Channel(StrEnum):
    MAIL = "mail"
    SMS = "sms"


class State(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    OUTBOX = "outbox"
    """The service cannot send it: staff copy it and send it by themselves."""
    DROPPED = "dropped"
    """Overtaken by events, such as the reminder of an appointment that was moved."""


LEADS = {
    Kind.REMINDER_24H: timedelta(hours=24),
    Kind.REMINDER_1H: timedelta(hours=1),
    Kind.REMINDER_10MIN: timedelta(minutes=10),
}
"""How long before the start each reminder is due, the longest first."""

STALE_AFTER = timedelta(minutes=10)
"""Then "running late" and "ready" are news no more."""

LATE_MINUTES = range(1, 121)

_INSTANT = frozenset({Kind.REMINDER_1H, Kind.REMINDER_10MIN, Kind.LATE, Kind.READY})
"""Worth a text message before a mail: few people read their mail within the hour."""

_CHANGES = frozenset({Kind.INVITATION, Kind.MOVED, Kind.CANCELLED})
"""What nobody may miss goes by every way there is."""

_OPEN = (AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED)


class Notification(Struct, frozen=True):
    """`revision` is that of the appointment which it tells of. `error` is the stable code of the last attempt."""

    id: NotificationId
    visit: VisitId
    revision: int
    kind: Kind
    channel: Channel
    due_at: datetime
    created_at: datetime
    state: State = State.WAITING
    sent_at: datetime | None = None
    error: str | None = None


class Facts(Struct, frozen=True):
    """All that a notification may say. `token` and `code` are empty where there is nothing to join."""

    kind: Kind
    appointment: Appointment
    details: Details
    token: str = ""
    code: str = ""
    late_minutes: int = 0


class Letter(Struct, frozen=True):
    """One notification as it goes out: `to` is a mail address or a phone number, empty when there is none."""

    to: str
    subject: str
    text: str
    html: str = ""
    language: str = "en"
    calendar: bytes = b""
    """An iCalendar object (RFC 5545) and, below, its method (RFC 5546)."""
    calendar_method: str = ""
    also: tuple[str, ...] = ()
    """Others who get the same mail, and see it."""


class Sent(Struct, frozen=True):
    """What of a letter is kept for staff to read."""

    to: str
    subject: str
    text: str


def reminders(starts_at: datetime, now: datetime) -> list[tuple[Kind, datetime]]:
    """Which reminders an appointment gets that is booked at `now`, and when each is due. What would be late is not."""
    due = [(kind, starts_at - lead) for kind, lead in LEADS.items()]
    return [(kind, at) for kind, at in due if at > now]


def channels(kind: Kind, details: Details, served: Collection[Channel]) -> Sequence[Channel]:
    """By which ways to tell `kind`: never none. Where nothing can be sent, the one by which staff would."""
    reachable = [channel for channel in Channel if address(details, channel)]
    order = (Channel.SMS, Channel.MAIL) if kind in _INSTANT else (Channel.MAIL, Channel.SMS)
    best = [channel for channel in order if channel in reachable and channel in served]
    if not best:
        return [next((channel for channel in order if channel in reachable), Channel.MAIL)]
    return best if kind in _CHANGES else best[:1]


def address(details: Details, channel: Channel) -> str:
    """Where a patient is reached by `channel`; empty when nobody knows."""
    return details.email if channel is Channel.MAIL else details.phone


def once_key(notification: Notification, again: str = "") -> str:
    """The same for what must not be sent twice; `again` makes it another one."""
    parts = (notification.visit, str(notification.revision), notification.kind, notification.channel, again)
    return ":".join(part for part in parts if part)


def is_overtaken(notification: Notification, appointment: Appointment, now: datetime) -> bool:
    """Whether telling it at `now` would be wrong or of no use."""
    if notification.revision != appointment.revision:
        return True
    if notification.kind is Kind.CANCELLED:
        return appointment.status is not AppointmentStatus.CANCELLED
    if appointment.status not in _OPEN or now >= appointment.ends_at:
        return True
    if notification.kind in LEADS:
        return appointment.status is not AppointmentStatus.BOOKED or now >= _replaced_at(notification.kind, appointment)
    if notification.kind in (Kind.LATE, Kind.READY):
        return now >= notification.due_at + STALE_AFTER
    return False


def require_minutes(minutes: int) -> None:
    """Raise `Refused` unless somebody can be that late."""
    if minutes not in LATE_MINUTES:
        raise Refused("bad_minutes", "Please say how late, from 1 minute to 2 hours.")


def _replaced_at(kind: Kind, appointment: Appointment) -> datetime:
    """When the next reminder says the same better, or the appointment begins."""
    following = dict(pairwise(LEADS))
    lead = LEADS[following[kind]] if kind in following else timedelta(0)
    return appointment.starts_at - lead

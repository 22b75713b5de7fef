"""How long each kind of what is kept is kept, and when it is time to look."""

from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct

AT_NIGHT = time(3, 0)
"""By the clinic's clock: nobody is treated then, and no day is longer or shorter for having changed to summer time."""


class Kind(StrEnum):
    """What goes when its time is over. Records of patients do not: they stay until they are erased."""

    VISIT_LOGS = "visit_logs"
    """Lines of what happened in visits, chat too; after the appointment."""
    CLIPS = "clips"
    """Videos of the clinic's own demonstrations; after the appointment that they are of."""
    RECORDINGS = "recordings"
    """Films of visits; each as long as was said to those who agreed to it."""
    NOTIFICATIONS = "notifications"
    """Messages and what they said; after the appointment."""
    SEATS = "seats"
    """Which browsers sat in a visit; after the appointment."""
    JOBS = "jobs"
    """Work of the service that is finished."""
    AUDIT = "audit"
    """Who had access; after the line was written."""


class Periods(Struct, frozen=True):
    """Days; 0 keeps for ever."""

    visit_logs: int = 30
    clips: int = 30
    recordings: int = 30
    """Of those that are asked for from now on: what was said before counts for the others."""
    notifications: int = 90
    seats: int = 30
    jobs: int = 30
    audit: int = 2192

    def ended_before(self, kind: Kind, now: datetime) -> datetime | None:
        """What is older than this goes; None when nothing does."""
        days: int = getattr(self, kind)
        return now - timedelta(days=days) if days else None


def last_night(now: datetime, zone: str) -> datetime:
    """The last moment at which it was time to look, before or at `now`."""
    there = now.astimezone(ZoneInfo(zone))
    tonight = datetime.combine(there.date(), AT_NIGHT, there.tzinfo)
    return tonight if tonight <= there else datetime.combine(there.date() - timedelta(days=1), AT_NIGHT, there.tzinfo)


def is_due(swept_at: datetime | None, now: datetime, zone: str) -> bool:
    """Whether nobody has looked since the last night: a service that was off at night looks when it comes back."""
    return swept_at is None or swept_at < last_night(now, zone)

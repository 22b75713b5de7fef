"""Appointments that repeat: the same time of the clock each week, whatever summer time does."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from telesession.domain.errors import Refused

MOST = 52
WEEKS = (1, 2, 3, 4)


def moment(local: datetime, zone: str) -> datetime:
    """When clocks in `zone` show `local`, in UTC.

    A time that the clocks skip in spring is taken as that much later; of one that they show twice in autumn, the first.
    """
    return local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def weekly(local: datetime, zone: str, count: int, every: int = 1) -> list[datetime]:
    """`count` moments in UTC, `every` so many weeks, at the time of the clock that `local` (no zone) shows.

    Raises `Refused` when nobody would book that many.
    """
    if not 1 <= count <= MOST:
        raise Refused("count_wrong", "A series has between 1 and 52 appointments.")
    if every not in WEEKS:
        raise Refused("every_wrong", "Appointments of a series are 1 to 4 weeks apart.")
    return [moment(local + timedelta(weeks=every * number), zone) for number in range(count)]

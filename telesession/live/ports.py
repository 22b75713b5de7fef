"""What a hub asks of those outside its room: the log, the schedule, the clips, and whoever looks after recordings."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from telesession.domain.attendance import Attendance
from telesession.domain.clips import NO_CLIPS, Clips
from telesession.domain.ids import ParticipantId, VisitId
from telesession.domain.room import Room
from telesession.store.visit_log import Logged

if TYPE_CHECKING:
    from telesession.live.hub import Hub

NoteAttendance = Callable[[VisitId, Attendance], Awaitable[None]]
"""Tells the schedule how a visit stands."""

FindClips = Callable[[VisitId], Awaitable[Clips]]
"""Finds the clips of a visit as they are now."""


async def no_clips(_visit: VisitId) -> Clips:
    """A clinic without clips."""
    return NO_CLIPS


PlaceOf = Callable[[ParticipantId], str]
"""The network that somebody's browser is in, as the audit notes it."""


class Log(Protocol):
    """Where events are written before anybody is told: `telesession.store.visit_log.VisitLog`."""

    async def read(self, visit: VisitId, after: int = 0) -> list[Logged]: ...

    async def append(self, visit: VisitId, lines: Sequence[Logged]) -> None: ...


class Studio(Protocol):
    """Where recordings are looked after: `telesession.live.studio.Studio`."""

    keep_days: int | None
    """So long recordings are kept; None where the clinic does not record."""

    async def note(self, room: Room, visit: VisitId, lines: Sequence[Logged], place_of: PlaceOf) -> None:
        """Keep what was said and done about recordings where it stays longer than the log. Noting twice is harmless."""

    def follow(self, hub: "Hub") -> None:
        """Look at a room in which something has changed."""


class NoStudio:
    """A clinic that does not record."""

    keep_days: int | None = None

    async def note(self, room: Room, visit: VisitId, lines: Sequence[Logged], place_of: PlaceOf) -> None:
        """There is nothing to keep."""

    def follow(self, hub: "Hub") -> None:
        """There is nothing to look after."""

    async def close(self) -> None:
        """There is nothing to stop."""

"""What those outside a room are told: the schedule how the visit stands, the studio what was said of recordings."""

import asyncio
from collections.abc import Sequence

from telesession import logs
from telesession.domain.attendance import Attendance, attendance
from telesession.domain.errors import Refused
from telesession.domain.ids import VisitId
from telesession.domain.messages import RecordingEvent
from telesession.domain.room import Room
from telesession.live.ports import NoteAttendance, PlaceOf, Studio
from telesession.store.visit_log import Logged


class Notes:
    """All of it is in the log, so what cannot be noted now refuses nobody and is made good."""

    def __init__(self, visit: VisitId, when_attended: NoteAttendance, studio: Studio) -> None:
        self._visit = visit
        self._when_attended = when_attended
        self._studio = studio
        self._seen = Attendance()
        self._noting = asyncio.Lock()
        self._unnoted: list[Logged] = []

    async def attendance(self, room: Room) -> None:
        """Tell the appointment what changed."""
        seen = attendance(room)
        if seen == self._seen:
            return
        try:
            await self._when_attended(self._visit, seen)
        except Refused as no:
            logs.get().warning("attendance_not_noted", visit_id=self._visit, code=no.code)
        else:
            self._seen = seen

    def add(self, lines: Sequence[Logged]) -> None:
        """What is in the log now; kept with the next `recording`."""
        self._unnoted += [line for line in lines if isinstance(line.entry.event, RecordingEvent)]

    async def recording(self, room: Room, place_of: PlaceOf) -> None:
        """Have kept what was said of recordings, in its order. Not in the room's turn, since it takes its time.

        The next turn may be the one that says that nothing is recorded any more.
        """
        async with self._noting:
            about, self._unnoted = self._unnoted, []
            if about:
                await self._studio.note(room, self._visit, about, place_of)

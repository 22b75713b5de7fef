"""Who waits and is not there any more: they closed the page, or their line or their phone has gone to sleep.

A socket that is lost says nothing: pages are loaded again, and Wi-Fi comes and goes. So the room hears of it after a
grace, and of who is back at once. What it heard is in its log, so nothing is written while nothing changes, and a new
process asks the schedule who waited when the last one ended.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NoReturn

from telesession import logs
from telesession.domain.errors import NotFound, Refused
from telesession.domain.ids import ParticipantId, VisitId
from telesession.live.rooms import Rooms

GRACE_S = 30.0
LOOK_EVERY_S = 5.0

ListWaiting = Callable[[], Awaitable[list[VisitId]]]


class Absences:
    """Keeps count of who is missing since when. `now_s` is a clock that nobody sets."""

    def __init__(
        self, rooms: Rooms, list_waiting: ListWaiting, now_s: Callable[[], float], grace_s: float = GRACE_S
    ) -> None:
        self._rooms = rooms
        self._list_waiting = list_waiting
        self._now_s = now_s
        self._grace_s = grace_s
        self._missing_since: dict[tuple[VisitId, ParticipantId], float] = {}

    async def look(self) -> None:
        """Note who has been missing for longer than the grace, wherever somebody waits or is connected.

        While the database cannot be asked everybody stays as they are.
        """
        before, self._missing_since = self._missing_since, {}
        for visit in {*self._rooms.list_visits(), *await self._waiting()}:
            try:
                missing = await self._rooms.missing(visit)
                since = {one: before.get((visit, one), self._now_s()) for one in missing}
                self._missing_since |= {(visit, one): since_s for one, since_s in since.items()}
                gone = {one for one, since_s in since.items() if self._now_s() - since_s >= self._grace_s}
                await self._rooms.note_absences(visit, gone)
            except NotFound:
                continue  # erased meanwhile
            except Refused as no:
                logs.get().warning("absence_not_noted", visit_id=visit, code=no.code)

    async def _waiting(self) -> list[VisitId]:
        try:
            return await self._list_waiting()
        except Refused as no:
            logs.get().warning("absences_not_seen", code=no.code)
            return []


async def watch(absences: Absences, every_s: float = LOOK_EVERY_S) -> NoReturn:
    """Look again and again; runs until it is cancelled."""
    while True:
        await absences.look()
        await asyncio.sleep(every_s)

"""The rooms of this process: a hub for every visit in which somebody has a socket open."""

import asyncio
import random
from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from telesession.domain.ids import ParticipantId, VisitId
from telesession.domain.messages import Reason
from telesession.domain.practice import FindExercise, no_exercises
from telesession.domain.room import Room
from telesession.domain.seats import Seat
from telesession.live.hub import Hub
from telesession.live.ice import Ice
from telesession.live.outbox import Outbox
from telesession.live.ports import FindClips, Log, NoStudio, NoteAttendance, Studio, no_clips

DRAIN_SPREAD_MS = 2_000
"""Browsers told to come back at a restart are spread over this time, so that they do not all come at once."""


class Rooms:
    """Opens a visit's hub when the first browser enters and lets it go with the last."""

    def __init__(
        self,
        log: Log,
        now: Callable[[], datetime],
        ice: Ice,
        when_attended: NoteAttendance,
        find_exercise: FindExercise = no_exercises,
        find_clips: FindClips = no_clips,
        studio: Studio = NoStudio(),  # noqa: B008  it has no state
    ) -> None:
        self._log = log
        self._now = now
        self._ice = ice
        self._when_attended = when_attended
        self._find_exercise = find_exercise
        self._find_clips = find_clips
        self._studio = studio
        self._hubs: dict[VisitId, Hub] = {}
        self._is_draining = False
        self._empty = asyncio.Event()
        self._empty.set()

    async def enter(self, seat: Seat, since: int | None, outbox: Outbox, opened_ms: int | None = None) -> Hub:
        """Attach a browser to its visit's hub. Pair it with `leave`."""
        hub = self._hubs.get(seat.visit)
        if hub is None:
            hub = self._new_hub(seat.visit)
            await hub.load()
            # Somebody else may have opened it meanwhile, and may have changed and left it.
            hub = self._hubs.setdefault(seat.visit, hub)
            await hub.catch_up()
            hub = self._hubs.setdefault(seat.visit, hub)
        if self._is_draining:
            outbox.close(Reason.DRAINING, retry_after_ms=DRAIN_SPREAD_MS)
        self._empty.clear()
        hub.attach(seat, since, outbox, opened_ms)
        return hub

    async def look_into(self, visit: VisitId) -> Room:
        """The room of `visit` as its log has it now, whoever is in it and in whichever process."""
        hub = self._hubs.get(visit)
        return await (self._new_hub(visit) if hub is None else hub).look()

    def _new_hub(self, visit: VisitId) -> Hub:
        return Hub(
            visit,
            self._log,
            self._now,
            self._ice,
            self._when_attended,
            self._find_exercise,
            self._find_clips,
            self._studio,
        )

    def leave(self, hub: Hub, seat: Seat, outbox: Outbox) -> None:
        """Detach a browser; the hub goes with the last one, its log stays."""
        hub.detach(seat, outbox)
        if hub.is_empty and self._hubs.get(hub.visit) is hub:
            del self._hubs[hub.visit]
        if not self._hubs:
            self._empty.set()

    def list_visits(self) -> list[VisitId]:
        """The visits in which somebody is connected to this process."""
        return list(self._hubs)

    async def shut_out(self, reasons: Mapping[ParticipantId, Reason]) -> None:
        """Close the sockets of these participants for good, wherever they are; see `Hub.shut_out`."""
        for hub in list(self._hubs.values()):
            await hub.shut_out(reasons)

    def note_late(self, minutes: Mapping[VisitId, int]) -> None:
        """Tell who waits how late their therapist is; where nothing is said they are on time. See `Hub.note_late`."""
        for visit, hub in self._hubs.items():
            hub.note_late(minutes.get(visit, 0))

    async def missing(self, visit: VisitId) -> frozenset[ParticipantId]:
        """Who waits in `visit` with no socket open."""
        if (hub := self._hubs.get(visit)) is None:
            hub = self._new_hub(visit)
            await hub.look()
        return hub.missing

    async def note_absences(self, visit: VisitId, missing: Collection[ParticipantId]) -> None:
        """See `Hub.note_absences`, also where nobody is connected."""
        if (hub := self._hubs.get(visit)) is not None:
            await hub.note_absences(missing)
            return
        hub = self._new_hub(visit)
        await hub.look()
        await hub.note_absences(missing)
        if (opened := self._hubs.get(visit)) is not None:
            await opened.catch_up()  # somebody came in this moment
            await opened.note_absences()

    @property
    def visits(self) -> int:
        """How many visits have somebody connected to this process."""
        return len(self._hubs)

    async def drain(self) -> None:
        """Send everybody away to come back within two seconds; returns when the last one is gone.

        Whoever enters from now on is sent on as well.
        """
        self._is_draining = True
        for hub in self._hubs.values():
            hub.close_all(Reason.DRAINING, retry_after_ms=random.randrange(DRAIN_SPREAD_MS))  # noqa: S311  only jitter
        await self._empty.wait()

"""Looks after the recordings of this process: a recorder for each visit that wants one, and another when it dies.

What may be recorded is decided in the room (`domain/recording.py`); here is only seen to it that what may run does run,
and that the room knows when it does not.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from msgspec import Struct

from telesession import logs
from telesession.domain.errors import NotFound, Refused
from telesession.domain.ids import CommandId, InvitationId, ParticipantId, VisitId
from telesession.domain.messages import AttendRecording, FailRecording, Fault, Recording, RecordingCommand, Role
from telesession.domain.recording import Order, is_open, is_wanted
from telesession.domain.room import Participant, Room, admitted
from telesession.domain.seats import Seat
from telesession.live.hub import Hub
from telesession.live.ports import PlaceOf
from telesession.store.visit_log import Logged


class Patience(Struct, frozen=True):
    """How long the studio waits for whom."""

    restarts_s: tuple[float, ...] = (1.0, 2.0, 4.0)
    """After a recorder has died. One more death in a row, and it is given up."""
    steady_s: float = 30.0
    """A recorder that has written and lived so long was none that dies at once: its death is the first one again."""
    grace_s: float = 5.0
    """For a recorder whose work is over to put away what it has and go."""
    unattended_s: float = 15.0
    """For a therapist to come back, when none of those who are in is connected any more. Longer than a page takes to be
    loaded again or a phone to change its network."""
    alone_s: float = 120.0
    """For people to come back, when none of them is connected any more."""


PATIENT = Patience()
AGAIN_S = 1.0
"""After this what the log could not take is tried again."""


OnSilence = Callable[[bool], None]
"""Told True when a program that records gives no sign of life, and False when it gives one again."""


class Recorders(Protocol):
    """Runs the programs that record."""

    async def record(self, order: Order, on_silence: OnSilence) -> None:
        """Run one until it ends by itself, for whatever reason; say meanwhile when it gives no sign of life.

        Cancelling stops it: it is asked to put away what it has, and ended by force if it does not go soon.
        """


class Pass(Protocol):
    """A seat and what opens it: `telesession.services.invitations.Pass`."""

    @property
    def seat(self) -> Seat: ...

    @property
    def browser_key(self) -> str: ...


FindSeat = Callable[[VisitId, int], Awaitable[Pass]]
Note = Callable[[Room, VisitId, Sequence[Logged], PlaceOf], Awaitable[None]]


class Studio:
    """Follows each room that has an open recording. `close` it before the log of the rooms."""

    def __init__(
        self, recorders: Recorders, find_seat: FindSeat, note: Note, keep_days: int, patience: Patience = PATIENT
    ) -> None:
        self.keep_days: int | None = keep_days
        self.recorders = recorders
        self.find_seat = find_seat
        self.patience = patience
        self._note = note
        self._unnoted: dict[VisitId, list[Logged]] = {}
        self._attendants: dict[VisitId, _Attendant] = {}
        self._is_closed = False

    async def note(self, room: Room, visit: VisitId, lines: Sequence[Logged], place_of: PlaceOf) -> None:
        """Keep what was said and done. What cannot be kept now is kept with what comes next, or when it opens again."""
        waiting = [*self._unnoted.pop(visit, []), *lines]
        try:
            await self._note(room, visit, waiting, place_of)
        except Refused as no:
            self._unnoted[visit] = waiting
            logs.get().warning("recording_not_noted", visit_id=visit, code=no.code)

    def follow(self, hub: Hub) -> None:
        """Look at a room in which something has changed."""
        attendant = self._attendants.get(hub.visit)
        if attendant is None or attendant.hub is not hub:
            if self._is_closed or not is_open(hub.room.recording):
                return
            attendant = self._attendants[hub.visit] = _Attendant(self, hub)
        attendant.look()

    def gone(self, attendant: "_Attendant") -> None:
        """One recording needs nobody any more; there may be the next."""
        if self._attendants.get(attendant.hub.visit) is attendant:
            del self._attendants[attendant.hub.visit]
            if not attendant.hub.is_empty:
                self.follow(attendant.hub)

    async def close(self) -> None:
        """Stop all recorders; what they have is put away."""
        self._is_closed = True
        await asyncio.gather(*(one.close() for one in list(self._attendants.values())))


class _Attendant:
    """Sees one recording through: at most one recorder at a time, until it is over or nobody is left."""

    def __init__(self, studio: Studio, hub: Hub) -> None:
        self.hub = hub
        self._studio = studio
        self._patience = studio.patience
        self._number = _number(hub.room.recording)
        self._changed = asyncio.Event()
        self._recorder: asyncio.Task[None] | None = None
        self._began_s = 0.0
        self._is_silent = False
        self._deaths = 0
        self._parts = 0
        self._not_before_s = 0.0
        self._unattended_since_s: float | None = None
        self._task = asyncio.create_task(self._run(), name="studio")
        self._task.add_done_callback(self._end)

    def look(self) -> None:
        """Something has changed."""
        self._changed.set()

    async def close(self) -> None:
        """Stop."""
        self._task.cancel()
        await asyncio.wait([self._task])

    def _end(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            logs.get().error("studio_ended", error=type(error).__name__, where=logs.where(error))
        self._studio.gone(self)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        seen_s = loop.time()
        try:
            while True:
                self._changed.clear()
                is_untold = await self._put_out_the_lost()
                look_again_s = min(await self._attend(), AGAIN_S if is_untold else self._patience.alone_s)
                if self.hub.is_empty or not self._is_open:
                    break
                seen_s = loop.time() if self._has_company else seen_s
                alone_s = loop.time() - seen_s
                if alone_s >= self._patience.alone_s:
                    await self._stop()
                    break
                if self._recorder is None and self._is_wanted and loop.time() >= self._not_before_s:
                    self._began_s, self._is_silent = loop.time(), False
                    self._recorder = asyncio.create_task(self._record(), name="recorder")
                await self._wait(min(self._patience.alone_s - alone_s, look_again_s))
                if self._recorder is not None and self._recorder.done():
                    await self._bury(self._recorder)
            if self._recorder is not None:
                await asyncio.wait([self._recorder], timeout=self._patience.grace_s)
        finally:
            await self._stop()
            await self._put_out_the_lost()

    @property
    def _recording(self) -> Recording | None:
        recording = self.hub.room.recording
        return recording if recording is not None and recording.number == self._number else None

    @property
    def _is_open(self) -> bool:
        return is_open(self._recording)

    @property
    def _is_wanted(self) -> bool:
        return is_wanted(self._recording)

    @property
    def _has_company(self) -> bool:
        """Whether anybody but the recorder has a socket open."""
        people = {one.id for one in self.hub.room.participants.values() if one.role is not Role.RECORDER}
        return bool(people & self.hub.connected)

    async def _put_out_the_lost(self) -> bool:
        """A recorder without a socket or a living program is not there: the room learns it, and so do all in it.

        Whether the log could not take it, and nobody knows yet.
        """
        for one in self._lost:
            await self.hub.leave_for(one)
        return bool(self._lost)

    @property
    def _lost(self) -> list[Participant]:
        connected = self.hub.connected if self._is_recording else frozenset()
        return [one for one in admitted(self.hub.room) if one.role is Role.RECORDER and one.id not in connected]

    @property
    def _is_recording(self) -> bool:
        """Whether there is a program that may be at it, whatever its socket looks like."""
        return self._recorder is not None and not self._recorder.done() and not self._is_silent

    def _hear(self, is_silent: bool) -> None:
        self._is_silent = is_silent
        self.look()

    async def _attend(self) -> float:
        """Have the room know whether a therapist is connected; so long until one who is not counts as gone."""
        recording = self._recording
        therapists = {one.id for one in admitted(self.hub.room) if one.role is Role.THERAPIST}
        if recording is None or not therapists or therapists & self.hub.connected:
            self._unattended_since_s = None
            if recording is not None and therapists and not recording.is_attended:
                await self._say(AttendRecording(id=self._fresh_id(), recording=self._number, is_attended=True))
                return AGAIN_S
            return self._patience.alone_s
        now_s = asyncio.get_running_loop().time()
        self._unattended_since_s = self._unattended_since_s or now_s
        left_s = self._patience.unattended_s - (now_s - self._unattended_since_s)
        if not recording.is_attended:
            return self._patience.alone_s
        if left_s > 0:
            return left_s
        await self._say(AttendRecording(id=self._fresh_id(), recording=self._number, is_attended=False))
        return AGAIN_S

    async def _wait(self, most_s: float) -> None:
        """Until something has changed, the recorder has ended, or it is time to start one."""
        restart_s = self._not_before_s - asyncio.get_running_loop().time()
        if self._recorder is None and self._is_wanted:
            most_s = min(most_s, max(restart_s, 0.0))
        changed = asyncio.ensure_future(self._changed.wait())
        try:
            await asyncio.wait(
                [changed, *([self._recorder] if self._recorder else [])],
                timeout=most_s,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            changed.cancel()

    async def _record(self) -> None:
        recording = self._recording
        if recording is None:
            return
        self._parts = recording.parts
        try:
            found = await self._studio.find_seat(self.hub.visit, self._number)
        except (NotFound, Refused):
            logs.get().warning("recorder_not_seated", visit_id=self.hub.visit)
            return
        order = Order(
            visit=self.hub.visit,
            recording=self._number,
            purpose=recording.purpose,
            keep_days=recording.keep_days,
            participant=found.seat.participant,
            browser_key=found.browser_key,
            is_alone=self._deaths > 1,
        )
        await self._studio.recorders.record(order, self._hear)

    async def _bury(self, recorder: asyncio.Task[None]) -> None:
        """A recorder has ended: the next one comes after a while, or none when too many have died for nothing."""
        self._recorder = None
        _tell_of(recorder)
        recording = self._recording
        if recording is None or not is_wanted(recording):
            return
        lived_s = asyncio.get_running_loop().time() - self._began_s
        was_steady = recording.parts > self._parts and lived_s >= self._patience.steady_s
        self._deaths = 1 if was_steady else self._deaths + 1
        restarts_s = self._patience.restarts_s
        if self._deaths > len(restarts_s):
            await self._give_up()
        self._not_before_s = asyncio.get_running_loop().time() + restarts_s[min(self._deaths, len(restarts_s)) - 1]

    async def _give_up(self) -> None:
        fault = Fault.RECORDER_FAILED
        await self._say(FailRecording(id=self._fresh_id(), recording=self._number, fault=fault))

    async def _say(self, command: RecordingCommand) -> None:
        """Tell the room, in the recorder's role, what no recorder can say of itself."""
        nobody = ParticipantId("recorder")
        seat = Seat(nobody, self.hub.visit, InvitationId(nobody), Role.RECORDER, "Recorder")
        try:
            await self.hub.command(seat, command)
        except Refused as no:
            logs.get().warning("recording_not_told", visit_id=self.hub.visit, code=no.code)

    def _fresh_id(self) -> CommandId:
        return CommandId(f"studio-{self.hub.room.seq}")

    async def _stop(self) -> None:
        if self._recorder is not None:
            self._recorder.cancel()
            await asyncio.wait([self._recorder])
            _tell_of(self._recorder)


def _tell_of(recorder: asyncio.Task[None]) -> None:
    """What could not even be run is a fault of the machine, and somebody has to know."""
    if not recorder.cancelled() and (error := recorder.exception()) is not None:
        logs.get().error("recorder_not_run", error=type(error).__name__, where=logs.where(error))


def _number(recording: Recording | None) -> int:
    return 0 if recording is None else recording.number

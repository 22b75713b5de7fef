"""One visit's room while people are in it: take a turn, decide, write, evolve, tell."""

import asyncio
import secrets
from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import reduce

from telesession import logs
from telesession.domain.clips import NO_CLIPS
from telesession.domain.errors import NotFound, Refused
from telesession.domain.ids import CommandId, ParticipantId, VisitId
from telesession.domain.messages import (
    AnswerRecording,
    AnyCommand,
    AnyEvent,
    AnySignal,
    Done,
    EndVisit,
    Entry,
    Lateness,
    Leave,
    OutsideView,
    Presence,
    Reason,
    Remove,
    Shown,
    SignalFrom,
    Standing,
    StopExercise,
    StopRecording,
    View,
    VisitEnded,
    VisitView,
    Welcome,
)
from telesession.domain.playback import whole_ms
from telesession.domain.practice import FindExercise, asks_for_clips, no_exercises
from telesession.domain.room import Participant, Room, absences, decide, evolve, may_signal, standing_of
from telesession.domain.seats import Seat
from telesession.domain.view import letter, view
from telesession.live.ice import Ice
from telesession.live.notes import Notes
from telesession.live.outbox import MAX_BYTES, MAX_FRAMES, NOWHERE, Outbox, encode
from telesession.live.ports import FindClips, Log, NoStudio, NoteAttendance, Studio, no_clips
from telesession.store.visit_log import LogConflict, Logged

REMEMBERED = 500
"""Events that a returning browser can still catch up on; past that it gets a fresh view."""

MOST_EVENTS = 10_000
"""What one person may cause in one visit: far beyond a day's work, and an end to what would fill the log for ever."""

_ALWAYS = (Leave, Remove, EndVisit, StopExercise, StopRecording)
"""Ways out, which nobody may run out of. None of them can be repeated without something else in between."""

_INSIDE = (Standing.WAITING, Standing.ADMITTED)

_TRIES = 5


class Hub:
    """The room of one visit in this process. Call `load` once before anything else."""

    def __init__(
        self,
        visit: VisitId,
        log: Log,
        now: Callable[[], datetime],
        ice: Ice,
        when_attended: NoteAttendance,
        find_exercise: FindExercise = no_exercises,
        find_clips: FindClips = no_clips,
        studio: Studio = NoStudio(),  # noqa: B008  it has no state
    ) -> None:
        self.visit = visit
        self._log = log
        self._now = now
        self._ice = ice
        self._find_exercise = find_exercise
        self._find_clips = find_clips
        self._studio = studio
        self._turn = asyncio.Lock()
        self._notes = Notes(visit, when_attended, studio)
        self._room = Room()
        self._steps: deque[tuple[Room, Room, Entry]] = deque(maxlen=REMEMBERED)
        self._done: dict[tuple[ParticipantId, CommandId], int] = {}
        self._caused: Counter[ParticipantId] = Counter()
        self._outboxes: dict[ParticipantId, Outbox] = {}
        self._opened_ms: dict[ParticipantId, int] = {}
        self._late_minutes = 0
        self._refreshing: asyncio.TimerHandle | None = None

    @property
    def is_empty(self) -> bool:
        """Nobody has a socket open here."""
        return not self._outboxes

    @property
    def room(self) -> Room:
        """As this process knows it."""
        return self._room

    @property
    def connected(self) -> frozenset[ParticipantId]:
        """Who has a socket open here."""
        return frozenset(self._outboxes)

    async def load(self) -> None:
        """Bring the room to where its log stands."""
        await self._read()
        await self._note_recording()

    async def look(self) -> Room:
        """The room, with whatever another process has written to its log since."""
        async with self._turn:
            await self._read()
            room = self._room
        await self._note_recording()
        return room

    async def catch_up(self) -> None:
        """Take what others have written since `load`, in turn with what is decided here."""
        async with self._turn:
            await self._read()
        await self._note_recording()

    def attach(self, seat: Seat, since: int | None, outbox: Outbox, opened_ms: int | None = None) -> None:
        """Welcome a browser. Of two sockets of one seat, that of the page which was opened earlier is told to go."""
        me = seat.participant
        if (other := self._outboxes.get(me)) is not None:
            if opened_ms is not None and opened_ms < self._opened_ms.get(me, 0):
                outbox.close(Reason.SUPERSEDED)  # a page left behind has found its line again
                return
            other.close(Reason.SUPERSEDED)
        self._outboxes[me] = outbox
        self._opened_ms[me] = opened_ms or 0
        missed = self._missed(me, since)
        shown = view(self._room, me) if missed is None else None
        self._send_ice(me)
        outbox.put(Welcome(me, seat.role, self._room.seq, shown, self._now().timestamp() * 1000))
        for entry in missed or ():
            outbox.put_encoded(entry)
        self._tell_presence()
        if self._late_minutes:
            self._tell_lateness(me)
        self._close_whoever_is_out()
        self._keep_ice_fresh()
        self._studio.follow(self)

    def detach(self, seat: Seat, outbox: Outbox) -> None:
        """Forget a browser that is gone; a newer socket of the same seat stays."""
        if self._outboxes.get(seat.participant) is outbox:
            del self._outboxes[seat.participant]
            del self._opened_ms[seat.participant]
            self._tell_presence()
        if self.is_empty and self._refreshing is not None:
            self._refreshing.cancel()
        self._studio.follow(self)

    async def command(self, actor: Seat, command: AnyCommand) -> int:
        """Let `actor` try `command` and tell them `Done`; its event number, the first one's if it was sent before.

        Raises `Refused`, and then nothing has happened.
        """
        async with self._turn:
            seq = await self._do_once(actor, command)
        await self._note_recording()
        if (outbox := self._outboxes.get(actor.participant)) is not None:
            outbox.put(Done(command.id, seq))
        self._close_whoever_is_out()
        return seq

    def signal(self, sender: Seat, receiver: ParticipantId, signal: AnySignal) -> None:
        """Relay to somebody admitted, if they are connected; a signal between strangers is dropped without a word."""
        outbox = self._outboxes.get(receiver)
        if outbox is not None and may_signal(self._room, sender.participant, receiver):
            outbox.put(SignalFrom(sender.participant, signal))

    async def shut_out(self, reasons: Mapping[ParticipantId, Reason]) -> None:
        """Close the sockets of participants whose seat is good no longer, and have them leave the room.

        The others' browsers drop their media then, whatever the one who was shut out would like. What the log cannot
        take now is tried again the next time.
        """
        for participant, reason in reasons.items():
            if (outbox := self._outboxes.get(participant)) is not None:
                outbox.close(reason)
            them = self._room.participants.get(participant)
            if them is None or self._room.ended_at is not None or them.standing not in _INSIDE:
                continue
            await self.leave_for(them)

    def note_late(self, minutes: int) -> None:
        """Tell whoever is still outside that the therapist is so late; of no interest once the visit has begun."""
        late_minutes = minutes if self._room.began_at is None else 0
        if late_minutes != self._late_minutes:
            self._late_minutes = late_minutes
            for reader in self._outboxes:
                self._tell_lateness(reader)

    async def leave_for(self, them: Participant) -> None:
        """Have somebody leave the room who cannot do so themselves. What the log cannot take now is left undone."""
        seat = Seat(them.id, self.visit, them.invitation, them.role, them.name, them.relation)
        try:
            # No browser may have used it before: what was done once under an id is not done again.
            await self.command(seat, Leave(id=CommandId(f"shut-out-{secrets.token_hex(16)}")))
        except Refused as no:
            logs.get().warning("shut_out_not_noted", visit_id=self.visit, code=no.code)
        except NotFound:  # the patient was erased this moment: there is no log to write to, and nobody to tell
            logs.get().warning("shut_out_not_noted", visit_id=self.visit, code="erased")

    @property
    def missing(self) -> frozenset[ParticipantId]:
        """Who waits here without a socket, and whom the room still counts as waiting."""
        waiting = (one for one in self._room.participants.values() if one.standing is Standing.WAITING)
        return frozenset(one.id for one in waiting if one.away_since is None) - self.connected

    async def note_absences(self, missing: Collection[ParticipantId] = ()) -> None:
        """Have the room know who of those that wait is gone, `missing` for too long, and who is connected again.

        What the log cannot take now is left undone: it is tried again with the next look.
        """
        async with self._turn:
            try:
                for _ in range(_TRIES):
                    told = absences(self._room, self.connected, frozenset(missing) - self.connected)
                    events = [one for one in told if self._caused[one.participant] < MOST_EVENTS]
                    lines = [
                        Logged(entry, one.participant) for entry, one in zip(self._entries(events), events, strict=True)
                    ]
                    try:
                        return await self._write(lines) if lines else None
                    except LogConflict:
                        await self.load()
            except Refused as no:
                logs.get().warning("absence_not_noted", visit_id=self.visit, code=no.code)
            except NotFound:  # the patient was erased this moment
                logs.get().warning("absence_not_noted", visit_id=self.visit, code="erased")

    def close_all(self, reason: Reason, retry_after_ms: int) -> None:
        """Say goodbye to everybody."""
        for outbox in self._outboxes.values():
            outbox.close(reason, retry_after_ms)

    async def _do_once(self, actor: Seat, command: AnyCommand) -> int:
        for _ in range(_TRIES):
            done = self._done.get((actor.participant, command.id))
            if done is not None:
                return done
            try:
                return await self._take_turn(actor, command)
            except LogConflict:
                await self._read()
        raise Refused("busy", "That did not work just now. Please try again.")

    async def _take_turn(self, actor: Seat, command: AnyCommand) -> int:
        clips = await self._find_clips(self.visit) if asks_for_clips(command) else NO_CLIPS
        events = decide(self._room, actor, command, self._find_exercise, clips, self._studio.keep_days)
        if not events:
            return self._room.seq
        if self._caused[actor.participant] >= MOST_EVENTS and not _is_way_out(command):
            raise Refused("used_up", "This visit cannot take any more from you. You can still leave or end it.")
        entries = self._entries(events)
        ids = [None] * (len(events) - 1) + [command.id]
        await self._write(
            [Logged(entry, actor.participant, command_id) for entry, command_id in zip(entries, ids, strict=True)]
        )
        return self._room.seq

    def _entries(self, events: Sequence[AnyEvent]) -> list[Entry]:
        at = whole_ms(self._now())
        return [Entry(seq, at, event) for seq, event in enumerate(events, start=self._room.seq + 1)]

    async def _write(self, lines: Sequence[Logged]) -> None:
        """Written before told: the log, then the room, then everybody."""
        await self._log.append(self.visit, lines)
        entries = [line.entry for line in lines]
        if any(isinstance(entry.event, VisitEnded) for entry in entries):
            await self._notes.attendance(reduce(evolve, entries, self._room))  # whoever is told finds their link closed
        for line in lines:
            self._take(line)
        await self._note(lines)

    async def _read(self) -> None:
        lines = await self._log.read(self.visit, after=self._room.seq)
        for line in lines:
            self._take(line)
        await self._note(lines)

    async def _note(self, lines: Sequence[Logged]) -> None:
        """Tell those outside the room what concerns them."""
        self._studio.follow(self)
        self._notes.add(lines)
        await self._notes.attendance(self._room)

    async def _note_recording(self) -> None:
        await self._notes.recording(self._room, self._place_of)

    def _place_of(self, participant: ParticipantId) -> str:
        outbox = self._outboxes.get(participant)
        return NOWHERE if outbox is None else outbox.place

    def _take(self, line: Logged) -> None:
        """Evolve by one line of the log and tell everybody what is theirs to know."""
        before, after = self._room, evolve(self._room, line.entry)
        self._room = after
        self._steps.append((before, after, line.entry))
        self._caused[line.participant] += 1
        if line.command is not None:
            self._done[line.participant, line.command] = line.entry.seq
        if self._outboxes:
            self._deliver(before, after, line.entry)

    def _deliver(self, before: Room, after: Room, entry: Entry) -> None:
        as_event = encode(entry)
        someone_moved = False
        for reader, outbox in self._outboxes.items():
            told = letter(before, after, entry, reader)
            if isinstance(told, Entry):
                outbox.put_encoded(as_event)
            elif told is not None:
                someone_moved = True
                self._show(reader, outbox, told)
        if someone_moved:
            self._tell_presence()

    def _show(self, reader: ParticipantId, outbox: Outbox, shown: View) -> None:
        if isinstance(shown, VisitView):
            self._send_ice(reader)
        outbox.put(Shown(self._room.seq, shown))

    def _close_whoever_is_out(self) -> None:
        """Whoever was removed, or is in a visit that has ended, has nothing more to hear."""
        for participant, outbox in self._outboxes.items():
            if self._room.ended_at is not None:
                outbox.close(Reason.ENDED)
            elif standing_of(self._room, participant) is Standing.REMOVED:
                outbox.close(Reason.REMOVED)

    def _missed(self, reader: ParticipantId, since: int | None) -> list[bytes] | None:
        """The letters after event `since`; None when only a fresh view will do.

        Letters that would fill the outbox give way to a view too: else it closed, and the browser asked for them again.
        """
        oldest = self._steps[0][2].seq if self._steps else self._room.seq + 1
        if since is None or not oldest - 1 <= since <= self._room.seq:
            return None
        missed: list[bytes] = []
        room_left = MAX_BYTES // 2
        for before, after, entry in self._steps:
            told = letter(before, after, entry, reader) if entry.seq > since else None
            if isinstance(told, Entry):
                missed.append(encode(told))
                room_left -= len(missed[-1])
            if isinstance(told, OutsideView | VisitView) or room_left < 0 or len(missed) > MAX_FRAMES // 2:
                return None
        return missed

    def _tell_presence(self) -> None:
        """Tell everybody admitted who of those they see has a socket open."""
        for reader, outbox in self._outboxes.items():
            seen = view(self._room, reader)
            if isinstance(seen, VisitView):
                connected = tuple(one.id for one in seen.participants if one.id in self._outboxes)
                outbox.put(Presence(connected))

    def _tell_lateness(self, reader: ParticipantId) -> None:
        if standing_of(self._room, reader) is not Standing.ADMITTED:
            self._outboxes[reader].put(Lateness(self._late_minutes))

    def _send_ice(self, participant: ParticipantId) -> None:
        if standing_of(self._room, participant) is Standing.ADMITTED and self._room.ended_at is None:
            self._outboxes[participant].put(self._ice.servers_for(self.visit, participant, self._now()))

    def _keep_ice_fresh(self) -> None:
        if self._ice.refresh_s is None or (self._refreshing is not None and not self._refreshing.cancelled()):
            return
        self._refreshing = asyncio.get_running_loop().call_later(self._ice.refresh_s, self._refresh_ice)

    def _refresh_ice(self) -> None:
        self._refreshing = None
        for participant in self._outboxes:
            self._send_ice(participant)
        if not self.is_empty:
            self._keep_ice_fresh()


def _is_way_out(command: AnyCommand) -> bool:
    """Nobody is ever kept from going, or from saying no to a recording."""
    return isinstance(command, _ALWAYS) or (isinstance(command, AnswerRecording) and not command.is_agreed)

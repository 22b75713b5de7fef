"""Virtual patient and therapist: participants that need no browser and no person, by the public protocol alone.

`python -m telesession.media.bots` reads its `Order` from standard input, where a link is out of others' sight, and goes
when that is closed: whoever started it is gone.
"""

import asyncio
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from aiohttp import ClientConnectionError, ClientError, ClientSession
from aiortc import MediaStreamTrack, RTCPeerConnection
from aiortc.mediastreams import MediaStreamError
from msgspec import Struct

from telesession.domain.errors import Refused
from telesession.domain.exercises import Exercise
from telesession.domain.ids import ParticipantId
from telesession.domain.messages import (
    AnyCommand,
    Entry,
    IceServers,
    ParticipantView,
    PlaybackReport,
    Reason,
    Role,
    SendChat,
    ServerFrame,
    Shown,
    SignalFrom,
    View,
    VisitView,
    Welcome,
)
from telesession.media import patient as patients
from telesession.media import therapist as therapists
from telesession.media.loss import NO_LOSS, Loss
from telesession.media.order import Order
from telesession.media.patient import NO_ID, Act, Away, Patient, Proof, ReadWords, Wave
from telesession.media.peer import Peers, first_number
from telesession.media.portrait import Doing
from telesession.media.therapist import Prescribed, Therapist
from telesession.media.tracks import COUNT, HELLO, PAIN, Picture, Voice
from telesession.media.undecoded import never_decode
from telesession.media.wire import Line, NoSeat, Place, open_session, take_seat
from telesession.media.words import PICTURES

THINK_EVERY_S = 0.1
NOT_SENT = {"synonyms": {}, "evidence": (), "changes": (), "licence": ""}
"""What an exercise's file for screens leaves out of its entry."""
STARTS_WITHIN_S = 30
LONGEST_S = 3 * 3_600
WHERE, PHONE = "1 Example Street, at home", "+1 555 010 0142"
"""What a virtual patient answers when it is asked where it is."""


class Seen(Struct):
    """What a bot has received, and when, by its own clock: for measurements and tests."""

    began_at: float | None = None
    """When the first view came."""
    admitted_at: float | None = None
    first_picture_at: float | None = None
    pictures: int = 0
    sounds: int = 0


class Bot:
    """One participant: a line, its peers, and a mind that is asked again and again what to do."""

    def __init__(self, http: ClientSession, place: Place, loss: Loss = NO_LOSS) -> None:
        self._http = http
        self._place = place
        self.line = Line(http, place, self._hear)
        self.peers = Peers(self, self.line.signal, self._first_number, loss)
        self.seen = Seen()
        self.refusals: list[str] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._exercises: dict[tuple[str, int], Exercise | None] = {}
        self._news = asyncio.Event()

    # What a kind of bot decides for itself.

    def think(self, view: View, now: datetime) -> Sequence[Act]:
        """What to do now."""
        raise NotImplementedError

    def tracks(self, them: ParticipantView) -> Sequence[MediaStreamTrack]:
        """What it sends to one of the others."""
        raise NotImplementedError

    def waved(self) -> None:
        """It waves."""

    # What all of them do.

    async def run(self, patience_s: float = 120.0) -> Reason | None:
        """Take part until the visit is over or the service is gone for so long; why it ended."""
        thinking = asyncio.create_task(self._live(), name="bot")
        try:
            async with asyncio.timeout(LONGEST_S):
                return await self.line.run(patience_s)
        except TimeoutError:
            return None
        finally:
            for task in (thinking, *self._tasks):
                task.cancel()
            await self.peers.close()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until this is so: it is looked at whenever something has come."""
        while not holds():
            self._news.clear()
            await self._news.wait()

    @property
    def now(self) -> datetime:
        """The server's time."""
        return datetime.fromtimestamp(self.line.clock.now_ms() / 1_000, UTC)

    def exercise(self, view: View) -> Exercise | None:
        """What is shown, once its entry is here."""
        shown = view.practice.demonstration if isinstance(view, VisitView) else None
        if shown is None or shown.clip is not None:
            return None
        key = shown.exercise, shown.version
        if key not in self._exercises:
            self._exercises[key] = None
            self._do(self._fetch(*key))
        return self._exercises[key]

    def began(self, them: ParticipantView, connection: RTCPeerConnection) -> None:
        """Nothing to do: it is as it should be."""

    def arrived(self, them: ParticipantView, track: MediaStreamTrack) -> None:  # noqa: ARG002  a Scene says so
        """Take what the others send, and count it."""
        self._do(self._watch(track))

    def changed(self, them: ParticipantId, state: str) -> None:
        """Nothing to do: the peer looks after itself."""

    async def _live(self) -> None:
        while True:
            self._think()
            await asyncio.sleep(THINK_EVERY_S)

    def _think(self) -> None:
        if self.line.is_open and self.line.view is not None:
            for act in self.think(self.line.view, self.now):
                self._do(self._act(act))

    async def _act(self, act: Act) -> None:
        match act:
            case Away(for_s=for_s):
                await self.line.drop(for_s)
                self.peers.forget()  # not before: what still comes would begin connections that nobody hears of
            case Wave():
                self.waved()
            case ReadWords():
                await self._ask(SendChat(self._words(), id=NO_ID))
            case Proof(demonstration=number, rendering=rendering):
                self._tell_all(PlaybackReport(number, rendering))
            case _:
                await self._ask(act)

    def _words(self) -> str:
        view = self.line.view
        therapists = (
            [one.id for one in view.participants if one.role is Role.THERAPIST] if isinstance(view, VisitView) else []
        )
        for places in map(self.peers.words_with, therapists):
            if places is not None:
                return " ".join(PICTURES[place] for place in places)
        return "I do not see any words yet."

    async def _ask(self, command: AnyCommand) -> None:
        try:
            await self.line.ask(command)
        except Refused as no:  # somebody was faster: what was meant is no longer shown
            self.refusals.append(no.code)

    def _tell_all(self, signal: PlaybackReport) -> None:
        view = self.line.view
        if isinstance(view, VisitView):
            for one in view.participants:
                if one.id != view.you:
                    self.line.signal(one.id, signal)

    def _hear(self, frame: ServerFrame) -> None:
        self._news.set()
        view = self.line.view
        if view is not None:
            self.seen.began_at = self.seen.began_at or time.monotonic()
            self.peers.show(view)
            if isinstance(view, VisitView) and self.seen.admitted_at is None:
                self.seen.admitted_at = time.monotonic()
        match frame:
            case IceServers():
                self.peers.set_ice(frame)
            case SignalFrom(sender=sender, signal=signal):
                self.peers.receive(sender, signal)
            case Welcome() | Shown() | Entry():
                self._think()

    async def _watch(self, track: MediaStreamTrack) -> None:
        try:
            while True:
                await track.recv()
                self._news.set()
                if track.kind == "audio":
                    self.seen.sounds += 1
                    continue
                self.seen.pictures += 1
                if self.seen.first_picture_at is None:
                    self.seen.first_picture_at = time.monotonic()
        except MediaStreamError:
            return  # the connection is over

    async def _fetch(self, slug: str, version: int) -> None:
        url = f"{self._place.origin}{self._place.exercises_url}{slug}.{version}.json"
        try:
            async with self._http.get(url) as answer:
                entry = await answer.json()
        except (ClientError, TimeoutError):
            self._exercises.pop((slug, version))
            return
        known = {name: entry[name] for name in Exercise.__struct_fields__ if name in entry}
        self._exercises[slug, version] = msgspec.convert({**NOT_SENT, **known}, Exercise)

    def _do(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _first_number(self) -> int:
        return first_number(self.line.clock.now_ms(), self._place.starts_at)


class VirtualPatient(Bot):
    """Knocks, waits, shows itself, follows what is pushed, says how it is, and goes and comes back when asked."""

    def __init__(self, http: ClientSession, place: Place, seed: int = 0, loss: Loss = NO_LOSS) -> None:
        super().__init__(http, place, loss)
        self._mind = Patient(seed)
        self._voices: list[Voice] = []
        self._waves_until = 0.0
        self._counted: int | None = None

    def think(self, view: View, now: datetime) -> Sequence[Act]:
        self._mind, acts = patients.decide(self._mind, view, now, self.exercise(view))
        return acts

    def tracks(self, them: ParticipantView) -> Sequence[MediaStreamTrack]:
        self._voices = [voice for voice in self._voices if voice.readyState == "live"]
        self._voices.append(Voice())
        return self._voices[-1], Picture(self._doing, lambda: self.peers.wants_picture(them.id))

    def waved(self) -> None:
        self._waves_until = time.monotonic() + patients.WAVES_S
        self._sing(HELLO)

    def _doing(self) -> Doing:
        view = self.line.view
        exercise = None if view is None else self.exercise(view)
        doing = patients.doing(view, self.now, exercise, is_waving=time.monotonic() < self._waves_until)
        if doing.count != self._counted:
            self._counted = doing.count
            if doing.count is not None:
                self._sing(PAIN if doing.is_hurting else COUNT)
        return doing

    def _sing(self, notes: Sequence[tuple[float, float]]) -> None:
        for voice in self._voices:
            voice.sing(notes)


class VirtualTherapist(Bot):
    """Lets in whoever waits, shows the exercises of its plan one after the other, and ends the visit."""

    def __init__(
        self,
        http: ClientSession,
        place: Place,
        plan: Sequence[Prescribed] = (),
        ends_after_s: float | None = None,
        loss: Loss = NO_LOSS,
    ) -> None:
        super().__init__(http, place, loss)
        self._mind = Therapist(tuple(plan), ends_after_s)

    def think(self, view: View, now: datetime) -> Sequence[Act]:
        self._mind, acts = therapists.decide(self._mind, view, now)
        return acts

    def tracks(self, them: ParticipantView) -> Sequence[MediaStreamTrack]:
        return Voice(), Picture(Doing, lambda: self.peers.wants_picture(them.id))


async def attend(order: Order) -> Reason | None:
    """Be the virtual patient of `order`'s link until the visit is over. Raises `NoSeat` when the link does not open."""
    async with open_session(Path(order.authority) if order.authority else None) as http:
        place = await _seat(http, order.link)
        return await VirtualPatient(http, place, order.seed, order.loss).run()


async def _seat(http: ClientSession, link: str) -> Place:
    """The service that has started us may not answer yet."""
    for _ in range(STARTS_WITHIN_S):
        try:
            return await take_seat(http, link, WHERE, PHONE)
        except ClientConnectionError:
            await asyncio.sleep(1)
    raise NoSeat("nobody answers")


async def main() -> int:
    """One virtual patient, until its visit is over or whoever started it is gone."""
    never_decode()
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    order = msgspec.json.decode(await reader.readline(), type=Order)
    visit = asyncio.create_task(attend(order))
    orphaned = asyncio.create_task(reader.read())
    try:
        await asyncio.wait([visit, orphaned], return_when=asyncio.FIRST_COMPLETED)
        return 0 if not visit.done() or visit.result() is not None else 1
    except NoSeat:
        return 2
    finally:
        for task in (visit, orphaned):
            task.cancel()
        await asyncio.wait([visit, orphaned])


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))

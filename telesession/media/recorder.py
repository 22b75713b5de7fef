"""The process that records: takes a seat in each visit that it is told of, and writes what it gets there.

`python -m telesession.media.recorder`, started by the service, which talks to it as `work.py` says; to the visit it
talks by the public protocol alone. It ends when its standard input does: nobody records without being watched.
"""

import asyncio
import contextlib
import ctypes
import gc
import os
import resource
import signal
import sys
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

from aiohttp import ClientSession
from aiortc import MediaStreamTrack, RTCPeerConnection
from yarl import URL

from telesession import logs
from telesession.domain.errors import Refused
from telesession.domain.ids import CommandId, ParticipantId
from telesession.domain.messages import (
    BeginPart,
    FailRecording,
    Fault,
    IceServers,
    Knock,
    OutsideView,
    ParticipantView,
    Recording,
    RecordingState,
    ServerFrame,
    SignalFrom,
    Standing,
    VisitView,
)
from telesession.media.ear import Kind
from telesession.media.limits import Limits
from telesession.media.peer import Peers, first_number
from telesession.media.receiver import Listening, only_what_we_keep
from telesession.media.rtp import Frame
from telesession.media.takes import DiskFull, Take, require_space
from telesession.media.wire import Line, Place, open_session
from telesession.media.work import (
    ALIVE_EVERY_S,
    LONGEST_LINE,
    Alive,
    Flooded,
    Over,
    Said,
    Stop,
    Work,
    line_of,
    read_told,
)

LOOK_EVERY_S = 0.25
CHECK_EVERY_S = 1.0
"""Is there room on the disk? It also takes then what was written, so that a power cut loses no more."""
BEGIN_WITHIN_S = 3.0
"""So long a part waits for everybody's media: it should not begin with nothing."""
GOODBYE_S = 2.0
SILENT_FOR_S = 60.0
PATIENCE_S = 30.0
"""So long without the service, and the process gives up."""
FOUND_WITHIN_S = 5.0
"""Before it was found once: people have agreed and look at "The recording starts" meanwhile."""

_ANY = CommandId("-")
GOES_FIRST = "500"
"""Of a thousand: proc_pid_oom_score_adj(5)."""
_PR_SET_DUMPABLE = 4  # linux/prctl.h


class ServiceNotFound(Exception):
    """The service was never reached at the address that we were given."""


class Recorder:
    """One seat's work, from its knock until it is sent away. `run` returns how many parts it wrote."""

    def __init__(self, work: Work, http: ClientSession, found_within_s: float = FOUND_WITHIN_S) -> None:
        self._work = work
        self._found_within_s = found_within_s
        place = Place(work.participant, work.origin, work.socket_path, "", work.starts_at, 0, work.address)
        self._line = Line(http, place, self._hear)
        self._peers = Peers(self, self._line.signal, lambda: first_number(self._line.clock.now_ms(), work.starts_at))
        self._listening: dict[ParticipantId, Listening] = {}
        self._limits = Limits(lambda sender: _say(Flooded(sender)))
        self._take: Take | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._fault: Fault | None = None
        self._heard: set[ParticipantId] = set()
        self._ready_since_s: float | None = None
        self._changed = asyncio.Event()
        self.parts = 0

    async def run(self) -> None:
        """Until the recording is over, the service is gone or somebody cancels; what was written is whole then."""
        calling = asyncio.create_task(self._call(), name="recorder's line")
        looking = asyncio.create_task(self._keep_looking(), name="recorder's look")
        checking = asyncio.create_task(self._keep_checking(), name="recorder's disk")
        tasks = {calling, looking, checking}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._stop_writing()
            if self._closing:
                await asyncio.wait(self._closing)
            for task in tasks:
                task.cancel()
            for listening in self._listening.values():
                listening.stop()
            with contextlib.suppress(TimeoutError):  # everything is put away: nobody waits for a polite goodbye
                async with asyncio.timeout(GOODBYE_S):
                    await asyncio.wait(tasks)
                    await self._peers.close()
        for task in tasks:
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                raise error

    async def _call(self) -> None:
        if await self._line.run(PATIENCE_S, self._found_within_s) is None and self._line.view is None:
            raise ServiceNotFound

    # --- what media/peer.py asks of whoever has peers

    def tracks(self, _them: ParticipantView) -> tuple[MediaStreamTrack, ...]:
        """Nothing is sent."""
        return ()

    def began(self, them: ParticipantView, connection: RTCPeerConnection) -> None:
        """A new connection: take what it brings as it is encoded."""
        only_what_we_keep(connection)
        listening = Listening(connection, partial(self._on_frame, them.id))
        listening.take_over()
        self._limits.hold(them.id, connection)
        former, self._listening[them.id] = self._listening.get(them.id), listening
        if former is not None:
            former.stop()

    def arrived(self, _them: ParticipantView, _track: MediaStreamTrack) -> None:
        """Its frames never come this way."""

    def changed(self, _them: ParticipantId, _state: str) -> None:
        """`media/peer.py` makes a new connection when one is lost."""

    # --- the visit

    def _hear(self, frame: ServerFrame) -> None:
        if not self._may_write():
            self._stop_writing()
        match frame:
            case IceServers():
                self._peers.set_ice(frame)
            case SignalFrom(sender=sender, signal=signal_):
                self._peers.receive(sender, signal_)
            case _:
                self._meet()
        self._changed.set()

    def _meet(self) -> None:
        recording = self._recording()
        if recording is not None and recording.state in (RecordingState.READY, RecordingState.RUNNING):
            assert self._line.view is not None
            self._peers.show(self._line.view)
        else:
            self._peers.forget()
            self._heard.clear()
            self._ready_since_s = None

    def _recording(self) -> Recording | None:
        """Ours, as it stands; None when we are outside or it is another one."""
        view = self._line.view
        if not isinstance(view, VisitView) or view.recording is None:
            return None
        return view.recording if view.recording.number == self._work.recording else None

    def _may_write(self) -> bool:
        recording = self._recording()
        return self._line.is_open and recording is not None and recording.state is RecordingState.RUNNING

    async def _keep_looking(self) -> None:
        """Act on what has changed until the work is over."""
        while self._fault is None and await self._look():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._changed.wait()
            self._changed.clear()
        if self._fault is not None:
            self._stop_writing()
            with contextlib.suppress(Refused):
                await self._line.ask(FailRecording(id=_ANY, recording=self._work.recording, fault=self._fault))

    async def _look(self) -> bool:
        """Whether there is anything left to do."""
        if not self._may_write():
            self._stop_writing()
        view = self._line.view
        if not self._line.is_open or view is None:
            return True
        if isinstance(view, OutsideView):
            return await self._knock(view)
        recording = self._recording()
        if recording is None or recording.state is RecordingState.ENDED:
            return False
        if recording.state is RecordingState.READY:
            if self._is_heard():
                await self._begin()
        elif recording.state is RecordingState.RUNNING and self._take is None:
            self._write(recording)
        if self._take is not None and time.monotonic() - self._take.last_heard_s > SILENT_FOR_S:
            self._fault = Fault.NO_MEDIA
        return True

    async def _knock(self, view: OutsideView) -> bool:
        if view.standing not in (Standing.ARRIVING, Standing.LEFT):
            return view.standing is Standing.WAITING
        try:
            await self._line.ask(Knock(id=_ANY))
        except Refused as no:
            return no.code == "busy"
        return True

    def _is_heard(self) -> bool:
        """Whether there is something from everybody to write, or it was waited for long enough."""
        now_s, view = time.monotonic(), self._line.view
        assert isinstance(view, VisitView)
        self._ready_since_s = self._ready_since_s or now_s
        others = {one.id for one in view.participants if one.standing is Standing.ADMITTED and one.id != view.you}
        return others <= self._heard or now_s - self._ready_since_s > BEGIN_WITHIN_S

    async def _begin(self) -> None:
        try:
            await asyncio.to_thread(require_space, Path(self._work.folder), self._work.kept_free)
            await self._line.ask(BeginPart(id=_ANY, recording=self._work.recording))
        except DiskFull:
            self._fault = Fault.DISK_FULL
        except Refused:
            return  # somebody came or changed their mind meanwhile: the next view says so

    def _write(self, recording: Recording) -> None:
        """From here on frames are written. The server's clock says when the part began, and ours when that was."""
        assert recording.running_since is not None
        since_s = (self._line.clock.now_ms() - recording.running_since.timestamp() * 1_000) / 1_000
        zero_s = time.monotonic() - since_s
        folder = Path(self._work.folder)
        self._take = Take(folder, self._work.key, recording.parts, zero_s, self._work.kept_free)
        self.parts += 1
        for listening in self._listening.values():
            listening.wish_for_keys()

    def _stop_writing(self) -> None:
        """Not one frame more, from this moment on; the ends are written in a thread."""
        take, self._take = self._take, None
        if take is not None:
            closing = asyncio.create_task(self._put_away(take), name="end of a part")
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

    async def _put_away(self, take: Take) -> None:
        try:
            await asyncio.to_thread(take.close)
        except DiskFull:
            self._fail(Fault.DISK_FULL)

    def _on_frame(self, them: ParticipantId, kind: Kind, at_s: float, frame: Frame) -> None:
        if them not in self._heard:
            self._heard.add(them)
            self._changed.set()
        if self._take is None:
            return
        try:
            self._take.add(them, kind, at_s, frame)
        except DiskFull:
            self._fail(Fault.DISK_FULL)

    async def _keep_checking(self) -> None:
        while True:
            await asyncio.sleep(CHECK_EVERY_S)
            if (take := self._take) is not None:
                try:
                    await asyncio.to_thread(take.check)
                except DiskFull:
                    self._fail(Fault.DISK_FULL)

    def _fail(self, fault: Fault) -> None:
        self._fault = self._fault or fault
        self._stop_writing()
        self._changed.set()


async def record(work: Work) -> int:
    """Do one piece of work to its end; how many parts were written."""
    async with open_session(Path(work.authority) if work.authority else None) as http:
        http.cookie_jar.update_cookies([work.cookie], URL(work.address))
        recorder = Recorder(work, http)
        await recorder.run()
        return recorder.parts


async def serve(told: asyncio.StreamReader) -> None:
    """Do whatever is told, side by side, until nobody tells anything any more; then put everything away."""
    doing: dict[ParticipantId, asyncio.Task[int]] = {}
    living = asyncio.create_task(_keep_saying_alive(), name="sign of life")
    try:
        async for line in _lines(told):
            said = read_told(line)
            if isinstance(said, Stop):
                if said.participant in doing:
                    doing[said.participant].cancel()
            elif said.participant not in doing:
                task = doing[said.participant] = asyncio.create_task(record(said), name="recording")
                task.add_done_callback(partial(_tell, doing, said.participant))
    finally:
        living.cancel()
        for task in doing.values():
            task.cancel()
        await asyncio.wait([living, *doing.values()])


def _tell(
    doing: dict[ParticipantId, "asyncio.Task[int]"], participant: ParticipantId, task: "asyncio.Task[int]"
) -> None:
    """Say that it is over. What went wrong goes with it: the process is one for many, and the others go on."""
    del doing[participant]
    error = None if task.cancelled() else task.exception()
    if error is not None:
        over = Over(participant, 0, type(error).__name__, logs.where(error))
    else:
        over = Over(participant, 0 if task.cancelled() else task.result())
    _say(over)


def _say(said: Said) -> None:
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.buffer.write(line_of(said))
        sys.stdout.buffer.flush()


async def _keep_saying_alive() -> None:
    """By the loop that writes what comes: when that stands still, so does this."""
    while True:
        _say(Alive())
        await asyncio.sleep(ALIVE_EVERY_S)


async def _lines(told: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while line := await told.readline():
        yield line


async def main() -> None:
    """Until standard input ends or somebody asks the process to stop."""
    loop = asyncio.get_running_loop()
    told = asyncio.StreamReader(LONGEST_LINE)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(told), sys.stdin)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.feed_eof)
    await serve(told)


def keep_secrets() -> None:
    """No core dump, and nobody's debugger: memory holds keys, and pictures of patients as they come."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def go_first() -> None:
    """Where memory runs out it is rather a recording that is interrupted than the service with all visits."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(GOES_FIRST)


if __name__ == "__main__":
    go_first()  # before it is nobody's to look into, its own neither
    keep_secrets()
    os.umask(0o077)
    gc.freeze()
    try:
        import uvloop
    except ImportError:
        asyncio.run(main())
    else:
        uvloop.run(main())

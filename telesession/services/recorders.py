"""Runs the processes that record, for `live/studio.py`: gives them work, waits for its end, ends what does not end."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Self

from msgspec import DecodeError, Struct

from telesession import logs
from telesession.config import Settings
from telesession.domain.errors import NotFound, Refused
from telesession.domain.ids import ParticipantId
from telesession.domain.recorded import RecordingId
from telesession.domain.recording import Order
from telesession.media.files import KEPT_FREE
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
    read_said,
)
from telesession.services.archive import Archive

COMMAND = (sys.executable, "-I", "-m", "telesession.media.recorder")
MOST_EACH = 8
"""Recordings that one process carries: what is lost at once when it dies, against 90 MB for each process (ADR 154)."""
GRACE_S = 5.0
SILENT_AFTER = 5
"""Looks without a sign of life, one as often as there should be one. In looks, not in seconds: a service that itself
stands still has not listened meanwhile."""
STUCK_AFTER = 40
STARTED_WITHIN = 240
"""Looks until the first sign of life; a process that hangs is ended."""


class Way(Struct, frozen=True):
    """How a recorder comes to the service at `address` as a browser comes to `origin`.

    `cookie` is the name of the one that opens a seat.
    """

    origin: str
    address: str
    cookie: str
    authority: Path | None = None


EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
"""What is listened on, and where that is found on the same machine."""


def inside(settings: Settings) -> str:
    """Scheme, host and port by which processes of this machine reach the service, whatever stands before it.

    With a certificate of its own it is known by its public name alone.
    """
    if settings.tls_cert:
        return settings.origin
    host = EVERYWHERE.get(settings.host, settings.host)
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


class RecorderProcesses:
    """As many processes as there is work for; `close` them before the database."""

    def __init__(
        self,
        archive: Archive,
        way: Way,
        *,
        most_each: int = MOST_EACH,
        kept_free: int = KEPT_FREE,
        command: Sequence[str] = COMMAND,
        looks_every_s: float = ALIVE_EVERY_S,
    ) -> None:
        self._archive = archive
        self._way = way
        self._most_each = most_each
        self.kept_free = kept_free
        """Bytes of the disk that no recording takes; counts for what begins from now on."""
        self._command = tuple(command)
        self._looks_every_s = looks_every_s
        self._running: list[_Running] = []
        self._starting = asyncio.Lock()
        self._settling: set[asyncio.Task[None]] = set()

    @property
    def pids(self) -> list[int]:
        """The processes that run now."""
        return [one.pid for one in self._running]

    async def record(self, order: Order, on_silence: Callable[[bool], None]) -> None:
        """Have it recorded until that ends by itself, for whatever reason. Cancelling puts away what there is.

        `on_silence` is told True when the process gives no sign of life, and False when it gives one again.
        """
        recording = RecordingId(order.visit, order.recording)
        try:
            opened = await self._archive.open(recording, order.purpose, order.keep_days)
        except (NotFound, OSError) as no:
            logs.get().warning("recording_not_begun", visit_id=order.visit, error=type(no).__name__)
            return
        work = Work(
            participant=order.participant,
            recording=order.recording,
            origin=self._way.origin,
            address=self._way.address,
            socket_path=f"/visit/{order.participant}/socket",
            cookie=(self._way.cookie, order.browser_key),
            starts_at=opened.starts_at,
            folder=str(opened.folder),
            key=opened.key,
            kept_free=self.kept_free,
            authority=None if self._way.authority is None else str(self._way.authority),
        )
        began = asyncio.get_running_loop().time()
        parts: int | None = None
        try:
            running = await self._with_room(is_alone=order.is_alone)
            parts = await running.do(work, on_silence)
        finally:
            seconds = round(asyncio.get_running_loop().time() - began, 1)
            logs.get().info("recorder_left", visit_id=order.visit, seconds=seconds, count=parts)
            self._settle_soon(recording)

    async def close(self) -> None:
        """End all processes; what they have is put away first."""
        for one in list(self._running):
            await one.end()
        if self._settling:
            await asyncio.wait(self._settling)

    def _settle_soon(self, recording: RecordingId) -> None:
        """Whoever waits for a recorder's end has to tell of it: the database is asked later."""
        settling = asyncio.create_task(self._settle(recording), name="settling")
        self._settling.add(settling)
        settling.add_done_callback(self._settling.discard)

    async def _settle(self, recording: RecordingId) -> None:
        try:
            await self._archive.settle(recording)
        except NotFound:
            return  # its patient was erased meanwhile
        except (Refused, OSError) as no:  # the archive looks again by itself
            logs.get().warning("archive_waits", error=type(no).__name__, where=logs.where(no))

    async def _with_room(self, *, is_alone: bool) -> "_Running":
        """A process that takes one more, started if there is none."""
        most = 1 if is_alone else self._most_each
        async with self._starting:
            for one in self._running:
                if one.takes_more and not one.is_silent and one.count < min(most, one.most):
                    one.count += 1
                    return one
            started = await _Running.start(self._command, self._running, self._looks_every_s)
            started.count, started.most = 1, most
            return started


class _Running:
    """One process, and who waits for what it does."""

    def __init__(self, process: Process, among: "list[_Running]", looks_every_s: float) -> None:
        self._process = process
        self._among = among
        self._looks_every_s = looks_every_s
        self._waiting: dict[ParticipantId, _Waiting] = {}
        self._looks: int | None = None
        """Since its last sign of life; None before the first."""
        self._reading = asyncio.create_task(self._read(), name="recorder process")
        self._watching = asyncio.create_task(self._watch(), name="recorder process")
        self.pid = process.pid
        self.takes_more = True
        self.is_silent = False
        self.count = 0
        self.most = MOST_EACH
        among.append(self)

    @classmethod
    async def start(cls, command: Sequence[str], among: "list[_Running]", looks_every_s: float) -> Self:
        # The environment has paths of secrets, which is nothing that somebody's datagrams should reach.
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={}, start_new_session=True, limit=LONGEST_LINE
        )
        return cls(process, among, looks_every_s)

    async def do(self, work: Work, on_silence: Callable[[bool], None]) -> int | None:
        """How many parts were written; None when the process died."""
        over: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._waiting[work.participant] = _Waiting(over, on_silence)
        try:
            if not self.takes_more:
                return None  # it died while somebody chose it
            self._say(line_of(work))
            return await asyncio.shield(over)
        except asyncio.CancelledError:
            self._say(line_of(Stop(work.participant)))
            await asyncio.wait([over], timeout=GRACE_S)
            if not over.done() and len(self._waiting) == 1:  # else the others would pay for it
                self._process.kill()
            raise
        finally:
            del self._waiting[work.participant]
            self.count -= 1
            if not self._waiting and self.count == 0:
                await asyncio.shield(self.end())

    async def end(self) -> None:
        """Close its input, which ends it; by force after a while."""
        self.takes_more = False
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            async with asyncio.timeout(GRACE_S):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await asyncio.wait([self._reading])

    def _say(self, line: bytes) -> None:
        assert self._process.stdin is not None
        if not self._process.stdin.is_closing():
            self._process.stdin.write(line)

    async def _read(self) -> None:
        """Until it says no more, which is when it is dead: whoever waits for it is told."""
        assert self._process.stdout is not None
        try:
            async for line in self._process.stdout:
                self._hear(read_said(line))
        except (ValueError, DecodeError):
            self._process.kill()  # nobody knows who is speaking
        self.takes_more = False
        self._watching.cancel()
        if self in self._among:
            self._among.remove(self)
        for waits in self._waiting.values():
            if not waits.over.done():
                waits.over.set_result(None)
        if code := await self._process.wait():
            logs.get().warning("recorder_died", code=code)

    def _hear(self, said: Said) -> None:
        match said:
            case Alive():
                self._looks = 0
                self._tell_silence(is_silent=False)
            case Flooded(sender=sender):
                logs.get().error("recording_flooded", participant_id=sender)
            case Over(participant=participant, parts=parts, error=error, where=where):
                if error:
                    logs.get().error("recorder_failed", error=error, where=where)
                if (waits := self._waiting.get(participant)) is not None and not waits.over.done():
                    waits.over.set_result(parts)

    async def _watch(self) -> None:
        """See that it is alive: say when it seems not to be, and end it when that lasts."""
        for _ in range(STARTED_WITHIN):
            await asyncio.sleep(self._looks_every_s)
            if self._looks is not None:
                break
        while self._looks is not None and self._looks < STUCK_AFTER:
            self._looks += 1
            self._tell_silence(is_silent=self._looks > SILENT_AFTER)
            await asyncio.sleep(self._looks_every_s)
        logs.get().warning("recorder_stuck")
        self._process.kill()

    def _tell_silence(self, *, is_silent: bool) -> None:
        if is_silent is self.is_silent:
            return
        self.is_silent = is_silent
        for waits in self._waiting.values():
            waits.on_silence(is_silent)


class _Waiting(NamedTuple):
    """For the end of one recording, or for its process to give no sign of life."""

    over: asyncio.Future[int | None]
    on_silence: Callable[[bool], None]

"""Runs the processes that record, for `live/studio.py`: gives them work, waits for its end, ends what does not end."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from msgspec import DecodeError, Struct

from telesession import logs
from telesession.config import Settings
from telesession.domain.errors import NotFound
from telesession.domain.ids import ParticipantId
from telesession.domain.recorded import RecordingId
from telesession.domain.recording import Order
from telesession.media.files import KEPT_FREE
from telesession.media.work import LONGEST_LINE, Flooded, Stop, Work, line_of, read_said
from telesession.services.archive import Archive

COMMAND = (sys.executable, "-I", "-m", "telesession.media.recorder")
MOST_EACH = 8
"""Recordings that one process carries: what is lost at once when it dies, against 90 MB for each process (ADR 154)."""
GRACE_S = 5.0


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
    ) -> None:
        self._archive = archive
        self._way = way
        self._most_each = most_each
        self.kept_free = kept_free
        """Bytes of the disk that no recording takes; counts for what begins from now on."""
        self._command = tuple(command)
        self._running: list[_Running] = []
        self._starting = asyncio.Lock()

    @property
    def pids(self) -> list[int]:
        """The processes that run now."""
        return [one.pid for one in self._running]

    async def record(self, order: Order) -> None:
        """Have it recorded until that ends by itself, for whatever reason. Cancelling puts away what there is."""
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
            running = await self._with_room()
            parts = await running.do(work)
        finally:
            seconds = round(asyncio.get_running_loop().time() - began, 1)
            logs.get().info("recorder_left", visit_id=order.visit, seconds=seconds, count=parts)
            await asyncio.shield(self._settle(recording))

    async def close(self) -> None:
        """End all processes; what they have is put away first."""
        for one in list(self._running):
            await one.end()

    async def _settle(self, recording: RecordingId) -> None:
        try:
            await self._archive.settle(recording)
        except NotFound:
            return  # its patient was erased meanwhile

    async def _with_room(self) -> "_Running":
        """A process that takes one more, started if there is none."""
        async with self._starting:
            for one in self._running:
                if one.takes_more and one.count < self._most_each:
                    one.count += 1
                    return one
            started = await _Running.start(self._command, self._running)
            started.count = 1
            return started


class _Running:
    """One process, and who waits for what it does."""

    def __init__(self, process: Process, among: "list[_Running]") -> None:
        self._process = process
        self._among = among
        self._waiting: dict[ParticipantId, asyncio.Future[int | None]] = {}
        self._reading = asyncio.create_task(self._read(), name="recorder process")
        self.pid = process.pid
        self.takes_more = True
        self.count = 0
        among.append(self)

    @classmethod
    async def start(cls, command: Sequence[str], among: "list[_Running]") -> Self:
        # The environment has paths of secrets, which is nothing that somebody's datagrams should reach.
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={}, start_new_session=True, limit=LONGEST_LINE
        )
        return cls(process, among)

    async def do(self, work: Work) -> int | None:
        """How many parts were written; None when the process died."""
        over: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._waiting[work.participant] = over
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
                over = read_said(line)
                if isinstance(over, Flooded):
                    logs.get().error("recording_flooded", participant_id=over.sender)
                    continue
                if over.error:
                    logs.get().error("recorder_failed", error=over.error, where=over.where)
                if (waits := self._waiting.get(over.participant)) is not None and not waits.done():
                    waits.set_result(over.parts)
        except (ValueError, DecodeError):
            self._process.kill()  # nobody knows who is speaking
        self.takes_more = False
        if self in self._among:
            self._among.remove(self)
        for waits in self._waiting.values():
            if not waits.done():
                waits.set_result(None)
        if code := await self._process.wait():
            logs.get().warning("recorder_died", code=code)

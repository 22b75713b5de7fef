"""Stand-ins for what tests must steer: the clock, the log, the network. One each, for all tests."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from telesession.domain.clips import Playable
from telesession.domain.errors import NotFound, Refused
from telesession.domain.ids import VisitId
from telesession.domain.recording import Order
from telesession.live.studio import OnSilence
from telesession.media.files import UPLOAD
from telesession.media.prepare import OnProgress
from telesession.store.visit_log import LogConflict, Logged


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: datetime = datetime(2026, 12, 1, 12, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        """Move on by e.g. `minutes=5`."""
        self.now += timedelta(**time)


class PowerCut(Exception):
    """The process died here."""


class MemoryLog:
    """A visit log that outlives the hubs that write to it, and fails when told to."""

    def __init__(self) -> None:
        self.lines: list[Logged] = []
        self.is_full = False
        self.is_erased = False
        self.dies_after_append = False
        self.opens: asyncio.Event | None = None
        """While it is not set, nothing can be read."""

    async def read(self, visit: VisitId, after: int = 0) -> list[Logged]:  # noqa: ARG002  one visit
        if self.opens is not None:
            await self.opens.wait()
        return [line for line in self.lines if line.entry.seq > after]

    async def append(self, visit: VisitId, lines: Sequence[Logged]) -> None:  # noqa: ARG002  one visit
        if self.is_full:
            raise Refused("storage", "We could not save that just now. Please try again in a moment.")
        if self.is_erased:
            raise NotFound
        taken = {line.entry.seq for line in self.lines}
        asked = {(line.participant, line.command) for line in self.lines if line.command}
        if any(line.entry.seq in taken or (line.participant, line.command) in asked for line in lines):
            raise LogConflict
        self.lines.extend(lines)
        if self.dies_after_append:
            raise PowerCut


class Kitchen:
    """Stands in for the processes that look at an upload: takes what it gets, waits while told to, then answers."""

    def __init__(self, answer: Playable | Refused) -> None:
        self.answer = answer
        self.seen: list[bytes] = []
        self.began = asyncio.Event()
        self.opens = asyncio.Event()
        self.opens.set()

    async def __call__(self, folder: Path, on_progress: OnProgress) -> Playable:
        self.seen.append(read(folder / UPLOAD))
        await on_progress(0.5)
        self.began.set()
        await self.opens.wait()
        await on_progress(0.9)
        if isinstance(self.answer, Refused):
            raise self.answer
        return self.answer


def read(file: Path) -> bytes:
    """All of a small file."""
    return file.read_bytes()


class Booth:
    """Stands in for the processes that record: keeps what was ordered, and ends when a test says so."""

    def __init__(self) -> None:
        self.orders: asyncio.Queue[Order] = asyncio.Queue()
        self.stopped: asyncio.Queue[Order] = asyncio.Queue()
        self.is_broken = False
        """Whoever is started dies at once."""
        self._ends: list[asyncio.Event] = []
        self._on_silence: list[OnSilence] = []

    async def record(self, order: Order, on_silence: OnSilence) -> None:
        self._on_silence.append(on_silence)
        self.orders.put_nowait(order)
        if self.is_broken:
            return
        end = asyncio.Event()
        self._ends.append(end)
        try:
            await end.wait()
        except asyncio.CancelledError:
            self.stopped.put_nowait(order)
            raise

    def be_silent(self, *, is_silent: bool) -> None:
        """Nothing that records gives a sign of life, or it does again."""
        for one in self._on_silence:
            one(is_silent)

    def end(self) -> None:
        """Everything that records now ends by itself."""
        for one in self._ends:
            one.set()
        self._ends.clear()

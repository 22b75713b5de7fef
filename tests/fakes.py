"""Stand-ins for what tests must steer: the clock, the log, the network. One each, for all tests."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from telesession.domain.errors import Refused
from telesession.domain.ids import VisitId
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
        taken = {line.entry.seq for line in self.lines}
        asked = {(line.participant, line.command) for line in self.lines if line.command}
        if any(line.entry.seq in taken or (line.participant, line.command) in asked for line in lines):
            raise LogConflict
        self.lines.extend(lines)
        if self.dies_after_append:
            raise PowerCut

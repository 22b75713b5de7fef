"""A hub over a log that a test can look into."""

from collections.abc import Awaitable, Callable

import pytest

from telesession.domain.ids import VisitId
from telesession.live.ice import Ice
from telesession.live.rooms import Rooms
from tests.fakes import Clock, MemoryLog


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
def ended() -> list[VisitId]:
    return []


@pytest.fixture
def when_ended(ended: list[VisitId]) -> Callable[[VisitId], Awaitable[None]]:
    async def note(visit: VisitId) -> None:
        ended.append(visit)

    return note


@pytest.fixture
def rooms(log: MemoryLog, clock: Clock, when_ended: Callable[[VisitId], Awaitable[None]]) -> Rooms:
    return Rooms(log, clock, Ice(), when_ended)

"""A hub over a log that a test can look into."""

import pytest

from telesession.domain.attendance import Attendance
from telesession.domain.ids import VisitId
from telesession.live.ice import Ice
from telesession.live.ports import NoteAttendance
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
def when_attended(ended: list[VisitId]) -> NoteAttendance:
    async def note(visit: VisitId, seen: Attendance) -> None:
        if seen.is_ended:
            ended.append(visit)

    return note


@pytest.fixture
def rooms(log: MemoryLog, clock: Clock, when_attended: NoteAttendance) -> Rooms:
    return Rooms(log, clock, Ice(), when_attended)

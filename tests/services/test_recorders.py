"""The processes that record, as the service sees them: that they live, hang, die, and share their work."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from telesession.domain.ids import ParticipantId, VisitId
from telesession.domain.messages import Purpose
from telesession.domain.patients import Details
from telesession.domain.recording import Order
from telesession.live.studio import OnSilence
from telesession.media.reel_files import FOLDER
from telesession.services.archive import Archive
from telesession.services.recorders import RecorderProcesses, Way
from telesession.services.scheduling import Scheduling
from telesession.store.database import Database
from tests.fakes import Clock

ALIVE = """
import json, select, sys
while True:
    print('{"type":"alive"}', flush=True)
    open(sys.argv[1], "w").close()
    if select.select([sys.stdin], [], [], 0.02)[0]:
        if not (line := sys.stdin.buffer.raw.readline()):
            break
        said = json.loads(line)
        if said["type"] == "stop":
            print(json.dumps({"type": "over", "participant": said["participant"], "parts": 0}), flush=True)
"""
LIVES = "it-lives"
MUTE = "import sys; sys.stdin.read()"


Runs = Callable[..., RecorderProcesses]


@pytest.fixture
async def visit(scheduling: Scheduling, clock: Clock) -> VisitId:
    booked = await scheduling.book(clock(), timedelta(hours=1), "Tess", Details("Pat"), "Europe/Madrid")
    return booked.appointment.id


@pytest.fixture
async def runs(database: Database, clock: Clock, tmp_path: Path) -> AsyncIterator[Runs]:
    """Processes that record nothing, started by what is given."""
    archive, opened = Archive(database, clock, tmp_path / FOLDER), []

    def run(program: str, looks_every_s: float = 0.1) -> RecorderProcesses:
        command = (sys.executable, "-I", "-S", "-c", program, str(tmp_path / LIVES))
        way = Way("http://127.0.0.1", "http://127.0.0.1", "seat")
        opened.append(RecorderProcesses(archive, way, command=command, looks_every_s=looks_every_s))
        return opened[-1]

    yield run
    for one in opened:
        await one.close()


def order_of(visit: VisitId, number: int = 3, *, is_alone: bool = False) -> Order:
    return Order(visit, number, Purpose.MOVEMENT, 14, ParticipantId(f"r-{number}"), "k" * 43, is_alone)


@asynccontextmanager
async def recording(
    processes: RecorderProcesses, order: Order, on_silence: OnSilence = lambda _: None
) -> AsyncIterator["asyncio.Task[None]"]:
    task = asyncio.create_task(processes.record(order, on_silence))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


async def started(processes: RecorderProcesses, count: int) -> None:
    while len(processes.pids) < count:  # noqa: ASYNC110  it is another process that starts
        await asyncio.sleep(0.01)


async def test_a_process_that_hangs_is_told_of_and_so_is_that_it_goes_on(
    runs: Runs, visit: VisitId, tmp_path: Path
) -> None:
    processes, told = runs(ALIVE), asyncio.Queue[bool]()
    async with asyncio.timeout(30), recording(processes, order_of(visit), told.put_nowait):
        while not (tmp_path / LIVES).exists():  # noqa: ASYNC110  it is another process
            await asyncio.sleep(0.01)
        (pid,) = processes.pids
        os.kill(pid, signal.SIGSTOP)
        try:
            while not await told.get():
                pass
        finally:
            os.kill(pid, signal.SIGCONT)
        while await told.get():
            pass


async def test_a_process_that_never_says_anything_is_ended(runs: Runs, visit: VisitId) -> None:
    processes = runs(MUTE, looks_every_s=0.001)
    async with asyncio.timeout(30), recording(processes, order_of(visit)) as task:
        await task


async def test_what_dies_again_and_again_shares_its_process_with_nobody(runs: Runs, visit: VisitId) -> None:
    processes = runs(ALIVE)
    async with asyncio.timeout(30), recording(processes, order_of(visit, 3, is_alone=True)):
        await started(processes, 1)
        async with recording(processes, order_of(visit, 4)):
            await started(processes, 2)
            async with recording(processes, order_of(visit, 5, is_alone=True)):
                await started(processes, 3)

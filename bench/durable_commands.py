"""Durable commands a second: what a commit costs, and what it saves to share one.

    python -m bench.durable_commands [--seconds 0.5] [--rounds 5]

Each visit has one therapist who does one thing, waits for the answer and does the next. `log` is the visit log alone,
with a line of chat; `hub` is the whole turn of muting and unmuting: decide, append, evolve, deliver. All cases take
turns in each round, so that a neighbour's load falls on all of them alike.
"""

import argparse
import asyncio
import itertools
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from bench.report import report, spread
from telesession.domain.attendance import Attendance
from telesession.domain.ids import CommandId, InvitationId, ParticipantId, VisitId
from telesession.domain.messages import ChatSent, DeviceState, Entry, Knock, ReportDevices, Role
from telesession.domain.seats import Seat
from telesession.live.hub import Hub
from telesession.live.ice import Ice
from telesession.live.outbox import Outbox
from telesession.store.database import Database, Synchronous, sqlite_url
from telesession.store.revisions import migrate
from telesession.store.visit_log import MAX_GROUP, Logged, VisitLog
from tests.keys import KEYS

WORDS = "Keep your back straight and breathe out as you rise."
TESS = ParticipantId("tess")


class Case(NamedTuple):
    layer: str
    synchronous: Synchronous
    max_group: int
    visits: int


class Run(NamedTuple):
    per_second: float
    latencies_ms: list[float]


CASES = [
    *(Case("log", *case) for case in itertools.product(Synchronous, (1, MAX_GROUP), (1, 200))),
    *(Case("hub", *case) for case in itertools.product(Synchronous, (1, MAX_GROUP), (1, 20, 200))),
]

Act = Callable[[int], Awaitable[object]]
"""Do the visit's n-th command and wait until it is durable."""


async def run(case: Case, seconds: float, folder: Path) -> Run:
    """All visits at once, each as fast as it can."""
    url = sqlite_url(folder / "bench.db")
    await migrate(url)
    async with (
        Database(url, KEYS, synchronous=case.synchronous) as database,
        VisitLog(database, max_group=case.max_group) as log,
    ):
        acts = [await (_in_hub if case.layer == "hub" else _in_log)(log, VisitId(f"v{n}")) for n in range(case.visits)]
        latencies: list[float] = []
        started = time.perf_counter()
        until = started + seconds

        async def keep_on(act: Act) -> None:
            for n in itertools.count(2):
                asked = time.perf_counter()
                await act(n)
                answered = time.perf_counter()
                latencies.append((answered - asked) * 1000)
                if answered > until:
                    return

        await asyncio.gather(*(keep_on(act) for act in acts))
        return Run(len(latencies) / (time.perf_counter() - started), latencies)


async def _in_log(log: VisitLog, visit: VisitId) -> Act:
    def append(n: int) -> Awaitable[None]:
        event = Entry(n, datetime.now(UTC), ChatSent(TESS, WORDS))
        return log.append(visit, [Logged(event, TESS, CommandId(str(n)))])

    return append


async def _in_hub(log: VisitLog, visit: VisitId) -> Act:
    async def nothing(_: VisitId, _seen: Attendance) -> None:
        return None

    seat = Seat(TESS, visit, InvitationId("i"), Role.THERAPIST, "Tess")
    hub = Hub(visit, log, lambda: datetime.now(UTC), Ice(), nothing)
    outbox = Outbox()
    hub.attach(seat, None, outbox)
    await hub.command(seat, Knock(id=CommandId("knock")))
    frames = aiter(outbox)

    async def mute(n: int) -> None:
        sound = DeviceState.ON if n % 2 == 0 else DeviceState.OFF
        await hub.command(seat, ReportDevices(id=CommandId(str(n)), microphone=sound, camera=DeviceState.ON))
        while outbox.waiting:
            await anext(frames)

    return mute


def fsyncs(seconds: float, folder: Path) -> list[float]:
    """Milliseconds that this disk takes to make 4 kB durable: the floor under every FULL commit."""
    latencies: list[float] = []
    until = time.perf_counter() + seconds
    with (folder / "fsync").open("wb", buffering=0) as file:
        while not latencies or time.perf_counter() < until:
            asked = time.perf_counter()
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
            latencies.append((time.perf_counter() - asked) * 1000)
    return latencies


def main() -> None:
    """Run every case `rounds` times and print one line each."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=0.5)
    options.add_argument("--rounds", type=int, default=5)
    asked = options.parse_args()
    runs: dict[Case, list[Run]] = {case: [] for case in CASES}
    for _ in range(asked.rounds):
        for case in CASES:
            with tempfile.TemporaryDirectory() as folder:
                runs[case].append(_run_loop(run(case, asked.seconds, Path(folder))))
    with tempfile.TemporaryDirectory() as folder:
        report("fsync", latency_ms=spread(fsyncs(asked.seconds, Path(folder)), 3))
    for case, results in runs.items():
        rates = [result.per_second for result in results]
        report(
            "durable_commands",
            **case._asdict(),
            commands_per_s={"median": round(sorted(rates)[len(rates) // 2]), "lowest": round(min(rates))},
            latency_ms=spread([latency for result in results for latency in result.latencies_ms]),
        )


def _run_loop(running: Coroutine[Any, Any, Run]) -> Run:
    try:
        import uvloop
    except ImportError:
        return asyncio.run(running)
    return uvloop.run(running)


if __name__ == "__main__":
    main()

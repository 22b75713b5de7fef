"""A load of whole visits through a service of its own: what it takes, and how long people would have waited.

`python -m telesession.load PAIRS` is that service: it prints the links, answers each line that it reads with the
seconds of processor time it has taken, and goes when its input is closed.
"""

import asyncio
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles

import msgspec
from msgspec import Struct

from telesession.clock import utc_now
from telesession.config import Settings
from telesession.domain.patients import Details
from telesession.media.loss import NO_LOSS, Loss
from telesession.media.order import Carried, Load
from telesession.server import serving
from telesession.server.app import build
from telesession.server.keys import SCHEDULING
from telesession.store.revisions import migrate

LENGTH = timedelta(hours=1)
LONGEST_LINE = 16 << 20
AROUND_S = 60.0
"""Longer than all visits last by themselves: something does not answer."""


class Spread(Struct, frozen=True):
    """Milliseconds: the middle one, and what 95 of 100 stay below."""

    median: float
    p95: float


class Report(Struct, frozen=True):
    """What a load of visits has shown."""

    pairs: int
    seconds: float
    loss_percent: float
    whole_visits: int
    admitted_ms: Spread | None
    first_picture_ms: Spread | None
    lost_percent: float
    service_cores: float
    bots_cores: float


async def measure(pairs: int, seconds: float, loss: Loss = NO_LOSS, *, is_drawn: bool = False) -> Report:
    """Have so many visits at the same time, each for so long."""
    async with _started("telesession.load", str(pairs)) as service:
        links = msgspec.json.decode(await _line(service), type=tuple[tuple[str, str], ...])
        before_s, began = await _cpu_s(service), time.monotonic()
        async with _started("telesession.media.load") as bots:
            _say(bots, msgspec.json.encode(Load(links, seconds, loss, is_drawn)))
            async with asyncio.timeout(seconds + AROUND_S + pairs):
                carried = msgspec.json.decode(await _line(bots), type=Carried)
        cores = (await _cpu_s(service) - before_s) / (time.monotonic() - began)
    return report_of(carried, loss, cores)


def report_of(carried: Carried, loss: Loss, service_cores: float) -> Report:
    """The figures."""
    visits = carried.visits
    came, lost = sum(one.came for one in visits), sum(one.lost for one in visits)
    return Report(
        pairs=len(visits),
        seconds=round(carried.seconds, 1),
        loss_percent=loss.percent,
        whole_visits=sum(one.is_whole for one in visits),
        admitted_ms=_spread([one.admitted_s for one in visits]),
        first_picture_ms=_spread([one.first_picture_s for one in visits]),
        lost_percent=round(100 * lost / max(came + lost, 1), 2),
        service_cores=round(service_cores, 3),
        bots_cores=round(carried.cores, 3),
    )


def in_words(report: Report) -> str:
    """The same for people."""

    def told(spread: Spread | None) -> str:
        return "never" if spread is None else f"median {spread.median:.0f} ms, 95 of 100 within {spread.p95:.0f} ms"

    a_core = report.pairs / report.bots_cores if report.bots_cores > 0 else 0
    return (
        f"{report.pairs} visits at once for {report.seconds} s, {report.loss_percent:g} % of packets lost on purpose\n"
        f"whole visits     {report.whole_visits} of {report.pairs}\n"
        f"admitted         {told(report.admitted_ms)} from the hello\n"
        f"first pictures   {told(report.first_picture_ms)} from admission, on both sides\n"
        f"packets lost     {report.lost_percent:g} %\n"
        f"processor        service {report.service_cores:g} cores, bots {report.bots_cores:g} cores: "
        f"{a_core:.1f} visits a core"
    )


def _spread(values_s: Sequence[float | None]) -> Spread | None:
    known = [1_000 * value for value in values_s if value is not None]
    if not known:
        return None
    return Spread(round(median(known), 1), round(quantiles(known, n=20)[-1] if len(known) > 1 else known[0], 1))


@asynccontextmanager
async def _started(module: str, *arguments: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments), stdin=PIPE, stdout=PIPE, limit=LONGEST_LINE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _say(process: Process, line: bytes) -> None:
    assert process.stdin is not None
    process.stdin.write(line + b"\n")


async def _line(process: Process) -> bytes:
    assert process.stdout is not None
    return await process.stdout.readline()


async def _cpu_s(service: Process) -> float:
    _say(service, b"")
    return float(await _line(service))


async def serve(pairs: int) -> None:
    """The service, in a folder that goes with it, on any free port of this machine."""
    with tempfile.TemporaryDirectory(prefix="telesession-") as folder, serving.listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        settings = Settings(
            data_dir=Path(folder), port=port, public_url=f"http://127.0.0.1:{port}", asks_where_patients_are=False
        )
        await migrate(settings.database)
        app = build(settings)
        links = []
        for _ in range(pairs):
            booked = await app[SCHEDULING].book(utc_now(), LENGTH, "Therapist", Details("Patient"), "UTC")
            links.append([f"{settings.origin}/join/{t}" for t in (booked.therapist_token, booked.patient_token)])
        async with serving.opened(app, taken):
            print(msgspec.json.encode(links).decode(), flush=True)
            while await asyncio.to_thread(sys.stdin.readline):
                print(time.process_time(), flush=True)


if __name__ == "__main__":
    from telesession import logs
    from telesession.cli.desk import run
    from telesession.config import LogFormat

    logs.configure(LogFormat.JSON, Path("/dev/null").open("w"))  # noqa: SIM115  until the process ends
    run(lambda: serve(int(sys.argv[1])))

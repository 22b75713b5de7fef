"""Pre-call checks a core: what the process of the checks needs for so many, and what it makes of a perfect line.

    python -m bench.precalls [--at-once 1 4 8]

Browsers are played by aiortc, one process each, on this machine; only the process of the checks is measured. Where
there is a relay a check has two connections: count it twice then.
"""

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path
from statistics import median

import msgspec

from bench.report import report
from telesession.domain.messages import IceServers, IceTransportPolicy
from telesession.domain.precall import Measured, Plan, Route, Thresholds, judge
from telesession.media.check import CheckPeers, Heard
from telesession.media.check_frames import Answer

ROOT = Path(__file__).parent.parent
PLAN = Plan()
NO_SERVERS = IceServers((), IceTransportPolicy.ALL, None)
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


async def main() -> None:
    """Measure each number of checks at once."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--at-once", type=int, nargs="+", default=[1, 4, 8])
    peers = CheckPeers()
    for at_once in arguments.parse_args().at_once:
        await _measure(peers, at_once)
    await peers.close()


async def _measure(peers: CheckPeers, at_once: int) -> None:
    said: asyncio.Queue[Heard] = asyncio.Queue()
    async with peers.check(said.put_nowait):  # so that loading is not counted
        pid = peers.process_id
        assert pid is not None
        before = _processor_s(pid)
        measured = [one for one in await asyncio.gather(*(_check(peers) for _ in range(at_once))) if one is not None]
        spent = _processor_s(pid) - before
        report(
            "precalls",
            at_once=at_once,
            processor_s_a_check=round(spent / at_once, 2),
            checks_a_core_and_minute=round(60 * at_once / spent),
            memory_mb=_memory_kib(pid) // 1024,
            good=sum(judge({Route.DIRECT: one}, Thresholds()) == "good" for one in measured),
            up_kbps=round(median(one.up_kbps for one in measured)),
            down_kbps=round(median(one.down_kbps for one in measured)),
            round_trip_ms=round(median(one.round_trip_ms for one in measured), 1),
            jitter_ms=round(median(one.jitter_ms for one in measured), 1),
        )


async def _check(peers: CheckPeers) -> Measured | None:
    said: asyncio.Queue[Heard] = asyncio.Queue()
    program = (sys.executable, "-m", "tests.media.precall_browser", msgspec.json.encode(PLAN).decode())
    browser = await asyncio.create_subprocess_exec(
        *program, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT, limit=1_000_000
    )
    assert browser.stdin is not None
    assert browser.stdout is not None
    offer = json.loads(await browser.stdout.readline())
    async with peers.check(said.put_nowait) as check:
        check.offer(Route.DIRECT, offer, NO_SERVERS, PLAN)
        answer = await said.get()
        assert isinstance(answer, Answer)
        browser.stdin.write(json.dumps(answer.sdp).encode() + b"\n")
        measured = msgspec.json.decode(await browser.stdout.readline(), type=Measured | None)
    await browser.wait()
    return measured


def _processor_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def _memory_kib(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


if __name__ == "__main__":
    asyncio.run(main())

"""What a check says of a line that is narrow, lossy or shut: the service's peer at one end, aiortc at the other."""

import asyncio
import json
import sys
from pathlib import Path

import msgspec
import pytest

from telesession.domain.precall import Measured, Plan, Route, Thresholds, Verdict, judge
from telesession.media.check import WORKER, CheckPeers, Heard
from telesession.media.check_frames import Answer
from tests.media.precall_browser import NO_SERVERS
from tests.network.line import Line, line, why_no_line

WHY_NOT = why_no_line()
pytestmark = [pytest.mark.netns, pytest.mark.skipif(WHY_NOT is not None, reason=WHY_NOT or "")]

ROOT = Path(__file__).parent.parent.parent
WITHIN_S = 40.0
PLAN = Plan()
MOST_KBPS = PLAN.load_kbps * 1.1
"""What waits at a sender that had no processor comes all at once."""
long = pytest.mark.long


@pytest.mark.parametrize(
    ("up_kbps", "down_kbps", "loss", "expected"),
    [
        pytest.param(2_000, 2_000, 0, {Verdict.GOOD}, id="wide", marks=long),
        pytest.param(300, 300, 0, {Verdict.PAUSES}, id="narrow", marks=long),
        pytest.param(2_000, 120, 0, {Verdict.WEAK}, id="very narrow from the clinic"),
        pytest.param(120, 2_000, 0, {Verdict.WEAK}, id="very narrow to the clinic", marks=long),
        pytest.param(None, None, 10, {Verdict.PAUSES, Verdict.WEAK}, id="losing 10 %", marks=long),
        pytest.param(None, None, 13, {Verdict.PAUSES, Verdict.WEAK}, id="losing 13 %", marks=long),
        pytest.param(None, None, 25, {Verdict.WEAK}, id="losing 25 %", marks=long),
        pytest.param(None, None, 100, {Verdict.BLOCKED}, id="shut", marks=long),
    ],
)
async def test_a_worse_line_gets_a_worse_verdict(
    up_kbps: int | None, down_kbps: int | None, loss: int, expected: set[Verdict]
) -> None:
    with line() as between:
        between.carry(up_kbps, down_kbps)
        between.lose(down_percent=loss)
        async with asyncio.timeout(WITHIN_S):
            measured = await _measured(between)

    assert judge({Route.DIRECT: measured}, Thresholds()) in expected, measured
    if measured is not None:
        assert measured.up_kbps <= (up_kbps or MOST_KBPS), "no line carries more than it does"
        assert measured.down_kbps <= (down_kbps or MOST_KBPS)


async def _measured(between: Line) -> Measured | None:
    """One check, the browser's end here and ours there."""
    program = (sys.executable, "-m", "tests.media.precall_browser", msgspec.json.encode(PLAN).decode())
    peers = CheckPeers((*between.there.within, sys.executable, "-I", "-m", WORKER))
    said: asyncio.Queue[Heard] = asyncio.Queue()
    async with peers.check(said.put_nowait) as check:
        browser = await asyncio.create_subprocess_exec(
            *between.here.within, *program,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT, limit=1_000_000,
        )  # fmt: skip
        assert browser.stdin is not None
        assert browser.stdout is not None
        check.offer(Route.DIRECT, json.loads(await browser.stdout.readline()), NO_SERVERS, PLAN)
        answer = await said.get()
        assert isinstance(answer, Answer)
        browser.stdin.write(json.dumps(answer.sdp).encode() + b"\n")
        measured = msgspec.json.decode(await browser.stdout.readline(), type=Measured | None)
        await browser.wait()
    await peers.close()
    return measured

"""A recorder is killed soon after a part has begun: how long until both sides are told, and until it is back.

    python -m bench.recorder_deaths [--pairs 2] [--rounds 20]

The service is a process of its own, as is the recorder; therapists and patients are in this one. What these are told
while their process has other things to do counts as late. In each round all visits begin a recording, and what records
it is killed within half a second.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path

from bench.report import report, spread
from telesession import logs
from telesession.clock import utc_now
from telesession.config import LogFormat, Settings
from telesession.domain.consent import Part, current
from telesession.domain.ids import CommandId
from telesession.domain.messages import (
    AnswerRecording,
    AskRecording,
    PauseReason,
    Purpose,
    Recording,
    RecordingState,
    StopRecording,
    VisitView,
)
from telesession.domain.patients import Details
from telesession.media.bots import Bot
from telesession.media.load import Show, ShowingPatient, ShowingTherapist
from telesession.media.wire import open_session, take_seat
from telesession.server import serving
from telesession.server.app import build
from telesession.server.keys import RECORDERS, SCHEDULING
from telesession.store.revisions import migrate

ANY = CommandId("any")
KILLED_WITHIN_S = 0.5
PATIENCE_S = 60.0


async def serve(pairs: int) -> None:
    """A service that records; it answers each line with the processes that do."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, serving.listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        settings = Settings(
            data_dir=Path(folder),
            port=port,
            public_url=f"http://127.0.0.1:{port}",
            asks_where_patients_are=False,
            asks_for_consent=False,
            recording=True,
        )
        await migrate(settings.database)
        app, links = build(settings), []
        for _ in range(pairs):
            booked = await app[SCHEDULING].book(utc_now(), timedelta(hours=1), "Tess", Details("Pat"), "UTC")
            links.append([f"{settings.origin}/join/{t}" for t in (booked.therapist_token, booked.patient_token)])
        async with serving.opened(app, taken):
            print(json.dumps(links), flush=True)
            while await asyncio.to_thread(sys.stdin.readline):
                print(json.dumps(app[RECORDERS].pids), flush=True)


def recording_of(bot: Bot) -> Recording | None:
    view = bot.line.view
    return view.recording if isinstance(view, VisitView) else None


class Pair:
    """Therapist and patient of one visit."""

    def __init__(self, tess: Bot, pat: Bot) -> None:
        self.tess, self.pat = tess, pat

    def _was_asked_again(self, former: int) -> bool:
        seen = recording_of(self.pat)
        return seen is not None and seen.number > former

    async def ask(self) -> None:
        before = recording_of(self.tess)
        number = 0 if before is None else before.number
        await self.tess.line.ask(AskRecording(id=ANY, purpose=Purpose.MOVEMENT))
        await self.pat.until(partial(self._was_asked_again, number))
        seen = recording_of(self.pat)
        assert seen is not None
        version = current(Part.RECORDING).version
        await self.pat.line.ask(
            AnswerRecording(id=ANY, recording=seen.number, is_agreed=True, text_version=version, language="en")
        )

    async def running(self, parts: int) -> float:
        for bot in (self.tess, self.pat):
            await bot.until(partial(_is, bot, RecordingState.RUNNING, parts))
        return time.monotonic()

    async def lost(self) -> float:
        """When both were told that it is."""
        for bot in (self.tess, self.pat):
            await bot.until(partial(_has_lost_it, bot))
        return time.monotonic()

    async def stop(self) -> None:
        seen = recording_of(self.tess)
        assert seen is not None
        await self.tess.line.ask(StopRecording(id=ANY, recording=seen.number))
        await self.pat.until(lambda: _is(self.pat, RecordingState.ENDED, 0))


def _is(bot: Bot, state: RecordingState, parts: int) -> bool:
    seen = recording_of(bot)
    return seen is not None and seen.state is state and seen.parts >= parts


def _has_lost_it(bot: Bot) -> bool:
    seen = recording_of(bot)
    return seen is not None and (seen.pause is PauseReason.RECORDER_LOST or seen.parts > 1)


def _is_in(bot: Bot) -> bool:
    return isinstance(bot.line.view, VisitView)


async def _pids(service: Process) -> list[int]:
    assert service.stdin is not None
    assert service.stdout is not None
    service.stdin.write(b"\n")
    found: list[int] = json.loads(await service.stdout.readline())
    return found


async def round_of(pairs: list[Pair], service: Process) -> tuple[list[float], list[float]]:
    """Milliseconds until both sides of each visit are told, and seconds until it is recorded again."""
    await asyncio.gather(*(one.ask() for one in pairs))
    await asyncio.gather(*(one.running(1) for one in pairs))
    await asyncio.sleep(random.uniform(0, KILLED_WITHIN_S))
    pids = await _pids(service)
    killed = time.monotonic()
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    told = await asyncio.gather(*(one.lost() for one in pairs))
    back = await asyncio.gather(*(one.running(2) for one in pairs))
    await asyncio.gather(*(one.stop() for one in pairs))
    while await _pids(service):  # noqa: ASYNC110  it is another process that ends
        await asyncio.sleep(0.1)
    return [1_000 * (one - killed) for one in told], [one - killed for one in back]


async def main(count: int, rounds: int) -> None:
    service = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.recorder_deaths", "--serve", str(count)), stdin=PIPE, stdout=PIPE
    )
    assert service.stdout is not None
    links, show = json.loads(await service.stdout.readline()), Show()
    async with AsyncExitStack() as stack:
        stack.callback(service.terminate)
        pairs, running = [], []
        for to_therapist, to_patient in links:
            https = [await stack.enter_async_context(open_session()) for _ in range(2)]
            tess = ShowingTherapist(https[0], await take_seat(https[0], to_therapist), (), 3_600)
            pat = ShowingPatient(https[1], await take_seat(https[1], to_patient))
            tess.show = pat.show = show
            running += [asyncio.create_task(tess.run()), asyncio.create_task(pat.run())]
            pairs.append(Pair(tess, pat))
            await pat.until(partial(_is_in, pat))
        told_ms: list[float] = []
        back_s: list[float] = []
        for _ in range(rounds):
            async with asyncio.timeout(PATIENCE_S):
                told, back = await round_of(pairs, service)
            told_ms += told
            back_s += back
            print(*(round(one) for one in told), *(round(one, 1) for one in back), file=sys.stderr, flush=True)
        for task in running:
            task.cancel()
        await asyncio.wait(running)
    report(
        "recorder_deaths",
        visits=count,
        deaths=rounds,
        told_ms={**spread(told_ms, 0), "most": round(max(told_ms))},
        back_s={**spread(back_s, 1), "most": round(max(back_s), 1)},
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--serve", type=int)
    chosen = parser.parse_args()
    if chosen.serve:
        logs.configure(LogFormat.JSON, Path("/dev/null").open("w"))  # noqa: SIM115  until the process ends
        asyncio.run(serve(chosen.serve))
    else:
        asyncio.run(main(chosen.pairs, chosen.rounds))

"""Have an upload looked at and made playable, each in a process of its own that is killed when it takes too long."""

import asyncio
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from telesession.domain.clips import Playable, reasons
from telesession.media import report
from telesession.media.files import UPLOAD
from telesession.media.report import Finding, Prepared, Progress, Rejection, Report

PROBE, CONVERT = "telesession.media.probe", "telesession.media.convert"
PROBE_WITHIN_S = 60.0
CONVERT_WITHIN_S = 3_600.0
"""On the clock on the wall. The process also limits its own processor time, memory and files: see sandbox.py."""

LONGEST_LINE = 4_096

OnProgress = Callable[[float], Awaitable[None]]


async def prepare(folder: Path, on_progress: OnProgress) -> Playable:
    """Make `playable` and `poster.jpg` of the file `upload` in `folder`.

    Raises `Refused` with a code of `reasons` when it is not to be. Whatever `on_progress` raises ends the work too.
    """
    found = await run(PROBE, folder, PROBE_WITHIN_S, on_progress)
    if not isinstance(found, Finding):
        raise reasons()["unreadable"]
    made = await run(CONVERT, folder, CONVERT_WITHIN_S, on_progress, str(found.duration_s), str(int(found.may_copy)))
    if not isinstance(made, Prepared):
        raise reasons()["unreadable"]
    return made.playable


async def run(module: str, folder: Path, within_s: float, on_progress: OnProgress, *arguments: str) -> Report:
    """The last report of `module`, run over `folder`; raises `Refused` when it rejects, dies or is killed."""
    command = (sys.executable, "-I", "-m", module, str(folder / UPLOAD), str(folder), *arguments)
    try:
        async with asyncio.timeout(within_s), started(*command) as process:
            last: Report | None = None
            async for last in _reports(process):
                if isinstance(last, Rejection):
                    raise reasons().get(last.code, reasons()["unreadable"])
                if isinstance(last, Progress):
                    await on_progress(last.done)
            died = await process.wait()
    except TimeoutError:
        raise reasons()["too_slow"] from None
    if last is None or died:
        raise reasons()[reason_of_death(died)]
    return last


def reason_of_death(code: int) -> str:
    """Why there is no clip, by the exit code of what should have made it; for limits of time see setrlimit(2)."""
    return "too_slow" if -code in (signal.SIGXCPU, signal.SIGKILL) else "unreadable"


@asynccontextmanager
async def started(*command: str) -> AsyncIterator[Process]:
    """The program, without our environment; whoever leaves, by whatever door, leaves it dead."""
    # The environment has paths of secrets, which is nothing that a video should reach.
    process = await asyncio.create_subprocess_exec(
        *command, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, env={}, start_new_session=True, limit=LONGEST_LINE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _reports(process: Process) -> AsyncIterator[Report]:
    """What it says until it says no more; nonsense ends it, since then nobody knows who is speaking."""
    assert process.stdout is not None
    try:
        async for line in process.stdout:
            yield report.read(line)
    except (ValueError, msgspec.DecodeError):  # longer than a line may be, or not one of ours
        raise reasons()["unreadable"] from None

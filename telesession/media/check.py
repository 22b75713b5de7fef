"""The service's side of pre-call checks: one process with aiortc in it, there while it is needed and no longer.

The peers live in `check_worker.py`; nothing of aiortc is loaded here. When that process dies its checks fail, each with
a word, and the next one starts a new process.
"""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from telesession import logs
from telesession.domain.messages import Candidate, IceServers
from telesession.domain.precall import Plan, Route
from telesession.media.check_frames import (
    Answer,
    End,
    Failure,
    Offer,
    Ready,
    ToPeer,
    Ways,
    packed,
    read_from_peer,
)

WORKER = "telesession.media.check_worker"
IDLE_S = 120.0
"""It takes a second and a hundred megabytes to load: the next patient of the same hour should not wait for it again."""
GONE = "gone"
"""The code with which a check fails whose process has died."""

READY_WITHIN_S = 20.0

Heard = Answer | Failure
Hear = Callable[[Heard], object]


class Check:
    """One browser's check: at most one connection by each route."""

    def __init__(self, number: int, say: Callable[[ToPeer], object]) -> None:
        self._number = number
        self._say = say

    def offer(self, route: Route, sdp: str, servers: IceServers, plan: Plan) -> None:
        """Open a connection; its answer, or its failure, is heard later."""
        self._say(Offer(self._number, route, sdp, servers, plan))

    def add_ways(self, route: Route, candidates: tuple[Candidate, ...]) -> None:
        """More addresses at which the browser may be found."""
        self._say(Ways(self._number, route, candidates))


class CheckPeers:
    """Everybody's checks. `command` runs the process; tests put it elsewhere."""

    def __init__(self, command: Sequence[str] = (sys.executable, "-I", "-m", WORKER), idle_s: float = IDLE_S) -> None:
        self._command = command
        self._idle_s = idle_s
        self._running: _Running | None = None
        self._starting = asyncio.Lock()
        self._checks: dict[int, Hear] = {}
        self._number = 0
        self._idle: asyncio.TimerHandle | None = None

    @property
    def process_id(self) -> int | None:
        """Of the process, while there is one."""
        return self._running.process.pid if self._running else None

    @asynccontextmanager
    async def check(self, hear: Hear) -> AsyncIterator[Check]:
        """A check; everything of it is over when the block is. `hear` is told of answers and failures.

        Raises `OSError` when the process does not start.
        """
        running = await self._start()
        self._number += 1
        number = self._number
        self._checks[number] = hear
        try:
            yield Check(number, running.say)
        finally:
            if self._checks.pop(number, None):
                running.say(End(number))
            self._rest()

    async def close(self) -> None:
        """Stop the process; checks that run fail."""
        if self._idle is not None:
            self._idle.cancel()
        if self._running is not None:
            await self._running.stop()

    async def gone(self) -> None:
        """Returns once there is no process."""
        if self._running is not None:
            await self._running.ended()

    async def _start(self) -> "_Running":
        async with self._starting:
            if self._idle is not None:
                self._idle.cancel()
            if self._running is None:
                process = await asyncio.create_subprocess_exec(
                    *self._command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={}, start_new_session=True
                )
                self._running = _Running(process, self._take, self._ended)
            running = self._running
            await running.ready()
            return running

    def _take(self, frame: Heard) -> None:
        hear = self._checks.get(frame.check)
        if hear is not None:
            hear(frame)

    def _ended(self) -> None:
        """The process is gone, on request or not."""
        self._running = None
        if self._checks:
            logs.get().warning("precall_peer_died", count=len(self._checks))
        checks, self._checks = self._checks, {}
        for number, hear in checks.items():
            hear(Failure(number, None, GONE))

    def _rest(self) -> None:
        """Let the process go once nobody has needed it for a while."""
        if self._checks or self._running is None:
            return
        if self._idle is not None:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(self._idle_s, self._running.leave)


class _Running:
    """One process, from its start to its end."""

    def __init__(self, process: Process, take: Callable[[Heard], object], ended: Callable[[], object]) -> None:
        assert process.stdin is not None
        self.process = process
        self._stdin = process.stdin
        self._take = take
        self._ended = ended
        self._is_ready: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._listening = asyncio.create_task(self._listen(), name="precall peer")

    async def ready(self) -> None:
        """Returns once it has loaded everything; raises `OSError` when it does not."""
        try:
            async with asyncio.timeout(READY_WITHIN_S):
                is_ready = await asyncio.shield(self._is_ready)
        except TimeoutError:
            is_ready = False
            self.process.kill()
        if not is_ready:
            raise OSError(WORKER)

    def say(self, frame: ToPeer) -> None:
        """Whoever is gone hears nothing; that it is gone is told elsewhere."""
        if not self._stdin.is_closing():
            self._stdin.write(packed(frame))

    def leave(self) -> None:
        """It ends by itself when nothing more can be said to it."""
        self._stdin.close()

    async def ended(self) -> None:
        await asyncio.wait([self._listening])

    async def stop(self) -> None:
        self._listening.cancel()
        await self.ended()

    async def _listen(self) -> None:
        assert self.process.stdout is not None
        try:
            while (frame := await read_from_peer(self.process.stdout)) is not None:
                if not isinstance(frame, Ready):
                    self._take(frame)
                elif not self._is_ready.done():
                    self._is_ready.set_result(True)
        finally:
            if not self._is_ready.done():
                self._is_ready.set_result(False)
            self._stdin.close()
            if self.process.returncode is None:
                self.process.kill()
            self._ended()
            await self.process.wait()

"""Virtual patients in processes of their own: the service neither loads aiortc nor waits for their pictures."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process

import msgspec

from telesession.domain.errors import Refused
from telesession.media.order import Order

MOST = 4
"""At once: each takes some of the processor of the machine that people try the service on."""
GOES_WITHIN_S = 3.0
BOTS = "telesession.media.bots"


class BotProcesses:
    """The virtual patients that this process has started. Whatever becomes of it, they go with it."""

    def __init__(self) -> None:
        self._running: list[Process] = []

    async def start(self, order: Order) -> Process:
        """One more; it takes some seconds to be there. Raises `Refused` when there are too many."""
        self._running = [one for one in self._running if one.returncode is None]
        if len(self._running) >= MOST:
            raise Refused("too_many_patients", "There are enough virtual patients already. Please end a visit first.")
        # The link goes where no list of processes shows it, and our environment, with its secrets, not at all.
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-m", BOTS), stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL, env={}
        )
        self._running.append(process)
        assert process.stdin is not None
        process.stdin.write(msgspec.json.encode(order) + b"\n")
        return process

    async def close(self) -> None:
        """Have all go: they do so when what they read from is closed, and are killed when they do not."""
        for one in self._running:
            if one.stdin is not None:
                one.stdin.close()
        try:
            async with asyncio.timeout(GOES_WITHIN_S):
                await asyncio.gather(*(one.wait() for one in self._running))
        except TimeoutError:
            for one in self._running:
                if one.returncode is None:
                    one.kill()
                    await one.wait()

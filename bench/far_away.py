"""A network that is far away, between a browser and the service: every byte takes its time, and some are lost.

TCP loses nothing that a reader would notice: what is lost on the way comes later, and everything after it waits. So a
loss is modelled as what it costs: one retransmission timeout (RFC 6298; in Linux the round trip and at least 200 ms),
which is what the last segment of a short WebSocket frame waits for. What is lost twice waits twice as long again.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

SEGMENT_BYTES = 1_448
LEAST_WAIT_S = 0.2
HELD = 1_000
"""Segments on their way in one direction; whoever sends more waits."""


class Way:
    """From here to there: how long each segment takes."""

    def __init__(self, round_trip_s: float, loss: float, chance: random.Random) -> None:
        self._delay_s = round_trip_s / 2
        self._timeout_s = round_trip_s + LEAST_WAIT_S
        self._loss = loss
        self._chance = chance

    def takes_s(self) -> float:
        """Seconds until one segment arrives."""
        waited_s, timeout_s = 0.0, self._timeout_s
        while self._chance.random() < self._loss:
            waited_s += timeout_s
            timeout_s *= 2
        return self._delay_s + waited_s

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Everything from `reader` to `writer`, late and in order, until either is closed."""
        going: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(HELD)
        async with asyncio.TaskGroup() as both:
            both.create_task(self._send(reader, going))
            both.create_task(self._arrive(going, writer))

    async def _send(self, reader: asyncio.StreamReader, going: asyncio.Queue[tuple[float, bytes]]) -> None:
        loop = asyncio.get_running_loop()
        arrives_at, sent = 0.0, b"."
        while sent:
            with contextlib.suppress(ConnectionError):
                sent = await reader.read(SEGMENT_BYTES)
            arrives_at = max(arrives_at, loop.time() + self.takes_s())
            await going.put((arrives_at, sent))

    async def _arrive(self, going: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        with contextlib.suppress(ConnectionError):
            while True:
                arrives_at, sent = await going.get()
                await asyncio.sleep(arrives_at - loop.time())
                if not sent:
                    break
                writer.write(sent)
                await writer.drain()
        writer.close()


@asynccontextmanager
async def far_away(port: int, round_trip_s: float, loss: float, seed: int = 1) -> AsyncIterator[int]:
    """Another port on this machine that is `port`, seen from far away."""
    way = Way(round_trip_s, loss, random.Random(seed))

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.TaskGroup() as both:
            both.create_task(way.carry(reader, there_writer))
            both.create_task(way.carry(there_reader, writer))

    server = await asyncio.start_server(relay, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()

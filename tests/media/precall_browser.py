"""A browser's part of a pre-call check, played by aiortc: what `web/static/js/precall/route.js` does.

Run as a program it speaks lines of JSON, so that it can be put behind a worse network than the test has.
"""

import asyncio
import itertools
import json
import statistics
import struct
import sys
from collections.abc import Callable

import msgspec
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack

from telesession.domain.messages import IceServers, IceTransportPolicy
from telesession.domain.precall import Measured, Meter, Path, Plan
from telesession.media.peer import configuration_of

PING, LOAD = 1, 2
NO_SERVERS = IceServers((), IceTransportPolicy.ALL, None)
LATE_S = 0.4
NOTHING = Measured(Path.DIRECT, 0, 0, 1, 1, 0, 0)
COUNT_WITHIN_S = 2.0


class BrowserRoute:
    """One connection of a browser's check."""

    def __init__(self, plan: Plan, servers: IceServers = NO_SERVERS, *, speaks: bool = False) -> None:
        self._plan = plan
        self.connection = RTCPeerConnection(configuration_of(servers))
        if speaks:
            self.connection.addTrack(AudioStreamTrack())  # first: aiortc closes what it bundles the other way round
        self.probe = self.connection.createDataChannel("probe", ordered=False, maxRetransmits=0)
        self.steps = self.connection.createDataChannel("steps")
        self._opened = {channel: asyncio.Event() for channel in (self.probe, self.steps)}
        for channel, opened in self._opened.items():
            channel.on("open", opened.set)
        self.probe.on("message", self._take)
        self.steps.on("message", lambda message: self._counted.set_result(float(json.loads(message)["kbps"])))
        self._counted: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._echoes: dict[int, tuple[float, int]] = {}
        self._meter = Meter(plan)

    async def offer(self) -> str:
        """The whole description, addresses and all."""
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return self.connection.localDescription.sdp

    async def answered(self, sdp: str) -> None:
        await self.connection.setRemoteDescription(RTCSessionDescription(sdp, "answer"))

    async def stands(self, within_s: float = 8.0) -> bool:
        """Whether both channels open in time."""
        try:
            async with asyncio.timeout(within_s):
                for opened in self._opened.values():
                    await opened.wait()
        except TimeoutError:
            return False
        return True

    def missed(self) -> Measured | None:
        """When it never stood: no use although something comes through, or None: blocked."""
        return NOTHING if self.connection.iceConnectionState == "completed" else None

    async def measure(self) -> Measured:
        """What the line can do."""
        plan = self._plan
        await self._every(plan.ping_every_ms, plan.ping_ms, self._ping)
        await asyncio.sleep(LATE_S)
        self.steps.send(json.dumps({"type": "load"}))
        await self._every(20, plan.load_ms, self._fill)
        try:
            async with asyncio.timeout(COUNT_WITHIN_S):
                up_kbps = await self._counted
        except TimeoutError:
            up_kbps = 0.0
        if not self._echoes:
            return NOTHING
        last = max(self._echoes)
        came = max(count for _, count in self._echoes.values())
        ways = [way for _, (way, _) in sorted(self._echoes.items())]
        steps = [abs(later - earlier) for earlier, later in itertools.pairwise(ways)]
        return Measured(
            path=Path.DIRECT,
            round_trip_ms=statistics.median(ways),
            jitter_ms=statistics.fmean(steps) if steps else 0.0,
            loss_up=max(0.0, 1 - came / (last + 1)),
            loss_down=max(0.0, 1 - len(ways) / came),
            up_kbps=up_kbps,
            down_kbps=self._meter.kbps,
        )

    def _take(self, message: bytes | str) -> None:
        assert isinstance(message, bytes)
        if message[0] == LOAD:
            self._meter.add(_now_ms(), len(message))
        else:
            _, number, sent_ms, came = struct.unpack("!BIdI", message)
            self._echoes[number] = _now_ms() - sent_ms, came

    async def _every(self, step_ms: float, for_ms: float, run: Callable[[float, int], int]) -> None:
        began_ms, number = _now_ms(), 0
        while (passed_ms := _now_ms() - began_ms) < for_ms:
            number = run(passed_ms, number)
            await asyncio.sleep(step_ms / 1_000)

    def _ping(self, passed_ms: float, number: int) -> int:
        while number * self._plan.ping_every_ms <= passed_ms:
            self.probe.send(struct.pack("!BId", PING, number, _now_ms()))
            number += 1
        return number

    def _fill(self, passed_ms: float, number: int) -> int:
        due = int(passed_ms * self._plan.load_kbps / 8 / self._plan.load_bytes)
        while number < due and self.probe.bufferedAmount < 4_400:
            self.probe.send(struct.pack("!BI", LOAD, number).ljust(self._plan.load_bytes, b"\0"))
            number += 1
        return max(number, due)


def _now_ms() -> float:
    return asyncio.get_running_loop().time() * 1_000


async def main() -> None:
    """Offer, wait for the answer, measure, say what came out."""
    route = BrowserRoute(msgspec.json.decode(sys.argv[1], type=Plan))
    say(await route.offer())
    await route.answered(json.loads(await asyncio.to_thread(sys.stdin.readline)))
    measured = await route.measure() if await route.stands() else route.missed()
    say(msgspec.to_builtins(measured))
    await route.connection.close()


def say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())

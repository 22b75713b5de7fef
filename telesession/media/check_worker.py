"""The process in which browsers meet the service's own peer: `python -m telesession.media.check_worker`.

It only ever answers. Voices come back without having been decoded; nothing is kept. It ends with its standard input.
"""

import asyncio
import contextlib
import os
import re
import resource
import sys
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

import av
from aiortc import (
    MediaStreamTrack,
    RTCDataChannel,
    RTCPeerConnection,
    RTCRtpTransceiver,
    RTCSessionDescription,
)
from aiortc.exceptions import InvalidStateError
from aiortc.mediastreams import MediaStreamError
from aiortc.sdp import candidate_from_sdp
from aiortc.stats import RTCTransportStats

from telesession.domain.messages import Candidate
from telesession.domain.precall import Route
from telesession.media.check_frames import (
    LONGEST_BYTES,
    Answer,
    End,
    Failure,
    FromPeer,
    Offer,
    Ready,
    ToPeer,
    Ways,
    read_to_peer,
    write,
)
from telesession.media.check_probe import Probe
from telesession.media.peer import configuration_of
from telesession.media.undecoded import never_decode

LIFE_S = 45.0
"""The service ends a check much sooner; this is for one that it forgot."""
LOOK_EVERY_S = 0.5
MOST_BYTES = 3_000_000
"""A check takes a fifth of it. Whoever sends more is none."""
MOST_WAYS = 24
HELD_PACKETS = 400

Say = Callable[[FromPeer], object]
Sound: TypeAlias = "av.frame.Frame | av.Packet[Any]"


class Echo(MediaStreamTrack):
    """What came in, a while later."""

    kind = "audio"

    def __init__(self, voice: MediaStreamTrack, after_s: float) -> None:
        super().__init__()
        self._voice = voice
        self._after_s = after_s
        self._held: asyncio.Queue[tuple[float, Sound]] = asyncio.Queue(HELD_PACKETS)

    async def hold(self) -> None:
        """Take in until the voice ends; more than can be held is let go."""
        loop = asyncio.get_running_loop()
        with contextlib.suppress(MediaStreamError):
            while True:
                packet = await self._voice.recv()
                if not self._held.full():
                    self._held.put_nowait((loop.time() + self._after_s, packet))

    async def recv(self) -> Sound:
        due, packet = await self._held.get()
        await asyncio.sleep(due - asyncio.get_running_loop().time())
        return packet


class Peer:
    """One connection of one check."""

    def __init__(self, offer: Offer, say: Say) -> None:
        self._offer = offer
        self._say = say
        self._connection = RTCPeerConnection(configuration_of(offer.servers))
        self._connection.on("datachannel", self._open)
        self._connection.on("track", self._hear)
        self._connection.on("connectionstatechange", self._watch)
        self._early: list[Candidate] = []
        self._is_described = False
        self._ways = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._probe = Probe(offer.plan, self._begin)

    async def run(self) -> None:
        """Answer, echo, and be gone when it is over, whatever happens."""
        try:
            async with asyncio.timeout(LIFE_S):
                await self._answer()
                await self._flooded()
            self._fail("too_much")
        except TimeoutError:
            self._fail("too_long")
        except Exception:  # noqa: BLE001 aiortc has no error of its own for a description that it cannot use
            self._fail("bad_description")
        finally:
            for task in self._tasks:
                task.cancel()
            await self._connection.close()

    async def add(self, candidates: tuple[Candidate, ...]) -> None:
        """More addresses of the browser."""
        self._early.extend(candidates)
        if not self._is_described:
            return
        ready, self._early = self._early, []
        for one in ready:
            self._ways += 1
            if self._ways <= MOST_WAYS:
                await self._add(one)

    async def _add(self, one: Candidate) -> None:
        line = one.candidate.removeprefix("a=").removeprefix("candidate:")
        if not line or ".local " in line:  # the end; or a name that only the browser's own network knows
            return
        with contextlib.suppress(ValueError, AssertionError, InvalidStateError):  # one address less to try
            candidate = candidate_from_sdp(line)
            candidate.sdpMid, candidate.sdpMLineIndex = one.sdp_mid, one.sdp_m_line_index
            await self._connection.addIceCandidate(candidate)

    async def _answer(self) -> None:
        await self._connection.setRemoteDescription(RTCSessionDescription(_without_names(self._offer.sdp), "offer"))
        if self._connection.sctp is None:
            raise ValueError("nothing can be measured without data channels")
        self._is_described = True
        await self.add(())
        for transceiver in self._connection.getTransceivers():
            transceiver.direction = "sendrecv" if transceiver is self._voice else "inactive"
        await self._connection.setLocalDescription(await self._connection.createAnswer())
        self._say(Answer(self._offer.check, self._offer.route, self._connection.localDescription.sdp))

    @property
    def _voice(self) -> RTCRtpTransceiver | None:
        """Where sound is spoken and comes back; nothing else that a browser may offer is taken."""
        return next((one for one in self._connection.getTransceivers() if one.kind == "audio"), None)

    def _hear(self, track: MediaStreamTrack) -> None:
        if self._voice is None or self._voice.receiver.track is not track:
            return
        echo = Echo(track, self._offer.plan.voice_ms / 1_000)
        self._voice.sender.replaceTrack(echo)
        self._begin(echo.hold())

    def _open(self, channel: RTCDataChannel) -> None:
        self._probe.open(channel)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _watch(self) -> None:
        if self._connection.connectionState == "failed":
            self._fail("failed")

    def _fail(self, code: str) -> None:
        self._say(Failure(self._offer.check, self._offer.route, code))

    async def _flooded(self) -> None:
        """Returns once the browser has sent more than a check takes."""
        while self._received() <= MOST_BYTES:  # noqa: ASYNC110  aiortc counts and tells nobody
            await asyncio.sleep(LOOK_EVERY_S)

    def _received(self) -> int:
        if self._connection.sctp is None:
            return 0
        reports = self._connection.sctp.transport._get_stats().values()
        return sum(one.bytesReceived for one in reports if isinstance(one, RTCTransportStats))


class Peers:
    """All connections of this process."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._peers: dict[tuple[int, Route], tuple[Peer, asyncio.Task[None]]] = {}

    async def take(self, frame: ToPeer) -> None:
        """Do what the service asks."""
        match frame:
            case Offer(check=check, route=route):
                self._drop(check, route)
                peer = Peer(frame, self._say)
                self._peers[check, route] = peer, asyncio.create_task(peer.run())
            case Ways(check=check, route=route, candidates=candidates):
                if (check, route) in self._peers:
                    await self._peers[check, route][0].add(candidates)
            case End(check=check):
                for route in Route:
                    self._drop(check, route)

    def _drop(self, check: int, route: Route) -> None:
        found = self._peers.pop((check, route), None)
        if found is not None:
            found[1].cancel()


_NAMED = re.compile(r"^a=candidate:[^\r\n]*\.local [^\r\n]*\r?\n", re.MULTILINE)


def _without_names(sdp: str) -> str:
    """Names that only the browser's own network knows would be asked for there, and waited for (RFC 8839 4.1)."""
    return _NAMED.sub("", sdp)


async def main() -> None:
    """Serve until nothing more comes in."""
    never_decode()
    coming = asyncio.StreamReader(limit=LONGEST_BYTES)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(coming), sys.stdin)
    peers = Peers(lambda frame: write(sys.stdout.buffer, frame))
    write(sys.stdout.buffer, Ready(0))
    while (frame := await read_to_peer(coming)) is not None:
        await peers.take(frame)
    os._exit(0)  # nothing is kept here, so there is nothing to tidy up


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core would have voices in it
    asyncio.run(main())

"""Takes from an aiortc connection what the other side sends as it is encoded, without a decoder ever seeing it.

`way_in.py` has the seams to aiortc, `ear.py` what is done with the packets (ADR 153, ADR 163).
"""

import asyncio
import contextlib
import time
from functools import partial

from aiortc import RTCPeerConnection, RTCRtpReceiver
from aiortc.rtcdtlstransport import RTCDtlsTransport, RtpReceiver
from aiortc.rtp import AnyRtcpPacket

from telesession.media.ear import Ear, OnFrame
from telesession.media.rtp import SenderTime
from telesession.media.way_in import WayIn

CODECS = {"audio": "audio/opus", "video": "video/VP8"}

REPORT_EVERY_S = 1.0
MOST_STRANGE = 1_000
"""So many streams that nobody listens to, and the connection is closed: each takes memory, in libraries too."""


def only_what_we_keep(peer: RTCPeerConnection) -> None:
    """Have a new connection agree to VP8 and Opus and to nothing else."""
    for transceiver in peer.getTransceivers():
        capabilities = RTCRtpReceiver.getCapabilities(transceiver.kind)
        assert capabilities is not None
        # Without RTX what is sent again comes in the stream itself, which is one thing less to take apart.
        kept = [one for one in capabilities.codecs if one.mimeType == CODECS[transceiver.kind]]
        transceiver.setCodecPreferences(kept)


class Listening:
    """Hands the frames of one connection to `on_frame` until it is stopped.

    Call `take_over` before the connection has anything to receive: when it is made with bundled places for everything
    that will come, or after the remote description and before the local one.
    """

    def __init__(self, peer: RTCPeerConnection, on_frame: OnFrame) -> None:
        self._peer = peer
        self._on_frame = on_frame
        self._ears: list[Ear] = []
        self._sender = SenderTime()
        self._said = asyncio.Queue[tuple[RTCDtlsTransport, AnyRtcpPacket]]()
        self._tasks = [
            asyncio.create_task(self._report(), name="reports to a sender"),
            asyncio.create_task(self._talk(), name="talks to a sender"),
        ]
        self._strange: set[int] = set()
        self._hanging_up: asyncio.Task[None] | None = None

    def take_over(self) -> None:
        """Put our receivers where aiortc's would be; harmless when done twice."""
        for transceiver in self._peer.getTransceivers():
            transport = transceiver.receiver.transport
            if not isinstance(transport._rtp_router, WayIn):
                WayIn(transport, self._instead_of, self._note_strange)

    def wish_for_keys(self) -> None:
        """Ask every sender of pictures for one that stands alone, now."""
        for ear in self._ears:
            ear.wish_for_key()

    def stop(self) -> None:
        """Say no more; the connection itself is its owner's to close."""
        for task in self._tasks:
            task.cancel()

    async def close(self) -> None:
        """The same, and wait for it."""
        self.stop()
        await asyncio.wait(self._tasks)

    def _instead_of(self, receiver: RtpReceiver) -> Ear:
        place = next(one for one in self._peer.getTransceivers() if one.receiver is receiver)
        say = partial(self._say, place.receiver.transport)
        ear = Ear(place, self._sender, say, self._on_frame, self._note_strange)
        self._ears.append(ear)
        return ear

    def _note_strange(self, ssrc: int) -> None:
        """Hang up on whoever never stops; the owner learns it from the connection, as of any that is lost."""
        self._strange.add(ssrc)
        if len(self._strange) >= MOST_STRANGE and self._hanging_up is None:
            self._hanging_up = asyncio.create_task(self._peer.close(), name="hanging up")

    def _say(self, transport: RTCDtlsTransport, packet: AnyRtcpPacket) -> None:
        self._said.put_nowait((transport, packet))

    async def _talk(self) -> None:
        while True:
            transport, packet = await self._said.get()
            with contextlib.suppress(ConnectionError):  # that it ended is told otherwise
                await transport._send_rtp(bytes(packet))

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(REPORT_EVERY_S)
            now_s = time.monotonic()
            for ear in self._ears:
                ear.report(now_s)

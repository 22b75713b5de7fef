"""Takes from an aiortc connection what the other side sends as it is encoded, without a decoder ever seeing it.

aiortc's own receivers decode everything, in a thread each. The seam is the router of a transport: it is told which
receiver gets which packets, so a router of our own puts a receiver of our own in the place of aiortc's (ADR 153).
Nothing of aiortc is changed for anybody else in the process.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Literal, cast

from aiortc import RTCPeerConnection, RTCRtpReceiver, RTCRtpTransceiver
from aiortc.rate import RemoteBitrateEstimator
from aiortc.rtcdtlstransport import RTCDtlsTransport, RtpReceiver, RtpRouter
from aiortc.rtcrtpreceiver import StreamStatistics
from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    AnyRtcpPacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSrPacket,
    RtpPacket,
    pack_remb_fci,
)

from telesession.media.rtp import (
    WAIT_PICTURE_S,
    WAIT_SOUND_S,
    Frame,
    Packet,
    Pictures,
    SenderTime,
    Sequence,
    Sounds,
    StreamTime,
)

Kind = Literal["audio", "video"]

CLOCK_HZ = {"audio": 48_000, "video": 90_000}
CODECS = {"audio": "audio/opus", "video": "video/VP8"}

REPORT_EVERY_S = 1.0
KEY_EVERY_S = 5.0
"""So often a picture that stands alone is asked for: a film can be begun there."""
ASK_KEY_AGAIN_S = 0.5
MOST_BITS_PER_S = 1_500_000
"""More than this is not asked of anybody for a recording: their line carries the visit too."""
MOST_STREAMS = 8
"""Of one connection and kind; a browser has one or, after it changed its camera, two."""
MOST_STRANGE = 1_000
"""So many streams that nobody listens to, and the connection is closed: each takes memory, in libraries too."""

OnFrame = Callable[[Kind, float, Frame], None]
"""Is told of every frame: of which kind, when it was sent, in seconds by `time.monotonic`, and the frame."""


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
        self._reporting = asyncio.create_task(self._report(), name="reports to a sender")
        self._strange: set[int] = set()
        self._hanging_up: asyncio.Task[None] | None = None

    def take_over(self) -> None:
        """Put our receivers where aiortc's would be; harmless when done twice."""
        for transceiver in self._peer.getTransceivers():
            transport = transceiver.receiver.transport
            if not isinstance(transport._rtp_router, _Router):
                transport._rtp_router = _Router(self._instead_of, self._note_strange)

    def wish_for_keys(self) -> None:
        """Ask every sender of pictures for one that stands alone, now."""
        for ear in self._ears:
            ear.wish_for_key()

    def stop(self) -> None:
        """Report no more; the connection itself is its owner's to close."""
        self._reporting.cancel()

    async def close(self) -> None:
        """The same, and wait for it."""
        self.stop()
        await asyncio.wait([self._reporting])

    def _instead_of(self, receiver: RtpReceiver) -> RtpReceiver:
        for transceiver in self._peer.getTransceivers():
            if transceiver.receiver is receiver:
                ear = Ear(transceiver, self._sender, self._on_frame, self._note_strange)
                self._ears.append(ear)
                return ear
        return receiver

    def _note_strange(self, ssrc: int) -> None:
        """Hang up on whoever never stops; the owner learns it from the connection, as of any that is lost."""
        self._strange.add(ssrc)
        if len(self._strange) >= MOST_STRANGE and self._hanging_up is None:
            self._hanging_up = asyncio.create_task(self._peer.close(), name="hanging up")

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(REPORT_EVERY_S)
            for ear in self._ears:
                await ear.report()


class _Router(RtpRouter):
    """Registers other receivers than those that it is given."""

    def __init__(self, instead_of: Callable[[RtpReceiver], RtpReceiver], note_strange: Callable[[int], object]) -> None:
        super().__init__()
        self._note_strange = note_strange
        self._instead_of = instead_of
        self._instead: dict[int, RtpReceiver] = {}

    def register_receiver(
        self, receiver: RtpReceiver, ssrcs: list[int], payload_types: list[int], mid: str | None = None
    ) -> None:
        """As aiortc calls it when a transport is connected."""
        ours = self._instead[id(receiver)] = self._instead_of(receiver)
        super().register_receiver(ours, ssrcs, payload_types, mid)

    def route_rtp(self, packet: RtpPacket) -> RtpReceiver | None:
        """As aiortc calls it for each packet; what belongs to nobody is noted."""
        found = super().route_rtp(packet)
        if found is None:
            self._note_strange(packet.ssrc)
        return found

    def unregister_receiver(self, receiver: RtpReceiver) -> None:
        """As aiortc calls it when a connection is closed."""
        super().unregister_receiver(self._instead.pop(id(receiver), receiver))


class Ear:
    """Receives the packets of one kind, asks for what is missing, and reports how it went (RFC 3550, RFC 4585)."""

    def __init__(
        self,
        transceiver: RTCRtpTransceiver,
        sender: SenderTime,
        on_frame: OnFrame,
        note_strange: Callable[[int], object],
    ) -> None:
        self._kind = cast(Kind, transceiver.kind)
        self._transport: RTCDtlsTransport = transceiver.receiver.transport
        self._own_ssrc: int = transceiver.sender._ssrc
        self._sender = sender
        self._on_frame = on_frame
        self._note_strange = note_strange
        self._streams: dict[int, _Stream] = {}
        self._estimator = RemoteBitrateEstimator() if self._kind == "video" else None
        self._unestimated = 0

    async def _handle_rtp_packet(self, packet: RtpPacket, arrival_time_ms: int) -> None:
        stream = self._stream(packet.ssrc)
        if stream is None:
            self._note_strange(packet.ssrc)
            return
        now_s = time.monotonic()
        await self._estimate(packet, arrival_time_ms)
        for frame, at_s in stream.take(packet, now_s):
            self._on_frame(self._kind, at_s, frame)
        if self._kind == "video":
            await self._ask(packet.ssrc, stream, now_s)

    async def _handle_rtcp_packet(self, packet: AnyRtcpPacket) -> None:
        if isinstance(packet, RtcpSrPacket) and (stream := self._streams.get(packet.ssrc)) is not None:
            stream.hear_sender(packet, time.monotonic())

    def _handle_disconnect(self) -> None:
        """Whoever owns the connection is told by the connection."""

    def wish_for_key(self) -> None:
        """Ask for a picture that stands alone with the next packet."""
        for stream in self._streams.values():
            stream.key_due_s = 0.0

    async def report(self) -> None:
        """How it went since the last report; senders set their bitrate by it."""
        now_s = time.monotonic()
        blocks = [stream.report(ssrc, now_s) for ssrc, stream in self._streams.items()]
        if blocks:
            await self._send(RtcpRrPacket(ssrc=self._own_ssrc, reports=blocks))

    async def _ask(self, ssrc: int, stream: "_Stream", now_s: float) -> None:
        if missing := stream.sequence.missing(now_s):
            lost = RtcpRtpfbPacket(fmt=RTCP_RTPFB_NACK, ssrc=self._own_ssrc, media_ssrc=ssrc, lost=missing)
            await self._send(lost)
        if stream.should_ask_for_key(now_s):
            await self._send(RtcpPsfbPacket(fmt=RTCP_PSFB_PLI, ssrc=self._own_ssrc, media_ssrc=ssrc))

    async def _estimate(self, packet: RtpPacket, arrival_time_ms: int) -> None:
        """How much the way takes, told to the sender, who learns it from nobody else."""
        sent = packet.extensions.abs_send_time
        if self._estimator is None or sent is None:
            return
        # Packets of one picture are sent together and count as one to it: telling it of the last is a quarter cheaper.
        self._unestimated += len(packet.payload) + packet.padding_size
        if not packet.marker:
            return
        size, self._unestimated = self._unestimated, 0
        estimate = self._estimator.add(arrival_time_ms, sent, size, packet.ssrc)
        if estimate is not None:
            bits_per_s, ssrcs = estimate
            told = pack_remb_fci(min(bits_per_s, MOST_BITS_PER_S), ssrcs)
            await self._send(RtcpPsfbPacket(fmt=RTCP_PSFB_APP, ssrc=self._own_ssrc, media_ssrc=0, fci=told))

    def _stream(self, ssrc: int) -> "_Stream | None":
        """The stream of `ssrc`; None for one too many."""
        found = self._streams.get(ssrc)
        if found is None and len(self._streams) < MOST_STREAMS:
            found = self._streams[ssrc] = _Stream(self._kind, self._sender)
        return found

    async def _send(self, packet: AnyRtcpPacket) -> None:
        with contextlib.suppress(ConnectionError):  # that it ended is told otherwise
            await self._transport._send_rtp(bytes(packet))


class _Stream:
    """One SSRC: its packets, its frames, and what is known of the sender's clock."""

    def __init__(self, kind: Kind, sender: SenderTime) -> None:
        is_video = kind == "video"
        self.sequence = Sequence(WAIT_PICTURE_S if is_video else WAIT_SOUND_S)
        self.key_due_s = 0.0
        self._frames: Pictures | Sounds = Pictures() if is_video else Sounds()
        self._time = StreamTime(CLOCK_HZ[kind], sender)
        self._statistics = StreamStatistics(CLOCK_HZ[kind])
        self._asked_key_s = 0.0
        self._reported: tuple[int, float] | None = None

    def take(self, packet: RtpPacket, now_s: float) -> Iterator[tuple[Frame, float]]:
        """The frames that are whole with `packet`, and when each was sent."""
        self._statistics.add(packet)
        ours = Packet(packet.sequence_number, packet.timestamp, bool(packet.marker), packet.payload)
        for one in self.sequence.add(ours, now_s):
            try:
                frame = self._frames.add(one)
            except ValueError:
                frame = self._frames.add(None)  # not what it says it is: as good as lost
            if frame is not None:
                if frame.is_key:
                    self.key_due_s = now_s + KEY_EVERY_S
                yield frame, self._time.sent_at(frame.timestamp, now_s)

    def hear_sender(self, report: RtcpSrPacket, now_s: float) -> None:
        """The sender says what time it was at which place of the stream."""
        sender = report.sender_info
        self._time.learn(sender.ntp_timestamp, sender.rtp_timestamp)
        self._reported = ((sender.ntp_timestamp >> 16) & 0xFFFFFFFF, now_s)

    def should_ask_for_key(self, now_s: float) -> bool:
        """Whether it is time to ask for a picture that stands alone."""
        is_due = self._frames.wants_key or now_s >= self.key_due_s
        if not is_due or now_s - self._asked_key_s < ASK_KEY_AGAIN_S:
            return False
        self._asked_key_s = now_s
        return True

    def report(self, ssrc: int, now_s: float) -> RtcpReceiverInfo:
        """A block of a receiver's report."""
        seen = self._statistics
        lsr, heard_s = self._reported or (0, now_s)
        return RtcpReceiverInfo(
            ssrc=ssrc,
            fraction_lost=seen.fraction_lost,
            packets_lost=seen.packets_lost,
            highest_sequence=(seen.cycles + (seen.max_seq or 0)) & 0xFFFFFFFF,
            jitter=seen.jitter,
            lsr=lsr,
            dlsr=min(int((now_s - heard_s) * 65_536), 0xFFFFFFFF),
        )

"""Listens to the packets of one kind: makes frames of them, asks for what is missing, and reports how it went.

RFC 3550 (reports), RFC 4585 (what is asked for again), and the receiver's estimate of the bitrate as browsers take it.
"""

import struct
import time
from collections.abc import Callable, Iterator
from typing import Literal, cast

from aiortc import RTCRtpTransceiver
from aiortc.rate import RemoteBitrateEstimator
from aiortc.rtcrtpreceiver import StreamStatistics
from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    AnyRtcpPacket,
    HeaderExtensionsMap,
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
    Pictures,
    SenderTime,
    Sequence,
    Sounds,
    StreamTime,
)
from telesession.media.rtp_packet import Packet

Kind = Literal["audio", "video"]

CLOCK_HZ = {"audio": 48_000, "video": 90_000}

KEY_EVERY_S = 5.0
"""So often a picture that stands alone is asked for: a film can be begun there."""
ASK_KEY_AGAIN_S = 0.5
MOST_BITS_PER_S = 1_500_000
"""More than this is not asked of anybody for a recording: their line carries the visit too."""
MOST_STREAMS = 8
"""Of one connection and kind; a browser has one or, after it changed its camera, two."""

OnFrame = Callable[[Kind, float, Frame], None]
"""Is told of every frame: of which kind, when it was sent, in seconds by `time.monotonic`, and the frame."""
Say = Callable[[AnyRtcpPacket], object]
"""Sends something to whoever sends to us, without being waited for."""


class Ear:
    """Of one connection and kind."""

    def __init__(
        self,
        transceiver: RTCRtpTransceiver,
        sender: SenderTime,
        say: Say,
        on_frame: OnFrame,
        note_strange: Callable[[int], object],
    ) -> None:
        self._kind = cast(Kind, transceiver.kind)
        self._ssrc: int = transceiver.sender._ssrc
        self._extensions: HeaderExtensionsMap = transceiver.receiver.transport._rtp_header_extensions_map
        self._sender = sender
        self._say = say
        self._on_frame = on_frame
        self._note_strange = note_strange
        self._streams: dict[int, _Stream] = {}
        self._estimator = RemoteBitrateEstimator() if self._kind == "video" else None
        self._unestimated = 0

    def take(self, packet: Packet, now_s: float) -> None:
        """The next packet of whichever stream."""
        stream = self._stream(packet.ssrc)
        if stream is None:
            self._note_strange(packet.ssrc)
            return
        for frame, at_s in stream.take(packet, now_s):
            self._on_frame(self._kind, at_s, frame)
        if self._estimator is not None:
            self._estimate(packet, self._estimator, now_s)
            self._ask(packet.ssrc, stream, now_s)

    async def _handle_rtcp_packet(self, packet: AnyRtcpPacket) -> None:
        """As aiortc calls it for every packet of control."""
        if isinstance(packet, RtcpSrPacket) and (stream := self._streams.get(packet.ssrc)) is not None:
            stream.hear_sender(packet, time.monotonic())

    def wish_for_key(self) -> None:
        """Ask for a picture that stands alone with the next packet."""
        for stream in self._streams.values():
            stream.key_due_s = 0.0

    def report(self, now_s: float) -> None:
        """How it went since the last report; senders set their bitrate by it."""
        blocks = [stream.report(ssrc, now_s) for ssrc, stream in self._streams.items()]
        if blocks:
            self._say(RtcpRrPacket(ssrc=self._ssrc, reports=blocks))

    def _ask(self, ssrc: int, stream: "_Stream", now_s: float) -> None:
        if missing := stream.sequence.missing(now_s):
            self._say(RtcpRtpfbPacket(fmt=RTCP_RTPFB_NACK, ssrc=self._ssrc, media_ssrc=ssrc, lost=missing))
        if stream.should_ask_for_key(now_s):
            self._say(RtcpPsfbPacket(fmt=RTCP_PSFB_PLI, ssrc=self._ssrc, media_ssrc=ssrc))

    def _estimate(self, packet: Packet, estimator: RemoteBitrateEstimator, now_s: float) -> None:
        """How much the way takes, told to the sender, who learns it from nobody else."""
        # Packets of one picture are sent together and count as one to it: telling it of the last is a quarter cheaper.
        self._unestimated += len(packet.payload) + packet.padding_size
        if not packet.is_last or (sent := self._sent(packet)) is None:
            return
        size, self._unestimated = self._unestimated, 0
        estimate = estimator.add(int(now_s * 1_000), sent, size, packet.ssrc)
        if estimate is not None:
            bits_per_s, ssrcs = estimate
            told = pack_remb_fci(min(bits_per_s, MOST_BITS_PER_S), ssrcs)
            self._say(RtcpPsfbPacket(fmt=RTCP_PSFB_APP, ssrc=self._ssrc, media_ssrc=0, fci=told))

    def _sent(self, packet: Packet) -> int | None:
        """When it says that it was sent, by the sender's clock of 24 bits; None when it does not say."""
        if packet.extension is None:
            return None
        try:
            return self._extensions.get(*packet.extension).abs_send_time
        except (ValueError, struct.error):  # not what it says it is
            return None

    def _stream(self, ssrc: int) -> "_Stream | None":
        """The stream of `ssrc`; None for one too many."""
        found = self._streams.get(ssrc)
        if found is None and len(self._streams) < MOST_STREAMS:
            found = self._streams[ssrc] = _Stream(self._kind, self._sender)
        return found


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

    def take(self, packet: Packet, now_s: float) -> Iterator[tuple[Frame, float]]:
        """The frames that are whole with `packet`, and when each was sent."""
        self._statistics.add(cast(RtpPacket, packet))  # reads its number and its timestamp
        for one in self.sequence.add(packet, now_s):
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

"""What aiortc receives, handed on as it was sent: decoding is most of what receiving costs."""

from fractions import Fraction
from typing import Any

from aiortc import RTCRtpCodecParameters, rtcrtpreceiver
from aiortc.jitterbuffer import JitterFrame
from av.packet import Packet


class Undecoded:
    """In a decoder's place: hands on each frame as it was sent."""

    def __init__(self, codec: RTCRtpCodecParameters) -> None:
        self._time_base = Fraction(1, codec.clockRate)

    def decode(self, frame: JitterFrame) -> "list[Packet[Any]]":
        """The one frame, undecoded."""
        packet = Packet(frame.data)
        packet.pts = packet.dts = frame.timestamp
        packet.time_base = self._time_base
        return [packet]


def never_decode() -> None:
    """From now on all tracks of this process bring packets as they were sent: decoding is most of what they cost."""
    rtcrtpreceiver.get_decoder = Undecoded  # type: ignore[attr-defined,assignment]

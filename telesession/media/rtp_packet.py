"""One packet of RTP, read (RFC 3550 section 5.1). No I/O."""

import struct

from msgspec import Struct

_FIXED = struct.Struct("!BBHLL")
_EXTENSION = struct.Struct("!HH")


class Packet(Struct):
    """What is of use of one packet. Numbers are as on the wire."""

    sequence_number: int
    timestamp: int
    is_last: bool
    """The marker: nothing of this frame comes after it."""
    payload: bytes
    payload_type: int = 0
    ssrc: int = 0
    padding_size: int = 0
    extension: tuple[int, bytes] | None = None
    """The profile and the bytes of the header's extension (RFC 8285)."""


def read_packet(data: bytes) -> Packet:
    """The packet in a datagram whose seal is taken off; raises `ValueError` for what is none."""
    if len(data) < _FIXED.size:
        raise ValueError("shorter than any RTP packet")
    first, second, sequence_number, timestamp, ssrc = _FIXED.unpack_from(data)
    if first >> 6 != 2:
        raise ValueError("not RTP's version")
    at = _FIXED.size + 4 * (first & 0x0F)
    extension = None
    if first & 0x10:
        if len(data) < at + _EXTENSION.size:
            raise ValueError("an extension that is cut short")
        profile, words = _EXTENSION.unpack_from(data, at)
        began = at + _EXTENSION.size
        at = began + 4 * words
        extension = profile, data[began:at]
    padding_size = data[-1] if first & 0x20 else 0
    end = len(data) - padding_size
    if end < at or (first & 0x20 and not padding_size):
        raise ValueError("longer than its datagram")
    return Packet(
        sequence_number, timestamp, second >= 0x80, data[at:end], second & 0x7F, ssrc, padding_size, extension
    )

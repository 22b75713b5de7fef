"""From RTP packets to whole encoded frames: order, what is missing, where a frame begins and ends. Nothing is decoded.

VP8 in RTP is RFC 7741, Opus RFC 7587. No library is needed and no I/O is done; `ear.py` feeds it.
"""

from collections.abc import Iterator

from msgspec import Struct

from telesession.media.rtp_packet import Packet

WAIT_PICTURE_S = 1.0
"""How long a missing packet of the picture is waited for: browsers keep what they sent for about so long."""
WAIT_SOUND_S = 0.2
MOST_WAITING = 1_024
"""Packets that wait for one that is missing; more than a second of 8 Mbit/s."""
MOST_FRAME_BYTES = 4_000_000
"""Of one picture: far beyond any that is sent, and an end to one that never ends."""
MOST_LATE_S = 5.0
"""Nothing is on its way for longer: a sender who says so has a clock that jumped, or wants ours to."""
ASK_AGAIN_S = 0.06
MOST_ASKED = 128

_HALF = {16: 1 << 15, 32: 1 << 31}


class Frame(Struct, frozen=True):
    """One frame as it was encoded. `timestamp` counts on over the wire's 32 bits."""

    timestamp: int
    data: bytes
    is_key: bool
    after_loss: bool = False
    """Frames before it were lost: of pictures only one that stands alone comes then."""


class Unwrapped:
    """A counter of so many bits that begins again at 0, counted on."""

    def __init__(self, bits: int) -> None:
        self._size, self._half = 1 << bits, _HALF[bits]
        self._last: int | None = None

    def __call__(self, value: int) -> int:
        """The nearest number to the last one that looks like `value`."""
        if self._last is None:
            self._last = value
        else:
            self._last += (value - self._last + self._half) % self._size - self._half
        return self._last


class Sequence:
    """Packets in the order in which they were sent. What does not come in time is given up."""

    def __init__(self, wait_s: float) -> None:
        self._wait_s = wait_s
        self._unwrap = Unwrapped(16)
        self._next: int | None = None
        self._held: dict[int, Packet] = {}
        self._missing_since = 0.0
        self._asked_at = 0.0

    def add(self, packet: Packet, now_s: float) -> list[Packet | None]:
        """What can be taken now, in order; None where something is missing for ever."""
        number = self._unwrap(packet.sequence_number)
        if self._next is None:
            self._next = number
        if number == self._next and not self._held:
            self._next += 1
            return [packet]
        if number < self._next:
            return []  # seen, or given up
        if not self._held:
            self._missing_since = now_s
        self._held[number] = packet
        return list(self._take(now_s))

    def missing(self, now_s: float) -> list[int]:
        """What to ask the sender for again, as on the wire; empty when that was done just now."""
        if not self._held or now_s - self._asked_at < ASK_AGAIN_S:
            return []
        assert self._next is not None
        self._asked_at = now_s
        gone = (number for number in range(self._next, max(self._held)) if number not in self._held)
        return [number & 0xFFFF for number, _ in zip(gone, range(MOST_ASKED), strict=False)]

    def _take(self, now_s: float) -> Iterator[Packet | None]:
        assert self._next is not None
        yield from self._in_order(now_s)
        while self._held and (now_s - self._missing_since > self._wait_s or len(self._held) > MOST_WAITING):
            self._next = min(self._held)
            yield None
            yield from self._in_order(now_s)

    def _in_order(self, now_s: float) -> Iterator[Packet]:
        assert self._next is not None
        while (packet := self._held.pop(self._next, None)) is not None:
            self._next += 1
            self._missing_since = now_s
            yield packet


class Pictures:
    """VP8 frames of one stream. After a loss nothing comes until a frame that stands alone."""

    def __init__(self) -> None:
        self._unwrap = Unwrapped(32)
        self._data = bytearray()
        self._timestamp: int | None = None
        self._was_lost = False
        self.wants_key = True
        """Nothing can be shown before the sender begins anew."""

    def add(self, packet: Packet | None) -> Frame | None:
        """The frame that ends with `packet`, if one does; None as a packet: some are missing."""
        if packet is None:
            self._lose()
            return None
        if not packet.payload:
            return None  # sent to try how much gets through
        begins, part = vp8_part(packet.payload)
        if packet.timestamp != self._timestamp:
            self._data, self._timestamp = bytearray(), packet.timestamp if begins else None
            if not begins:
                return None  # the middle of a frame whose beginning never came
        self._data += part
        if len(self._data) > MOST_FRAME_BYTES:
            self._lose()
            return None
        return self._whole() if packet.is_last else None

    def _whole(self) -> Frame | None:
        data, timestamp = bytes(self._data), self._timestamp
        self._data, self._timestamp = bytearray(), None
        if timestamp is None or not data:
            return None
        is_key = vp8_is_key(data)
        if self.wants_key and not is_key:
            return None
        frame = Frame(self._unwrap(timestamp), data, is_key, self._was_lost)
        self.wants_key = self._was_lost = False
        return frame

    def _lose(self) -> None:
        self._data, self._timestamp = bytearray(), None
        self.wants_key = self._was_lost = True


class Sounds:
    """Opus frames of one stream: each packet is one."""

    def __init__(self) -> None:
        self._unwrap = Unwrapped(32)
        self._was_lost = False
        self.wants_key = False

    def add(self, packet: Packet | None) -> Frame | None:
        """The frame in `packet`; None as a packet: some are missing."""
        if packet is None:
            self._was_lost = True
            return None
        if not packet.payload:
            return None
        frame = Frame(self._unwrap(packet.timestamp), packet.payload, True, self._was_lost)
        self._was_lost = False
        return frame


def vp8_part(payload: bytes) -> tuple[bool, bytes]:
    """Whether a frame begins here, and the part of it (RFC 7741 section 4.2); raises `ValueError`."""
    first, at = payload[0], 1
    if first & 0x80:
        more = _byte(payload, at)
        at += 1
        if more & 0x80:
            at += 2 if _byte(payload, at) & 0x80 else 1
        at += bool(more & 0x40) + bool(more & 0x30)
    if at > len(payload):
        raise ValueError("a VP8 descriptor was cut short")
    return first & 0x17 == 0x10, payload[at:]  # S set, partition 0


def vp8_is_key(frame: bytes) -> bool:
    """Whether the frame stands alone (RFC 6386 section 9.1)."""
    return not frame[0] & 1


def vp8_size(frame: bytes) -> tuple[int, int] | None:
    """Width and height as a frame that stands alone says them; None when it does not."""
    if len(frame) < 10 or not vp8_is_key(frame) or frame[3:6] != b"\x9d\x01\x2a":
        return None
    return int.from_bytes(frame[6:8], "little") & 0x3FFF, int.from_bytes(frame[8:10], "little") & 0x3FFF


def _byte(payload: bytes, at: int) -> int:
    if at >= len(payload):
        raise ValueError("a VP8 descriptor was cut short")
    return payload[at]


class SenderTime:
    """What a sender's clock differs from ours by, as far as the way always takes as long as the fastest time."""

    def __init__(self) -> None:
        self._least = float("inf")

    def ours(self, theirs_s: float, now_s: float) -> float:
        """Our reading when theirs was `theirs_s`, of something that arrived at `now_s`."""
        self._least = min(self._least, now_s - theirs_s)
        return theirs_s + self._least


class StreamTime:
    """When each frame of one stream was sent, by our clock.

    Timestamps of picture and sound have nothing to do with each other until the sender reports what time it was at
    some place of each (RFC 3550 section 6.4.1); until then they are taken for sent when they arrived.
    """

    def __init__(self, hz: int, sender: SenderTime) -> None:
        self._hz = hz
        self._sender = sender
        self._alone = SenderTime()
        self._told: tuple[float, int] | None = None

    def learn(self, ntp: int, timestamp: int) -> None:
        """The sender's report: 64 bits of NTP time, and the place in the stream that belongs to it."""
        self._told = (ntp / 2**32, timestamp)

    def sent_at(self, timestamp: int, now_s: float) -> float:
        """When the frame that arrived at `now_s` was sent: not after that, and not long before."""
        return max(self._sent_at(timestamp, now_s), now_s - MOST_LATE_S)

    def _sent_at(self, timestamp: int, now_s: float) -> float:
        if self._told is None:
            return self._alone.ours(timestamp / self._hz, now_s)
        told_s, at = self._told
        since = (timestamp - at + _HALF[32]) % 2**32 - _HALF[32]
        return self._sender.ours(told_s + since / self._hz, now_s)

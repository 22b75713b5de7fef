"""What the virtual patient sends: pictures that are drawn as they are wanted, and a voice of a few soft tones."""

import asyncio
import time
from array import array
from collections import deque
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import exp, pi, sin
from typing import Any

from aiortc import MediaStreamTrack
from av.audio.frame import AudioFrame
from av.packet import Packet
from av.video.frame import VideoFrame

from telesession.media.canvas import Canvas
from telesession.media.portrait import Doing, Portrait

PICTURES_PER_S = 12
SAMPLES_PER_S = 48_000
SAMPLES = SAMPLES_PER_S // 50
"""Twenty milliseconds, as Opus takes them."""
VIDEO_CLOCK = 90_000
LOUDNESS = 4_200
"""Of 32,767: to be heard and not to be startled by."""
SILENCE = bytes(2 * SAMPLES)
IDLE_S = 0.25

Note = tuple[float, float]
"""Hertz and seconds."""
HELLO: Sequence[Note] = ((523.3, 0.14), (659.3, 0.14), (784.0, 0.26))
COUNT: Sequence[Note] = ((659.3, 0.12),)
PAIN: Sequence[Note] = ((392.0, 0.2), (311.1, 0.34))


class Pace:
    """So many a second, by the clock and not by how long each takes."""

    def __init__(self, per_s: float) -> None:
        self._step_s = 1 / per_s
        self._due_at = 0.0

    async def next(self) -> float:
        """Wait for the next one; how many seconds late it is."""
        now = time.monotonic()
        self._due_at = max(self._due_at + self._step_s, now - self._step_s)
        if self._due_at > now:
            await asyncio.sleep(self._due_at - now)
        return self._due_at


class Picture(MediaStreamTrack):
    """What the camera sees. While `is_wanted` says no, nothing is drawn, encoded or sent."""

    kind = "video"

    def __init__(self, doing: Callable[[], Doing], is_wanted: Callable[[], bool]) -> None:
        super().__init__()
        self._doing = doing
        self._is_wanted = is_wanted
        self._portrait = Portrait()
        self._pace = Pace(PICTURES_PER_S)
        self._began_at = time.monotonic()
        self._drawn_at = self._began_at

    async def recv(self) -> VideoFrame:
        """The next picture, when it is time for it."""
        while not self._is_wanted():  # noqa: ASYNC110  whoever knows has no event for it, and nobody hurries
            await asyncio.sleep(IDLE_S)
        at = await self._pace.next()
        passed_s, self._drawn_at = at - self._drawn_at, at
        frame = as_frame(self._portrait.draw(self._doing(), min(max(passed_s, 0.0), 1.0)))
        frame.pts = int((at - self._began_at) * VIDEO_CLOCK)
        frame.time_base = Fraction(1, VIDEO_CLOCK)
        return frame


def as_frame(canvas: Canvas) -> VideoFrame:
    """The picture as encoders take it."""
    frame = VideoFrame(canvas.width, canvas.height, "yuv420p")
    for plane, pixels in zip(frame.planes, canvas.planes, strict=True):
        width = plane.width
        if plane.line_size == width:
            plane.update(bytes(pixels))
        else:
            pad = bytes(plane.line_size - width)
            plane.update(b"".join(pixels[y * width : (y + 1) * width] + pad for y in range(plane.height)))
    return frame


class Voice(MediaStreamTrack):
    """Silence, and now and then a few notes."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._pace = Pace(50)
        self._notes: deque[bytes] = deque()
        self._sent = 0

    def sing(self, notes: Sequence[Note]) -> None:
        """After what it is singing now; what would come too late to mean anything is left out."""
        if len(self._notes) < 50:
            self._notes.extend(samples_of(notes))

    async def recv(self) -> AudioFrame:
        """The next twenty milliseconds, when it is time for them."""
        await self._pace.next()
        frame = AudioFrame(format="s16", layout="mono", samples=SAMPLES)
        frame.planes[0].update(self._notes.popleft() if self._notes else SILENCE)
        frame.sample_rate = SAMPLES_PER_S
        frame.pts = self._sent
        frame.time_base = Fraction(1, SAMPLES_PER_S)
        self._sent += SAMPLES
        return frame


def samples_of(notes: Sequence[Note]) -> list[bytes]:
    """The notes in pieces of twenty milliseconds; each begins softly and dies away."""
    values = array("h")
    for hertz, length_s in notes:
        count = int(length_s * SAMPLES_PER_S)
        for n in range(count):
            swell = min(1.0, n / 480) * exp(-4 * n / count)
            values.append(int(LOUDNESS * swell * sin(2 * pi * hertz * n / SAMPLES_PER_S)))
    values.extend([0] * (-len(values) % SAMPLES))
    whole = values.tobytes()
    return [whole[start : start + 2 * SAMPLES] for start in range(0, len(whole), 2 * SAMPLES)]


class Film(MediaStreamTrack):
    """Packets that were encoded before, over and over: what a load of many costs is then the sending alone."""

    def __init__(self, kind: str, packets: Sequence[bytes], per_s: float, clock: int) -> None:
        super().__init__()
        self.kind = kind
        self._packets = packets
        self._pace = Pace(per_s)
        self._step = int(clock / per_s)
        self._clock = clock
        self._sent = 0

    async def recv(self) -> "Packet[Any]":
        """The next one, when it is time for it."""
        await self._pace.next()
        packet = Packet(self._packets[self._sent % len(self._packets)])
        packet.pts = packet.dts = self._sent * self._step
        packet.time_base = Fraction(1, self._clock)
        self._sent += 1
        return packet

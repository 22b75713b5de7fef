"""`python -m telesession.media.load`: many visits at once, each with a virtual therapist and a virtual patient.

Reads a `Load` from standard input and prints a `Carried`. Everybody sends the same film, encoded once, unless each
patient is to draw its own pictures: then it costs what a virtual patient costs.
"""

import asyncio
import contextlib
import sys
import time
from collections.abc import Sequence
from fractions import Fraction
from typing import cast

import av
import msgspec
from aiortc import MediaStreamTrack
from av.audio.frame import AudioFrame

from telesession.domain.messages import ParticipantView, Reason
from telesession.media.bots import PHONE, WHERE, Bot, VirtualPatient, VirtualTherapist
from telesession.media.order import Carried, Load, Visited
from telesession.media.portrait import HEIGHT, WIDTH, Doing, Portrait
from telesession.media.tracks import (
    COUNT,
    PICTURES_PER_S,
    SAMPLES,
    SAMPLES_PER_S,
    VIDEO_CLOCK,
    Film,
    as_frame,
    samples_of,
)
from telesession.media.undecoded import never_decode
from telesession.media.wire import NoSeat, open_session, take_seat

FILM_S = 2
BITS_PER_S = 300_000
BETWEEN_S = 0.05
"""People do not all open their links within the same moment."""
PATIENCE_S = 20.0


class Show:
    """The film, encoded once for all."""

    def __init__(self) -> None:
        self.pictures = _pictures()
        self.sounds = _sounds()

    def tracks(self) -> Sequence[MediaStreamTrack]:
        """New tracks that play it from the beginning."""
        return Film("audio", self.sounds, 50, SAMPLES_PER_S), Film("video", self.pictures, PICTURES_PER_S, VIDEO_CLOCK)


class ShowingTherapist(VirtualTherapist):
    """Sends the film."""

    show: Show

    def tracks(self, them: ParticipantView) -> Sequence[MediaStreamTrack]:  # noqa: ARG002  a Scene says so
        return self.show.tracks()


class ShowingPatient(VirtualPatient):
    """Sends the film instead of drawing."""

    show: Show

    def tracks(self, them: ParticipantView) -> Sequence[MediaStreamTrack]:  # noqa: ARG002  a Scene says so
        return self.show.tracks()


async def carry(load: Load) -> Carried:
    """Have all visits, at the same time, and say how they went."""
    show = Show()
    began = time.monotonic(), time.process_time()
    visits = [asyncio.create_task(_visit(load, show, number)) for number in range(len(load.links))]
    visited = await asyncio.gather(*visits)
    seconds = time.monotonic() - began[0]
    return Carried(tuple(visited), (time.process_time() - began[1]) / seconds, seconds)


async def _visit(load: Load, show: Show, number: int) -> Visited:
    await asyncio.sleep(number * BETWEEN_S)
    to_therapist, to_patient = load.links[number]
    async with open_session() as tess, open_session() as pat:
        try:
            therapist = ShowingTherapist(tess, await take_seat(tess, to_therapist), (), load.seconds)
            kind = VirtualPatient if load.is_drawn else ShowingPatient
            loss = msgspec.structs.replace(load.loss, seed=number)
            patient = kind(pat, await take_seat(pat, to_patient, WHERE, PHONE), number, loss)
        except NoSeat:
            return Visited()
        therapist.show = show
        if isinstance(patient, ShowingPatient):
            patient.show = show
        return await _meet(therapist, patient, load.seconds)


async def _meet(therapist: Bot, patient: Bot, seconds: float) -> Visited:
    counted = asyncio.create_task(_count(patient, seconds))
    ended: tuple[Reason | None, ...] = (None,)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds + PATIENCE_S):
            ended = await asyncio.gather(therapist.run(), patient.run())
    came, lost = await counted
    admitted_at, knocked_at = patient.seen.admitted_at, patient.seen.began_at
    if admitted_at is None or knocked_at is None:
        return Visited()
    pictures = [bot.seen.first_picture_at for bot in (therapist, patient)]
    first_s = None if None in pictures else max(cast(list[float], pictures)) - admitted_at
    is_whole = all(reason is Reason.ENDED for reason in ended)
    return Visited(admitted_at - knocked_at, first_s, came, lost, is_whole)


async def _count(patient: Bot, seconds: float) -> tuple[int, int]:
    """Packets that came and that were lost, shortly before the visit ends."""
    await asyncio.sleep(max(seconds - 1.0, seconds / 2))
    return await patient.peers.packets()


def _pictures() -> list[bytes]:
    portrait = Portrait()
    codec = av.CodecContext.create("libvpx", "w")
    codec.width, codec.height, codec.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    codec.bit_rate, codec.time_base = BITS_PER_S, Fraction(1, PICTURES_PER_S)
    codec.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
    packets: list[bytes] = []
    for number in range(FILM_S * PICTURES_PER_S):
        frame = as_frame(portrait.draw(Doing(is_waving=True), 1 / PICTURES_PER_S))
        frame.pts = number
        packets.extend(bytes(packet) for packet in codec.encode(frame))
    return packets


def _sounds() -> list[bytes]:
    codec = av.CodecContext.create("libopus", "w")
    codec.sample_rate, codec.layout, codec.format = SAMPLES_PER_S, "stereo", "s16"
    codec.time_base = Fraction(1, SAMPLES_PER_S)
    packets: list[bytes] = []
    for number, piece in enumerate(samples_of([*COUNT, (440.0, 1.8)])):
        frame = AudioFrame(format="s16", layout="stereo", samples=SAMPLES)
        both = b"".join(piece[at : at + 2] * 2 for at in range(0, len(piece), 2))
        frame.planes[0].update(both)
        frame.sample_rate, frame.pts, frame.time_base = SAMPLES_PER_S, number * SAMPLES, Fraction(1, SAMPLES_PER_S)
        packets.extend(bytes(packet) for packet in codec.encode(frame))
    return packets


if __name__ == "__main__":
    never_decode()
    carried = asyncio.run(carry(msgspec.json.decode(sys.stdin.buffer.readline(), type=Load)))
    sys.stdout.buffer.write(msgspec.json.encode(carried) + b"\n")

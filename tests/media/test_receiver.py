"""What an aiortc end sends arrives as it was encoded, no decoder runs, and hostile datagrams change nothing."""

import asyncio
import re
from pathlib import Path

import av
import pytest
from aiortc import RTCIceTransport, RTCPeerConnection
from aiortc.rtcrtpreceiver import RemoteStreamTrack
from aiortc.rtp import RtpPacket

from telesession.media.ear import MOST_STREAMS, Kind
from telesession.media.receiver import MOST_STRANGE
from telesession.media.reel import Reel, ReelWriter, index
from telesession.media.rtp import Frame, vp8_is_key
from telesession.media.webm import AUDIO, VIDEO
from telesession.store.sealed_file import SealedReader, SealedWriter
from tests.media.pairs import Picture, Tone, listening

WITHIN_S = 20.0
FORGED = b"\x10\x02\x00\x9d\x01\x2a\x00\x05\xd0\x02canary"
FINGERPRINT = re.compile(r"(a=fingerprint:sha-256) \S+")


class Kept:
    """Frames as they come; waits for so many."""

    def __init__(self) -> None:
        self.frames: dict[str, list[tuple[float, Frame]]] = {"video": [], "audio": []}
        self._more = asyncio.Event()

    def __call__(self, kind: Kind, at_s: float, frame: Frame) -> None:
        self.frames[kind].append((at_s, frame))
        self._more.set()

    async def until(self, **wanted: int) -> None:
        async with asyncio.timeout(WITHIN_S):
            while any(len(self.frames[kind]) < count for kind, count in wanted.items()):
                self._more.clear()
                await self._more.wait()

    async def until_key(self, count: int) -> None:
        async with asyncio.timeout(WITHIN_S):
            while sum(frame.is_key for _, frame in self.frames["video"]) < count:
                self._more.clear()
                await self._more.wait()


async def test_frames_come_as_they_were_encoded_and_nothing_is_decoded(tmp_path: Path) -> None:
    kept = Kept()
    async with listening(kept, Tone(), Picture()) as (_, listens, ears):
        await kept.until(video=40, audio=100)
        keys = sum(one.is_key for _, one in kept.frames["video"])
        ears.wish_for_keys()
        await kept.until_key(keys + 1)
        assert {one.mimeType for place in listens.getTransceivers() for one in place._codecs} == {
            "video/VP8",
            "audio/opus",
        }
        for place in listens.getTransceivers():
            track = place.receiver.track
            assert isinstance(track, RemoteStreamTrack)
            assert track._queue.empty()
    assert vp8_is_key(kept.frames["video"][0][1].data)
    film = as_film(kept, tmp_path / "reel")
    with av.open(str(film)) as read:
        seconds = [frame.time for frame in read.decode(video=0)]
        taken = [at_s for at_s, _ in kept.frames["video"]]
        assert len(seconds) == len(taken)
        assert abs((seconds[-1] - seconds[0]) - (taken[-1] - taken[0])) < 0.01
    with av.open(str(film)) as read:
        heard = sum(frame.samples for frame in read.decode(audio=0)) / 48_000
        assert abs(heard - len(kept.frames["audio"]) * 0.02) < 0.1


def as_film(kept: Kept, path: Path) -> Path:
    zero_s = min(kept.frames["video"][0][0], kept.frames["audio"][0][0])
    with path.open("wb") as file:
        sealed = SealedWriter(file, b"k" * 32, "recording:x/y")
        reel = ReelWriter(sealed.write)
        everything = [(at_s, VIDEO, one) for at_s, one in kept.frames["video"]]
        everything += [(at_s, AUDIO, one) for at_s, one in kept.frames["audio"]]
        for at_s, track, one in sorted(everything, key=lambda each: each[0]):
            reel.add(track, round((at_s - zero_s) * 1_000), one.data, is_key=one.is_key)
        reel.close()
        sealed.close()
    with SealedReader(path, b"k" * 32, "recording:x/y") as opened:
        found = Reel(opened, index(opened.read, opened.size))
        film = path.with_suffix(".webm")
        film.write_bytes(found.read(0, found.size))
    return film


async def test_what_is_no_rtp_or_has_a_wrong_tag_is_dropped_and_the_rest_goes_on() -> None:
    kept = Kept()
    async with listening(kept, Tone(), Picture()) as (sends, _, _):
        await kept.until(video=3, audio=10)
        raw = transport_of(sends)
        for noise in (b"\x80", b"\x80\x60", b"\x90" * 40, b"\xbf" + b"\xff" * 60, b"\x80\xc8" + b"\0" * 40,
                      b"\x16\xfe\xfd" + b"\0" * 30, b"\0", b"\xff" * 1_200, b"\x80\xc8" + b"\0" * 1_600,
                      b"GET / HTTP/1.1"):  # fmt: skip
            await raw._send(noise)
        before = len(kept.frames["video"]), len(kept.frames["audio"])
        await kept.until(video=before[0] + 10, audio=before[1] + 20)
    assert all(vp8_is_key(one.data) or one.data[0] & 1 for _, one in kept.frames["video"])


async def test_nobody_between_them_can_put_in_a_frame() -> None:
    """Packets that are all right but for their seal, under the streams' own numbers (RFC 3711 section 3.3)."""
    kept = Kept()
    async with listening(kept, Tone(), Picture()) as (sends, _, _):
        await kept.until(video=3, audio=10)
        raw = transport_of(sends)
        for place in sends.getTransceivers():
            codec, ssrc = place._codecs[0].payloadType, place.sender._ssrc
            assert codec is not None
            for number in range(0, 65_536, 64):
                forged = RtpPacket(codec, 1, number, 7_000, ssrc, FORGED)
                await raw._send(forged.serialize() + bytes(16))
        await kept.until(video=len(kept.frames["video"]) + 10, audio=len(kept.frames["audio"]) + 20)
    whole = [one.data for kind in kept.frames.values() for _, one in kind]
    assert not any(b"canary" in data for data in whole)


async def test_an_end_whose_key_is_not_the_one_that_was_told_is_not_listened_to() -> None:
    kept, states = Kept(), asyncio.Queue[str]()
    other = ":".join(["AB"] * 32)
    async with (
        asyncio.timeout(WITHIN_S),
        listening(kept, Tone(), told=lambda sdp: FINGERPRINT.sub(rf"\1 {other}", sdp)) as (_, listens, _),
    ):
        listens.on("connectionstatechange", lambda: states.put_nowait(listens.connectionState))
        while listens.connectionState != "failed":
            await states.get()
    assert kept.frames == {"video": [], "audio": []}


@pytest.mark.parametrize("is_known", [True, False])
async def test_whoever_sends_streams_without_end_is_hung_up_on(*, is_known: bool) -> None:
    """Each takes memory, in libraries too, for as long as the connection stands."""
    kept, states = Kept(), asyncio.Queue[str]()
    async with asyncio.timeout(WITHIN_S), listening(kept, Tone()) as (sends, listens, _):
        await kept.until(audio=3)
        (place,) = sends.getTransceivers()
        codec = place._codecs[0].payloadType
        assert codec is not None
        listens.on("connectionstatechange", lambda: states.put_nowait(listens.connectionState))
        for ssrc in range(1, MOST_STREAMS + MOST_STRANGE + 1):
            await place.sender.transport._send_rtp(
                RtpPacket(codec if is_known else 77, 0, 1, 1, ssrc, b"x").serialize()
            )
            await asyncio.sleep(0)
        assert await states.get() == "closed"


def transport_of(end: RTCPeerConnection) -> RTCIceTransport:
    """What sends datagrams, below any encryption."""
    return end.getTransceivers()[0].sender.transport.transport

"""What is put together here is a film to FFmpeg, which knows nothing of us: frames, length, chapters, any place."""

import io
from collections.abc import Iterator
from fractions import Fraction
from itertools import accumulate, pairwise

import av
import pytest
from av.audio.frame import AudioFrame
from av.container import InputContainer
from av.video.frame import VideoFrame

from telesession.media.webm import AUDIO, VIDEO, Block, Chapter, Film, Place, cluster, head

LENGTH_MS = 3_000
KEY_EVERY = 30
CHAPTERS = [Chapter(0, "Admitted"), Chapter(1_500, "Bridge · 3 × 10")]


def pictures() -> Iterator[Block]:
    codec = av.CodecContext.create("libvpx", "w")
    codec.width, codec.height, codec.pix_fmt = 320, 240, "yuv420p"
    codec.time_base, codec.gop_size, codec.options = Fraction(1, 1_000), KEY_EVERY, {"deadline": "realtime"}
    for number in range(90):
        frame = VideoFrame(320, 240, "yuv420p")
        frame.pts = number * 33
        for plane in frame.planes:
            plane.update(bytes([number * 2]) * plane.buffer_size)
        for packet in codec.encode(frame):
            yield Block(VIDEO, int(packet.pts or 0), bytes(packet), packet.is_keyframe)


def sound() -> Iterator[Block]:
    codec = av.CodecContext.create("libopus", "w")
    codec.sample_rate, codec.layout, codec.format = 48_000, "stereo", "s16"
    for number in range(LENGTH_MS // 20):
        frame = AudioFrame(format="s16", layout="stereo", samples=960)
        frame.sample_rate, frame.pts = 48_000, number * 960
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        for packet in codec.encode(frame):
            yield Block(AUDIO, number * 20, bytes(packet))


def film(*kinds: Iterator[Block], size: tuple[int, int] | None = (320, 240), has_sound: bool = True) -> bytes:
    """The blocks as they come, a new cluster at each picture that stands alone, and at the beginning."""
    parts: list[list[Block]] = []
    for block in sorted((block for kind in kinds for block in kind), key=lambda block: block.at_ms):
        if not parts or block.is_key:
            parts.append([])
        parts[-1].append(block)
    clusters = [cluster(part[0].at_ms, part) for part in parts]
    starts = accumulate((len(one) for one in clusters), initial=0)
    places = [Place(part[0].at_ms, start) for part, start in zip(parts, starts, strict=False)]
    data = b"".join(clusters)
    return head(Film(LENGTH_MS, size, has_sound, places, len(data), CHAPTERS)) + data


@pytest.fixture(scope="module")
def whole() -> bytes:
    return film(pictures(), sound())


def opened(data: bytes) -> InputContainer:
    return av.open(io.BytesIO(data), "r")


def test_every_frame_is_there_at_its_time(whole: bytes) -> None:
    with opened(whole) as read:
        times = [frame.time for frame in read.decode(video=0)]
    assert len(times) == 90
    assert all(0.032 < after - before < 0.034 for before, after in pairwise(times))
    with opened(whole) as read:
        assert sum(frame.samples for frame in read.decode(audio=0)) == pytest.approx(LENGTH_MS * 48, abs=960)


def test_length_and_chapters_are_known_before_anything_is_played(whole: bytes) -> None:
    with opened(whole) as read:
        assert read.duration == LENGTH_MS * 1_000
        told = [(one["start"] / 1_000_000, one["metadata"]["title"]) for one in read.chapters()]
    assert told == [(0, "Admitted"), (1_500, "Bridge · 3 × 10")]


def test_one_can_begin_anywhere(whole: bytes) -> None:
    for wanted_s in (0.9, 1.9, 2.9):
        with opened(whole) as read:
            read.seek(round(wanted_s * 1_000_000))
            first = next(read.decode(video=0))
        assert wanted_s - KEY_EVERY * 0.033 < first.time <= wanted_s


def test_sound_alone_and_pictures_alone_are_films_too() -> None:
    with opened(film(sound(), size=None)) as read:
        assert ([one.type for one in read.streams], read.duration) == (["audio"], LENGTH_MS * 1_000)
    with opened(film(pictures(), has_sound=False)) as read:
        assert [one.type for one in read.streams] == ["video"]


def test_a_film_that_breaks_off_is_played_as_far_as_it_goes(whole: bytes) -> None:
    with opened(whole[: len(whole) * 2 // 3]) as read:
        assert 20 < sum(1 for _ in read.decode(video=0)) < 90

"""From an upload to what browsers play: honest films are shown, hostile ones refused with a reason."""

from collections.abc import Callable
from pathlib import Path

import av
import pytest
from av.video.frame import VideoFrame
from hypothesis import given
from hypothesis import strategies as st

from telesession.domain.clips import Container, Playable, reasons
from telesession.domain.errors import Refused
from telesession.media import probe
from telesession.media.convert import converted
from telesession.media.files import PLAYABLE, POSTER, UPLOAD
from telesession.media.prepare import prepare
from telesession.media.reading import ATOMS, NotTaken, container_of
from telesession.media.report import Finding, Prepared, Rejection
from telesession.media.transcode import LONG_SIDE, SHORT_SIDE, fit, quarter_turns
from tests.media import films
from tests.media.films import film

AS_BROWSERS_RECORD = "empty_moov+default_base_moof+frag_every_frame"


async def nothing(_done: float) -> None:
    return


def playable(folder: Path, may_copy: bool) -> Playable:
    """What becomes of the upload in `folder`, without the walls around it."""
    made = converted(folder / UPLOAD, folder, may_copy, lambda _: None)
    assert isinstance(made, Prepared), made
    return made.playable


def pictures(file: Path) -> list[list[bytes]]:
    """The rows of every picture, in grey."""
    with av.open(str(file)) as opened:
        return [rows(frame) for frame in opened.decode(video=0)]


def rows(frame: VideoFrame) -> list[bytes]:
    plane = frame.reformat(format="gray").planes[0]
    body, line = bytes(plane), plane.line_size
    return [body[y * line : y * line + frame.width] for y in range(frame.height)]


async def outcome(folder: Path) -> str:
    """`ready`, or the code of the refusal."""
    try:
        await prepare(folder, nothing)
    except Refused as no:
        return no.code
    return "ready"


@pytest.mark.parametrize(
    ("make", "may_copy"),
    [
        (lambda path: film(path, sound="aac"), True),
        (lambda path: film(path), True),
        (lambda path: film(path, kind="mov"), True),
        (lambda path: film(path, turned=90), True),
        (lambda path: film(path, kind="matroska"), True),
        (lambda path: film(path, movflags=AS_BROWSERS_RECORD), True),
        (lambda path: film(path, sound="ac3"), True),
        (lambda path: film(path, sound="libopus"), False),
        (lambda path: film(path, pixels="yuv422p"), False),
        (lambda path: film(path, pixels="yuv420p10le"), False),
        (lambda path: film(path, size=(2560, 1440), seconds=0.2), False),
        (lambda path: film(path, codec="libx265", kind="mov"), False),
        (lambda path: film(path, codec="mpeg4"), False),
        (lambda path: film(path, codec="libvpx", kind="webm", sound="libopus"), False),
    ],
)
def test_only_what_every_browser_plays_is_taken_as_it_is(
    tmp_path: Path, make: Callable[[Path], Path], may_copy: bool
) -> None:
    found = probe.judged(make(tmp_path / UPLOAD))

    assert isinstance(found, Finding), found
    assert found.may_copy == may_copy
    assert found.duration_s == pytest.approx(0.2 if "1440" in str(make.__code__.co_consts) else 1.0, abs=0.11)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda path: path.write_text("I am a film."), "not_a_video"),
        (lambda path: path.write_bytes(b""), "not_a_video"),
        (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100)), "not_a_video"),
        (lambda path: path.write_bytes(b"RIFF\0\0\0\0AVI LIST#EXTM3U\nfile:///etc/passwd"), "not_a_video"),
        (lambda path: path.write_text("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"), "playlist"),
        (lambda path: path.write_text("ffconcat version 1.0\nfile /etc/passwd\n"), "playlist"),
        (lambda path: path.write_text("\ufeff<?xml version='1.0'?><MPD/>"), "playlist"),
        (films.sound_only, "no_picture"),
        (lambda path: films.sparse(path, 36_000), "too_long"),
        (lambda path: films.sparse(path, 3_600, "webm"), "too_long"),
        (films.understating, "too_long"),
        (films.enormous, "picture_too_large"),
        (films.surprising, "picture_too_large"),
        (lambda path: path.write_bytes(film(path).read_bytes()[:900]), "unreadable"),
        (lambda path: path.write_bytes(b"\0\0\0\x18ftypisom" + bytes(5_000)), "unreadable"),
        (lambda path: path.write_bytes(b"\x1a\x45\xdf\xa3" + b"\xff" * 5_000), "unreadable"),
        (lambda path: film(path, codec="ffv1", kind="matroska"), "unreadable"),
    ],
)
def test_a_hostile_file_is_refused_with_its_reason(tmp_path: Path, make: Callable[[Path], object], code: str) -> None:
    make(tmp_path / UPLOAD)

    assert probe.judged(tmp_path / UPLOAD) == Rejection(code)
    assert code in reasons()


def test_a_file_larger_than_is_taken_is_not_even_opened(tmp_path: Path) -> None:
    with (tmp_path / UPLOAD).open("wb") as sparse:
        sparse.truncate(200_000_001)

    assert probe.judged(tmp_path / UPLOAD) == Rejection("too_large")


@given(st.binary(max_size=64))
def test_bytes_by_chance_are_a_video_only_by_their_signature(head: bytes) -> None:
    is_matroska, is_mov = head.startswith(b"\x1a\x45\xdf\xa3"), head[4:8] in ATOMS
    if is_matroska or is_mov:
        assert container_of(head) == ("matroska" if is_matroska else "mov")
    else:
        with pytest.raises(NotTaken):
            container_of(head)


@pytest.mark.parametrize("place", [100, 400, 900, 1_300])
async def test_a_damaged_file_ends_as_a_clip_or_with_a_reason(tmp_path: Path, place: int) -> None:
    body = bytearray(film(tmp_path / UPLOAD, sound="aac").read_bytes())
    body[place : place + 40] = b"\xff" * 40
    (tmp_path / UPLOAD).write_bytes(body)

    assert await outcome(tmp_path) in {*reasons(), "ready"}


def test_what_is_repacked_has_the_same_pictures_and_begins_with_its_index(tmp_path: Path) -> None:
    film(tmp_path / UPLOAD, sound="aac")
    seen = playable(tmp_path, may_copy=True)

    body = (tmp_path / PLAYABLE).read_bytes()
    assert (seen.container, seen.width, seen.height) == (Container.MP4, 64, 48)
    assert seen.duration_s == pytest.approx(1.0, abs=0.05)
    assert body.index(b"moov") < body.index(b"mdat")
    assert pictures(tmp_path / PLAYABLE) == pictures(tmp_path / UPLOAD)
    with av.open(str(tmp_path / PLAYABLE)) as made:
        assert [stream.codec_context.name for stream in made.streams] == ["h264", "aac"]


def test_a_browsers_own_recording_gets_a_length_and_an_index(tmp_path: Path) -> None:
    film(tmp_path / UPLOAD, sound="aac", movflags=AS_BROWSERS_RECORD)
    seen = playable(tmp_path, may_copy=True)

    body = (tmp_path / PLAYABLE).read_bytes()
    assert seen.duration_s == pytest.approx(1.0, abs=0.25)
    assert b"moof" not in body
    assert body.index(b"moov") < body.index(b"mdat")


@pytest.mark.parametrize("may_copy", [True, False])
def test_sound_that_we_do_not_read_is_left_out_and_the_picture_stays(tmp_path: Path, may_copy: bool) -> None:
    film(tmp_path / UPLOAD, sound="ac3")
    playable(tmp_path, may_copy)

    with av.open(str(tmp_path / PLAYABLE)) as made:
        assert [stream.type for stream in made.streams] == ["video"]


def test_what_cannot_be_repacked_after_all_is_transcoded(tmp_path: Path) -> None:
    film(tmp_path / UPLOAD, codec="libvpx", kind="webm")  # never goes into MP4 as it is

    assert playable(tmp_path, may_copy=True).container is Container.WEBM


def test_what_browsers_do_not_play_becomes_vp8_and_opus(tmp_path: Path) -> None:
    film(tmp_path / UPLOAD, codec="libx265", kind="mov", sound="aac", size=(1920, 1080), per_s=60, seconds=0.5)
    seen = playable(tmp_path, may_copy=False)

    assert (seen.container, seen.width, seen.height) == (Container.WEBM, 1280, 720)
    with av.open(str(tmp_path / PLAYABLE)) as made:
        assert [stream.codec_context.name for stream in made.streams] == ["vp8", "opus"]
        assert made.streams.video[0].average_rate == 30
        assert len(list(made.decode(video=0))) == pytest.approx(15, abs=1)
        assert seen.duration_s == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("may_copy", [True, False])
@pytest.mark.parametrize(("turned", "size"), [(0, (64, 48)), (90, (48, 64)), (-90, (48, 64)), (180, (64, 48))])
def test_a_film_is_seen_as_it_was_held(tmp_path: Path, may_copy: bool, turned: int, size: tuple[int, int]) -> None:
    film(tmp_path / UPLOAD, turned=turned)
    seen = playable(tmp_path, may_copy)

    assert (seen.width, seen.height) == size
    with av.open(str(tmp_path / POSTER)) as poster:
        frame = next(poster.decode(video=0))
        assert (frame.width, frame.height) == size


def test_tags_in_no_known_encoding_are_no_reason_to_refuse(tmp_path: Path) -> None:
    body = film(tmp_path / UPLOAD, kind="mov", is_tagged=True).read_bytes()
    (tmp_path / UPLOAD).write_bytes(body.replace(films.AUTHOR.encode(), b"\xff" * len(films.AUTHOR)))

    assert isinstance(probe.judged(tmp_path / UPLOAD), Finding)
    assert playable(tmp_path, may_copy=True).duration_s > 0


def test_a_transcoded_film_is_turned_the_right_way_round(tmp_path: Path) -> None:
    """The bar is upright and wanders to the right. Turned a quarter against the clock it lies, and wanders up."""
    film(tmp_path / UPLOAD, turned=90, seconds=0.1)
    playable(tmp_path, may_copy=False)

    brightness = [sum(row) / len(row) for row in pictures(tmp_path / PLAYABLE)[0]]
    assert min(brightness[-4:]) > 200
    assert max(brightness[:-12]) < 100


@pytest.mark.parametrize("may_copy", [True, False])
def test_neither_place_nor_name_nor_time_is_taken_over(tmp_path: Path, may_copy: bool) -> None:
    film(tmp_path / UPLOAD, kind="mov", is_tagged=True, sound="aac")
    uploaded = (tmp_path / UPLOAD).read_bytes()
    assert films.PLACE.encode() in uploaded
    assert films.AUTHOR.encode() in uploaded
    assert b"x264" in uploaded, "a message beside the pictures"
    playable(tmp_path, may_copy)

    for made in (PLAYABLE, POSTER):
        body = (tmp_path / made).read_bytes()
        for word in (films.PLACE, films.AUTHOR, "51.5014", "x264", "2026"):
            assert word.encode() not in body, (made, word)
    with av.open(str(tmp_path / PLAYABLE)) as opened:
        assert not {"location", "title", "artist", "comment", "creation_time"} & set(opened.metadata)


@given(st.integers(2, 4_096), st.integers(2, 4_096))
def test_what_is_made_smaller_fits_keeps_its_shape_and_is_never_made_larger(width: int, height: int) -> None:
    fitted = fit(width, height, LONG_SIDE, SHORT_SIDE)

    assert max(fitted) <= LONG_SIDE
    assert min(fitted) <= SHORT_SIDE
    assert fitted[0] <= width + 1
    assert fitted[1] <= height + 1
    assert not any(side % 2 for side in fitted)
    if min(fitted) > 40:
        assert fitted[0] / fitted[1] == pytest.approx(width / height, rel=0.05)


@given(st.floats(-360, 360))
def test_a_camera_is_held_in_one_of_four_ways(degrees: float) -> None:
    assert quarter_turns(degrees) in (0, 90, 180, -90)
    assert abs((quarter_turns(degrees) - degrees + 180) % 360 - 180) <= 45


async def test_all_of_it_behind_its_walls(tmp_path: Path) -> None:
    film(tmp_path / UPLOAD, codec="mpeg4", sound="aac")
    assert (await prepare(tmp_path, nothing)).container is Container.WEBM
    assert (tmp_path / POSTER).read_bytes().startswith(b"\xff\xd8")

    films.enormous(tmp_path / UPLOAD)
    assert await outcome(tmp_path) == "picture_too_large"

"""What is written frame by frame can be played from any place, also when its writer died; and by nobody else."""

import io
from collections.abc import Callable, Iterator
from functools import cache
from itertools import zip_longest
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from telesession.media.reel import CLUSTER_MS, LAST_FRAME_MS, MOST_CLUSTER_BYTES, Reel, ReelWriter, index
from telesession.media.webm import AUDIO, VIDEO, Block, Chapter
from telesession.store.sealed_file import SealedReader, SealedWriter
from telesession.store.vault import Unreadable
from tests.media.test_webm import opened, sound
from tests.services.footage import encoded

KEY_FRAME = b"\x10\x02\x00\x9d\x01\x2a\x00\x05\xd0\x02"
KEY, PLACE = b"k" * 32, "recording:v.1/1-p-00000000.reel"


def frames() -> Iterator[Block]:
    return iter(encoded())


def written(path: Path, blocks: Iterator[Block], *, is_closed: bool = True, from_ms: int = 0) -> Path:
    with path.open("wb") as file:
        sealed = SealedWriter(file, KEY, PLACE)
        reel = ReelWriter(sealed.write)
        for block in blocks:
            reel.add(block.track, block.at_ms - from_ms, block.frame, is_key=block.is_key)
        if is_closed:
            reel.close()
            sealed.close()
    return path


def film(path: Path, chapters: tuple[Chapter, ...] = ()) -> bytes:
    with SealedReader(path, KEY, PLACE) as sealed:
        reel = Reel(sealed, index(sealed.read, sealed.size), chapters)
        whole = reel.read(0, reel.size)
        assert reel.read(reel.size - 100, 1_000) == whole[-100:]
        assert b"".join(reel.read(at, 1_000) for at in range(0, reel.size, 1_000)) == whole
        return whole


def test_a_reel_is_a_film_with_its_length_its_size_and_its_chapters(tmp_path: Path) -> None:
    path = written(tmp_path / "reel", frames())
    with opened(film(path, (Chapter(1_000, "Bridge"), Chapter(9_000, "After its end")))) as read:
        assert (read.streams.video[0].width, read.streams.video[0].height) == (320, 240)
        assert read.duration == pytest.approx(3_000_000, abs=1_000 * 40)
        assert [one["metadata"]["title"] for one in read.chapters()] == ["Bridge"]
        assert sum(1 for _ in read.decode(video=0)) == 90
    with SealedReader(path, KEY, PLACE) as sealed:
        found = index(sealed.read, sealed.size)
    assert [place.at_ms for place in found.places] == [0, 990, 1_980]
    assert (found.length_ms, found.size, found.has_sound) == (2_980 + LAST_FRAME_MS, (320, 240), True)


def test_it_begins_with_a_picture_that_stands_alone_and_with_nothing_of_before(tmp_path: Path) -> None:
    with opened(film(written(tmp_path / "reel", frames(), from_ms=1_200))) as read:
        first = next(read.decode(video=0))
        assert first.time == pytest.approx(1.980 - 1.200, abs=0.002)
    with opened(film(written(tmp_path / "sound", sound(), from_ms=1_200))) as read:
        assert [one.type for one in read.streams] == ["audio"]


def test_of_a_writer_that_died_all_but_the_last_half_second_is_played_be_it_sound_alone(tmp_path: Path) -> None:
    for sent in (list(frames()), list(sound())):
        for count in range(60, len(sent), len(sent) // 6):
            path = written(tmp_path / "died", iter(sent[:count]), is_closed=False)
            with SealedReader(path, KEY, PLACE) as sealed:
                assert not sealed.is_whole
                assert index(sealed.read, sealed.size).length_ms >= sent[count - 1].at_ms - CLUSTER_MS
            with opened(film(path)) as read:
                assert (
                    sum(frame.samples for frame in read.decode(audio=0)) / 48 > sent[count - 1].at_ms - CLUSTER_MS - 50
                )


def test_a_file_that_was_cut_anywhere_is_played_up_to_its_last_whole_cluster(tmp_path: Path) -> None:
    path = written(tmp_path / "reel", frames())
    whole = film(path)
    with SealedReader(path, KEY, PLACE) as sealed:
        clusters = sealed.read(0, sealed.size)
    kept = path.read_bytes()
    for cut in range(28, len(kept), len(kept) // 7):
        path.write_bytes(kept[:cut])
        with SealedReader(path, KEY, PLACE) as sealed:
            found = index(sealed.read, sealed.size)
            assert not sealed.is_whole
            assert found.clusters_bytes == sealed.size, "a chunk is a cluster: none lies half in what is left"
            assert sealed.read(0, sealed.size) == clusters[: sealed.size]
            assert sealed.size <= cut
    assert len(whole) > len(clusters)


def chunks(kept: bytes) -> list[bytes]:
    """The head of a sealed file, its chunks and its end."""
    at, found = 28, [kept[:28]]
    while at < len(kept):
        end = at + 4 + int.from_bytes(kept[at : at + 4], "big") + 16
        found.append(kept[at:end])
        at = end
    return found


def flipped(chunk: bytes, where: float) -> bytes:
    bit = int(where * (len(chunk) * 8 - 1))
    return chunk[: bit // 8] + bytes([chunk[bit // 8] ^ 1 << bit % 8]) + chunk[bit // 8 + 1 :]


DAMAGES = {
    "a bit is another": lambda all_, at, where: [*all_[:at], flipped(all_[at], where), *all_[at + 1 :]],
    "two changed places": lambda all_, at, _: [*all_[:at], *all_[at : at + 2][::-1], *all_[at + 2 :]],
    "one is left out": lambda all_, at, _: [*all_[:at], *all_[at + 1 :]],
    "one is there twice": lambda all_, at, _: [*all_[: at + 1], *all_[at:]],
    "cut": lambda all_, at, where: [*all_[:at], all_[at][: int(where * (len(all_[at]) - 1))]],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@given(data=st.data())
def test_whatever_is_changed_what_comes_before_is_played_and_nothing_else_and_it_is_told(
    tmp_path_factory: pytest.TempPathFactory, damage: Callable[..., list[bytes]], data: st.DataObject
) -> None:
    head, *all_ = chunks(one_reel())
    at, where = data.draw(st.integers(0, len(all_) - 1)), data.draw(st.floats(0, 1))
    changed = damage(all_, at, where)
    assume(changed != all_)
    path = tmp_path_factory.getbasetemp() / "changed"
    path.write_bytes(head + b"".join(changed))
    first = next(number for number, pair in enumerate(zip_longest(all_, changed)) if pair[0] != pair[1])
    before = sum(len(one) - 20 for one in all_[:first])
    try:
        with SealedReader(path, KEY, PLACE) as sealed:
            found = index(sealed.read, sealed.size)
            assert found.clusters_bytes == before, "all that comes before"
            assert not sealed.is_whole or found.is_damaged
            assert found.clusters_bytes == 0 or Reel(sealed, found).read(0, before + 9_999)
    except Unreadable:
        assert before == 0, "where the first chunk does not open nobody knows whether the key is right"


@cache
def one_reel() -> bytes:
    file = io.BytesIO()
    sealed = SealedWriter(file, KEY, PLACE)
    reel = ReelWriter(sealed.write)
    for block in frames():
        reel.add(block.track, block.at_ms, block.frame, is_key=block.is_key)
    reel.close()
    sealed.close()
    return file.getvalue()


def test_a_film_with_one_wrong_bit_is_a_shorter_film(tmp_path: Path) -> None:
    kept = written(tmp_path / "reel", frames()).read_bytes()
    path = tmp_path / "changed"
    for place in (len(kept) // 2, len(kept) - 40):
        path.write_bytes(kept[:place] + bytes([kept[place] ^ 4]) + kept[place + 1 :])
        with opened(film(path)) as read:
            assert read.duration is not None
            assert 0 < read.duration < 3_000_000
            assert sum(1 for _ in read.decode(video=0)) == pytest.approx(read.duration / 33_333, abs=1)


def test_what_was_sealed_cannot_be_found_on_the_disk(tmp_path: Path) -> None:
    canary = b"canary" * 40
    blocks = [Block(VIDEO, 0, KEY_FRAME + canary, is_key=True)]
    kept = written(tmp_path / "reel", iter(blocks)).read_bytes()
    assert b"canary" not in kept
    assert b"\x9d\x01\x2a" not in kept
    assert canary in film(tmp_path / "reel")


def test_frames_out_of_order_never_put_a_cluster_before_the_one_before_it(tmp_path: Path) -> None:
    blocks = [Block(AUDIO, at, b"\xfc\xff\xfe") for at in (100, 60, 2_500, 2_400, 40, 5_000, 40_000)]
    path = written(tmp_path / "reel", iter(blocks))
    with SealedReader(path, KEY, PLACE) as sealed:
        times = [place.at_ms for place in index(sealed.read, sealed.size).places]
    assert times == sorted(times)
    with opened(film(path)) as read:
        assert read.duration == 40_000_000 + LAST_FRAME_MS * 1_000


@given(st.lists(st.tuples(st.sampled_from([VIDEO, AUDIO]), st.integers(-10, 10**9), st.booleans()), max_size=40))
def test_no_time_that_a_frame_says_breaks_the_film_of_its_sender(said: list[tuple[int, int, bool]]) -> None:
    """A clock that jumps, or lies: each frame is where a block can have it, and the clusters are in order."""
    film = io.BytesIO()
    reel = ReelWriter(film.write)
    for track, at_ms, is_key in said:
        reel.add(track, at_ms, KEY_FRAME, is_key=is_key or track == AUDIO)
    reel.close()
    found = index(lambda start, length: film.getvalue()[start : start + length], len(film.getvalue()))
    assert found.clusters_bytes == len(film.getvalue())
    assert [place.at_ms for place in found.places] == sorted(place.at_ms for place in found.places)


def test_a_flood_neither_fills_the_memory_nor_runs_ahead_of_the_clock() -> None:
    clusters: list[int] = []
    reel = ReelWriter(lambda cluster: clusters.append(len(cluster)))
    for number in range(20_000):
        reel.add(VIDEO, number // 100, KEY_FRAME + bytes(2_000), is_key=True)
    reel.close()
    assert max(clusters) < MOST_CLUSTER_BYTES + 10_000
    assert sum(clusters) < 7_000 * 2_200, "of each millisecond there is one frame"
    assert len(clusters) < 70, "where one can begin is counted, however many pictures stand alone"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ([(0, True), (4_900, False), (0, False), (40, False), (5_000, False)], [0, 1, 2, 3, 4]),
        ([(0, True), (7_000, False), (300, False), (7_100, False), (7_200, True), (7_300, False)], [0, 1, 4, 5]),
    ],
)
def test_no_picture_is_kept_that_is_made_from_one_left_out(said: list[tuple[int, bool]], kept: list[int]) -> None:
    """A sender's clock that was taken for later than it is steps back: by what may be, and by more than that."""
    written: list[bytes] = []
    reel = ReelWriter(written.append)
    for number, (at_ms, is_key) in enumerate(said):
        reel.add(VIDEO, at_ms, b"picture %d" % number, is_key=is_key)
    reel.close()
    assert [number for number in range(len(said)) if b"picture %d" % number in b"".join(written)] == kept

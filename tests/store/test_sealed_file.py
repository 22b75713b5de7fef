"""What is sealed while it is written can be read from any place, and nobody can change, move or shorten it unseen."""

import io
import signal
import subprocess
import sys
from collections.abc import Sequence
from itertools import accumulate, pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesession.store.sealed_file import LOST_BYTES, MOST_BYTES, SealedReader, SealedWriter
from telesession.store.vault import Unreadable

KEY, PLACE = b"k" * 32, "recording:r1"
HEAD_BYTES = 28
LENGTH_BYTES, TAG_BYTES = 4, 16

lengths = st.lists(st.integers(1, 3_000), min_size=1, max_size=12)
"""Of chunks, as they are written."""


def film(lengths: Sequence[int]) -> list[bytes]:
    """Pieces of these lengths, no two of which are alike."""
    return [number.to_bytes(2, "big") * (length // 2) + b"." * (length % 2) for number, length in enumerate(lengths)]


def sealed(pieces: Sequence[bytes], *, is_closed: bool = True) -> bytes:
    file = io.BytesIO()
    writer = SealedWriter(file, KEY, PLACE)
    for piece in pieces:
        writer.write(piece)
    if is_closed:
        writer.close()
    return file.getvalue()


def taken_apart(kept: bytes, lengths: Sequence[int]) -> tuple[bytes, list[bytes]]:
    """The head, each chunk, and the end as the last of them."""
    ends = accumulate((*lengths, 0), lambda at, length: at + LENGTH_BYTES + length + TAG_BYTES, initial=HEAD_BYTES)
    places = list(ends)
    assert places[-1] == len(kept)
    return kept[:HEAD_BYTES], [kept[one:other] for one, other in pairwise(places)]


def opened(folder: pytest.TempPathFactory, kept: bytes) -> SealedReader:
    """A reader of a file of these bytes."""
    path = folder.getbasetemp() / "film"
    path.write_bytes(kept)
    return SealedReader(path, KEY, PLACE)


def read(folder: pytest.TempPathFactory, kept: bytes) -> tuple[bytes, bool]:
    """Everything in such a file, and whether it passes for whole."""
    with opened(folder, kept) as reader:
        return reader.read(0, reader.size), reader.is_whole


def is_damaged(folder: pytest.TempPathFactory, kept: bytes) -> bool:
    with opened(folder, kept) as reader:
        return reader.is_damaged


def beginnings(pieces: Sequence[bytes]) -> list[bytes]:
    """Everything that may be read of what was cut short."""
    return list(accumulate(pieces, initial=b""))


@given(lengths=lengths, start=st.integers(0, 40_000), length=st.integers(0, 40_000))
def test_any_part_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, lengths: list[int], start: int, length: int
) -> None:
    pieces = film(lengths)
    with opened(tmp_path_factory, sealed(pieces)) as reader:
        assert (reader.size, reader.is_whole) == (sum(lengths), True)
        assert reader.read(start, length) == b"".join(pieces)[start : start + length]


def test_much_at_once_is_several_chunks_and_nothing_is_none(tmp_path_factory: pytest.TempPathFactory) -> None:
    much = bytes(range(256)) * (MOST_BYTES // 100)
    for pieces in ([], [b""], [much], [much, b"", much[:MOST_BYTES]]):
        assert read(tmp_path_factory, sealed(pieces)) == (b"".join(pieces), True)


@given(lengths=lengths, where=st.floats(0, 1))
def test_a_file_that_was_cut_is_read_to_its_last_whole_chunk_and_does_not_pass_for_whole(
    tmp_path_factory: pytest.TempPathFactory, lengths: list[int], where: float
) -> None:
    pieces = film(lengths)
    whole = sealed(pieces)
    cut = HEAD_BYTES + int(where * (len(whole) - HEAD_BYTES - 1))
    _, chunks = taken_apart(whole, lengths)
    left = sum(end <= cut for end in accumulate(map(len, chunks[:-1]), initial=HEAD_BYTES)) - 1
    assert read(tmp_path_factory, whole[:cut]) == (b"".join(pieces[:left]), False)
    assert not is_damaged(tmp_path_factory, whole[:cut]), "a writer that died leaves the same"


@given(lengths=lengths, where=st.floats(0, 1), tail=st.integers(1, 5_000))
def test_a_disk_that_lost_power_leaves_zeros_and_what_was_before_them_is_read(
    tmp_path_factory: pytest.TempPathFactory, lengths: list[int], where: float, tail: int
) -> None:
    pieces = film(lengths)
    whole = sealed(pieces)
    cut = HEAD_BYTES + int(where * (len(whole) - HEAD_BYTES))
    _, chunks = taken_apart(whole, lengths)
    left = sum(end <= cut for end in accumulate(map(len, chunks[:-1]), initial=HEAD_BYTES)) - 1
    found = b"".join(pieces[:left])
    try:
        assert read(tmp_path_factory, whole[:cut] + bytes(tail)) == (found, False)
        assert tail < TAG_BYTES or not is_damaged(tmp_path_factory, whole[:cut] + bytes(tail))
    except Unreadable:
        assert found == b"", "where the first chunk does not open nobody knows whether the key is right"


@given(lengths=lengths, where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_one_changed_bit_is_never_read_wherever_it_is(
    tmp_path_factory: pytest.TempPathFactory, lengths: list[int], where: float, bit: int
) -> None:
    pieces = film(lengths)
    kept = bytearray(sealed(pieces))
    kept[int(where * len(kept))] ^= 1 << bit
    try:
        found, is_whole = read(tmp_path_factory, bytes(kept))
    except Unreadable:
        return
    assert not is_whole
    assert found in beginnings(pieces)


@given(lengths=st.lists(st.integers(1, 3_000), min_size=2, max_size=8), which=st.integers(0, 7), at=st.floats(0, 1))
def test_a_changed_chunk_is_refused_and_all_others_are_read(
    tmp_path_factory: pytest.TempPathFactory, lengths: list[int], which: int, at: float
) -> None:
    pieces, which = film(lengths), which % len(lengths)
    head, chunks = taken_apart(sealed(pieces), lengths)
    changed = bytearray(chunks[which])
    changed[LENGTH_BYTES + int(at * (len(changed) - LENGTH_BYTES - 1))] ^= 1
    start = sum(lengths[:which])
    with opened(tmp_path_factory, head + b"".join((*chunks[:which], changed, *chunks[which + 1 :]))) as reader:
        assert reader.is_whole, "as long as it was"
        assert reader.read(0, start) == b"".join(pieces[:which])
        assert reader.read(start + lengths[which], 30_000) == b"".join(pieces[which + 1 :])
        with pytest.raises(Unreadable):
            reader.read(start, 1)


@given(lengths=st.lists(st.integers(1, 300), min_size=1, max_size=5), order=st.lists(st.integers(0, 11), max_size=7))
def test_chunks_cannot_be_moved_left_out_doubled_or_taken_from_another_file(
    tmp_path_factory: pytest.TempPathFactory, lengths: list[int], order: list[int]
) -> None:
    pieces = film(lengths)
    head, chunks = taken_apart(sealed(pieces), lengths)
    _, foreign = taken_apart(sealed(pieces), lengths)
    there = [*chunks, *foreign]
    order = [one for one in order if one < len(there)]
    try:
        found, is_whole = read(tmp_path_factory, head + b"".join(there[one] for one in order))
    except Unreadable:
        return
    assert found in beginnings(pieces)
    assert is_whole == (order == list(range(len(chunks))))


def test_equally_long_chunks_that_changed_places_are_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    lengths = [500, 500, 500, 9]
    head, (first, second, third, *rest) = taken_apart(sealed(film(lengths)), lengths)
    for wrong in ((second, first, third), (first, third, second), (first, second, second)):
        with pytest.raises(Unreadable):
            read(tmp_path_factory, head + b"".join((*wrong, *rest)))


def test_what_no_crash_can_leave_is_damage_and_what_comes_before_is_read(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    lengths = [700, *[MOST_BYTES] * 10]
    head, chunks = taken_apart(sealed(film(lengths)), lengths)
    longer = bytearray(chunks[1])
    longer[LENGTH_BYTES - 1] ^= 1
    left_out, led_astray = [*chunks[:1], *chunks[2:]], [*chunks[:1], bytes(longer), *chunks[2:]]
    for wrong in (left_out, led_astray, left_out[:4], led_astray[:4]):
        assert read(tmp_path_factory, head + b"".join(wrong)) == (b"\0" * 700, False)
        assert is_damaged(tmp_path_factory, head + b"".join(wrong))
    much = head + chunks[0] + bytes(LOST_BYTES + 1)
    assert read(tmp_path_factory, much) == (b"\0" * 700, False)
    assert is_damaged(tmp_path_factory, much), "so much is on its way to no disk"


def test_it_opens_for_its_key_and_its_place_alone(tmp_path: Path) -> None:
    path = tmp_path / "film"
    for kept in (sealed(film([70, 1])), sealed(film([70, 1]), is_closed=False), sealed([])):
        path.write_bytes(kept)
        for key, place in [(b"x" * 32, PLACE), (KEY, "recording:r2")]:
            if len(kept) > HEAD_BYTES + LENGTH_BYTES + TAG_BYTES:
                with pytest.raises(Unreadable):
                    SealedReader(path, key, place)
            else:
                with SealedReader(path, key, place) as reader:
                    assert (reader.size, reader.is_whole) == (0, False)
    for foreign in (b"RIFF" * 20, b"RI", bytes(HEAD_BYTES)):
        path.write_bytes(foreign)
        with pytest.raises(Unreadable):
            SealedReader(path, KEY, PLACE)
    for begun in (b"", sealed([])[:10], sealed([])[: HEAD_BYTES - 1]):
        path.write_bytes(begun)
        with SealedReader(path, KEY, PLACE) as reader:
            assert (reader.size, reader.is_whole, reader.is_damaged) == (0, False, False)


def test_nothing_of_what_is_sealed_can_be_seen() -> None:
    assert b"canary" not in sealed([b"canary" * 3_000])
    assert sealed([b"canary"]) != sealed([b"canary"])


def test_a_writer_that_is_killed_leaves_everything_that_it_wrote(tmp_path: Path) -> None:
    path = tmp_path / "film"
    script = (
        "import sys; from telesession.store.sealed_file import SealedWriter\n"
        f"writer = SealedWriter(open({str(path)!r}, 'wb'), {KEY!r}, {PLACE!r})\n"
        "for n in range(10_000):\n"
        "    writer.write(n.to_bytes(8, 'big') * (n % 50 + 1))\n"
        "    if n == 100: print('under way', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writing:
        assert writing.stdout is not None
        writing.stdout.readline()
        writing.send_signal(signal.SIGKILL)

    written = b"".join(n.to_bytes(8, "big") * (n % 50 + 1) for n in range(10_000))
    with SealedReader(path, KEY, PLACE) as reader:
        assert not reader.is_whole
        assert reader.size >= sum(8 * (n % 50 + 1) for n in range(101))
        assert reader.read(0, reader.size) == written[: reader.size]

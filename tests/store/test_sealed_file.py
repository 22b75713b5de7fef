"""What is sealed while it is written can be read from any place, and nobody can change, move or shorten it unseen."""

import io
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesession.store.sealed_file import CHUNK_BYTES, SealedReader, SealedWriter
from telesession.store.vault import Unreadable

KEY, PLACE = b"k" * 32, "recording:r1"
HEAD_BYTES = 28
SEALED_BYTES = CHUNK_BYTES + 16

sizes = st.sampled_from([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 3 * CHUNK_BYTES + 5])


def sealed(plain: bytes, *, pieces: int = 1_000_000, is_closed: bool = True, place: str = PLACE) -> bytes:
    file = io.BytesIO()
    writer = SealedWriter(file, KEY, place)
    for start in range(0, len(plain), pieces):
        writer.write(plain[start : start + pieces])
    if is_closed:
        writer.close()
    return file.getvalue()


def film(size: int) -> bytes:
    """Bytes of which no two chunks are alike."""
    return b"".join(number.to_bytes(8, "big") for number in range(size // 8 + 1))[:size]


def read(path: Path, kept: bytes, place: str = PLACE, key: bytes = KEY) -> bytes:
    """Everything, as it is read from a file of these bytes."""
    path.write_bytes(kept)
    with SealedReader(path, key, place) as reader:
        return reader.read(0, reader.size)


@given(size=sizes, pieces=st.integers(1_000, 200_000), start=st.integers(0, 300_000), length=st.integers(0, 200_000))
def test_any_part_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, size: int, pieces: int, start: int, length: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "film"
    path.write_bytes(sealed(film(size), pieces=pieces))
    with SealedReader(path, KEY, PLACE) as reader:
        assert (reader.size, reader.is_whole) == (size, True)
        assert reader.read(start, length) == film(size)[start : start + length]


@given(size=sizes, where=st.floats(0, 1))
def test_a_file_that_was_cut_is_read_to_its_last_whole_chunk_and_does_not_pass_for_whole(
    tmp_path_factory: pytest.TempPathFactory, size: int, where: float
) -> None:
    path = tmp_path_factory.getbasetemp() / "cut"
    whole = sealed(film(size))
    kept = whole[: HEAD_BYTES + int(where * (len(whole) - HEAD_BYTES - 1))]
    path.write_bytes(kept)
    with SealedReader(path, KEY, PLACE) as reader:
        assert not reader.is_whole
        assert reader.size == (len(kept) - HEAD_BYTES) // SEALED_BYTES * CHUNK_BYTES
        assert reader.read(0, size) == film(size)[: reader.size]


def flipped(kept: bytes, chunk: int) -> bytes:
    place = HEAD_BYTES + chunk * SEALED_BYTES + 50
    return kept[:place] + bytes([kept[place] ^ 1]) + kept[place + 1 :]


@pytest.mark.parametrize("chunk", [0, 1])
def test_one_changed_bit_is_never_read(tmp_path: Path, chunk: int) -> None:
    with pytest.raises(Unreadable):
        read(tmp_path / "film", flipped(sealed(film(2 * CHUNK_BYTES + 100)), chunk))


def test_a_changed_end_counts_as_no_end(tmp_path: Path) -> None:
    path = tmp_path / "film"
    plain = film(2 * CHUNK_BYTES + 100)
    path.write_bytes(flipped(sealed(plain), 2))
    with SealedReader(path, KEY, PLACE) as reader:
        assert (reader.is_whole, reader.read(0, len(plain))) == (False, plain[: 2 * CHUNK_BYTES])


def test_chunks_cannot_be_moved_left_out_doubled_or_taken_from_another_file(tmp_path: Path) -> None:
    plain = film(3 * CHUNK_BYTES + 9)
    kept, other = sealed(plain), sealed(plain)
    head, first, second, rest = (
        kept[:HEAD_BYTES],
        *(kept[HEAD_BYTES + n * SEALED_BYTES : HEAD_BYTES + (n + 1) * SEALED_BYTES] for n in range(2)),
        kept[HEAD_BYTES + 2 * SEALED_BYTES :],
    )
    foreign = other[HEAD_BYTES : HEAD_BYTES + SEALED_BYTES]

    assert read(tmp_path / "film", head + first + second + rest) == plain
    for wrong in (head + second + first + rest, head + second + rest, head + first + first + second + rest,
                  head + foreign + second + rest, other[:HEAD_BYTES] + first + second + rest):  # fmt: skip
        with pytest.raises(Unreadable):
            read(tmp_path / "film", wrong)


def test_it_opens_for_its_key_and_its_place_alone(tmp_path: Path) -> None:
    kept = sealed(film(CHUNK_BYTES + 1))
    for key, place in [(b"x" * 32, PLACE), (KEY, "recording:r2")]:
        with pytest.raises(Unreadable):
            read(tmp_path / "film", kept, place, key)
    for nothing in (b"", b"RIFF" * 20, kept[:10]):
        with pytest.raises(Unreadable):
            read(tmp_path / "film", nothing)


def test_nothing_of_what_is_sealed_can_be_seen(tmp_path: Path) -> None:
    assert b"canary" not in sealed(b"canary" * 30_000)
    assert sealed(b"canary") != sealed(b"canary")


def test_a_writer_that_is_killed_leaves_everything_but_the_last_moment(tmp_path: Path) -> None:
    path = tmp_path / "film"
    script = (
        "import sys; from telesession.store.sealed_file import SealedWriter\n"
        f"writer = SealedWriter(open({str(path)!r}, 'wb'), {KEY!r}, {PLACE!r})\n"
        "for n in range(10_000):\n"
        "    writer.write(n.to_bytes(8, 'big') * 1_000)\n"
        "    if n == 100: print('under way', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writing:
        assert writing.stdout is not None
        writing.stdout.readline()
        writing.send_signal(signal.SIGKILL)

    with SealedReader(path, KEY, PLACE) as reader:
        assert not reader.is_whole
        assert reader.size > 100 * 8_000 - CHUNK_BYTES
        assert (
            reader.read(0, reader.size) == b"".join(n.to_bytes(8, "big") * 1_000 for n in range(10_000))[: reader.size]
        )

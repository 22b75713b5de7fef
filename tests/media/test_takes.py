"""A take on a disk that is full: it stops with a word, and what is there can be played."""

import resource
import struct
import time
from pathlib import Path

import pytest

from telesession.domain.ids import ParticipantId, VisitId
from telesession.media.reel import index
from telesession.media.reel_files import ReelFiles, key_of, place_of
from telesession.media.rtp import Frame
from telesession.media.takes import DiskFull, Take, require_space
from telesession.store.sealed_file import SealedReader

KEY, PAT = b"k" * 32, ParticipantId("p-pat")
ROOM_BYTES = 200_000
BYTES_PER_S = 50 * 307
"""Of sound, each frame with what is around it in its cluster."""


def speak(take: Take, zero_s: float) -> None:
    """Forty seconds of something like sound."""
    for number in range(2_000):
        frame = Frame(number * 960, number.to_bytes(2, "big") * 150, is_key=True)
        take.add(PAT, "audio", zero_s + number / 50, frame)


def test_too_little_room_is_noticed_before_anything_is_written(tmp_path: Path) -> None:
    require_space(tmp_path, 0)
    for folder, kept_free in ((tmp_path, 1 << 60), (tmp_path / "gone", 0)):
        with pytest.raises(DiskFull):
            require_space(folder, kept_free)


def test_what_was_written_before_the_disk_was_full_can_be_played(tmp_path: Path) -> None:
    files = ReelFiles(tmp_path)
    folder = files.make_folder(VisitId("visit"), 3)
    zero_s = time.monotonic()
    take = Take(folder, KEY, 1, zero_s, 0)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM_BYTES, hard))
    try:
        with pytest.raises(DiskFull):
            speak(take, zero_s)
        take.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    (file,) = files.list_of(VisitId("visit"), 3)
    with SealedReader(file.path, key_of(KEY, file.name), place_of(folder, file.name)) as sealed:
        found = index(sealed.read, sealed.size)
        assert not sealed.is_whole
        assert ROOM_BYTES - BYTES_PER_S < sealed.size < ROOM_BYTES, "to the last half second before"
    assert found.has_sound
    assert found.length_ms == pytest.approx(ROOM_BYTES / BYTES_PER_S * 1_000, abs=1_000)


def test_a_reel_that_cannot_be_ended_keeps_no_other_from_being_whole(tmp_path: Path) -> None:
    files = ReelFiles(tmp_path)
    folder = files.make_folder(VisitId("visit"), 3)
    take = Take(folder, KEY, 1, time.monotonic(), 0)
    for who in (PAT, ParticipantId("p-tess")):
        take.add(who, "audio", time.monotonic(), Frame(0, b"\xfc\xff\xfe", is_key=True))
    take.add(PAT, "audio", time.monotonic() + 2**33, Frame(1, b"\xfc\xff\xfe", is_key=True))  # no film has room for it
    with pytest.raises(struct.error):
        take.close()

    whole = []
    for file in files.list_of(VisitId("visit"), 3):
        with SealedReader(file.path, key_of(KEY, file.name), place_of(folder, file.name)) as sealed:
            whole.append((file.participant, sealed.is_whole))
    assert whole == [("p-pat", False), ("p-tess", True)]

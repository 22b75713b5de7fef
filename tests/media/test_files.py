"""Uploads in pieces: whatever comes, in whatever order and however often, what is kept is a beginning of the file."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesession.domain.clips import ClipId
from telesession.domain.errors import Refused
from telesession.media import files
from telesession.media.files import UPLOAD, ClipFiles

CLIP = ClipId("clip-" + "1" * 32)


@given(content=st.binary(min_size=1, max_size=60), sent=st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30))))
def test_pieces_in_any_order_and_twice_and_then_resumed_give_the_same_bytes(
    content: bytes, sent: list[tuple[int, int]]
) -> None:
    with TemporaryDirectory() as folder:
        clips = ClipFiles(Path(folder))
        for offset, length in sent:
            before = clips.received(CLIP)
            taken = clips.append(CLIP, offset, content[offset : offset + length])
            assert taken == (offset == before)
            assert (clips.folder(CLIP) / UPLOAD).read_bytes() == content[: clips.received(CLIP)]
        while (received := clips.received(CLIP)) < len(content):
            assert clips.append(CLIP, received, content[received : received + 7])

        assert (clips.folder(CLIP) / UPLOAD).read_bytes() == content


def test_of_many_who_send_the_same_piece_at_once_one_is_taken(tmp_path: Path) -> None:
    clips = ClipFiles(tmp_path)
    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(lambda _: clips.append(CLIP, 0, b"x" * 100_000), range(8)))

    assert taken.count(True) == 1
    assert clips.received(CLIP) == 100_000


def test_what_is_being_prepared_is_nobody_elses(tmp_path: Path) -> None:
    clips, other = ClipFiles(tmp_path), ClipFiles(tmp_path)
    clips.append(CLIP, 0, b"x")

    with clips.claimed(CLIP) as first, other.claimed(CLIP) as second:
        assert (first, second) == (True, False)
    with other.claimed(CLIP) as third:
        assert third


def test_others_on_the_machine_read_no_clip(tmp_path: Path) -> None:
    clips = ClipFiles(tmp_path / "clips")
    clips.check_space(1)
    clips.append(CLIP, 0, b"x")

    places = [tmp_path / "clips", clips.folder(CLIP), clips.folder(CLIP) / UPLOAD]
    assert not any(place.stat().st_mode & 0o077 for place in places)


def test_an_upload_leaves_room_for_the_visits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "KEPT_FREE", 10**18)

    with pytest.raises(Refused) as refusal:
        ClipFiles(tmp_path).check_space(1)
    assert refusal.value.code == "no_space"

"""The file of the clinic's keys."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from telesession.config import BadSettings
from telesession.master_keys import add_master, drop_older, load, load_or_make


def test_the_file_is_made_once_and_for_nobody_else_to_read(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master.key"

    first = load_or_make(path)

    assert load_or_make(path) == load(path) == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["master.key"]


def test_two_processes_that_begin_together_have_the_same_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: load_or_make(tmp_path / "master.key"), range(32)))

    assert all(keys == found[0] for keys in found)


def test_a_rotation_adds_a_master_key_and_then_drops_the_older(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    before = load_or_make(path)

    between = add_master(path)
    assert between == load(path)
    assert between.masters[1:] == before.masters

    after = drop_older(path)
    assert after == load(path)
    assert (after.clinic, after.masters) == (before.clinic, between.masters[:1])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_rotation_by_root_leaves_the_keys_to_the_user_of_the_service(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    load_or_make(path)
    os.chown(path, 12345, 23456)
    path.chmod(0o640)

    add_master(path)
    drop_older(path)

    kept = path.stat()
    assert (kept.st_uid, kept.st_gid, stat.S_IMODE(kept.st_mode)) == (12345, 23456, 0o640)


@pytest.mark.parametrize(
    "damage", ["", "clinic AAAA\n", "what is this", "clinic\nmaster\n", "master !!!\nclinic !!!\n", "\xff\xfe"]
)
def test_a_damaged_file_is_said_in_words_and_left_alone(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "master.key"
    path.write_text(damage, "latin-1")
    path.chmod(0o600)

    with pytest.raises(BadSettings, match=r"master\.key holds no usable keys"):
        load_or_make(path)
    assert path.read_text("latin-1") == damage


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    load_or_make(path)
    path.chmod(0o644)

    with pytest.raises(BadSettings, match="chmod 600"):
        load(path)

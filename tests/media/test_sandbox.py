"""The walls around whatever reads an upload: each is run into by a process of its own."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from telesession.domain.errors import Refused
from telesession.media import prepare
from telesession.media.files import UPLOAD

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="walls of Linux")

ENTER = """
import sys
from pathlib import Path
from telesession.media import sandbox
here = Path(sys.argv[1])
walls = sandbox.enter(1, 300 << 20, 1 << 20, here)
"""


def after_entering(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", ENTER + code, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)


def test_both_walls_of_linux_stand_here(tmp_path: Path) -> None:
    assert after_entering("print(sorted(walls))", tmp_path).stdout == "[<Wall.CALLS: 'calls'>, <Wall.FILES: 'files'>]\n"


@pytest.mark.parametrize(
    ("attempt", "ends_with"),
    [
        ("open('/etc/passwd')", "PermissionError: [Errno 13] Permission denied: '/etc/passwd'"),
        ("open(here.parent / 'secret')", "PermissionError: [Errno 13] Permission denied"),
        ("(here.parent / 'left behind').write_text('')", "PermissionError: [Errno 13] Permission denied"),
        ("import socket; socket.socket()", "PermissionError: [Errno 1] Operation not permitted"),
        ("import socket; socket.socket(socket.AF_UNIX)", "PermissionError: [Errno 1] Operation not permitted"),
        ("import os; os.execv('/bin/true', ['true'])", "PermissionError: [Errno 1] Operation not permitted"),
        ("bytearray(400 << 20)", "MemoryError"),
        ("(here / 'large').write_bytes(bytes(2 << 20))", "OSError: [Errno 27] File too large"),
    ],
)
def test_what_is_beyond_the_walls_is_refused(tmp_path: Path, attempt: str, ends_with: str) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret").write_text("secret")

    done = after_entering(attempt, inside)

    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith(ends_with)


def test_its_own_folder_can_be_read_and_written(tmp_path: Path) -> None:
    done = after_entering("(here / 'a').write_text('b'); print((here / 'a').read_text())", tmp_path)

    assert (done.returncode, done.stdout) == (0, "b\n")


def test_a_process_that_burns_time_is_killed(tmp_path: Path) -> None:
    died = after_entering("while True: pass", tmp_path).returncode

    assert died == -signal.SIGXCPU
    assert prepare.reason_of_death(died) == "too_slow"


def test_a_process_that_breaks_at_a_wall_read_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    assert prepare.reason_of_death(after_entering("bytearray(400 << 20)", tmp_path).returncode) == "unreadable"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / UPLOAD).write_bytes(b"not a video")
    return tmp_path


async def nothing(_done: float) -> None:
    return


async def test_what_takes_too_long_is_killed_and_refused(folder: Path) -> None:
    with pytest.raises(Refused) as refusal:
        await prepare.run(prepare.PROBE, folder, 0.001, nothing)

    assert refusal.value.code == "too_slow"


async def test_nobody_is_left_behind_when_the_service_stops() -> None:
    async def burn() -> None:
        async with prepare.started(sys.executable, "-c", "while True: pass") as process:
            burning.set_result(process)
            await process.wait()

    burning: asyncio.Future[asyncio.subprocess.Process] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(burn())
    process = await burning
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert process.returncode == -signal.SIGKILL


async def test_what_it_says_ends_with_the_first_word_that_is_not_ours(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        await prepare.run("this", tmp_path, 60, nothing)

    assert refusal.value.code == "unreadable"

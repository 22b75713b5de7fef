"""What a process gives up before it opens a stranger's file: time, memory, the network, other programs, other files.

Each wall stands by itself, since no system has all of them: limits (POSIX) everywhere, system calls (Linux seccomp) and
files (Linux Landlock) where the kernel knows them. A process that breaks through one of them still meets the others.
"""

import ctypes
import os
import platform
import resource
import struct
import sys
import sysconfig
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

OPEN_FILES = 64
_STDLIB = Path(sysconfig.get_path("stdlib"))

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2  # linux/prctl.h, linux/seccomp.h
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050001, 0x80000000  # SECCOMP_RET_ALLOW, _ERRNO | EPERM, _KILL_PROCESS
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # linux/bpf_common.h
_X32 = 0x40000000
"""On x86-64, numbers from here on are other names of the same calls."""

_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # linux/audit.h
_FORBIDDEN: dict[str, dict[str, int]] = {
    "x86_64": {"socket": 41, "connect": 42, "socketpair": 53, "fork": 57, "vfork": 58, "execve": 59, "ptrace": 101,
               "process_vm_readv": 310, "execveat": 322, "io_uring_setup": 425},
    "aarch64": {"ptrace": 117, "socket": 198, "socketpair": 199, "connect": 203, "execve": 221, "process_vm_readv": 270,
                "execveat": 281, "io_uring_setup": 425},
}  # fmt: skip

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on all architectures
_RULESET_VERSION, _PATH_BENEATH = 1, 1
_WRITE_FILE, _READ_FILE, _READ_FOLDER, _REMOVE_FILE, _MAKE_FILE, _TRUNCATE = 2, 4, 8, 32, 256, 16384
_RIGHTS_OF_VERSION = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1}
"""Landlock's file rights, by the version of it that learned them last (linux/landlock.h)."""


class Wall(StrEnum):
    CALLS = "calls"
    """No socket, no other program."""
    FILES = "files"
    """No file but those of the folder."""


def enter(cpu_s: int, memory_bytes: int, file_bytes: int, folder: Path, *code: Path) -> frozenset[Wall]:
    """Leave this process nothing but `folder`, and so much time, memory and size of a file; says which walls stand.

    Cannot be undone. What is imported later has to be Python's own or lie below one of `code`.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core would be a copy of the file
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    os.nice(10)  # visits go first
    if sys.platform != "linux":
        return frozenset()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return frozenset()
    walls = {Wall.FILES: _close_files(libc, folder, [_STDLIB, *code]), Wall.CALLS: _close_calls(libc)}
    return frozenset(wall for wall, stands in walls.items() if stands)


def _close_calls(libc: ctypes.CDLL) -> bool:
    """Refuse, from all threads to come, every call that opens a socket or begins a program (seccomp-bpf)."""
    machine = platform.machine()
    if machine not in _FORBIDDEN:
        return False
    program = b"".join(_filter(_ARCHITECTURE[machine], sorted(_FORBIDDEN[machine].values())))
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    done = libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.c_char_p(header), 0, 0)
    return bool(done == 0)


def _filter(architecture: int, forbidden: list[int]) -> Iterator[bytes]:
    def step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
        return struct.pack("HBBI", code, then, otherwise, value)

    yield step(_LOAD, 4)  # struct seccomp_data: the architecture is at 4, the call's number at 0
    yield step(_EQUAL, architecture, then=1)
    yield step(_RETURN, _KILL)
    yield step(_LOAD, 0)
    yield step(_AT_LEAST, _X32, otherwise=1)
    yield step(_RETURN, _REFUSE)
    for number in forbidden:
        yield step(_EQUAL, number, otherwise=1)
        yield step(_RETURN, _REFUSE)
    yield step(_RETURN, _ALLOW)


def _close_files(libc: ctypes.CDLL, folder: Path, code: list[Path]) -> bool:
    """Refuse to open any file but those in `folder`, and those in `code` to read (Landlock)."""
    version = libc.syscall(_CREATE_RULESET, None, 0, _RULESET_VERSION)
    if version < 1:
        return False
    rights = _RIGHTS_OF_VERSION[min(version, 3)]
    allowed = rights & (_WRITE_FILE | _READ_FILE | _READ_FOLDER | _REMOVE_FILE | _MAKE_FILE | _TRUNCATE)
    ruleset = libc.syscall(_CREATE_RULESET, ctypes.c_char_p(struct.pack("Q", rights)), 8, 0)
    if ruleset < 0:
        return False
    rules = {folder: allowed, **dict.fromkeys(code, _READ_FILE | _READ_FOLDER)}
    stands = all(_allow(libc, ruleset, path, rights) for path, rights in rules.items()) and bool(
        libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0
    )
    os.close(ruleset)
    return stands


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> bool:
    place = os.open(path, os.O_PATH | os.O_DIRECTORY)
    try:
        rule = ctypes.c_char_p(struct.pack("=Qi", rights, place))
        return bool(libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0) == 0)
    finally:
        os.close(place)

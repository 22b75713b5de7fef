"""Hashing passwords: slow on purpose, so off the loop, two at a time, and with an end to how many may wait."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from functools import partial
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from telesession.domain.errors import Refused
from telesession.domain.passwords import LONGEST, normal

THREADS = 2
MOST_WAITING = 50

MEMORY_KIB = 19_456
PASSES = 2
LANES = 1
"""Argon2id with OWASP's first choice of parameters: 19 MiB and 2 passes, 50 ms on a small machine."""

T = TypeVar("T")


class Verdict(StrEnum):
    WRONG = "wrong"
    RIGHT = "right"
    RIGHT_BUT_OLD = "right_but_old"
    """Right, and hashed with other parameters than today's: it should be hashed anew."""


class Passwords:
    """Hashes and compares. `close` it when the service stops."""

    def __init__(self, *, memory_kib: int = MEMORY_KIB, passes: int = PASSES, most_waiting: int = MOST_WAITING) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=LANES)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="passwords")
        self._most = THREADS + most_waiting
        self._now = 0
        # Nothing hashes to zeros, and finding that out takes as long as for a real one.
        self._nobody = f"$argon2id$v=19$m={memory_kib},t={passes},p={LANES}${'A' * 22}${'A' * 43}"

    async def hash(self, password: str) -> str:
        """What is stored instead of `password`; raises `Refused("busy")` when too many others wait."""
        return await self._run(partial(self._hasher.hash, normal(password)))

    async def compare(self, hashed: str | None, password: str) -> Verdict:
        """Whether `password` is the one that was hashed. Without a hash it is wrong, and takes as long to say so."""
        return await self._run(partial(self._compare, hashed, normal(password[:LONGEST])))

    def _compare(self, hashed: str | None, password: str) -> Verdict:
        try:
            self._hasher.verify(hashed or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return Verdict.WRONG
        if hashed is None:
            return Verdict.WRONG
        return Verdict.RIGHT_BUT_OLD if self._hasher.check_needs_rehash(hashed) else Verdict.RIGHT

    async def _run(self, work: Callable[[], T]) -> T:
        if self._now >= self._most:
            raise Refused("busy", "Many people are signing in right now. Please try again in a minute.")
        self._now += 1
        running = asyncio.get_running_loop().run_in_executor(self._threads, work)
        running.add_done_callback(self._note_done)  # counts what runs, also when nobody waits for it any more
        return await asyncio.shield(running)

    def _note_done(self, _: object) -> None:
        self._now -= 1

    def close(self) -> None:
        """Begin nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

"""A long file that is sealed as it is written, chunk by chunk, and read from any place without opening the rest.

The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015) over AES-256-GCM: each chunk's nonce is a random
prefix of the file, the chunk's number and whether it is the last. So no chunk can be changed, moved, left out or taken
from elsewhere, and a file that was cut short does not pass for a whole one. Numbers, not random nonces: none twice.

Chunks are as long as what was written at once, so nothing waits for a chunk to be full. Each has its length in front,
which is not sealed: a wrong one leads to bytes that do not open, and says no more than where each chunk ends.
"""

import os
from bisect import bisect_right
from pathlib import Path
from typing import BinaryIO, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from telesession.store.vault import Unreadable

MOST_BYTES = 1 << 20
"""Of one chunk: whoever reads a byte of it opens all of it, in memory."""

LOST_BYTES = 8 * MOST_BYTES
"""So much may lie broken at the end of a file whose writer or machine died. More is nothing that a crash leaves."""
_NEVER_WRITTEN = bytes(16)
"""What lay in memory when the machine died reads as zeros; what is sealed has never so many in a row."""

_MAGIC = b"telesession sealed 1\n"
_PREFIX_BYTES = 7
_LENGTH_BYTES = 4
_TAG_BYTES = 16
_HEAD_BYTES = len(_MAGIC) + _PREFIX_BYTES
_AROUND_BYTES = _LENGTH_BYTES + _TAG_BYTES
_MOST_CHUNKS = 2**32


class SealedWriter:
    """Writes to `file`, a new one, under `key` (32 bytes, for this file alone). It opens only for the same `place`.

    What is written is handed to the system at once; without `close` the file stays readable up to the last `write` that
    came to its end, and is known not to be whole.
    """

    def __init__(self, file: BinaryIO, key: bytes, place: str) -> None:
        self._file = file
        self._aead = AESGCM(key)
        self._head = _MAGIC + os.urandom(_PREFIX_BYTES)
        self._place = place.encode()
        self._chunks = 0
        self.written = 0
        """Bytes so far, as the reader will count them."""
        file.write(self._head)

    def write(self, plain: bytes) -> None:
        """Add `plain` as a chunk, or as several where it is long; raises `OSError` when the disk does not take it."""
        for start in range(0, len(plain), MOST_BYTES):
            self._seal(plain[start : start + MOST_BYTES], is_last=False)
        self.written += len(plain)

    def close(self) -> None:
        """Say that this is the end; the file itself stays open."""
        self._seal(b"", is_last=True)

    def _seal(self, plain: bytes, *, is_last: bool) -> None:
        if self._chunks >= _MOST_CHUNKS:
            raise OverflowError("a sealed file has no room for more chunks")
        nonce = _nonce(self._head, self._chunks, is_last=is_last)
        sealed = self._aead.encrypt(nonce, plain, self._head + self._place)
        self._file.write(len(plain).to_bytes(_LENGTH_BYTES, "big") + sealed)
        self._file.flush()
        self._chunks += 1


class SealedReader:
    """Opens `path` under `key` for `place`; raises `Unreadable` when it is not what was written there.

    `size`: bytes that may be read. `is_whole`: whether the writer came to its end. `is_damaged`: what lies behind
    `size` is nothing that a writer leaves, be it that it died. Damage before `size` is met by whoever reads there.
    """

    def __init__(self, path: Path, key: bytes, place: str) -> None:
        self._file = path.open("rb")
        self._aead = AESGCM(key)
        self._place = place.encode()
        self._kind = place.partition(":")[0]
        self._ends: list[int] = []
        """Where each chunk ends, in bytes of what was written."""
        self._kept: tuple[int, bytes] = (-1, b"")
        try:
            self._head = self._file.read(_HEAD_BYTES)
            if self._head[: len(_MAGIC)] != _MAGIC[: len(self._head)]:
                raise Unreadable(self._kind)
            self._file_bytes = os.fstat(self._file.fileno()).st_size
            self.is_whole = self._measure()
            self.is_damaged = not self.is_whole and not self._is_left_by_a_crash()
            self.size = self._ends[-1] if self._ends else 0
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def read(self, start: int, length: int) -> bytes:
        """Up to `length` bytes from `start`; raises `Unreadable` rather than give what was tampered with."""
        end = min(start + length, self.size)
        parts = []
        while start < end:
            number = bisect_right(self._ends, start)
            skipped = start - self._start(number)
            part = self._chunk(number)[skipped : skipped + end - start]
            parts.append(part)
            start += len(part)
        return b"".join(parts)

    def _measure(self) -> bool:
        """Find the chunks; whether the end was written. A wrong key is noticed here, not in the middle.

        What does not open at the end counts as not written.
        """
        is_closed = self._walk()
        if is_closed and self._opens(len(self._ends), 0, is_last=True):
            return True
        if self._ends:
            self._chunk(0)
        while self._ends and not self._opens(number := len(self._ends) - 1, self._length(number), is_last=False):
            del self._ends[number]
        return False

    def _is_left_by_a_crash(self) -> bool:
        """Whether behind the last chunk is the beginning of one, or the place for some with nothing in it."""
        at = self._place_of(len(self._ends))
        if self._file_bytes - at > LOST_BYTES:
            return False
        rest = os.pread(self._file.fileno(), max(0, self._file_bytes - at), at)
        length = int.from_bytes(rest[:_LENGTH_BYTES], "big")
        is_cut = len(rest) < _LENGTH_BYTES or len(rest) - _AROUND_BYTES < length <= MOST_BYTES
        return is_cut or _NEVER_WRITTEN in rest

    def _walk(self) -> bool:
        """Go from length to length while there are whole chunks; whether an end comes then, and nothing behind it."""
        descriptor = self._file.fileno()
        at, size = _HEAD_BYTES, 0
        while at + _AROUND_BYTES <= self._file_bytes:
            length = int.from_bytes(os.pread(descriptor, _LENGTH_BYTES, at), "big")
            at += length + _AROUND_BYTES
            if length == 0 or length > MOST_BYTES or at > self._file_bytes:
                return length == 0 and at == self._file_bytes
            size += length
            self._ends.append(size)
        return False

    def _place_of(self, number: int) -> int:
        """Where a chunk begins in the file."""
        return _HEAD_BYTES + self._start(number) + number * _AROUND_BYTES

    def _start(self, number: int) -> int:
        """The same in what was written."""
        return self._ends[number - 1] if number else 0

    def _length(self, number: int) -> int:
        return self._ends[number] - self._start(number)

    def _chunk(self, number: int) -> bytes:
        if self._kept[0] != number:
            self._kept = (number, self._open(number, self._length(number), is_last=False))
        return self._kept[1]

    def _opens(self, number: int, length: int, *, is_last: bool) -> bool:
        try:
            self._open(number, length, is_last=is_last)
        except Unreadable:
            return False
        return True

    def _open(self, number: int, length: int, *, is_last: bool) -> bytes:
        sealed = os.pread(self._file.fileno(), length + _TAG_BYTES, self._place_of(number) + _LENGTH_BYTES)
        try:
            return self._aead.decrypt(_nonce(self._head, number, is_last=is_last), sealed, self._head + self._place)
        except InvalidTag as wrong:
            raise Unreadable(self._kind) from wrong


def _nonce(head: bytes, number: int, *, is_last: bool) -> bytes:
    return head[-_PREFIX_BYTES:] + number.to_bytes(4, "big") + bytes([is_last])

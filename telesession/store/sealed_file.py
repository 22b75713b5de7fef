"""A long file that is sealed as it is written, chunk by chunk, and read from any place without opening the rest.

The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015) over AES-256-GCM: each chunk's nonce is a random
prefix of the file, the chunk's number and whether it is the last. So no chunk can be changed, moved, left out or taken
from elsewhere, and a file that was cut short does not pass for a whole one. Numbers, not random nonces: none twice.
"""

import os
from pathlib import Path
from typing import BinaryIO, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from telesession.store.vault import Unreadable

CHUNK_BYTES = 65_536
"""About a third of a second of a picture and sound at 1.5 Mbit/s: no more is lost when the writing process dies."""

_MAGIC = b"telesession sealed 1\n"
_PREFIX_BYTES = 7
_TAG_BYTES = 16
_HEAD_BYTES = len(_MAGIC) + _PREFIX_BYTES
_SEALED_BYTES = CHUNK_BYTES + _TAG_BYTES
_MOST_CHUNKS = 2**32


class SealedWriter:
    """Writes to `file`, a new one, under `key` (32 bytes, for this file alone). It opens only for the same `place`.

    Whole chunks are handed to the system at once; without `close` the file stays readable up to the last of them, and
    is known not to be whole.
    """

    def __init__(self, file: BinaryIO, key: bytes, place: str) -> None:
        self._file = file
        self._aead = AESGCM(key)
        self._head = _MAGIC + os.urandom(_PREFIX_BYTES)
        self._place = place.encode()
        self._waiting = bytearray()
        self._chunks = 0
        self.written = 0
        """Bytes so far, as the reader will count them."""
        file.write(self._head)

    def write(self, plain: bytes) -> None:
        """Add `plain`; raises `OSError` when the disk does not take it."""
        self._waiting += plain
        self.written += len(plain)
        while len(self._waiting) >= CHUNK_BYTES:
            self._seal(bytes(self._waiting[:CHUNK_BYTES]), is_last=False)
            del self._waiting[:CHUNK_BYTES]

    def close(self) -> None:
        """Write what waits, as the end; the file itself stays open."""
        self._seal(bytes(self._waiting), is_last=True)
        self._file.flush()

    def _seal(self, plain: bytes, *, is_last: bool) -> None:
        if self._chunks >= _MOST_CHUNKS:
            raise OverflowError("a sealed file has no room for more chunks")
        nonce = _nonce(self._head, self._chunks, is_last=is_last)
        self._file.write(self._aead.encrypt(nonce, plain, self._head + self._place))
        self._file.flush()
        self._chunks += 1


class SealedReader:
    """Opens `path` under `key` for `place`; raises `Unreadable` when it is not what was written there.

    `size`: bytes that can be read. `is_whole`: whether the writer came to its end.
    """

    def __init__(self, path: Path, key: bytes, place: str) -> None:
        self._file = path.open("rb")
        self._aead = AESGCM(key)
        self._place = place.encode()
        self._end: int | None = None
        self._kept: tuple[int, bytes] = (-1, b"")
        try:
            self._head = self._file.read(_HEAD_BYTES)
            if len(self._head) < _HEAD_BYTES or not self._head.startswith(_MAGIC):
                raise Unreadable(place.partition(":")[0])
            self.size = self._measure()
            self.is_whole = self._end is not None
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
            number, skipped = divmod(start, CHUNK_BYTES)
            part = self._chunk(number)[skipped : skipped + end - start]
            parts.append(part)
            start += len(part)
        return b"".join(parts)

    def _measure(self) -> int:
        """How much can be read; finds the end, if there is one. A wrong key is noticed here, not in the middle."""
        whole, rest = divmod(os.fstat(self._file.fileno()).st_size - _HEAD_BYTES, _SEALED_BYTES)
        if rest >= _TAG_BYTES:  # an end, or half a chunk of a writer that died
            try:
                end = self._open(whole, is_last=True)
            except Unreadable:
                pass
            else:
                self._end = whole
                return whole * CHUNK_BYTES + len(end)
        if whole:
            self._chunk(whole - 1)
        return whole * CHUNK_BYTES

    def _chunk(self, number: int) -> bytes:
        if self._kept[0] != number:
            self._kept = (number, self._open(number, is_last=number == self._end))
        return self._kept[1]

    def _open(self, number: int, *, is_last: bool) -> bytes:
        self._file.seek(_HEAD_BYTES + number * _SEALED_BYTES)
        sealed = self._file.read(_SEALED_BYTES)
        try:
            return self._aead.decrypt(_nonce(self._head, number, is_last=is_last), sealed, self._head + self._place)
        except InvalidTag as wrong:
            raise Unreadable(self._place.decode().partition(":")[0]) from wrong


def _nonce(head: bytes, number: int, *, is_last: bool) -> bytes:
    return head[-_PREFIX_BYTES:] + number.to_bytes(4, "big") + bytes([is_last])

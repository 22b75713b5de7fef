"""Where the bytes of clips lie: a folder each, with the upload as it came and what was made of it. No database here."""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from telesession.domain.clips import CLIP_PREFIX, ClipId, reasons

FOLDER = "clips"
"""In the clinic's folder."""

UPLOAD, PLAYABLE, POSTER = "upload", "playable", "poster.jpg"

KEPT_FREE = 500_000_000
"""Bytes of the disk that no clip takes: the visits' log has to be written whatever therapists upload."""


class ClipFiles:
    """The folders of all clips below `root`. Everything here may wait for the disk: call it from a thread."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def folder(self, clip: ClipId) -> Path:
        """Where the files of `clip` are, if it has any."""
        return self._root / clip

    def check_space(self, size_bytes: int) -> None:
        """Raise `Refused` unless an upload of this size fits, and once more what will be made of it."""
        self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
        if shutil.disk_usage(self._root).free < 2 * size_bytes + KEPT_FREE:
            raise reasons()["no_space"]

    def received(self, clip: ClipId) -> int:
        """How many bytes of the upload are here; 0 before the first."""
        try:
            return (self.folder(clip) / UPLOAD).stat().st_size
        except FileNotFoundError:
            return 0

    def append(self, clip: ClipId, offset: int, chunk: bytes) -> bool:
        """Put `chunk` at the end if that is at `offset`; whether it was. Two at once are taken one after the other."""
        self.folder(clip).mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(self.folder(clip) / UPLOAD, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file).st_size != offset:
                return False
            _write(file, offset, chunk)
        finally:
            os.close(file)
        return True

    @contextmanager
    def claimed(self, clip: ClipId) -> Iterator[bool]:
        """Keep other processes from preparing the same upload; gives False where one does already, or none is here."""
        try:
            file = os.open(self.folder(clip) / UPLOAD, os.O_RDONLY)
        except FileNotFoundError:
            yield False
            return
        try:
            yield _lock(file)
        finally:
            os.close(file)

    def drop_upload(self, clip: ClipId) -> None:
        """Forget the upload as it came: what is in it and not in what was made of it is nobody's business."""
        (self.folder(clip) / UPLOAD).unlink(missing_ok=True)

    def list_kept(self) -> list[ClipId]:
        """The clips that have a folder."""
        return [ClipId(folder.name) for folder in self._root.glob(f"{CLIP_PREFIX}*")]

    def remove(self, clip: ClipId) -> None:
        """Forget all of the clip; harmless when it is gone already."""
        shutil.rmtree(self.folder(clip), ignore_errors=True)


def _write(file: int, offset: int, chunk: bytes) -> None:
    """All of `chunk` or nothing: half a chunk would be taken for the whole of another."""
    try:
        rest = memoryview(chunk)
        while rest:
            rest = rest[os.write(file, rest) :]
    except OSError as full:
        os.ftruncate(file, offset)
        if full.errno in (errno.ENOSPC, errno.EDQUOT):
            raise reasons()["no_space"] from full
        raise


def _lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

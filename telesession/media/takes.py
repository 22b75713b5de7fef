"""A take: one part of a recording while it is written. A sealed file for each participant, and an eye on the disk."""

import contextlib
import os
import secrets
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from telesession.domain.ids import ParticipantId
from telesession.media.reel import ReelWriter
from telesession.media.reel_files import key_of, name_of, place_of
from telesession.media.rtp import Frame
from telesession.media.webm import AUDIO, VIDEO
from telesession.store.sealed_file import SealedWriter


class DiskFull(Exception):
    """There is no room for more, or the disk takes nothing for another reason."""


class Take:
    """Writes reels into `folder` from the moment `zero_s` on (`time.monotonic`); call `close`, whatever happens.

    `key` is the recording's own, `kept_free` what has to stay free for the rest of the service. Nothing but sealed
    bytes ever reaches the disk.
    """

    def __init__(self, folder: Path, key: bytes, part: int, zero_s: float, kept_free: int) -> None:
        self._folder = folder
        self._key = key
        self._part = part
        self._zero_s = zero_s
        self._kept_free = kept_free
        self._reels: dict[ParticipantId, _Reel] = {}
        self.last_heard_s = time.monotonic()
        """When the last frame came, of whomever."""

    def add(self, participant: ParticipantId, kind: str, at_s: float, frame: Frame) -> None:
        """Write a frame that was sent at `at_s`; raises `DiskFull`."""
        self.last_heard_s = time.monotonic()
        try:
            reel = self._reels.get(participant) or self._open(participant)
            reel.add(VIDEO if kind == "video" else AUDIO, round((at_s - self._zero_s) * 1_000), frame)
        except OSError as no:
            raise DiskFull from no

    def check(self) -> None:
        """Have the disk itself take what was written; raises `DiskFull`. Waits for the disk: call it from a thread."""
        with _or_disk_full():
            for reel in list(self._reels.values()):
                reel.sync()
        require_space(self._folder, self._kept_free)

    def close(self) -> None:
        """Write what waits and the end of each reel; raises `DiskFull` once all that could be closed are."""
        reels, self._reels = self._reels, {}
        with _or_disk_full(), contextlib.ExitStack() as closing:  # one that fails keeps no other from being closed
            for reel in reels.values():
                closing.callback(reel.close)

    def _open(self, participant: ParticipantId) -> "_Reel":
        name = name_of(self._part, participant, secrets.token_hex(4))
        reel = self._reels[participant] = _Reel(self._folder, name, self._key)
        return reel


def require_space(folder: Path, kept_free: int) -> None:
    """Raise `DiskFull` when less than `kept_free` is left where `folder` is, or nobody can say."""
    with _or_disk_full():
        if shutil.disk_usage(folder).free < kept_free:
            raise DiskFull


class _Reel:
    def __init__(self, folder: Path, name: str, key: bytes) -> None:
        opened = os.open(folder / name, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        self._file = os.fdopen(opened, "wb")
        self._sealed = SealedWriter(self._file, key_of(key, name), place_of(folder, name))
        self._frames = ReelWriter(self._sealed.write)
        self._closing = threading.Lock()
        self._is_broken = False

    def add(self, track: int, at_ms: int, frame: Frame) -> None:
        if self._is_broken:
            return
        try:
            self._frames.add(track, at_ms, frame.data, is_key=frame.is_key)
        except OSError:
            self._is_broken = True  # half a chunk may be there: nothing may come behind it
            raise

    def sync(self) -> None:
        """Some disks say only now that they had no room, or a fault."""
        with self._closing:
            if not self._file.closed:
                os.fdatasync(self._file.fileno())

    def close(self) -> None:
        try:
            if not self._is_broken:
                self._frames.close()
                self._sealed.close()
                os.fdatasync(self._file.fileno())
        finally:
            with self._closing, contextlib.suppress(OSError):
                self._file.close()


@contextlib.contextmanager
def _or_disk_full() -> Iterator[None]:
    try:
        yield
    except OSError as no:
        raise DiskFull from no

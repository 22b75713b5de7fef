"""Where the reels of recordings lie: a folder for each recording, a file for each participant in each part.

Names tell nothing about anybody: all ids in them are random. What is in a file opens only under its own name.
"""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from telesession.domain.ids import ParticipantId, VisitId
from telesession.store.vault import Cipher

FOLDER = "recordings"
"""In the clinic's folder."""
SUFFIX = ".reel"

_NAME = re.compile(r"(\d{1,9})-([A-Za-z0-9_-]{1,64})-([0-9a-f]{8})\.reel")
IN_BACKUP = rf"{FOLDER}/[A-Za-z0-9_-]{{1,64}}\.\d{{1,18}}/{_NAME.pattern}"
"""What such a file is called in a backup, as a pattern."""


class ReelFile(Struct, frozen=True):
    """One file, by what its name says."""

    name: str
    part: int
    participant: ParticipantId
    path: Path


def name_of(part: int, participant: ParticipantId, token: str) -> str:
    """What the file of a participant in a part is called; `token` tells apart what would be called the same."""
    return f"{part}-{participant}-{token}{SUFFIX}"


def key_of(recording_key: bytes, name: str) -> bytes:
    """The key of one file alone: each has its own numbers, and no two may meet under one key."""
    return Cipher(recording_key).derive(f"reel:{name}")


def place_of(folder: Path, name: str) -> str:
    """Where the file belongs; it opens nowhere else."""
    return f"recording:{folder.name}/{name}"


class ReelFiles:
    """The folders of all recordings below `root`. Everything here may wait for the disk: call it from a thread."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def folder(self, visit: VisitId, number: int) -> Path:
        """Where the files of a recording are, if it has any."""
        return self._root / f"{visit}.{number}"

    def make_folder(self, visit: VisitId, number: int) -> Path:
        """The same, made where it was missing, for the service's user alone."""
        folder = self.folder(visit, number)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder

    def list_of(self, visit: VisitId, number: int) -> list[ReelFile]:
        """The files of a recording, by part and participant."""
        return sorted(_files(self.folder(visit, number)), key=lambda one: (one.part, one.participant, one.name))

    def list_kept(self) -> list[tuple[VisitId, int]]:
        """The recordings that have a folder."""
        kept = []
        for folder in self._root.glob("*.*"):
            visit, _, number = folder.name.rpartition(".")
            if number.isdecimal():
                kept.append((VisitId(visit), int(number)))
        return sorted(kept)

    def remove(self, visit: VisitId, number: int) -> None:
        """Forget all files of a recording; harmless when they are gone already."""
        shutil.rmtree(self.folder(visit, number), ignore_errors=True)


def _files(folder: Path) -> Sequence[ReelFile]:
    found = ((path, _NAME.fullmatch(path.name)) for path in folder.glob(f"*{SUFFIX}"))
    return [ReelFile(path.name, int(name[1]), ParticipantId(name[2]), path) for path, name in found if name is not None]

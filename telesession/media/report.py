"""What the process that reads a clip says to the one that started it: a line of JSON each, and nothing else."""

import sys

import msgspec
from msgspec import Struct

from telesession.domain.clips import Playable


class Progress(Struct, frozen=True, tag_field="type", tag="progress"):
    """`done` of the work, 0 to 1; said about once a second."""

    done: float


class Finding(Struct, frozen=True, tag_field="type", tag="finding"):
    """The file is a video that can be prepared; `may_copy` its streams as they are."""

    duration_s: float
    may_copy: bool


class Prepared(Struct, frozen=True, tag_field="type", tag="prepared"):
    """The playable file and its poster are there."""

    playable: Playable


class Rejection(Struct, frozen=True, tag_field="type", tag="rejection"):
    """It will not be; `code` is one of `telesession.domain.clips.reasons`."""

    code: str


Report = Progress | Finding | Prepared | Rejection

read = msgspec.json.Decoder(Report).decode


def say(report: Report) -> None:
    """Print one report at once: whoever waits for it may kill us before a buffer is full."""
    sys.stdout.write(msgspec.json.encode(report).decode() + "\n")
    sys.stdout.flush()

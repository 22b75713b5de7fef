"""`python -m telesession.media.convert FILE FOLDER SECONDS MAY_COPY`: make what browsers play, and a poster.

Picture and sound are all that is taken over. Every other track, tag, chapter and place stays behind.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import av

from telesession.domain.clips import MAX_SECONDS, Container, Playable
from telesession.media import sandbox
from telesession.media.files import PLAYABLE, POSTER
from telesession.media.reading import LIBRARY, NotTaken, opened, picture_of
from telesession.media.repack import repack
from telesession.media.report import Prepared, Progress, Rejection, Report, say
from telesession.media.transcode import draw_poster, seen_size, transcode

CPU_S, MEMORY_BYTES, RESULT_BYTES = 2_400, 1_024 << 20, 400_000_000

EVERY_S = 1.0


def main(file: Path, folder: Path, seconds: float, may_copy: bool) -> None:
    """Print progress about once a second, and what came of it last."""
    sandbox.enter(CPU_S, MEMORY_BYTES, RESULT_BYTES, folder, LIBRARY)
    say(converted(file, folder, may_copy, progress(seconds)))


def converted(file: Path, folder: Path, may_copy: bool, at: Callable[[float], None]) -> Report:
    """Make the files; `at` is told the second of the clip that the work has come to."""
    try:
        container = Container.MP4 if may_copy and repacked(file, folder / PLAYABLE, at) else Container.WEBM
        if container is Container.WEBM:
            transcode(file, folder / PLAYABLE, at)
        draw_poster(file, folder / POSTER)
        return Prepared(measured(folder / PLAYABLE, container))
    except NotTaken as no:
        return Rejection(no.code)
    except OSError as full:  # also what av raises of the disk
        return Rejection("no_space" if full.errno == 28 else "unreadable")
    except (av.FFmpegError, MemoryError, ValueError):
        return Rejection("unreadable")


def repacked(file: Path, target: Path, at: Callable[[float], None]) -> bool:
    """Whether the streams could be taken over as they are: some have times that only decoding can put right."""
    try:
        repack(file, target, at)
    except ValueError:  # also what av raises of arguments and of what it reads
        return False
    return True


def measured(result: Path, container: Container) -> Playable:
    """Length and size of what was made, as a browser will find them."""
    with opened(result) as made:
        width, height = seen_size(made, picture_of(made))
        seconds = (made.duration or 0) / av.time_base
    if seconds <= 0:
        raise NotTaken("unreadable")
    return Playable(container, round(min(seconds, MAX_SECONDS), 3), width, height)


def progress(seconds: float) -> Callable[[float], None]:
    """Says how far the work is when a second has passed since it said so last."""
    said = time.monotonic()

    def at(position_s: float) -> None:
        nonlocal said
        if position_s > MAX_SECONDS + 1:
            raise NotTaken("too_long")
        if time.monotonic() - said >= EVERY_S:
            said = time.monotonic()
            say(Progress(round(min(max(position_s / seconds, 0.0), 0.99), 3) if seconds > 0 else 0.0))

    return at


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]), sys.argv[4] == "1")

"""A visit that was recorded: what its log says of it, and the films, of frames that were really encoded."""

import os
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from telesession.domain.dosage import Dosage
from telesession.domain.exercises import CameraView
from telesession.domain.ids import InvitationId, ParticipantId, VisitId
from telesession.domain.messages import (
    Aim,
    AnyEvent,
    DemonstrationPushed,
    Entry,
    ExertionReported,
    Knocked,
    Purpose,
    RecordingAsked,
    RecordingEnded,
    RecordingPartBegan,
    RecordingReady,
    Role,
)
from telesession.domain.recorded import RecordingId
from telesession.media.reel_files import FOLDER, ReelFile, ReelFiles
from telesession.media.rtp import Frame
from telesession.media.takes import Take
from telesession.media.webm import AUDIO, VIDEO, Block
from telesession.services.archive import Archive
from telesession.store.database import Database
from telesession.store.visit_log import Logged, VisitLog
from tests.media.test_webm import pictures, sound

TESS, PAT = ParticipantId("p-tess"), ParticipantId("p-pat")
NUMBER = 3
KEEP_DAYS = 14
KIND = {VIDEO: "video", AUDIO: "audio"}


async def record(
    database: Database, clock: Callable[[], datetime], folder: Path, visit: VisitId, *, is_over: bool = True
) -> RecordingId:
    """Record `visit` for three seconds of film; a bridge is shown after one second, and hurts after two."""
    recording, began = RecordingId(visit, NUMBER), clock()
    bridge = DemonstrationPushed("bridge", 1, Dosage(sets=3, reps=10), Aim(CameraView.LATERAL_LEFT), TESS)
    happened: list[tuple[float, AnyEvent]] = [
        (0, Knocked(TESS, InvitationId("i-tess"), Role.THERAPIST, "Tess")),
        (0, Knocked(PAT, InvitationId("i-pat"), Role.PATIENT, "Pat")),
        (0, RecordingAsked(Purpose.MOVEMENT, KEEP_DAYS, TESS)),
        (0, RecordingReady(NUMBER)),
        (0, RecordingPartBegan(NUMBER, 1)),
        (1, bridge),
        (2, ExertionReported("bridge", 1, 4, None, PAT)),
    ]
    if is_over:
        happened.append((3, RecordingEnded(NUMBER, TESS)))
    lines = [
        Logged(Entry(seq, began + timedelta(seconds=after_s), event), TESS)
        for seq, (after_s, event) in enumerate(happened, start=1)
    ]
    archive = Archive(database, clock, folder / FOLDER)
    async with VisitLog(database) as log:
        await log.append(visit, lines)
    opened = await archive.open(recording, Purpose.MOVEMENT, KEEP_DAYS)
    write(opened.folder, opened.key)
    await archive.settle(recording)
    return recording


def write(folder: Path, key: bytes, frames: Sequence[Block] = (), part: int = 1) -> None:
    """What both send during a part: the patient picture and sound, the therapist sound alone."""
    zero_s = time.monotonic()
    take = Take(folder, key, part, zero_s, 0)
    for block in frames or encoded():
        frame = Frame(block.at_ms, block.frame, block.is_key or block.track == AUDIO)
        for them in (PAT, TESS) if block.track == AUDIO else (PAT,):
            take.add(them, KIND[block.track], zero_s + block.at_ms / 1_000, frame)
    take.close()


@cache
def encoded() -> Sequence[Block]:
    return sorted([*pictures(), *sound()], key=lambda block: block.at_ms)


def reels(folder: Path, recording: RecordingId) -> list[ReelFile]:
    return ReelFiles(folder / FOLDER).list_of(recording.visit, recording.number)


def flip(path: Path, at: int) -> None:
    """Change one bit, and nothing else about the file."""
    kept, stat = bytearray(path.read_bytes()), path.stat()
    kept[at] ^= 1
    path.write_bytes(bytes(kept))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))

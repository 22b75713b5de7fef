"""What is in a recording, as the visit's log tells it: its parts, who was in it, what happened at which moment.

What may be recorded is decided elsewhere (`recording.py`); here is only read what became of it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from telesession.domain.errors import Refused
from telesession.domain.exercises import Slug
from telesession.domain.ids import ParticipantId, VisitId
from telesession.domain.messages import (
    Answer,
    DemonstrationAnswered,
    DemonstrationPushed,
    DemonstrationWithdrawn,
    Entry,
    ExerciseStopped,
    ExertionReported,
    Fault,
    Knocked,
    PauseReason,
    Purpose,
    RecordingEnded,
    RecordingPartBegan,
    RecordingPaused,
    Role,
    VisitEnded,
)
from telesession.domain.names import clean_line

REASON_COUNTS_FOR = timedelta(hours=2)
"""Whoever said why they watch a recording is not asked again for so long."""

MOST_REASON = 200


class MarkKind(StrEnum):
    EXERCISE = "exercise"
    PAIN = "pain"
    EFFORT = "effort"
    HURTS = "hurts"
    """The patient pressed "It hurts"."""
    STOPPED = "stopped"


class Mark(Struct, frozen=True):
    """Something that one may want to see again. `at_ms` counts from the beginning of the part."""

    at_ms: int
    kind: MarkKind
    exercise: Slug | None = None
    title: str | None = None
    """Of a clip, which is in no library."""
    score: int | None = None


class RecordedPart(Struct, frozen=True):
    """What was recorded without a break; `ended_at` None while it runs, or when nobody noted the end."""

    number: int
    began_at: datetime
    ended_at: datetime | None = None
    pause: PauseReason | None = None
    fault: Fault | None = None
    marks: tuple[Mark, ...] = ()


class Contents(Struct, frozen=True):
    """All of a recording. `roles` tells who the participants were, without a name."""

    parts: tuple[RecordedPart, ...] = ()
    roles: Mapping[ParticipantId, Role] = {}
    is_over: bool = False


class RecordingId(Struct, frozen=True):
    """A recording is named by its visit and the number of the event that asked for it."""

    visit: VisitId
    number: int

    @property
    def subject(self) -> str:
        """As the audit names it."""
        return f"{self.visit}:{self.number}"


class KeptRecording(Struct, frozen=True):
    """A recording that is kept. `contents` None: it is still in the visit's log alone."""

    id: RecordingId
    purpose: Purpose
    keep_days: Annotated[int, Meta(ge=0)]
    begun_at: datetime
    contents: Contents | None = None


def clean_reason(text: str) -> str:
    """Why somebody wants to see a recording, in one line; raises `Refused` when they do not say."""
    reason = clean_line(text)[:MOST_REASON]
    if len(reason) < 3:
        raise Refused("reason_missing", "Please say why. It is written in the record of access.")
    return reason


def contents(entries: Iterable[Entry], number: int) -> Contents:
    """Read the log of a visit for recording `number`."""
    told = Contents()
    shown: Mark | None = None
    for entry in entries:
        event = entry.event
        shown = _shown(event, shown)
        match event:
            case Knocked(participant=participant, role=role):
                told = replace(told, roles={**told.roles, participant: role})
            case RecordingPartBegan(recording=recording, part=part) if recording == number:
                marks = () if shown is None else (shown,)
                told = replace(told, parts=(*told.parts, RecordedPart(part, entry.at, marks=marks)))
            case RecordingPaused(recording=recording, reason=reason) if recording == number:
                told = _ended(told, entry.at, pause=reason)
            case RecordingEnded(recording=recording, fault=fault) if recording == number:
                told = replace(_ended(told, entry.at, fault=fault), is_over=True)
            case VisitEnded():
                told = replace(_ended(told, entry.at), is_over=True)
            case _:
                told = _marked(told, entry)
    return told


def _shown(event: object, before: Mark | None) -> Mark | None:
    """What a part that begins now begins with."""
    match event:
        case DemonstrationPushed():
            return _pushed(event, 0)
        case DemonstrationWithdrawn():
            return None
        case _:
            return before


def _ended(told: Contents, at: datetime, pause: PauseReason | None = None, fault: Fault | None = None) -> Contents:
    if not told.parts or told.parts[-1].ended_at is not None:
        return told
    last = replace(told.parts[-1], ended_at=at, pause=pause, fault=fault)
    return replace(told, parts=(*told.parts[:-1], last))


def _marked(told: Contents, entry: Entry) -> Contents:
    if not told.parts or told.parts[-1].ended_at is not None:
        return told
    part = told.parts[-1]
    at_ms = max(0, round((entry.at - part.began_at).total_seconds() * 1_000))
    marks = (*part.marks, *_marks(entry, at_ms))
    return replace(told, parts=(*told.parts[:-1], replace(part, marks=marks)))


def _marks(entry: Entry, at_ms: int) -> tuple[Mark, ...]:
    match entry.event:
        case DemonstrationPushed() as pushed:
            return (_pushed(pushed, at_ms),)
        case ExertionReported(exercise=exercise, pain=pain, effort=effort):
            said = ((MarkKind.PAIN, pain), (MarkKind.EFFORT, effort))
            return tuple(Mark(at_ms, kind, exercise, score=score) for kind, score in said if score is not None)
        case DemonstrationAnswered(answer=Answer.HURTS):
            return (Mark(at_ms, MarkKind.HURTS),)
        case ExerciseStopped():
            return (Mark(at_ms, MarkKind.STOPPED),)
        case _:
            return ()


def _pushed(pushed: DemonstrationPushed, at_ms: int) -> Mark:
    return Mark(at_ms, MarkKind.EXERCISE, pushed.exercise, None if pushed.clip is None else pushed.clip.title)

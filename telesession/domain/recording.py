"""The recording part of a room, a fold like the room: asked for, agreed to, running, paused, over.

The rule that nobody can get around: what is ready or runs has the agreement of everybody who is in. `agreement.py` asks
`pause_owed` before every event, whatever caused it, so that a new way to come in cannot forget it.
"""

from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from telesession.domain import consent
from telesession.domain.errors import Refused
from telesession.domain.ids import ParticipantId, VisitId
from telesession.domain.messages import (
    AnswerRecording,
    AskRecording,
    AttendRecording,
    BeginPart,
    Entry,
    FailRecording,
    PauseReason,
    Purpose,
    Recording,
    RecordingAnswer,
    RecordingAnswered,
    RecordingAsked,
    RecordingAttended,
    RecordingCommand,
    RecordingEnded,
    RecordingEvent,
    RecordingPartBegan,
    RecordingPaused,
    RecordingReady,
    RecordingState,
    StopRecording,
)


class Order(Struct, frozen=True):
    """What a recorder is told: which recording, and the seat that it takes in the visit."""

    visit: VisitId
    recording: int
    purpose: Purpose
    keep_days: int
    participant: ParticipantId
    browser_key: str
    """Opens the seat as a browser's cookie does. A secret: never in an argument or a log."""
    is_alone: bool = False
    """Its recorders die one after the other: the next one is to take no other recording with it."""

    def __repr__(self) -> str:
        return f"Order({self.visit!r}, {self.recording!r})"


class Present(Struct, frozen=True):
    """Who is in: everybody whose agreement counts, whether a therapist is among them, whether the recorder is there."""

    people: frozenset[ParticipantId]
    has_therapist: bool
    has_recorder: bool


def is_open(recording: Recording | None) -> bool:
    """Whether there is one that is not over."""
    return recording is not None and recording.state is not RecordingState.ENDED


def is_wanted(recording: Recording | None) -> bool:
    """Whether a recorder has something to do: only then it may come in, and only then anything is sent to it."""
    return recording is not None and recording.state in (RecordingState.READY, RecordingState.RUNNING)


def has_agreed(recording: Recording, participant: ParticipantId) -> bool:
    """Whether the last that somebody said about this recording was yes."""
    return any(one.participant == participant and one.is_agreed for one in recording.answers)


def decide_recording(
    recording: Recording | None,
    present: Present,
    actor: ParticipantId,
    command: RecordingCommand,
    keep_days: int | None,
) -> list[RecordingEvent]:
    """Say what happens if `actor` asks for `command`; `keep_days` is None where the clinic does not record."""
    match command:
        case AskRecording():
            return _ask(recording, present, actor, command, keep_days)
        case AnswerRecording():
            return _answer(_current(recording, command.recording), actor, command)
        case StopRecording(recording=number):
            return [] if _is_over(recording, number) else [RecordingEnded(number, by=actor)]
        case BeginPart(recording=number):
            return _begin_part(_current(recording, number))
        case FailRecording(recording=number, fault=fault):
            return [] if _is_over(recording, number) else [RecordingEnded(number, by=actor, fault=fault)]
        case AttendRecording(recording=number, is_attended=is_attended):
            is_known = recording is not None and recording.is_attended is is_attended
            return [] if _is_over(recording, number) or is_known else [RecordingAttended(number, is_attended)]
        case _:
            assert_never(command)


def _ask(
    recording: Recording | None, present: Present, actor: ParticipantId, command: AskRecording, keep_days: int | None
) -> list[RecordingEvent]:
    if keep_days is None:
        raise Refused("recording_off", "This clinic does not record visits.")
    if recording is not None and is_open(recording):
        if recording.purpose is command.purpose:
            return []
        raise Refused("recording_asked", "A recording was asked for already.")
    if len(present.people) < 2:
        raise Refused("nobody_to_record", "Nobody else is in the visit yet.")
    text_version = consent.current(consent.Part.RECORDING).version
    return [RecordingAsked(command.purpose, keep_days, by=actor, text_version=text_version)]


def _is_over(recording: Recording | None, number: int) -> bool:
    return recording is None or not is_open(recording) or recording.number != number


def _current(recording: Recording | None, number: int) -> Recording:
    if recording is None or recording.number != number or not is_open(recording):
        raise Refused("no_recording", "This recording is over.")
    return recording


def _answer(recording: Recording, actor: ParticipantId, command: AnswerRecording) -> list[RecordingEvent]:
    if command.is_agreed:
        _require_its_text(recording, command.text_version)
    said = next((one.is_agreed for one in recording.answers if one.participant == actor), None)
    if said is command.is_agreed:
        return []
    return [
        RecordingAnswered(recording.number, actor, command.is_agreed, command.text_version, command.language),
    ]


def _require_its_text(recording: Recording, version: str) -> None:
    """Everybody agrees to the same words, and to none that are no longer said. Early logs do not tell which."""
    consent.require_readable(consent.Part.RECORDING, version)
    if recording.text_version not in ("", version):
        raise Refused("unknown_text", "This text has changed since you opened the page. Please read it again.")


def _begin_part(recording: Recording) -> list[RecordingEvent]:
    if recording.state is RecordingState.RUNNING:
        return []
    if recording.state is not RecordingState.READY:
        raise Refused("not_agreed", "Not everybody in the visit has agreed to be recorded.")
    return [RecordingPartBegan(recording.number, recording.parts + 1)]


def pause_owed(recording: Recording | None, present: Present) -> PauseReason | None:
    """Why what is ready or runs may not go on, with those who would be present."""
    if recording is None or not is_wanted(recording):
        return None
    if not all(has_agreed(recording, one) for one in present.people):
        return PauseReason.CONSENT
    if not present.has_therapist or not recording.is_attended:
        return PauseReason.THERAPIST_LEFT
    if recording.state is RecordingState.RUNNING and not present.has_recorder:
        return PauseReason.RECORDER_LOST
    return None


def is_ready_owed(recording: Recording | None, present: Present) -> bool:
    """Whether what waits need wait no longer."""
    if recording is None or recording.state is not RecordingState.WAITING:
        return False
    if not present.has_therapist or not recording.is_attended:
        return False
    return all(has_agreed(recording, one) for one in present.people)


def evolve_recording(recording: Recording | None, entry: Entry, event: RecordingEvent) -> Recording | None:
    """Apply what happened at `entry.at`. Total: a fact cannot be refused, and one about another recording is none."""
    if isinstance(event, RecordingAsked):
        own = RecordingAnswer(event.by, True, entry.at)
        return Recording(
            entry.seq,
            event.purpose,
            event.keep_days,
            event.by,
            entry.at,
            answers=(own,),
            text_version=event.text_version,
        )
    if recording is None or event.recording != recording.number:
        return recording
    match event:
        case RecordingAnswered(participant=participant, is_agreed=is_agreed):
            others = tuple(one for one in recording.answers if one.participant != participant)
            return replace(recording, answers=(*others, RecordingAnswer(participant, is_agreed, entry.at)))
        case RecordingReady():
            return replace(recording, state=RecordingState.READY, pause=None)
        case RecordingPartBegan(part=part):
            return replace(recording, state=RecordingState.RUNNING, parts=part, running_since=entry.at, pause=None)
        case RecordingPaused(reason=reason):
            is_lost = reason is PauseReason.RECORDER_LOST
            state = RecordingState.READY if is_lost else RecordingState.WAITING
            return replace(_stood_still(recording, entry), state=state, pause=reason)
        case RecordingAttended(is_attended=is_attended):
            return replace(recording, is_attended=is_attended)
        case RecordingEnded(fault=fault):
            return replace(_stood_still(recording, entry), state=RecordingState.ENDED, pause=None, fault=fault)
        case _:
            assert_never(event)


def _stood_still(recording: Recording, entry: Entry) -> Recording:
    if recording.running_since is None:
        return recording
    more_s = (entry.at - recording.running_since).total_seconds()
    return replace(recording, running_since=None, recorded_s=recording.recorded_s + more_s)

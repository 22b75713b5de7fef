"""What a turn of the room means for its recording: a pause before whatever makes one necessary, never after.

Nothing in a room can break the rule of `recording.py` by accident: every event is tried here before it is told.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from telesession.domain.messages import (
    AnyEvent,
    Entry,
    RecordingEnded,
    RecordingEvent,
    RecordingPaused,
    RecordingReady,
    Removed,
    Role,
    Standing,
    VisitEnded,
)
from telesession.domain.recording import Present, is_open, is_ready_owed, pause_owed

if TYPE_CHECKING:
    from telesession.domain.room import Room

Evolve = Callable[["Room", Entry], "Room"]

_SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)
"""For what is only tried: no rule of the room asks when something happened."""


def present(room: "Room") -> Present:
    """Who is in."""
    inside = [one for one in room.participants.values() if one.standing is Standing.ADMITTED]
    return Present(
        people=frozenset(one.id for one in inside if one.role is not Role.RECORDER),
        has_therapist=any(one.role is Role.THERAPIST for one in inside),
        has_recorder=any(one.role is Role.RECORDER for one in inside),
    )


def held(room: "Room", events: list[AnyEvent], evolve: Evolve) -> list[AnyEvent]:
    """The events of one turn, with those that the rule of recordings asks for between them."""
    told: list[AnyEvent] = []
    for event in events:
        first = _owed_before(room, event, evolve)
        last = _owed_after(room, event)
        for one in [*first, event, *last]:
            room = _tried(room, one, evolve)
            told.append(one)
    if room.recording is not None and room.ended_at is None and is_ready_owed(room.recording, present(room)):
        told.append(RecordingReady(room.recording.number))
    return told


def _tried(room: "Room", event: AnyEvent, evolve: Evolve) -> "Room":
    return evolve(room, Entry(room.seq + 1, _SOME_TIME, event))


def _owed_before(room: "Room", event: AnyEvent, evolve: Evolve) -> list[RecordingEvent]:
    recording = room.recording
    if recording is None or not is_open(recording):
        return []
    match event:
        case VisitEnded(by=by):
            return [RecordingEnded(recording.number, by)]
        case Removed(participant=participant, by=by) if room.participants[participant].role is Role.RECORDER:
            return [RecordingEnded(recording.number, by)]
        case _:
            after = _tried(room, event, evolve)
            reason = pause_owed(after.recording, present(after))
            return [] if reason is None else [RecordingPaused(recording.number, reason)]


def _owed_after(room: "Room", event: AnyEvent) -> list[Removed]:
    """With a recording its recorder goes for good: the next one gets a seat of its own."""
    if not isinstance(event, RecordingEnded):
        return []
    recorders = [one for one in room.participants.values() if one.role is Role.RECORDER]
    return [Removed(one.id, event.by) for one in recorders if one.standing is not Standing.REMOVED]

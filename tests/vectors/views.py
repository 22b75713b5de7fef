"""Views before and after an event, as the domain computes them: what `web/static/js/visit/view.js` must compute too."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from telesession.domain.consent import Part, current
from telesession.domain.exercises import CameraView
from telesession.domain.ids import CommandId
from telesession.domain.messages import (
    AddToProgramme,
    Admit,
    Aim,
    AimDemonstration,
    Answer,
    AnswerDemonstration,
    AnswerRecording,
    AnyCommand,
    AskRecording,
    AttendRecording,
    BeginPart,
    CameraCard,
    ClearStop,
    Decline,
    DeviceState,
    DoseDemonstration,
    Entry,
    FailRecording,
    Fault,
    Knock,
    Leave,
    Mode,
    PauseDemonstration,
    Planned,
    Purpose,
    PushDemonstration,
    Remove,
    RemoveFromProgramme,
    ReportDevices,
    ReportExertion,
    ResumeDemonstration,
    SendChat,
    SendNotice,
    SetCameraCard,
    SetPlan,
    SetStepBack,
    SteerDemonstration,
    StopExercise,
    StopRecording,
    WithdrawDemonstration,
)
from telesession.domain.room import Room, absences, evolve
from telesession.domain.seats import Seat
from telesession.domain.view import letter, view
from tests.domain.cast import CAST, DOSE, HEEL_SLIDE, NOON, PAT, REC, TESS, play, visit_with

PLACE = Path(__file__).parent / "views.json"
STEPS = 120
KEPT_PER_KIND = 1
MEETING = visit_with(PAT)
PAIR = [TESS, TESS, PAT]
RECORDED = [TESS, PAT, PAT, REC, REC]

Ask = Callable[[CommandId, random.Random, Room], AnyCommand]


def render() -> str:
    """JSON: a list of `{before, entry, after}`; a few examples of each event for therapists, others and outsiders."""
    examples: dict[tuple[str, str], list[dict[str, Any]]] = {}
    histories = [
        *_history(Room(), [TESS, *CAST], _at_the_door),
        *_history(MEETING, PAIR, _practised),
        *_history(MEETING, RECORDED, _recorded),
    ]
    for before, entry, after in histories:
        for one in CAST:
            if isinstance(letter(before, after, entry, one.participant), Entry):
                seen = view(before, one.participant)
                kind = type(entry.event).__name__ + ("OfClip" if getattr(entry.event, "clip", None) else "")
                kept = examples.setdefault((kind, type(seen).__name__ + one.role), [])
                if len(kept) < KEPT_PER_KIND:
                    kept.append({"before": seen, "entry": entry, "after": view(after, one.participant)})
    in_order = [msgspec.json.encode(example).decode() for key in sorted(examples) for example in examples[key]]
    return "[\n" + ",\n".join(in_order) + "\n]\n"


def _history(room: Room, people: list[Seat], ask: Ask) -> Iterator[tuple[Room, Entry, Room]]:
    """Each event of a run by chance, with the room before and after it."""
    chance = random.Random(7)
    for n in range(STEPS):
        before = room
        actor = TESS if n == 0 else chance.choice(people)
        room, entries = play(room, actor, ask(CommandId(f"c{n}"), chance, room))
        entries += _came_and_went(room, n)
        for entry in entries:
            room = after = evolve(before, entry)
            yield before, entry, after
            before = after


def _came_and_went(room: Room, n: int) -> list[Entry]:
    """All who wait are gone at every seventh step, and back at the next."""
    everybody = [one.participant for one in CAST]
    events = absences(room, everybody if n % 7 == 6 else (), everybody if n % 7 == 5 else ())
    return [
        Entry(room.seq + k, NOON + timedelta(minutes=room.seq + k), event) for k, event in enumerate(events, start=1)
    ]


def _at_the_door(own: CommandId, chance: random.Random, room: Room) -> AnyCommand:
    whom = chance.choice(CAST).participant
    n = room.seq
    if n == 0:
        return Knock(id=own)
    commands: list[AnyCommand] = [
        Knock(id=own),
        Admit(id=own, participant=whom, is_sure=True),
        SendChat(id=own, text=f"Line {n}"),
        SendNotice(id=own, participant=whom, text=f"Notice {n}"),
        ReportDevices(id=own, microphone=chance.choice(list(DeviceState)), camera=chance.choice(list(DeviceState))),
        Decline(id=own, participant=whom),
        Remove(id=own, participant=whom),
        Leave(id=own),
    ]
    often = [6, 6, 3, 4, 4, 1, 1, 1]
    return chance.choices(commands, often)[0]


def _practised(own: CommandId, chance: random.Random, room: Room) -> AnyCommand:
    shown = room.practice.demonstration.number if room.practice.demonstration else 1
    dosage = structs.replace(DOSE, reps=chance.randint(5, 12))
    view = chance.choice(list(CameraView))
    commands: list[AnyCommand] = [
        PushDemonstration(id=own, exercise="bridge", version=1, dosage=dosage, aim=Aim(view)),
        SteerDemonstration(
            id=own,
            demonstration=shown,
            mode=chance.choice(list(Mode)),
            is_playing=chance.random() < 0.7,
            position_s=chance.randint(0, 40) / 4,
            rate=chance.choice([0.5, 1.0, 1.25]),
            lead_s=chance.choice([0.0, 5.0]),
        ),
        PauseDemonstration(id=own, demonstration=shown),
        ResumeDemonstration(id=own, demonstration=shown),
        AimDemonstration(id=own, demonstration=shown, aim=Aim(view, is_mirrored=chance.random() < 0.5)),
        DoseDemonstration(id=own, demonstration=shown, dosage=dosage, shift_s=chance.choice([42.5, -200.0])),
        WithdrawDemonstration(id=own, demonstration=shown),
        AnswerDemonstration(id=own, demonstration=shown, answer=chance.choice(list(Answer))),
        ReportExertion(id=own, demonstration=shown, set=1, pain=chance.randint(0, 10), effort=chance.randint(0, 10)),
        StopExercise(id=own),
        ClearStop(id=own),
        SetPlan(id=own, planned=(Planned("bridge", 1, dosage),)),
        AddToProgramme(id=own, exercise="bridge", version=1, dosage=dosage),
        RemoveFromProgramme(id=own, exercise="bridge"),
        SetCameraCard(id=own, card=chance.choice(list(CameraCard))),
        SetStepBack(id=own, is_on=chance.random() < 0.5),
        PushDemonstration(id=own, exercise=HEEL_SLIDE, version=1, dosage=dosage, aim=Aim(view)),
    ]
    return chance.choices(commands, [3, 3, 3, 3, 2, 2, 1, 2, 2, 1, 2, 1, 1, 1, 1, 1, 1])[0]


def _recorded(own: CommandId, chance: random.Random, room: Room) -> AnyCommand:
    number = room.recording.number if room.recording else 1
    yes = chance.random() < 0.8
    version = current(Part.RECORDING).version
    commands: list[AnyCommand] = [
        AskRecording(id=own, purpose=chance.choice(list(Purpose))),
        AnswerRecording(id=own, recording=number, is_agreed=yes, text_version=version, language="en"),
        Knock(id=own),
        BeginPart(id=own, recording=number),
        StopRecording(id=own, recording=number),
        FailRecording(id=own, recording=number, fault=chance.choice(list(Fault))),
        AttendRecording(id=own, recording=number, is_attended=chance.random() < 0.7),
        Leave(id=own) if room.recording and room.recording.parts else Knock(id=own),
    ]
    return chance.choices(commands, [4, 6, 3, 6, 1, 1, 2, 1])[0]

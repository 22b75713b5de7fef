"""The cast of every test: therapist Tess, patient Pat (on two devices), guests, stranger Sam; what they may do."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from hypothesis import strategies as st

from telesession.domain.clips import Clip, ClipId, Clips, ClipState, Container, Playable
from telesession.domain.consent import Part, current
from telesession.domain.dosage import Dosage
from telesession.domain.errors import Refused
from telesession.domain.exercises import CameraView, Exercise, default_dosage
from telesession.domain.ids import CommandId, InvitationId, ParticipantId, VisitId
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
    EndVisit,
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
    Relation,
    Remove,
    RemoveFromProgramme,
    ReportDevices,
    ReportExertion,
    ResumeDemonstration,
    Role,
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
from telesession.domain.room import Room, decide, evolve
from telesession.domain.seats import Seat

EXERCISES = Path(__file__).parent.parent.parent / "telesession" / "exercises"
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
VISIT = VisitId("visit-1")


def seat(name: str, role: Role, device: str = "", relation: Relation | None = None) -> Seat:
    """A seat of `name`; another `device` of the same person shares the invitation."""
    slug = name.lower()
    return Seat(ParticipantId(f"p-{slug}{device}"), VISIT, InvitationId(f"i-{slug}"), role, name, relation)


TESS = seat("Tess", Role.THERAPIST)
PAT = seat("Pat", Role.PATIENT)
PATS_TABLET = seat("Pat", Role.PATIENT, device="-tablet")
GUS = seat("Gus", Role.GUEST, relation=Relation.INTERPRETER)
GIA = seat("Gia", Role.GUEST, relation=Relation.RELATIVE)
GIL = seat("Gil", Role.GUEST, relation=Relation.STUDENT)
SAM = seat("Sam", Role.GUEST)
REC = seat("Recorder", Role.RECORDER)
CAST = (TESS, PAT, PATS_TABLET, GUS, GIA, GIL, SAM, REC)
KEEP_DAYS = 30

_ids = st.integers(min_value=0, max_value=10**9).map(lambda n: CommandId(f"c{n}"))
_somebody = st.sampled_from([one.participant for one in CAST])
_text = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
_state = st.sampled_from(DeviceState)

BRIDGE = msgspec.json.decode((EXERCISES / "bridge.json").read_bytes(), type=Exercise)
CLAMSHELL = msgspec.json.decode((EXERCISES / "clamshell.json").read_bytes(), type=Exercise)
DOSE = default_dosage(BRIDGE)
AIM = Aim(CameraView.LATERAL_RIGHT)


def library(slug: str, version: int) -> Exercise | None:
    """Two exercises, in their first versions."""
    return {("bridge", 1): BRIDGE, ("clamshell", 1): CLAMSHELL}.get((slug, version))


HEEL_SLIDE = ClipId("clip-" + "1" * 32)
HALF_SENT = ClipId("clip-" + "2" * 32)
OF_OTHERS = ClipId("clip-" + "3" * 32)


def clips() -> Clips:
    """Of this visit, one clip that is ready and one that is not; `OF_OTHERS` is none of them."""
    seen = Playable(Container.MP4, 12.5, 640, 360)
    ready = Clip(HEEL_SLIDE, VISIT, "Heel slide", 9, ClipState.READY, TESS.participant, NOON, 1.0, playable=seen)
    half = Clip(HALF_SENT, VISIT, "Half sent", 9, ClipState.UPLOADING, TESS.participant, NOON)
    return {clip.id: clip for clip in (ready, half)}


_exercise = st.sampled_from(["bridge", "clamshell", "handstand", HEEL_SLIDE, HALF_SENT, OF_OTHERS])
_dosage = st.builds(Dosage, sets=st.integers(0, 4), reps=st.integers(1, 12), rest_s=st.sampled_from([0, 30]))
_planned = st.builds(Planned, exercise=_exercise, version=st.just(1), dosage=_dosage)
_aim = st.builds(Aim, view=st.sampled_from(CameraView), is_mirrored=st.booleans(), around=st.integers(-180, 180))
_number = st.integers(1, 40)
_score = st.none() | st.integers(0, 10)

practice_commands: st.SearchStrategy[AnyCommand] = st.one_of(
    st.builds(PushDemonstration, id=_ids, exercise=_exercise, version=st.just(1), dosage=_dosage, aim=_aim),
    st.builds(PushDemonstration, id=_ids, exercise=_exercise, version=st.just(1), dosage=_dosage, aim=_aim),
    st.builds(
        SteerDemonstration,
        id=_ids,
        demonstration=_number,
        mode=st.sampled_from(Mode),
        is_playing=st.booleans(),
        position_s=st.floats(0, 100),
        rate=st.floats(0.25, 1.5),
        lead_s=st.sampled_from([0.0, 5.0]),
    ),
    st.builds(PauseDemonstration, id=_ids, demonstration=_number),
    st.builds(ResumeDemonstration, id=_ids, demonstration=_number),
    st.builds(AimDemonstration, id=_ids, demonstration=_number, aim=_aim),
    st.builds(
        DoseDemonstration,
        id=_ids,
        demonstration=_number,
        dosage=_dosage,
        shift_s=st.floats(-100, 100),
    ),
    st.builds(WithdrawDemonstration, id=_ids, demonstration=_number),
    st.builds(AnswerDemonstration, id=_ids, demonstration=_number, answer=st.sampled_from(Answer)),
    st.builds(ReportExertion, id=_ids, demonstration=_number, set=st.integers(1, 4), pain=_score, effort=_score),
    st.builds(StopExercise, id=_ids),
    st.builds(ClearStop, id=_ids),
    st.builds(SetPlan, id=_ids, planned=st.lists(_planned, max_size=3).map(tuple)),
    st.builds(AddToProgramme, id=_ids, exercise=_exercise, version=st.just(1), dosage=_dosage),
    st.builds(RemoveFromProgramme, id=_ids, exercise=_exercise),
    st.builds(SetCameraCard, id=_ids, card=st.none() | st.sampled_from(CameraCard)),
    st.builds(SetStepBack, id=_ids, is_on=st.booleans()),
)

commands: st.SearchStrategy[AnyCommand] = st.one_of(
    practice_commands,
    st.builds(Knock, id=_ids, answers_only=st.booleans()),
    st.builds(Admit, id=_ids, participant=_somebody, is_sure=st.booleans()),
    st.builds(Decline, id=_ids, participant=_somebody),
    st.builds(Remove, id=_ids, participant=_somebody),
    st.builds(Leave, id=_ids),
    st.builds(SendNotice, id=_ids, participant=_somebody, text=_text),
    st.builds(SendChat, id=_ids, text=_text),
    st.builds(ReportDevices, id=_ids, microphone=_state, camera=_state),
    st.builds(EndVisit, id=_ids),
    st.builds(AskRecording, id=_ids, purpose=st.sampled_from(Purpose)),
    st.builds(
        AnswerRecording,
        id=_ids,
        recording=_number,
        is_agreed=st.booleans(),
        text_version=st.just(current(Part.RECORDING).version),
        language=st.just("en"),
    ),
    st.builds(StopRecording, id=_ids, recording=_number),
    st.builds(BeginPart, id=_ids, recording=_number),
    st.builds(FailRecording, id=_ids, recording=_number, fault=st.sampled_from(Fault)),
    st.builds(AttendRecording, id=_ids, recording=_number, is_attended=st.booleans()),
)
# Everybody knocks often and the therapist admits often, so that runs get past the door.
_likely = st.one_of(
    st.tuples(st.sampled_from(CAST), st.builds(Knock, id=_ids, answers_only=st.booleans())),
    st.tuples(st.just(TESS), st.builds(Admit, id=_ids, participant=_somebody)),
)
steps = st.lists(st.one_of(_likely, st.tuples(st.sampled_from(CAST), commands)), max_size=30)


def play(room: Room, actor: Seat, command: AnyCommand) -> tuple[Room, list[Entry]]:
    """The room after `command`, and the new lines of its log; nothing changes when it is refused."""
    try:
        events = decide(room, actor, command, library, clips(), KEEP_DAYS)
    except Refused:
        return room, []
    entries = [
        Entry(room.seq + n, NOON + timedelta(seconds=room.seq + n), event) for n, event in enumerate(events, start=1)
    ]
    for entry in entries:
        room = evolve(room, entry)
    return room, entries


def room_after(*script: tuple[Seat, AnyCommand]) -> Room:
    """The room after a script in which nothing is refused."""
    room = Room()
    for actor, command in script:
        assert decide(room, actor, command, library, clips(), KEEP_DAYS), (actor.name, command)
        room, _ = play(room, actor, command)
    return room


def knock(n: int = 0, *, answers_only: bool = False) -> Knock:
    return Knock(id=CommandId(f"k{n}"), answers_only=answers_only)


def admit(who: Seat, *, is_sure: bool = False) -> Admit:
    return Admit(id=CommandId("a"), participant=who.participant, is_sure=is_sure)


def visit_with(*others: Seat) -> Room:
    """Tess is in, and has admitted `others`."""
    return room_after((TESS, knock()), *[step for one in others for step in ((one, knock()), (TESS, admit(one)))])

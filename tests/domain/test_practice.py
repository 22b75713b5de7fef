"""Showing an exercise, step by step: push, steer, pause, answer, stop."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from telesession.domain.clips import ShownClip
from telesession.domain.errors import Refused
from telesession.domain.ids import CommandId
from telesession.domain.messages import (
    AddToProgramme,
    AnyCommand,
    ClearStop,
    Demonstration,
    DoseDemonstration,
    Mode,
    PauseDemonstration,
    Planned,
    PlanSet,
    PushDemonstration,
    Remove,
    ReportExertion,
    ResumeDemonstration,
    SetPlan,
    SteerDemonstration,
    StopExercise,
    VisitView,
    WithdrawDemonstration,
)
from telesession.domain.playback import position_at
from telesession.domain.room import Room, decide, may_watch
from telesession.domain.seats import Seat
from telesession.domain.view import view
from tests.domain.cast import (
    AIM,
    DOSE,
    GUS,
    HALF_SENT,
    HEEL_SLIDE,
    NOON,
    OF_OTHERS,
    PAT,
    TESS,
    clips,
    library,
    play,
    visit_with,
)

ID = CommandId("c")
PUSH = PushDemonstration(id=ID, exercise="bridge", version=1, dosage=DOSE, aim=AIM)


def shown_in(room: Room) -> Demonstration:
    assert room.practice.demonstration is not None
    return room.practice.demonstration


def showing(*more: Seat) -> tuple[Room, int]:
    """Tess shows Pat (and more) the bridge; the room and the demonstration's number."""
    room, _ = play(visit_with(PAT, *more), TESS, PUSH)
    return room, shown_in(room).number


def refusal(room: Room, actor: Seat, command: AnyCommand) -> str:
    with pytest.raises(Refused) as refused:
        decide(room, actor, command, library, clips())
    return refused.value.code


def test_what_a_therapist_pushes_repeats_until_it_is_steered() -> None:
    room, _ = showing()

    shown = shown_in(room)
    assert (shown.exercise, shown.mode, shown.is_playing, shown.anchor_s) == ("bridge", Mode.WATCH, True, 0)


def test_what_was_shown_is_counted_in_the_order_of_its_first_time() -> None:
    room, number = showing()
    room, _ = play(room, TESS, WithdrawDemonstration(id=ID, demonstration=number))
    for push in (replace(PUSH, exercise=HEEL_SLIDE), PUSH):
        room, _ = play(room, TESS, push)

    seen = [(one.exercise, one.times, one.clip and one.clip.title) for one in room.practice.shown]
    assert seen == [("bridge", 2, None), (HEEL_SLIDE, 1, "Heel slide")]


def test_a_patient_and_a_guest_push_nothing() -> None:
    room = visit_with(PAT, GUS)

    assert refusal(room, PAT, PUSH) == "not_allowed"
    assert refusal(room, GUS, PUSH) == "not_allowed"


@pytest.mark.parametrize(
    ("push", "code"),
    [
        (replace(PUSH, exercise="handstand"), "unknown_exercise"),
        (replace(PUSH, version=2), "unknown_exercise"),
        (replace(PUSH, dosage=replace(DOSE, sets=11)), "dosage_out_of_range"),
        (replace(PUSH, dosage=replace(DOSE, hold_s=-1)), "dosage_out_of_range"),
        (replace(PUSH, exercise=HALF_SENT), "clip_not_ready"),
        (replace(PUSH, exercise=OF_OTHERS), "unknown_clip"),
        (replace(PUSH, exercise=HEEL_SLIDE, dosage=replace(DOSE, sets=11)), "dosage_out_of_range"),
    ],
)
def test_what_is_not_in_the_library_or_out_of_range_is_refused_with_a_code(push: PushDemonstration, code: str) -> None:
    assert refusal(visit_with(PAT), TESS, push) == code


def test_starting_together_counts_in_on_every_screen() -> None:
    room, number = showing()
    start = SteerDemonstration(id=ID, demonstration=number, mode=Mode.TOGETHER, is_playing=True, position_s=0, lead_s=5)
    room, (steered,) = play(room, TESS, start)

    shown = shown_in(room)
    assert shown.anchor_at == steered.at + timedelta(seconds=5)
    assert position_at(True, shown.anchor_at, shown.anchor_s, shown.rate, steered.at) == 0
    assert position_at(True, shown.anchor_at, 0, 1, steered.at + timedelta(seconds=8)) == 3


def test_either_side_pauses_exactly_where_it_stands_and_goes_on_from_there() -> None:
    room, number = showing()
    began = shown_in(room).anchor_at
    room, (paused,) = play(room, PAT, PauseDemonstration(id=ID, demonstration=number))
    stands_s = (paused.at - began).total_seconds()

    assert (shown_in(room).is_playing, shown_in(room).anchor_s) == (False, stands_s)
    room, (resumed,) = play(room, PAT, ResumeDemonstration(id=ID, demonstration=number))
    assert (shown_in(room).anchor_at, shown_in(room).anchor_s) == (resumed.at, stands_s)


def test_a_press_meant_for_what_was_shown_before_does_nothing() -> None:
    room, first = showing()
    room, _ = play(room, TESS, replace(PUSH, exercise="clamshell", dosage=replace(DOSE, side="left")))

    assert refusal(room, PAT, PauseDemonstration(id=ID, demonstration=first)) == "not_shown"
    assert decide(room, TESS, WithdrawDemonstration(id=ID, demonstration=first), library) == []


def test_anybody_can_stop_and_only_the_therapist_goes_on() -> None:
    room, number = showing(GUS)
    room, _ = play(room, GUS, StopExercise(id=ID))

    assert room.practice.stop is not None
    assert not shown_in(room).is_playing
    assert refusal(room, PAT, ResumeDemonstration(id=ID, demonstration=number)) == "stopped"
    assert refusal(room, TESS, PUSH) == "stopped"
    assert refusal(room, PAT, ClearStop(id=ID)) == "not_allowed"
    room, _ = play(room, TESS, ClearStop(id=ID))
    assert room.practice.stop is None
    assert not shown_in(room).is_playing


def test_pain_and_effort_are_kept_for_the_therapist() -> None:
    room, number = showing()
    room, _ = play(room, PAT, ReportExertion(id=ID, demonstration=number, set=1, pain=4, effort=6))

    for_tess, for_pat = view(room, TESS.participant), view(room, PAT.participant)
    assert isinstance(for_tess, VisitView)
    assert isinstance(for_pat, VisitView)
    assert [(said.exercise, said.pain, said.effort) for said in for_tess.practice.exertions] == [("bridge", 4, 6)]
    assert for_pat.practice.exertions == ()


def test_a_report_names_a_set_that_was_asked_for_and_says_something() -> None:
    room, number = showing()

    assert refusal(room, PAT, ReportExertion(id=ID, demonstration=number, set=9, pain=1)) == "no_such_set"
    assert refusal(room, PAT, ReportExertion(id=ID, demonstration=number, set=1)) == "nothing_said"


@pytest.mark.parametrize(("shift_s", "stands_s"), [(12.0, 54.0), (-12.0, 30.0), (-60.0, 0.0)])
def test_a_changed_dose_goes_on_where_its_sender_was_but_never_before_its_beginning(
    shift_s: float, stands_s: float
) -> None:
    room, number = showing()
    stand = SteerDemonstration(id=ID, demonstration=number, mode=Mode.TOGETHER, is_playing=False, position_s=42)
    room, _ = play(room, TESS, stand)
    more = DoseDemonstration(id=ID, demonstration=number, dosage=replace(DOSE, reps=11), shift_s=shift_s)
    room, _ = play(room, TESS, more)

    assert (shown_in(room).dosage.reps, shown_in(room).anchor_s) == (11, stands_s)


def test_a_dose_is_changed_while_it_runs() -> None:
    room, number = showing()
    less = replace(DOSE, reps=5)
    room, _ = play(room, TESS, DoseDemonstration(id=ID, demonstration=number, dosage=less))

    assert shown_in(room).dosage == less
    assert shown_in(room).anchor_at > NOON


def test_a_clip_is_shown_by_its_title_and_length_and_stands_on_the_same_clock() -> None:
    room, _ = play(visit_with(PAT), TESS, replace(PUSH, exercise=HEEL_SLIDE))

    shown = shown_in(room)
    assert shown.clip is not None
    assert (shown.exercise, shown.clip.title, shown.clip.duration_s) == (HEEL_SLIDE, "Heel slide", 12.5)
    seek = SteerDemonstration(id=ID, demonstration=shown.number, mode=Mode.WATCH, is_playing=False, position_s=4)
    room, _ = play(room, TESS, seek)
    assert (shown_in(room).anchor_s, shown_in(room).is_playing) == (4, False)


def test_nobody_counts_along_with_a_clip() -> None:
    room, _ = play(visit_with(PAT), TESS, replace(PUSH, exercise=HEEL_SLIDE))
    together = SteerDemonstration(
        id=ID, demonstration=shown_in(room).number, mode=Mode.TOGETHER, is_playing=True, position_s=0
    )

    assert refusal(room, TESS, together) == "clip_not_counted"


def test_a_clip_that_was_deleted_while_it_is_shown_can_still_be_given_another_dose() -> None:
    room, _ = play(visit_with(PAT), TESS, replace(PUSH, exercise=HEEL_SLIDE))
    less = DoseDemonstration(id=ID, demonstration=shown_in(room).number, dosage=replace(DOSE, reps=2))

    assert decide(room, TESS, less, library, {})


def test_a_clip_can_be_planned_and_taken_home_like_an_exercise() -> None:
    room = visit_with(PAT)
    room, planned = play(room, TESS, SetPlan(id=ID, planned=(Planned(HEEL_SLIDE, 1, DOSE),)))
    room, given = play(room, TESS, AddToProgramme(id=ID, exercise=HEEL_SLIDE, version=1, dosage=DOSE))

    assert planned
    assert given
    assert refusal(room, TESS, SetPlan(id=ID, planned=(Planned(HALF_SENT, 1, DOSE),))) == "clip_not_ready"
    for one in (*room.practice.planned, *room.practice.programme):
        assert one.clip is not None
        assert (one.clip.title, one.clip.duration_s) == ("Heel slide", 12.5)


def test_what_a_browser_says_of_a_clip_counts_for_nothing() -> None:
    room, _ = play(visit_with(PAT), TESS, replace(PUSH, exercise=HEEL_SLIDE))
    invented = ShownClip("Invented", 1.0, 1, 1)
    plan = SetPlan(id=ID, planned=(Planned(HEEL_SLIDE, 1, DOSE, invented), Planned("bridge", 1, DOSE, invented)))
    room, _ = play(room, TESS, plan)

    assert [one.clip for one in room.practice.planned] == [shown_in(room).clip, None]
    assert play(room, TESS, plan)[1] == []


def test_a_plan_can_still_be_changed_when_a_clip_of_it_was_deleted() -> None:
    both = (Planned(HEEL_SLIDE, 1, DOSE), Planned("bridge", 1, DOSE))
    room, _ = play(visit_with(PAT), TESS, SetPlan(id=ID, planned=both))
    room, _ = play(room, TESS, AddToProgramme(id=ID, exercise="bridge", version=1, dosage=DOSE))
    turned = SetPlan(id=ID, planned=both[::-1])

    [event] = decide(room, TESS, turned, library, {})
    assert isinstance(event, PlanSet)
    assert [one.clip and one.clip.title for one in event.planned] == [None, "Heel slide"]
    with pytest.raises(Refused):
        decide(room, TESS, AddToProgramme(id=ID, exercise=HEEL_SLIDE, version=1, dosage=DOSE), library, {})


def test_others_than_the_therapist_watch_only_what_is_shown_planned_or_given_and_only_inside() -> None:
    before = visit_with(PAT)
    room, _ = play(before, TESS, replace(PUSH, exercise=HEEL_SLIDE))

    assert may_watch(before, TESS, HEEL_SLIDE)
    assert not may_watch(before, PAT, HEEL_SLIDE)
    assert may_watch(room, PAT, HEEL_SLIDE)
    assert not may_watch(room, PAT, HALF_SENT)
    assert not may_watch(room, GUS, HEEL_SLIDE)
    room, _ = play(room, TESS, Remove(id=ID, participant=PAT.participant))
    assert not may_watch(room, PAT, HEEL_SLIDE)

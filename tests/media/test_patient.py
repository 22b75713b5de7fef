"""What the virtual patient does, without network or clock: the same seed meets the same visit."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from telesession.domain.dosage import Dosage, Side
from telesession.domain.exercises import Exercise
from telesession.domain.messages import (
    Answer,
    AnswerDemonstration,
    AnswerRecording,
    ChatLine,
    Demonstration,
    DeviceState,
    Knock,
    Mode,
    OutsideView,
    ParticipantView,
    Practice,
    Purpose,
    Recording,
    Rendering,
    ReportDevices,
    ReportExertion,
    SendChat,
    Standing,
    Stop,
    StopExercise,
    VisitView,
)
from telesession.domain.seats import Seat
from telesession.media.patient import (
    AWAY_S,
    GREETING,
    NO_ID,
    Act,
    Away,
    Patient,
    Proof,
    Wave,
    decide,
    doing,
    replies,
    sets_done,
)
from tests.domain.cast import AIM, BRIDGE, CLAMSHELL, NOON, PAT, TESS

TICK = timedelta(seconds=0.25)


def person(seat: Seat, camera: DeviceState = DeviceState.ON) -> ParticipantView:
    return ParticipantView(
        id=seat.participant,
        role=seat.role,
        name=seat.name,
        relation=None,
        standing=Standing.ADMITTED,
        since=NOON,
        microphone=DeviceState.ON,
        camera=camera,
        is_polite=False,
        invitation=seat.invitation,
    )


def room(*lines: str, shown: Demonstration | None = None, stop: Stop | None = None) -> VisitView:
    """Tess and Pat, what Tess has written, and what is shown."""
    chat = tuple(ChatLine(10 + n, NOON, TESS.participant, "Tess", text) for n, text in enumerate(lines))
    people = person(TESS), person(PAT)
    return VisitView(PAT.participant, people, chat, Practice(demonstration=shown, stop=stop), NOON)


def shown(
    exercise: Exercise = BRIDGE, *, number: int = 7, dosage: Dosage | None = None, answer: Answer | None = None
) -> Demonstration:
    """Counted together since noon: two sets of one, three seconds of rest."""
    dosage = dosage or Dosage(sets=2, reps=1, hold_s=0, rest_s=3)
    return Demonstration(number, exercise.slug, 1, dosage, AIM, Mode.TOGETHER, True, 1.0, NOON, 0.0, answer)


def lived(
    patient: Patient,
    view: VisitView | OutsideView,
    seconds: float,
    exercise: Exercise | None = None,
    start: datetime = NOON,
) -> tuple[Patient, list[Act]]:
    """All that it does in so many seconds in which nothing else happens."""
    acts: list[Act] = []
    for tick in range(int(seconds / TICK.total_seconds()) + 1):
        patient, now = decide(patient, view, start + tick * TICK, exercise)
        acts += now
    return patient, acts


def said(acts: Sequence[Act]) -> list[str]:
    return [act.text for act in acts if isinstance(act, SendChat)]


def test_it_knocks_once_as_a_program_that_only_answers_and_says_that_it_can_be_seen_and_heard() -> None:
    _, acts = lived(Patient(1), OutsideView(Standing.ARRIVING, None, (), False), 3)

    on = DeviceState.ON
    assert acts == [Knock(id=NO_ID, answers_only=True), ReportDevices(id=NO_ID, microphone=on, camera=on)]


@pytest.mark.parametrize("standing", [Standing.WAITING, Standing.DECLINED, Standing.REMOVED, Standing.LEFT])
def test_it_comes_in_no_other_way(standing: Standing) -> None:
    assert lived(Patient(1), OutsideView(standing, NOON, (), False), 3)[1] == []


def test_once_it_is_in_it_waves_and_greets_once() -> None:
    patient, acts = lived(Patient(1), room(), 5)

    assert acts.count(Wave()) == 1
    assert said(acts) == [GREETING]
    assert lived(patient, room(), 5, start=NOON + timedelta(seconds=60))[1] == []


def test_it_says_what_its_camera_does() -> None:
    people = person(TESS), person(PAT, DeviceState.OFF)
    _, acts = lived(Patient(1), VisitView(PAT.participant, people, (), Practice(), NOON), 0.5)

    assert [act.camera for act in acts if isinstance(act, ReportDevices)] == [DeviceState.ON]


def test_the_first_exercise_is_understood_and_proven() -> None:
    _, acts = lived(Patient(1, has_greeted=True), room(shown=shown()), 8, BRIDGE)

    assert acts.count(Proof(7, Rendering.PLAYING)) == 1
    assert [act.answer for act in acts if isinstance(act, AnswerDemonstration)] == [Answer.GOT_IT]


def test_later_ones_hurt_or_are_too_hard_for_some_and_the_same_seed_says_the_same() -> None:
    def answers(seed: int) -> list[Answer]:
        patient, found = Patient(seed, has_greeted=True), []
        for number in range(5, 12):
            patient, acts = lived(patient, room(shown=shown(number=number)), 8, BRIDGE)
            found += [act.answer for act in acts if isinstance(act, AnswerDemonstration)]
        return found

    visits = [answers(seed) for seed in range(8)]
    assert {answer for visit in visits for answer in visit} == set(Answer)
    assert visits == [answers(seed) for seed in range(8)]


def test_a_dose_that_was_changed_because_of_it_is_better() -> None:
    patient, _ = lived(Patient(1, has_greeted=True), room(shown=shown()), 8, BRIDGE)
    easier = shown(dosage=Dosage(sets=1, reps=1), answer=Answer.TOO_HARD)
    _, acts = lived(patient, room(shown=easier), 8, BRIDGE)

    assert [act.answer for act in acts if isinstance(act, AnswerDemonstration)] == [Answer.GOT_IT]
    assert said(acts) == ["Yes, that is better."]


def test_it_says_pain_and_effort_once_after_each_set() -> None:
    _, acts = lived(Patient(1, has_greeted=True), room(shown=shown()), 60, BRIDGE)

    reports = [act for act in acts if isinstance(act, ReportExertion)]
    assert [report.set for report in reports] == [1, 2]
    assert all(report.pain is not None and report.effort is not None for report in reports)
    assert all(0 <= (report.pain or 0) <= 3 for report in reports)


def test_what_hurts_hurts_more() -> None:
    _, acts = lived(Patient(1, has_greeted=True), room(shown=shown(answer=Answer.HURTS)), 60, BRIDGE)

    assert all((act.pain or 0) >= 5 for act in acts if isinstance(act, ReportExertion))


def test_a_set_for_both_sides_is_done_when_both_are() -> None:
    both = shown(CLAMSHELL, dosage=Dosage(sets=2, reps=1, hold_s=0, rest_s=10, side=Side.BOTH))
    block_s = 2 + 1 + 1 + 2  # one repetition as the entry has it, without its hold
    at = {second: sets_done(both, NOON + timedelta(seconds=second), CLAMSHELL) for second in range(100)}

    assert at[block_s + 5] == 0, "only the first side is done"
    assert max(at.values()) == 2
    assert list(at.values()) == sorted(at.values())


def test_while_somebody_has_pressed_stop_it_reports_nothing() -> None:
    stopped = room(shown=shown(), stop=Stop(NOON, TESS.participant))
    _, acts = lived(Patient(1, has_greeted=True), stopped, 30, BRIDGE)

    assert not any(isinstance(act, AnswerDemonstration | ReportExertion) for act in acts)


def test_it_answers_each_line_of_the_therapist_and_nobody_else() -> None:
    view = room("Can you hear me?", "Good morning")
    own = ChatLine(20, NOON, PAT.participant, "Pat", "Hello?")
    _, acts = lived(
        Patient(1, has_greeted=True), VisitView(view.you, view.participants, (*view.chat, own), Practice(), NOON), 5
    )

    assert sorted(said(acts)) == ["Hello! Nice to see you.", "Yes, I can hear you well."]


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("Please DROP now", Away(AWAY_S)),
        ("wave to me", Wave()),
        ("press stop", StopExercise(id=NO_ID)),
        ("it hurts", AnswerDemonstration(id=NO_ID, demonstration=7, answer=Answer.HURTS)),
        ("say that it is too hard", AnswerDemonstration(id=NO_ID, demonstration=7, answer=Answer.TOO_HARD)),
    ],
)
def test_it_does_what_it_is_asked_for(text: str, act: Act) -> None:
    assert act in replies(ChatLine(1, NOON, TESS.participant, "Tess", text), shown())


def test_a_question_about_pain_is_no_request_for_it() -> None:
    [answer] = replies(ChatLine(1, NOON, TESS.participant, "Tess", "Does it hurt?"), shown())
    assert isinstance(answer, SendChat)


def test_it_agrees_to_a_recording_once_and_takes_it_back_when_it_is_asked_to() -> None:
    recording = Recording(9, Purpose.MOVEMENT, 30, TESS.participant, NOON, text_version="2031-05")
    patient, acts = lived(Patient(1, has_greeted=True), replace(room(), recording=recording), 6)
    answers = [act for act in acts if isinstance(act, AnswerRecording)]
    assert [(one.recording, one.is_agreed, one.text_version) for one in answers] == [(9, True, "2031-05")]

    asked = replace(room("Say no to the recording"), recording=recording)
    _, acts = lived(patient, asked, 6, start=NOON + timedelta(seconds=60))
    assert [act.is_agreed for act in acts if isinstance(act, AnswerRecording)] == [False]


def test_its_camera_sees_the_repetition_that_is_counted() -> None:
    at = doing(room(shown=shown(dosage=Dosage(sets=1, reps=3))), NOON + timedelta(seconds=8), BRIDGE, is_waving=False)

    assert at.exercise is BRIDGE
    assert at.count == 2
    assert doing(room(), NOON, None, is_waving=True).is_waving

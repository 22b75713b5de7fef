"""The exercise part of a room, a fold like the room: what is shown and where it stands, planned, reported, given.

Everything is absolute and names the demonstration it is meant for, so that what comes twice, late or out of order does
nothing that nobody asked for. Who may ask is in `permissions.py`.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import assert_never

from msgspec.structs import replace

from telesession.domain import clips as clip_rules
from telesession.domain import dosage as dosages
from telesession.domain.clips import Clips, ShownClip, is_clip
from telesession.domain.dosage import Dosage
from telesession.domain.errors import Refused
from telesession.domain.exercises import Exercise, Slug, check_fits
from telesession.domain.ids import ParticipantId
from telesession.domain.messages import (
    AddedToProgramme,
    AddToProgramme,
    AimDemonstration,
    AnswerDemonstration,
    CameraCardSet,
    ClearStop,
    Demonstration,
    DemonstrationAimed,
    DemonstrationAnswered,
    DemonstrationDosed,
    DemonstrationPaused,
    DemonstrationPushed,
    DemonstrationResumed,
    DemonstrationSteered,
    DemonstrationWithdrawn,
    DoseDemonstration,
    Entry,
    ExerciseStopped,
    Exertion,
    ExertionReported,
    Mode,
    PauseDemonstration,
    Planned,
    PlanSet,
    Practice,
    PracticeCommand,
    PracticeEvent,
    PushDemonstration,
    RemovedFromProgramme,
    RemoveFromProgramme,
    ReportExertion,
    ResumeDemonstration,
    SetCameraCard,
    SetPlan,
    SetStepBack,
    ShownSoFar,
    SteerDemonstration,
    StepBackSet,
    Stop,
    StopCleared,
    StopExercise,
    WithdrawDemonstration,
)
from telesession.domain.playback import position_at

FindExercise = Callable[[Slug, int], Exercise | None]
"""Finds an exercise by slug and version."""


def no_exercises(_slug: Slug, _version: int) -> None:
    """The empty library."""
    return


def asks_for_clips(command: object) -> bool:
    """Whether `decide_practice` needs to know the clips of the visit for `command`."""
    match command:
        case PushDemonstration(exercise=exercise) | AddToProgramme(exercise=exercise):
            return is_clip(exercise)
        case SetPlan(planned=planned):
            return any(is_clip(one.exercise) for one in planned)
        case _:
            return False


def names_in(practice: Practice) -> frozenset[str]:
    """The exercises and clips that are shown, planned or given to take home."""
    shown = [practice.demonstration.exercise] if practice.demonstration else []
    return frozenset([*shown, *(one.exercise for one in (*practice.planned, *practice.programme))])


def decide_practice(  # noqa: C901  one case a command
    practice: Practice, actor: ParticipantId, command: PracticeCommand, library: FindExercise, clips: Clips
) -> list[PracticeEvent]:
    """Say what happens if `actor` asks for `command`; nothing when it is so already, `Refused` if it may not be."""
    match command:
        case PushDemonstration(exercise=exercise, version=version, dosage=dosage, aim=aim):
            clip = _check_dose(library, clips, exercise, version, dosage)
            _check_not_stopped(practice)
            return [DemonstrationPushed(exercise, version, dosage, aim, by=actor, clip=clip)]
        case SteerDemonstration():
            return _steer(practice, _current(practice, command.demonstration), actor, command)
        case PauseDemonstration(demonstration=number):
            shown = _current(practice, number)
            return [DemonstrationPaused(by=actor)] if shown.is_playing else []
        case ResumeDemonstration(demonstration=number):
            shown = _current(practice, number)
            _check_not_stopped(practice)
            return [] if shown.is_playing else [DemonstrationResumed(by=actor)]
        case AimDemonstration(demonstration=number, aim=aim):
            return [] if _current(practice, number).aim == aim else [DemonstrationAimed(aim, by=actor)]
        case DoseDemonstration(demonstration=number, dosage=dosage):
            shown = _current(practice, number)
            _check_change(library, shown, dosage)
            return [] if shown.dosage == dosage else [DemonstrationDosed(dosage, actor, command.shift_s)]
        case WithdrawDemonstration(demonstration=number):
            gone = practice.demonstration is None or practice.demonstration.number != number
            return [] if gone else [DemonstrationWithdrawn(by=actor)]
        case AnswerDemonstration(demonstration=number, answer=answer):
            return [] if _current(practice, number).answer == answer else [DemonstrationAnswered(answer, by=actor)]
        case ReportExertion():
            return _report(practice, actor, command)
        case StopExercise():
            return [] if practice.stop else [ExerciseStopped(by=actor)]
        case ClearStop():
            return [StopCleared(by=actor)] if practice.stop else []
        case SetPlan(planned=planned):
            kept = tuple(_kept(practice.planned, library, clips, one) for one in planned)
            return [] if practice.planned == kept else [PlanSet(kept, by=actor)]
        case AddToProgramme(exercise=exercise, version=version, dosage=dosage):
            given = _kept(practice.programme, library, clips, Planned(exercise, version, dosage))
            there = given in practice.programme
            return [] if there else [AddedToProgramme(exercise, version, dosage, by=actor, clip=given.clip)]
        case RemoveFromProgramme(exercise=exercise):
            there = any(one.exercise == exercise for one in practice.programme)
            return [RemovedFromProgramme(exercise, by=actor)] if there else []
        case SetCameraCard(card=card):
            return [] if practice.camera_card == card else [CameraCardSet(card, by=actor)]
        case SetStepBack(is_on=is_on):
            return [] if practice.is_step_back == is_on else [StepBackSet(is_on, by=actor)]
        case _:
            assert_never(command)


def _current(practice: Practice, number: int) -> Demonstration:
    shown = practice.demonstration
    if shown is None or shown.number != number:
        raise Refused("not_shown", "This exercise is no longer shown.")
    return shown


def _check_not_stopped(practice: Practice) -> None:
    if practice.stop is not None:
        raise Refused("stopped", "Somebody pressed Stop. The therapist can go on when all is well.")


def _check_dose(library: FindExercise, clips: Clips, slug: Slug, version: int, dosage: Dosage) -> ShownClip | None:
    """Raise `Refused` unless there is such an exercise, or clip, and the dosage goes with it; gives the clip if any."""
    if is_clip(slug):
        dosages.check(dosage)
        return clip_rules.shown(clips, slug)
    exercise = library(slug, version)
    if exercise is None:
        raise Refused("unknown_exercise", "The library has no such exercise.")
    dosages.check(dosage)
    check_fits(dosage, exercise)
    return None


def _kept(before: tuple[Planned, ...], library: FindExercise, clips: Clips, one: Planned) -> Planned:
    """As a list keeps it. A clip that was deleted since stays what it was there, so that the rest can still change."""
    known = next((other.clip for other in before if other.exercise == one.exercise), None)
    if known is None or one.exercise in clips:
        return replace(one, clip=_check_dose(library, clips, one.exercise, one.version, one.dosage))
    dosages.check(one.dosage)
    return replace(one, clip=known)


def _check_change(library: FindExercise, shown: Demonstration, dosage: Dosage) -> None:
    """Like `_check_dose`, of what is shown already: a clip that was deleted since is still what was shown."""
    if shown.clip is None:
        _check_dose(library, clip_rules.NO_CLIPS, shown.exercise, shown.version, dosage)
    else:
        dosages.check(dosage)


def _steer(
    practice: Practice, shown: Demonstration, actor: ParticipantId, command: SteerDemonstration
) -> list[PracticeEvent]:
    if shown.clip is not None and command.mode is Mode.TOGETHER:
        raise Refused("clip_not_counted", "A video is watched: nobody counts along with it.")
    if command.is_playing:
        _check_not_stopped(practice)
    return [
        DemonstrationSteered(
            command.mode, command.is_playing, command.position_s, command.rate, command.lead_s, by=actor
        )
    ]


def _report(practice: Practice, actor: ParticipantId, command: ReportExertion) -> list[PracticeEvent]:
    shown = _current(practice, command.demonstration)
    if command.pain is None and command.effort is None:
        raise Refused("nothing_said", "Please choose a number for pain or for effort.")
    if command.set > shown.dosage.sets:
        raise Refused("no_such_set", "There are not so many sets.")
    return [ExertionReported(shown.exercise, command.set, command.pain, command.effort, by=actor)]


def evolve_practice(practice: Practice, entry: Entry, event: PracticeEvent) -> Practice:  # noqa: C901  one case an event
    """Apply what happened at `entry.at`. Total: a fact cannot be refused."""
    match event:
        case DemonstrationPushed():
            shown = _counted(practice.shown, event)
            return replace(practice, demonstration=_pushed(entry, event), shown=shown, camera_card=None)
        case DemonstrationWithdrawn():
            return replace(practice, demonstration=None)
        case ExertionReported(exercise=exercise, set=number, pain=pain, effort=effort):
            said = Exertion(entry.at, exercise, number, pain, effort)
            return replace(practice, exertions=(*practice.exertions, said))
        case ExerciseStopped(by=by):
            return replace(_paused(practice, entry), stop=Stop(entry.at, by))
        case StopCleared():
            return replace(practice, stop=None)
        case PlanSet(planned=planned):
            return replace(practice, planned=planned)
        case AddedToProgramme(exercise=exercise, version=version, dosage=dosage, clip=clip):
            return replace(practice, programme=_given(practice.programme, Planned(exercise, version, dosage, clip)))
        case RemovedFromProgramme(exercise=exercise):
            return replace(practice, programme=tuple(one for one in practice.programme if one.exercise != exercise))
        case CameraCardSet(card=card):
            return replace(practice, camera_card=card)
        case StepBackSet(is_on=is_on):
            return replace(practice, is_step_back=is_on)
        case DemonstrationPaused():
            return _paused(practice, entry)
        case _:
            return _with_demonstration(practice, entry, event)


def _with_demonstration(
    practice: Practice,
    entry: Entry,
    event: DemonstrationSteered
    | DemonstrationResumed
    | DemonstrationAimed
    | DemonstrationDosed
    | DemonstrationAnswered,
) -> Practice:
    shown = practice.demonstration
    if shown is None:
        return practice
    return replace(practice, demonstration=_changed(shown, entry, event))


def _changed(
    shown: Demonstration,
    entry: Entry,
    event: DemonstrationSteered
    | DemonstrationResumed
    | DemonstrationAimed
    | DemonstrationDosed
    | DemonstrationAnswered,
) -> Demonstration:
    match event:
        case DemonstrationSteered(mode=mode, is_playing=is_playing, position_s=position_s, rate=rate, lead_s=lead_s):
            return replace(
                shown,
                mode=mode,
                is_playing=is_playing,
                rate=rate,
                anchor_at=entry.at + timedelta(seconds=lead_s),
                anchor_s=position_s,
            )
        case DemonstrationResumed():
            return replace(shown, is_playing=True, anchor_at=entry.at)
        case DemonstrationAimed(aim=aim):
            return replace(shown, aim=aim)
        case DemonstrationDosed(dosage=dosage, shift_s=shift_s):
            # never before its beginning, though somebody may have steered since
            return replace(shown, dosage=dosage, anchor_s=shown.anchor_s + max(shift_s, -_stands_s(shown, entry)))
        case DemonstrationAnswered(answer=answer):
            return replace(shown, answer=answer)
        case _:
            assert_never(event)


def _pushed(entry: Entry, event: DemonstrationPushed) -> Demonstration:
    return Demonstration(
        number=entry.seq,
        exercise=event.exercise,
        version=event.version,
        dosage=event.dosage,
        aim=event.aim,
        mode=Mode.WATCH,
        is_playing=True,
        rate=1.0,
        anchor_at=entry.at,
        anchor_s=0.0,
        clip=event.clip,
    )


def _counted(shown: tuple[ShownSoFar, ...], event: DemonstrationPushed) -> tuple[ShownSoFar, ...]:
    times = {one.exercise: one.times for one in shown}.get(event.exercise, 0)
    now = ShownSoFar(event.exercise, event.version, times + 1, event.clip)
    return tuple(now if one.exercise == event.exercise else one for one in shown) if times else (*shown, now)


def _paused(practice: Practice, entry: Entry) -> Practice:
    shown = practice.demonstration
    if shown is None or not shown.is_playing:
        return practice
    stands = replace(shown, is_playing=False, anchor_at=entry.at, anchor_s=_stands_s(shown, entry))
    return replace(practice, demonstration=stands)


def _stands_s(shown: Demonstration, entry: Entry) -> float:
    return position_at(shown.is_playing, shown.anchor_at, shown.anchor_s, shown.rate, entry.at)


def _given(programme: tuple[Planned, ...], new: Planned) -> tuple[Planned, ...]:
    return (*(one for one in programme if one.exercise != new.exercise), new)

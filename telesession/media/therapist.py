"""What the virtual therapist does: lets in whoever waits, shows its exercises one by one, ends the visit. Pure."""

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from telesession.domain.dosage import Dosage
from telesession.domain.exercises import CameraView
from telesession.domain.messages import (
    Admit,
    Aim,
    Demonstration,
    DeviceState,
    EndVisit,
    Knock,
    Mode,
    OutsideView,
    PushDemonstration,
    ReportDevices,
    Role,
    Standing,
    SteerDemonstration,
    View,
    VisitView,
)
from telesession.media.patient import NO_ID, Act

SHOW_AFTER_S = 1.5
TOGETHER_AFTER_S = 2.0
NEXT_AFTER_S = 1.0


class Prescribed(Struct, frozen=True):
    """An exercise to show, with its dose."""

    exercise: str
    version: int
    dosage: Dosage
    view: CameraView = CameraView.OBLIQUE


class Therapist(Struct, frozen=True):
    """What it has in mind and remembers. It ends the visit `ends_after_s` it began, or else when all was shown."""

    plan: tuple[Prescribed, ...] = ()
    ends_after_s: float | None = None
    shown: int = 0
    """So many of the plan so far."""
    replaces: int = 0
    """Number of the demonstration that was there before the last one; 0: none."""
    asked: tuple[Act, ...] = ()
    """What it asked for last: said once, until what it sees has changed."""


def decide(therapist: Therapist, view: View, now: datetime) -> tuple[Therapist, tuple[Act, ...]]:
    """What it does now, and what it remembers of it."""
    wanted = _wanted(therapist, view, now)
    if wanted == therapist.asked:
        return therapist, ()
    therapist = replace(therapist, asked=wanted)
    if any(isinstance(act, PushDemonstration) for act in wanted):
        therapist = replace(therapist, shown=therapist.shown + 1, replaces=_number(view))
    return therapist, wanted


def _number(view: View) -> int:
    shown = view.practice.demonstration if isinstance(view, VisitView) else None
    return 0 if shown is None else shown.number


def _wanted(therapist: Therapist, view: View, now: datetime) -> tuple[Act, ...]:
    if isinstance(view, OutsideView):
        is_new = view.standing is Standing.ARRIVING and not view.is_ended
        return (Knock(id=NO_ID, answers_only=True),) if is_new else ()
    me = next(one for one in view.participants if one.id == view.you)
    if me.camera is not DeviceState.ON:
        return (ReportDevices(id=NO_ID, microphone=DeviceState.ON, camera=DeviceState.ON),)
    waiting = [one.id for one in view.participants if one.standing is Standing.WAITING]
    if waiting:
        return tuple(Admit(id=NO_ID, participant=one) for one in waiting)
    return _lead(therapist, view, now)


def _lead(therapist: Therapist, view: VisitView, now: datetime) -> tuple[Act, ...]:
    """The course of the visit, once somebody is in."""
    patients = [one for one in view.participants if one.role is Role.PATIENT and one.standing is Standing.ADMITTED]
    if not patients or view.began_at is None:
        return ()
    in_for = now - view.began_at
    if therapist.ends_after_s is not None and in_for >= timedelta(seconds=therapist.ends_after_s):
        return (EndVisit(id=NO_ID),)
    if therapist.shown and _number(view) == therapist.replaces:
        return therapist.asked  # on its way
    demonstration = view.practice.demonstration
    if demonstration is not None and not _is_done(view, demonstration, now):
        return _together(demonstration, now)
    if in_for < timedelta(seconds=SHOW_AFTER_S):
        return ()
    if therapist.shown < len(therapist.plan):
        one = therapist.plan[therapist.shown]
        return (PushDemonstration(one.exercise, one.version, one.dosage, Aim(one.view), id=NO_ID),)
    return (EndVisit(id=NO_ID),) if therapist.ends_after_s is None else ()


def _together(demonstration: Demonstration, now: datetime) -> tuple[Act, ...]:
    """Count along, once the patient has seen it."""
    has_seen = demonstration.answer is not None or now - demonstration.anchor_at >= timedelta(seconds=TOGETHER_AFTER_S)
    if demonstration.mode is Mode.TOGETHER or not has_seen:
        return ()
    return (SteerDemonstration(demonstration.number, Mode.TOGETHER, is_playing=True, position_s=0.0, id=NO_ID),)


def _is_done(view: VisitView, demonstration: Demonstration, now: datetime) -> bool:
    """The patient has said how the last set was."""
    said = (one for one in view.practice.exertions if one.at >= demonstration.anchor_at)
    return any(
        one.exercise == demonstration.exercise
        and one.set >= demonstration.dosage.sets
        and now - one.at >= timedelta(seconds=NEXT_AFTER_S)
        for one in said
    )

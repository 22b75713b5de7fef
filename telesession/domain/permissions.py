"""Who may ask for what: role x command x standing. Deny by default: what is not in the table is not allowed."""

from collections.abc import Mapping

from telesession.domain.messages import (
    AddToProgramme,
    Admit,
    AimDemonstration,
    AnswerDemonstration,
    AnswerRecording,
    AnyCommand,
    AskRecording,
    AttendRecording,
    BeginPart,
    ClearStop,
    Decline,
    DoseDemonstration,
    EndVisit,
    FailRecording,
    Knock,
    Leave,
    PauseDemonstration,
    PushDemonstration,
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
    Standing,
    SteerDemonstration,
    StopExercise,
    StopRecording,
    WithdrawDemonstration,
)

_NOBODY: frozenset[Standing] = frozenset()
_OUTSIDE_OR_IN = frozenset({Standing.ARRIVING, Standing.WAITING, Standing.ADMITTED, Standing.LEFT})
_PRESENT = frozenset({Standing.WAITING, Standing.ADMITTED})
_IN = frozenset({Standing.ADMITTED})

_EVERYBODY = (Role.THERAPIST, Role.PATIENT, Role.GUEST)
_RECORDER = (Role.RECORDER,)
"""Writes what is sent to it: it neither speaks nor decides, and nobody else can do what it does."""
_THERAPIST = (Role.THERAPIST,)
_PATIENT = (Role.PATIENT,)
_BOTH = (Role.THERAPIST, Role.PATIENT)

ALLOWED: Mapping[type[AnyCommand], Mapping[Role, frozenset[Standing]]] = {
    Knock: dict.fromkeys((*_EVERYBODY, *_RECORDER), _OUTSIDE_OR_IN),
    Leave: dict.fromkeys((*_EVERYBODY, *_RECORDER), _PRESENT),
    ReportDevices: dict.fromkeys(_EVERYBODY, _PRESENT),
    SendChat: dict.fromkeys(_EVERYBODY, _IN),
    Admit: dict.fromkeys(_THERAPIST, _IN),
    Decline: dict.fromkeys(_THERAPIST, _IN),
    Remove: dict.fromkeys(_THERAPIST, _IN),
    SendNotice: dict.fromkeys(_THERAPIST, _IN),
    EndVisit: dict.fromkeys(_THERAPIST, _IN),
    PushDemonstration: dict.fromkeys(_THERAPIST, _IN),
    SteerDemonstration: dict.fromkeys(_THERAPIST, _IN),
    PauseDemonstration: dict.fromkeys(_BOTH, _IN),
    ResumeDemonstration: dict.fromkeys(_BOTH, _IN),
    AimDemonstration: dict.fromkeys(_THERAPIST, _IN),
    DoseDemonstration: dict.fromkeys(_THERAPIST, _IN),
    WithdrawDemonstration: dict.fromkeys(_THERAPIST, _IN),
    AnswerDemonstration: dict.fromkeys(_PATIENT, _IN),
    ReportExertion: dict.fromkeys(_BOTH, _IN),
    StopExercise: dict.fromkeys(_EVERYBODY, _IN),
    ClearStop: dict.fromkeys(_THERAPIST, _IN),
    SetPlan: dict.fromkeys(_THERAPIST, _IN),
    AddToProgramme: dict.fromkeys(_THERAPIST, _IN),
    RemoveFromProgramme: dict.fromkeys(_THERAPIST, _IN),
    SetCameraCard: dict.fromkeys(_THERAPIST, _IN),
    SetStepBack: dict.fromkeys(_BOTH, _IN),
    AskRecording: dict.fromkeys(_THERAPIST, _IN),
    AnswerRecording: dict.fromkeys(_EVERYBODY, _IN),
    StopRecording: dict.fromkeys(_THERAPIST, _IN),
    BeginPart: dict.fromkeys(_RECORDER, _IN),
    FailRecording: dict.fromkeys(_RECORDER, _OUTSIDE_OR_IN),
    AttendRecording: dict.fromkeys(_RECORDER, _OUTSIDE_OR_IN),
}


def standings_for(role: Role, command: type[AnyCommand]) -> frozenset[Standing]:
    """The standings in which `role` may give `command`; empty when it never may."""
    return ALLOWED.get(command, {}).get(role, _NOBODY)

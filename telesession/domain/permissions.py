"""Who may ask for what: role x command x standing. Deny by default: what is not in the table is not allowed."""

from collections.abc import Mapping

from telesession.domain.messages import (
    Admit,
    AnyCommand,
    Decline,
    EndVisit,
    Knock,
    Leave,
    Remove,
    ReportDevices,
    Role,
    SendChat,
    SendNotice,
    Standing,
)

_NOBODY: frozenset[Standing] = frozenset()
_OUTSIDE_OR_IN = frozenset({Standing.ARRIVING, Standing.WAITING, Standing.ADMITTED, Standing.LEFT})
_PRESENT = frozenset({Standing.WAITING, Standing.ADMITTED})
_IN = frozenset({Standing.ADMITTED})

_EVERYBODY = tuple(Role)
_THERAPIST = (Role.THERAPIST,)

ALLOWED: Mapping[type[AnyCommand], Mapping[Role, frozenset[Standing]]] = {
    Knock: dict.fromkeys(_EVERYBODY, _OUTSIDE_OR_IN),
    Leave: dict.fromkeys(_EVERYBODY, _PRESENT),
    ReportDevices: dict.fromkeys(_EVERYBODY, _PRESENT),
    SendChat: dict.fromkeys(_EVERYBODY, _IN),
    Admit: dict.fromkeys(_THERAPIST, _IN),
    Decline: dict.fromkeys(_THERAPIST, _IN),
    Remove: dict.fromkeys(_THERAPIST, _IN),
    SendNotice: dict.fromkeys(_THERAPIST, _IN),
    EndVisit: dict.fromkeys(_THERAPIST, _IN),
}


def standings_for(role: Role, command: type[AnyCommand]) -> frozenset[Standing]:
    """The standings in which `role` may give `command`; empty when it never may."""
    return ALLOWED.get(command, {}).get(role, _NOBODY)

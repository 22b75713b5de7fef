"""Emergency access ("break glass"): whoever needs what is not theirs says why, has it for an hour, and is looked at."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NewType

from msgspec import Struct
from msgspec.structs import replace

from telesession.domain.errors import Refused
from telesession.domain.ids import PatientId, StaffId, Text64
from telesession.domain.names import clean_line
from telesession.domain.staff import StaffRole

LASTS = timedelta(minutes=60)
CARE_LASTS = timedelta(days=365)
"""How long after an appointment its therapist still is in charge of the patient."""
LEAST_REASON, MAX_REASON = 10, 500

EmergencyId = NewType("EmergencyId", Text64)


class Emergency(Struct, frozen=True):
    """Somebody's access to one patient. The reason is in the audit, in the line of this number."""

    id: EmergencyId
    staff: StaffId
    patient: PatientId
    began_at: datetime
    until: datetime
    line: int
    reviewed_at: datetime | None = None
    reviewed_by: StaffId | None = None


class NotInCharge(Exception):
    """The patient is somebody else's; in an emergency one says why and goes on.

    No `Refused`: a page that shows its own form again with a sentence would show what is not for them.
    """

    def __init__(self, patient: PatientId) -> None:
        super().__init__(patient)
        self.patient = patient


def may_read(role: str, who: str, therapists: Collection[str]) -> bool:
    """Whether somebody of the staff may read a record as part of their work.

    The front desk keeps everybody's. Who gives care reads those whom they treat, and those whom nobody treats yet.
    """
    return role == StaffRole.FRONT_DESK or not therapists or who in therapists


def may_see_where(role: str, who: str, therapists: Collection[str]) -> bool:
    """Whether somebody may see where a patient is during a visit: who gives them care, and not the front desk."""
    return role != StaffRole.FRONT_DESK and may_read(role, who, therapists)


def clean_reason(text: str) -> str:
    """The reason as it is kept; raises `Refused` when it says nothing."""
    reason = clean_line(text)
    if len(reason) < LEAST_REASON:
        raise Refused("reason_missing", "Please say in a few words why you need this now.")
    if len(reason) > MAX_REASON:
        raise Refused("reason_too_long", "This text is too long. Please shorten it.")
    return reason


def is_open(emergency: Emergency, now: datetime) -> bool:
    """Whether it still lets them in."""
    return now < emergency.until


def reviewed(emergency: Emergency, by: StaffId, now: datetime) -> Emergency:
    """Looked at; the first time counts. Raises `Refused` for one's own: somebody else has to look."""
    if by == emergency.staff:
        raise Refused("own_emergency", "Another administrator has to look at your own access.")
    if emergency.reviewed_at is not None:
        return emergency
    return replace(emergency, reviewed_at=now, reviewed_by=by)

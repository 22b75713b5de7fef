"""Everything that is kept about one patient, opened, for them to have."""

from typing import Any

from msgspec import Struct
from sqlalchemy import or_, select

from telesession.domain.appointments import Appointment
from telesession.domain.audit import Line
from telesession.domain.clips import Clip
from telesession.domain.consent import Consent
from telesession.domain.ids import PatientId, VisitId
from telesession.domain.invitations import Invitation
from telesession.domain.patients import Patient
from telesession.domain.recorded import KeptRecording
from telesession.store import appointments, audit, clips, consents, invitations, patients, recordings, visit_log
from telesession.store.database import Transaction
from telesession.store.schema import audit as audit_table
from telesession.store.schema import notifications
from telesession.store.visit_log import Logged

NOTIFICATION = ("id", "visit", "kind", "channel", "state", "created_at", "sent_at", "error")


class Everything(Struct, frozen=True):
    """What the service keeps about one patient."""

    patient: Patient
    appointments: list[Appointment]
    links: list[Invitation]
    consents: list[Consent]
    visits: dict[VisitId, list[Logged]]
    clips: list[Clip]
    recordings: list[KeptRecording]
    notifications: list[dict[str, Any]]
    access: list[Line]
    """Who had to do with their record, appointments and links."""


async def collect(tx: Transaction, patient: PatientId) -> Everything:
    """All of it, as of one moment; raises `NotFound`."""
    found = await patients.get(tx, patient)
    booked = await appointments.list_of_patient(tx, patient)
    visits = [one.id for one in booked]
    links = [link for visit in visits for link in await invitations.list_for_visit(tx, visit)]
    subjects = [patient, *visits, *(link.id for link in links)]
    return Everything(
        patient=found,
        appointments=booked,
        links=links,
        consents=await consents.list_of_patient(tx, patient),
        visits={visit: await visit_log.read_all(tx, visit) for visit in visits},
        clips=[clip for visit in visits for clip in await clips.list_for_visit(tx, visit)],
        recordings=await recordings.list_of_visits(tx, visits),
        notifications=await _notifications(tx, visits),
        access=await _access(tx, patient, subjects),
    )


async def _notifications(tx: Transaction, visits: list[VisitId]) -> list[dict[str, Any]]:
    columns = [notifications.c[name] for name in NOTIFICATION]
    wanted = select(*columns).where(notifications.c.visit.in_(visits)).order_by(notifications.c.created_at)
    return [dict(zip(NOTIFICATION, row, strict=True)) for row in await tx.execute(wanted)]


async def _access(tx: Transaction, patient: PatientId, subjects: list[str]) -> list[Line]:
    column = audit_table.c.subject
    wanted = select(*audit.LINE).where(or_(column.in_(subjects), column.startswith(f"{patient}:")))
    return [Line(*row) for row in await tx.execute(wanted.order_by(audit_table.c.seq))]

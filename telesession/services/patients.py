"""The people in the clinic's care: registered, found, changed."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from telesession.domain import patients as rules
from telesession.domain.audit import SERVICE, Action, Actor, Draft
from telesession.domain.errors import NotFound
from telesession.domain.ids import PatientId
from telesession.domain.patients import Details, Patient
from telesession.services.emergencies import require_record
from telesession.services.identity import fresh_id, id_of
from telesession.store import audit, patients
from telesession.store.database import Database, Transaction

MAX_FOUND = 20
"""Whom one sees of a search: past that one types another letter."""


async def register(
    tx: Transaction,
    details: Details,
    now: datetime,
    random_bytes: Callable[[int], bytes],
    by: Actor = SERVICE,
    known_as: PatientId | None = None,
) -> Patient:
    """Add a patient; raises `Refused` on bad input."""
    patient = Patient(known_as or PatientId(fresh_id(random_bytes)), rules.clean(details, now.date()), now, now)
    await patients.add(tx, patient)
    await audit.add(tx, Draft(by, Action.PATIENT_REGISTERED, patient.id), now)
    return patient


class Patients:
    def __init__(self, database: Database, now: Callable[[], datetime], random_bytes: Callable[[int], bytes]) -> None:
        self._database = database
        self._now = now
        self._random_bytes = random_bytes

    async def register(self, details: Details, by: Actor = SERVICE, once: str = "") -> Patient:
        """Add a patient, or give whom the same `once` has added before; raises `Refused` on bad input."""
        async with self._database.transaction() as tx:
            known = PatientId(id_of(tx, "patient", once)) if once else None
            with suppress(NotFound):
                if known is not None:
                    return await patients.get(tx, known)
            return await register(tx, details, self._now(), self._random_bytes, by, known)

    async def get(self, patient: PatientId, by: Actor = SERVICE) -> Patient:
        """The patient of this id, and a line in the audit that `by` read it.

        Raises `NotFound`, and `NotInCharge` for staff whose patient it is not (ADR 135).
        """
        async with self._database.transaction() as tx:
            found = await patients.get(tx, patient)
            await require_record(tx, patient, by, self._now())
            await audit.add(tx, Draft(by, Action.PATIENT_READ, patient), self._now())
        return found

    async def change(self, patient: PatientId, details: Details, seen_revision: int, by: Actor = SERVICE) -> Patient:
        """Replace the details; raises `Refused` on bad input, and when they were changed since `seen_revision`."""
        cleaned = rules.clean(details, self._now().date())
        async with self._database.transaction() as tx:
            before = await patients.get(tx, patient, for_change=True)
            await require_record(tx, patient, by, self._now())
            after = rules.changed(before, cleaned, seen_revision, self._now())
            await patients.save(tx, after)
            await audit.add(tx, Draft(by, Action.PATIENT_CHANGED, patient), self._now())
        return after

    async def find(self, query: str, by: Actor = SERVICE) -> list[Patient]:
        """Who is meant by `query` (name, phone, mail, date of birth); without one, who was changed last.

        The audit says that `by` searched, and not for what.
        """
        words = rules.sought(query)
        async with self._database.transaction() as tx:
            await audit.add(tx, Draft(by, Action.PATIENTS_SEARCHED, "patients"), self._now())
            if not words:
                return await patients.list_recent(tx, MAX_FOUND)
            return await patients.search(tx, words, MAX_FOUND)

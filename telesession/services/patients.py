"""The people in the clinic's care: registered, found, changed."""

from collections.abc import Callable
from datetime import datetime

from telesession.domain import patients as rules
from telesession.domain.ids import PatientId
from telesession.domain.patients import Details, Patient
from telesession.services.identity import fresh_id
from telesession.store import patients
from telesession.store.database import Database, Transaction

MAX_FOUND = 20
"""Whom one sees of a search: past that one types another letter."""


async def register(tx: Transaction, details: Details, now: datetime, random_bytes: Callable[[int], bytes]) -> Patient:
    """Add a patient; raises `Refused` on bad input."""
    patient = Patient(PatientId(fresh_id(random_bytes)), rules.clean(details, now.date()), now, now)
    await patients.add(tx, patient)
    return patient


class Patients:
    def __init__(self, database: Database, now: Callable[[], datetime], random_bytes: Callable[[int], bytes]) -> None:
        self._database = database
        self._now = now
        self._random_bytes = random_bytes

    async def register(self, details: Details) -> Patient:
        """Add a patient; raises `Refused` on bad input."""
        async with self._database.transaction() as tx:
            return await register(tx, details, self._now(), self._random_bytes)

    async def get(self, patient: PatientId) -> Patient:
        """The patient of this id; raises `NotFound`."""
        async with self._database.reading() as tx:
            return await patients.get(tx, patient)

    async def change(self, patient: PatientId, details: Details, seen_revision: int) -> Patient:
        """Replace the details; raises `Refused` on bad input, and when they were changed since `seen_revision`."""
        cleaned = rules.clean(details, self._now().date())
        async with self._database.transaction() as tx:
            before = await patients.get(tx, patient, for_change=True)
            after = rules.changed(before, cleaned, seen_revision, self._now())
            await patients.save(tx, after)
        return after

    async def find(self, query: str) -> list[Patient]:
        """Who is meant by `query` (name, phone, mail, date of birth); without one, who was changed last."""
        words = rules.sought(query)
        async with self._database.reading() as tx:
            if not words:
                return await patients.list_recent(tx, MAX_FOUND)
            return await patients.search(tx, words, MAX_FOUND)

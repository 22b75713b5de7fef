"""Long lists in pages, as other software reads them: each page says where the next one begins."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from msgspec import Struct

from telesession.domain import patients as rules
from telesession.domain.appointments import Appointment
from telesession.domain.audit import SERVICE, Action, Actor, Draft
from telesession.domain.ids import PatientId, StaffId
from telesession.domain.patients import Patient
from telesession.store import appointments, audit, patients, therapists
from telesession.store.database import Database
from telesession.store.therapists import Therapist

T = TypeVar("T")


NOTED_EVERY = timedelta(hours=1)


class Page(Struct, Generic[T], frozen=True):
    """Some of a list, and whether there is more."""

    found: list[T]
    has_more: bool


class Listing:
    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def patients(self, query: str, after: str, most: int, by: Actor = SERVICE) -> Page[Patient]:
        """Who is meant by `query`, or everybody, in the order of ids, from the one after `after`."""
        async with self._database.transaction() as tx:
            await audit.add(tx, Draft(by, Action.PATIENTS_SEARCHED, "patients"), self._now())
            found = await patients.list_by_id(tx, rules.sought(query), after, most + 1)
        return Page(found[:most], len(found) > most)

    async def appointments(
        self,
        begin: datetime,
        end: datetime | None,
        patient: PatientId | None,
        after: str,
        most: int,
        by: Actor = SERVICE,
    ) -> Page[Appointment]:
        """Appointments that start from `begin` and before `end`, the earliest first.

        To go on, ask with the start and the id of the last one as `begin` and `after`.
        """
        await self.note_read("appointments" if patient is None else patient, by)
        async with self._database.reading() as tx:
            found = await appointments.list_from(tx, begin, end, patient, after, most + 1)
        return Page(found[:most], len(found) > most)

    async def note_read(self, subject: str, by: Actor) -> None:
        """One line an hour for each that somebody reads, however often they ask whether it has changed (ADR 161)."""
        draft, now = Draft(by, Action.APPOINTMENT_READ, subject), self._now()
        async with self._database.reading() as tx:
            if await audit.is_noted(tx, draft, now - NOTED_EVERY):
                return
        async with self._database.transaction() as tx:
            await audit.add(tx, draft, now)

    async def therapists(self, after: str, most: int) -> Page[Therapist]:
        """Who has an account as a therapist that is open, in the order of ids, from the one after `after`.

        Of colleagues only what every patient reads: nobody has to know who asked.
        """
        async with self._database.reading() as tx:
            found = await therapists.list_by_id(tx, after, most + 1)
        return Page(found[:most], len(found) > most)

    async def therapist_name(self, therapist: StaffId) -> str | None:
        """The name of a therapist with an account; None when there is no such."""
        async with self._database.reading() as tx:
            return await therapists.find_name(tx, therapist)

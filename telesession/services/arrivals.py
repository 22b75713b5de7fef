"""Who and where patients are during their visit: they are asked, their therapist is told; sealed like the record."""

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from telesession.domain import arrivals as rules
from telesession.domain.arrivals import Arrival, Arrived, Bedside
from telesession.domain.audit import Action, Actor, Draft
from telesession.domain.consent import Part, missing
from telesession.domain.errors import NotFound
from telesession.domain.ids import PatientId, VisitId
from telesession.domain.messages import Role
from telesession.domain.patients import Patient
from telesession.domain.seats import Seat
from telesession.services.emergencies import require_place
from telesession.store import appointments, audit, consents, patients
from telesession.store.database import Database, Transaction


class Asks(Struct, frozen=True):
    """What the clinic has its patients asked before a visit."""

    where: bool
    consent: bool


class Known(Struct, frozen=True):
    """What one need not type again, and to what one has still to agree."""

    place: bool
    phone: bool
    contact: bool
    not_agreed: tuple[Part, ...]


class Arrivals:
    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def is_due(self, seat: Seat, asks: Asks) -> bool:
        """Whether this patient has still something to say that is asked here; nobody else is asked."""
        if seat.role is not Role.PATIENT:
            return False
        async with self._database.reading() as tx:
            if asks.where and await appointments.find_arrival(tx, seat.visit) is None:
                return True
            patient = (await appointments.get(tx, seat.visit)).patient
            return asks.consent and bool(await _not_agreed(tx, patient))

    async def known(self, seat: Seat) -> Known:
        """What the clinic knows. Not its words: anybody may have opened the link."""
        if seat.role is not Role.PATIENT:
            raise NotFound
        async with self._database.reading() as tx:
            patient = await _patient(tx, seat)
            details, not_agreed = patient.details, await _not_agreed(tx, patient.id)
        has_contact = bool(details.emergency_name or details.emergency_phone)
        return Known(bool(details.address), bool(details.phone), has_contact, not_agreed)

    async def report(self, seat: Seat, typed: Arrived) -> Arrival:
        """Keep what the patient said, empty text for what the clinic has; raises `Refused`, `NotFound` for others."""
        if seat.role is not Role.PATIENT:
            raise NotFound
        async with self._database.transaction() as tx:
            said = rules.arrival(self._now(), typed, (await _patient(tx, seat)).details)
            await appointments.save_arrival(tx, seat.visit, said)
        return said

    async def patient_of(self, seat: Seat) -> PatientId:
        """Whose visit it is, for the patient's own seat; raises `NotFound` for others."""
        if seat.role is not Role.PATIENT:
            raise NotFound
        async with self._database.reading() as tx:
            return (await appointments.get(tx, seat.visit)).patient

    async def bedside(self, seat: Seat, place: str) -> Bedside:
        """Whom to ask for and where to send help, for the visit's therapist; raises `NotFound` for everybody else."""
        if seat.role is not Role.THERAPIST:
            raise NotFound
        async with self._database.transaction() as tx:
            patient = await _patient(tx, seat)
            by = Actor(seat.participant, seat.role, place)
            await audit.add(tx, Draft(by, Action.PATIENT_READ, patient.id), self._now())
            return await _bedside(tx, seat.visit, patient)

    async def card(self, visit: VisitId, by: Actor) -> Bedside:
        """The same for staff who are not in the visit; raises `NotInCharge` unless it is theirs to know, `NotFound`."""
        async with self._database.transaction() as tx:
            patient = await patients.get(tx, (await appointments.get(tx, visit)).patient)
            await require_place(tx, patient.id, by, self._now())
            await audit.add(tx, Draft(by, Action.PATIENT_READ, patient.id), self._now())
            return await _bedside(tx, visit, patient)


async def _patient(tx: Transaction, seat: Seat) -> Patient:
    return await patients.get(tx, (await appointments.get(tx, seat.visit)).patient)


async def _bedside(tx: Transaction, visit: VisitId, patient: Patient) -> Bedside:
    said, not_agreed = await appointments.find_arrival(tx, visit), await _not_agreed(tx, patient.id)
    return rules.bedside(said, patient.details, not_agreed)


async def _not_agreed(tx: Transaction, patient: PatientId) -> tuple[Part, ...]:
    return missing(await consents.list_of_patient(tx, patient))

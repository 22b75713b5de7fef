"""Who and where patients are during their visit: they are asked, their therapist is told; sealed like the record."""

from collections.abc import Callable
from datetime import datetime

from telesession.domain import arrivals as rules
from telesession.domain.arrivals import Arrival, Bedside
from telesession.domain.errors import NotFound
from telesession.domain.messages import Role
from telesession.domain.patients import Details
from telesession.domain.seats import Seat
from telesession.store import appointments, patients
from telesession.store.database import Database, Transaction


class Arrivals:
    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def is_due(self, seat: Seat) -> bool:
        """Whether this patient has still to say where they are; nobody else is asked."""
        if seat.role is not Role.PATIENT:
            return False
        async with self._database.reading() as tx:
            return await appointments.find_arrival(tx, seat.visit) is None

    async def known(self, seat: Seat) -> tuple[bool, bool]:
        """Whether the clinic knows a place and a phone of theirs. Not which: anybody may have opened the link."""
        async with self._database.reading() as tx:
            details = await _details(tx, seat)
        return bool(details.address), bool(details.phone)

    async def report(self, seat: Seat, place: str, phone: str) -> Arrival:
        """Keep what the patient said, empty text for what the clinic has; raises `Refused`, `NotFound` for others."""
        if seat.role is not Role.PATIENT:
            raise NotFound
        async with self._database.transaction() as tx:
            said = rules.arrival(self._now(), place, phone, await _details(tx, seat))
            await appointments.save_arrival(tx, seat.visit, said)
        return said

    async def bedside(self, seat: Seat) -> Bedside:
        """Whom to ask for and where to send help, for the visit's therapist; raises `NotFound` for everybody else."""
        if seat.role is not Role.THERAPIST:
            raise NotFound
        async with self._database.reading() as tx:
            return rules.bedside(await appointments.find_arrival(tx, seat.visit), await _details(tx, seat))


async def _details(tx: Transaction, seat: Seat) -> Details:
    appointment = await appointments.get(tx, seat.visit)
    return (await patients.get(tx, appointment.patient)).details

"""Appointments are booked, moved, called off and ended here, one transaction each."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

from telesession.domain import appointments as rules
from telesession.domain.appointments import Appointment
from telesession.domain.errors import Refused
from telesession.domain.ids import InvitationId, VisitId
from telesession.domain.invitations import TOKEN_BYTES, mint
from telesession.domain.messages import Role
from telesession.domain.names import clean_name
from telesession.services.identity import fresh_id
from telesession.store import appointments, invitations
from telesession.store.database import Database, Transaction


class Booked(Struct, frozen=True):
    """A new appointment and the tokens of its two links. They are shown once: nobody can read them again."""

    appointment: Appointment
    therapist_token: str
    patient_token: str


class Scheduling:
    def __init__(self, database: Database, now: Callable[[], datetime], random_bytes: Callable[[int], bytes]) -> None:
        self._database = database
        self._now = now
        self._random_bytes = random_bytes

    async def book(
        self, starts_at: datetime, length: timedelta, therapist_name: str, patient_name: str, time_zone: str
    ) -> Booked:
        """Book an appointment and invite both. `time_zone` is the patient's; raises `Refused` on bad input."""
        start, end = rules.span(starts_at, length, self._now())
        appointment = Appointment(
            id=VisitId(fresh_id(self._random_bytes)),
            starts_at=start,
            ends_at=end,
            therapist_name=clean_name(therapist_name),
            patient_name=clean_name(patient_name),
            time_zone=_known_zone(time_zone),
        )
        async with self._database.transaction() as tx:
            await appointments.add(tx, appointment)
            therapist_token = await self._invite(tx, appointment.id, Role.THERAPIST, appointment.therapist_name)
            patient_token = await self._invite(tx, appointment.id, Role.PATIENT, appointment.patient_name)
        return Booked(appointment, therapist_token, patient_token)

    async def appointment(self, visit: VisitId) -> Appointment:
        """The appointment of `visit`; raises `NotFound`."""
        async with self._database.reading() as tx:
            return await appointments.get(tx, visit)

    async def list_current(self) -> list[Appointment]:
        """Appointments that run or are still to come, the earliest first; cancelled ones too."""
        async with self._database.reading() as tx:
            return await appointments.list_ending_after(tx, self._now())

    async def move(self, visit: VisitId, starts_at: datetime) -> Appointment:
        """Move the appointment; its links stay the same and open at the new time."""
        return await self._change(visit, lambda appointment: rules.moved(appointment, starts_at))

    async def cancel(self, visit: VisitId) -> Appointment:
        """Call the appointment off: its links open no longer and say so."""
        return await self._change(visit, rules.cancelled)

    async def end(self, visit: VisitId) -> None:
        """Note that the visit has ended: its links open no longer and say so. Harmless when done twice."""
        await self._change(visit, rules.fulfilled)

    async def _change(self, visit: VisitId, change: Callable[[Appointment], Appointment]) -> Appointment:
        async with self._database.transaction() as tx:
            changed = change(await appointments.get(tx, visit, for_change=True))
            await appointments.save(tx, changed)
        return changed

    async def _invite(self, tx: Transaction, visit: VisitId, role: Role, name: str) -> str:
        token, invitation = mint(
            InvitationId(fresh_id(self._random_bytes)),
            visit,
            role,
            name,
            entropy=self._random_bytes(TOKEN_BYTES),
            created_at=self._now(),
        )
        await invitations.add(tx, invitation)
        return token


def _known_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError) as unknown:
        raise Refused("unknown_time_zone", "This time zone is not known. Use a name like Europe/Madrid.") from unknown

"""Appointments are booked, moved, called off and ended here, one transaction each."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

from telesession.domain import appointments as rules
from telesession.domain.appointments import Appointment
from telesession.domain.attendance import Attendance, Slot, news
from telesession.domain.audit import SERVICE, Action, Actor, Draft
from telesession.domain.errors import Refused
from telesession.domain.ids import PatientId, StaffId, VisitId
from telesession.domain.messages import Role
from telesession.domain.names import clean_name
from telesession.domain.patients import Details
from telesession.domain.webhooks import WebhookEvent
from telesession.services import links
from telesession.services.announcing import Announcer, Silence
from telesession.services.identity import fresh_id, id_of
from telesession.services.patients import register
from telesession.store import appointments, audit, patients
from telesession.store.database import Database, Transaction


class Booked(Struct, frozen=True):
    """A new appointment and the tokens of its two links."""

    appointment: Appointment
    therapist_token: str
    patient_token: str


class Teller(Protocol):
    """Tells patients what has changed: in the transaction of the change, so that neither is without the other."""

    async def booked(self, tx: Transaction, appointment: Appointment) -> None: ...

    async def moved(self, tx: Transaction, appointment: Appointment) -> None: ...

    async def cancelled(self, tx: Transaction, appointment: Appointment) -> None: ...

    def poke(self) -> None:
        """The transaction is over."""


WhenWaiting = Callable[[Transaction, Appointment, datetime], Awaitable[None]]
"""A patient waits since then; called in the transaction that notes so."""


class Wanted(Struct, frozen=True):
    """What is to be booked: one appointment at each of `starts`, for somebody known or new."""

    starts: Sequence[datetime]
    length: timedelta
    therapist_name: str
    patient: PatientId | Details
    time_zone: str
    """The patient's."""
    therapist: StaffId | None = None
    may_overlap: bool = True
    once: str = ""
    """Of the same name nothing is booked twice."""


class Overlap(Refused):
    """Therapist or patient have other appointments then: `taken`. One may book all the same."""

    def __init__(self, taken: Sequence[Appointment]) -> None:
        super().__init__("overlap", "There is another appointment at this time.")
        self.taken = tuple(taken)


class Link(Struct, frozen=True):
    """What opens a visit for one person: the token of the link, and the code for whoever types it from a letter."""

    token: str
    code: str
    is_code_good: bool
    """Whether the record has the date of birth that is asked for with it; without one no code opens."""


class Scheduling:
    """Without a `teller` no patient is told, without an `announcer` no other software; without `when_waiting` nobody is
    called to who waits.
    """

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        random_bytes: Callable[[int], bytes],
        teller: Teller | None = None,
        announcer: Announcer | None = None,
        when_waiting: WhenWaiting | None = None,
    ) -> None:
        self._database = database
        self._now = now
        self._random_bytes = random_bytes
        self._teller = teller or _Silent()
        self._announcer = announcer or Silence()
        self._when_waiting = when_waiting

    async def book(
        self,
        starts_at: datetime,
        length: timedelta,
        therapist_name: str,
        patient: PatientId | Details,
        time_zone: str,
        therapist: StaffId | None = None,
        by: Actor = SERVICE,
    ) -> Booked:
        """Book an appointment and invite both; somebody new is registered with it.

        `time_zone` is the patient's; raises `Refused` on bad input, and then nothing is kept.
        """
        wanted = Wanted([starts_at], length, therapist_name, patient, time_zone, therapist)
        return (await self.book_series(wanted, by))[0]

    async def book_series(self, wanted: Wanted, by: Actor = SERVICE) -> list[Booked]:
        """Book all appointments of a series, or none; those that were booked before under the same `once`.

        Raises `Refused` on bad input, and `Overlap` unless it was said that appointments may overlap.
        """
        spans = [rules.span(start, wanted.length, self._now()) for start in wanted.starts]
        name, zone = clean_name(wanted.therapist_name), known_zone(wanted.time_zone)
        series = fresh_id(self._random_bytes) if len(spans) > 1 else None
        async with self._database.transaction() as tx:
            if wanted.once and (before := await _booked_before(tx, wanted.once)):
                return [await self._booked(tx, one) or Booked(one, "", "") for one in before]
            patient = await self._patient(tx, wanted.patient, by)
            patient_name = (await patients.get(tx, patient)).details.name
            booked = [
                Appointment(
                    id=VisitId(fresh_id(self._random_bytes)) if number or not wanted.once else _id(tx, wanted.once),
                    starts_at=start,
                    ends_at=end,
                    therapist_name=name,
                    patient=patient,
                    patient_name=patient_name,
                    time_zone=zone,
                    changed_at=self._now(),
                    therapist=wanted.therapist,
                    series=series,
                )
                for number, (start, end) in enumerate(spans)
            ]
            if not wanted.may_overlap:
                for appointment in booked:
                    await self._require_free(tx, appointment)
            made = [await self._add(tx, appointment, by) for appointment in booked]
        self._poke()
        return made

    async def booked_before(self, once: str) -> list[Appointment]:
        """What was booked under this name, the earliest first."""
        async with self._database.reading() as tx:
            return await _booked_before(tx, once)

    async def appointment(self, visit: VisitId) -> Appointment:
        """The appointment of `visit`; raises `NotFound`."""
        async with self._database.reading() as tx:
            return await appointments.get(tx, visit)

    async def list_current(self) -> list[Appointment]:
        """Appointments that run or are still to come, the earliest first; cancelled ones too."""
        async with self._database.reading() as tx:
            return await appointments.list_ending_after(tx, self._now())

    async def move(
        self,
        visit: VisitId,
        starts_at: datetime,
        length: timedelta | None = None,
        *,
        may_overlap: bool = True,
        seen: str | None = None,
        by: Actor = SERVICE,
    ) -> Booked:
        """Move the appointment, as long as before unless told. The links of the old time say so; these are the new.

        At the time that it has already nothing changes, and its links stay. Raises `Refused`, also when it was changed
        since the version `seen`, and `Overlap` unless it was said that appointments may overlap.
        """
        async with self._database.transaction() as tx:
            before = await appointments.get(tx, visit, for_change=True)
            as_long = before.ends_at - before.starts_at
            after = rules.moved(before, starts_at, as_long if length is None else length, self._now())
            if after is not before:
                rules.require_version(before, seen)
            if after is before and (kept := await self._booked(tx, after)) is not None:
                return kept
            if not may_overlap:
                await self._require_free(tx, after)
            await appointments.save(tx, after)
            await audit.add(tx, Draft(by, Action.APPOINTMENT_MOVED, visit), self._now())
            if after is not before:
                await appointments.forget_coming(tx, visit, self._now())
            await links.revoke_all(tx, visit, self._now(), is_replaced=True, by=by)
            booked = await self._invite_both(tx, after, by)
            if after is not before:
                await self._teller.moved(tx, after)
                await self._announce(tx, WebhookEvent.APPOINTMENT_MOVED, after)
        self._poke()
        return booked

    async def cancel(self, visit: VisitId, by: Actor = SERVICE, *, seen: str | None = None) -> Appointment:
        """Call the appointment off: its links open no longer and say so. Not if it was changed since `seen`."""
        async with self._database.transaction() as tx:
            before = await appointments.get(tx, visit, for_change=True)
            after = rules.cancelled(before, self._now())
            if after is not before:
                rules.require_version(before, seen)
                await appointments.save(tx, after)
                await audit.add(tx, Draft(by, Action.APPOINTMENT_CANCELLED, visit), self._now())
                await self._teller.cancelled(tx, after)
                await self._announce(tx, WebhookEvent.APPOINTMENT_CANCELLED, after)
        self._poke()
        return after

    async def end(self, visit: VisitId) -> None:
        """Note that the visit has ended: its links open no longer and say so. Harmless when done twice."""
        await self.note_attendance(visit, Attendance(is_ended=True))

    async def note_attendance(self, visit: VisitId, seen: Attendance) -> None:
        """Keep how the visit stands; its end closes the appointment."""
        async with self._database.transaction() as tx:
            if seen.is_ended:
                await self._end(tx, visit)
            for what, since in news(await appointments.attendance_of(tx, visit), seen):
                which = str(round(since.timestamp() * 1000))
                await self._announcer.announce(tx, what, visit, since, which)
            if seen.waiting_since is not None and self._when_waiting is not None:
                await self._when_waiting(tx, await appointments.get(tx, visit), seen.waiting_since)
            await appointments.note_attendance(tx, visit, seen, self._now())
        self._poke()

    async def miss(self, visit: VisitId, by: Actor = SERVICE) -> Appointment:
        """Note that the patient did not come; raises `Refused` before the appointment began, and of who is in."""
        async with self._database.transaction() as tx:
            after = rules.missed(await appointments.get(tx, visit, for_change=True), self._now())
            if (await appointments.attendance_of(tx, visit)).live_since is not None:
                raise Refused("going_on", "This visit is going on. Please end it there when it is over.")
            await appointments.save(tx, after)
            await audit.add(tx, Draft(by, Action.APPOINTMENT_MISSED, visit), self._now())
            await self._announce(tx, WebhookEvent.APPOINTMENT_MISSED, after)
        self._poke()
        return after

    async def slot(self, visit: VisitId) -> Slot:
        """The appointment as the schedule shows it; raises `NotFound`."""
        async with self._database.reading() as tx:
            return await appointments.slot_of(tx, visit)

    async def slots(self, begin: datetime, end: datetime) -> list[Slot]:
        """The lines of the schedule between two moments, the earliest first."""
        async with self._database.reading() as tx:
            return await appointments.slots_between(tx, begin, end)

    async def list_of_patient(self, patient: PatientId) -> list[Appointment]:
        """All appointments of `patient`, the latest first."""
        async with self._database.reading() as tx:
            return (await appointments.list_of_patient(tx, patient))[::-1]

    async def list_open_and_entered(self) -> list[VisitId]:
        """Visits that somebody has entered and that have not ended, as far as the schedule knows."""
        async with self._database.reading() as tx:
            return await appointments.list_open_and_entered(tx)

    async def list_waiting(self) -> list[VisitId]:
        """Visits in which a patient waits, as far as the schedule knows."""
        async with self._database.reading() as tx:
            return await appointments.list_waiting(tx)

    async def last_noted(self) -> datetime | None:
        """While this stays the same, so does everything that a schedule shows."""
        async with self._database.reading() as tx:
            return await appointments.last_noted(tx, self._now())

    async def links(self, visit: VisitId, by: Actor = SERVICE) -> dict[Role, Link]:
        """The links that therapist and patient have now, as often as one asks; who asked is audited."""
        async with self._database.transaction() as tx:
            await audit.add(tx, Draft(by, Action.LINK_SHOWN, visit), self._now())
            both = (Role.THERAPIST, Role.PATIENT)
            found = {role: one for role in both if (one := await links.open_one(tx, visit, role)) is not None}
            if not found:
                return {}  # closed, or of somebody who was erased
            known = await patients.get(tx, (await appointments.get(tx, visit)).patient)
            is_good = known.details.born_on is not None
            return {
                role: Link(await links.token_of(tx, one), await links.code_of(tx, one), is_good)
                for role, one in found.items()
            }

    async def _require_free(self, tx: Transaction, appointment: Appointment) -> None:
        others = await appointments.list_between(tx, appointment.starts_at, appointment.ends_at)
        if taken := rules.overlapping(others, appointment):
            raise Overlap(taken)

    async def _add(self, tx: Transaction, appointment: Appointment, by: Actor) -> Booked:
        await appointments.add(tx, appointment)
        await audit.add(tx, Draft(by, Action.APPOINTMENT_BOOKED, appointment.id), self._now())
        booked = await self._invite_both(tx, appointment, by)
        await self._teller.booked(tx, appointment)
        await self._announce(tx, WebhookEvent.APPOINTMENT_BOOKED, appointment)
        return booked

    async def _end(self, tx: Transaction, visit: VisitId) -> None:
        before = await appointments.get(tx, visit, for_change=True)
        after = rules.fulfilled(before, self._now())
        await appointments.save(tx, after)
        if after.status is not before.status:
            await audit.add(tx, Draft(SERVICE, Action.VISIT_ENDED, visit), self._now())
            await self._announcer.announce(tx, WebhookEvent.VISIT_ENDED, visit, self._now())

    async def _announce(self, tx: Transaction, what: WebhookEvent, appointment: Appointment) -> None:
        which = str(appointment.revision)
        await self._announcer.announce(tx, what, appointment.id, appointment.changed_at, which)

    def _poke(self) -> None:
        self._teller.poke()
        self._announcer.poke()

    async def _patient(self, tx: Transaction, patient: PatientId | Details, by: Actor) -> PatientId:
        if isinstance(patient, str):
            return patient
        return (await register(tx, patient, self._now(), self._random_bytes, by)).id

    async def _invite_both(self, tx: Transaction, appointment: Appointment, by: Actor) -> Booked:
        therapist, patient = [
            await links.mint(tx, appointment.id, role, name, self._now(), self._random_bytes, by=by)
            for role, name in (
                (Role.THERAPIST, appointment.therapist_name),
                (Role.PATIENT, appointment.patient_name),
            )
        ]
        return Booked(appointment, therapist, patient)

    async def _booked(self, tx: Transaction, appointment: Appointment) -> Booked | None:
        """The appointment with the links that it has; None when one of them was taken back."""
        therapist, patient = [await links.open_one(tx, appointment.id, role) for role in (Role.THERAPIST, Role.PATIENT)]
        if therapist is None or patient is None:
            return None
        return Booked(appointment, await links.token_of(tx, therapist), await links.token_of(tx, patient))


def _id(tx: Transaction, once: str) -> VisitId:
    return VisitId(id_of(tx, "booking", once))


async def _booked_before(tx: Transaction, once: str) -> list[Appointment]:
    first = (await appointments.by_id(tx, [_id(tx, once)])).get(_id(tx, once))
    if first is None or first.series is None:
        return [] if first is None else [first]
    return await appointments.list_of_series(tx, first.series)


class _Silent:
    """Tells nobody."""

    async def booked(self, tx: Transaction, appointment: Appointment) -> None:
        pass

    async def moved(self, tx: Transaction, appointment: Appointment) -> None:
        pass

    async def cancelled(self, tx: Transaction, appointment: Appointment) -> None:
        pass

    def poke(self) -> None:
        pass


def known_zone(name: str) -> str:
    """The name of a time zone that is one; raises `Refused`."""
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise Refused("unknown_time_zone", "This time zone is not known. Use a name like Europe/Madrid.") from unknown

"""Appointments in the database. The patient's name is not: it is in the sealed record of the patient."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, Select, and_, exists, insert, or_, select, update

from telesession.domain.appointments import Appointment, AppointmentStatus
from telesession.domain.arrivals import Arrival
from telesession.domain.attendance import Attendance, Devices, Slot, slot
from telesession.domain.errors import NotFound
from telesession.domain.ids import PatientId, StaffId, VisitId
from telesession.domain.precall import Outcome
from telesession.store import keys, patients
from telesession.store.database import Transaction
from telesession.store.schema import appointments, visit_log

COLUMNS = (
    appointments.c.id,
    appointments.c.starts_at,
    appointments.c.ends_at,
    appointments.c.therapist,
    appointments.c.therapist_name,
    appointments.c.patient,
    appointments.c.time_zone,
    appointments.c.series,
    appointments.c.revision,
    appointments.c.changed_at,
    appointments.c.status,
)

NOTED = (
    appointments.c.opened_at,
    appointments.c.waiting_since,
    appointments.c.live_since,
    appointments.c.away_since,
    appointments.c.devices,
    appointments.c.late_minutes,
    appointments.c.precall,
)
"""What the schedule shows beside the appointment itself."""

_IS_OPEN = appointments.c.status.in_((AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED))

ERASED = "-"
"""Stands for the name of a patient who was erased."""


async def add(tx: Transaction, appointment: Appointment) -> None:
    """Store a new appointment."""
    await tx.execute(insert(appointments), _fields(appointment) | {"noted_at": appointment.changed_at})


async def get(tx: Transaction, visit: VisitId, *, for_change: bool = False) -> Appointment:
    """The appointment of `visit`; raises `NotFound`. `for_change` keeps others from changing it meanwhile."""
    wanted = select(*COLUMNS).where(appointments.c.id == visit)
    found = await _all(tx, wanted.with_for_update() if for_change else wanted)
    if not found:
        raise NotFound
    return found[0]


async def save(tx: Transaction, appointment: Appointment) -> None:
    """Replace the stored appointment of the same id."""
    fields = _fields(appointment) | {"noted_at": appointment.changed_at}
    await tx.execute(update(appointments).where(appointments.c.id == appointment.id).values(fields))


async def by_id(tx: Transaction, visits: Collection[VisitId]) -> dict[VisitId, Appointment]:
    """Several appointments at once; what nobody booked is missing."""
    return {found.id: found for found in await _all(tx, select(*COLUMNS).where(appointments.c.id.in_(visits)))}


async def late_minutes(tx: Transaction, visit: VisitId) -> int:
    """How late the therapist is running; raises `NotFound`."""
    found = (await tx.execute(select(appointments.c.late_minutes).where(appointments.c.id == visit))).scalar()
    if found is None:
        raise NotFound
    return int(found)


async def list_ending_after(tx: Transaction, moment: datetime) -> list[Appointment]:
    """Appointments that end after `moment`, the earliest first."""
    return await _all(tx, _in_order().where(appointments.c.ends_at > moment))


async def list_between(tx: Transaction, begin: datetime, end: datetime) -> list[Appointment]:
    """Appointments of which any part lies between `begin` and `end`, the earliest first; cancelled ones too."""
    return await _all(tx, _in_order().where(appointments.c.ends_at > begin, appointments.c.starts_at < end))


async def list_open_and_entered(tx: Transaction) -> list[VisitId]:
    """The visits of open appointments in whose log something stands."""
    entered = exists().where(visit_log.c.visit == appointments.c.id)
    found = await tx.execute(select(appointments.c.id).where(_IS_OPEN, entered).order_by(appointments.c.starts_at))
    return [VisitId(visit) for visit in found.scalars()]


async def list_waiting(tx: Transaction) -> list[VisitId]:
    """The visits of open appointments in which a patient waits, as far as the schedule knows."""
    waits = appointments.c.waiting_since.is_not(None)
    found = await tx.execute(select(appointments.c.id).where(waits, _IS_OPEN))
    return [VisitId(visit) for visit in found.scalars()]


async def list_of_series(tx: Transaction, series: str) -> list[Appointment]:
    """The appointments that were booked together, the earliest first."""
    return await _all(tx, _in_order().where(appointments.c.series == series))


async def list_of_patient(tx: Transaction, patient: PatientId) -> list[Appointment]:
    """All appointments of `patient`, the earliest first."""
    return await _all(tx, _in_order().where(appointments.c.patient == patient))


async def therapists_of(tx: Transaction, patient: PatientId, since: datetime) -> set[StaffId]:
    """Who treats `patient`: with whom they have, or had since, an appointment that was not called off."""
    wanted = select(appointments.c.therapist).where(
        appointments.c.patient == patient,
        appointments.c.therapist.is_not(None),
        appointments.c.status != AppointmentStatus.CANCELLED,
        appointments.c.ends_at > since,
    )
    return {StaffId(row.therapist) for row in await tx.execute(wanted)}


async def list_from(
    tx: Transaction, begin: datetime, end: datetime | None, patient: PatientId | None, after: str, most: int
) -> list[Appointment]:
    """Up to `most` that start from `begin` and before `end`, the earliest first; of those that start at `begin` itself
    the ones whose id comes after `after`."""
    is_next = or_(appointments.c.starts_at > begin, and_(appointments.c.starts_at == begin, appointments.c.id > after))
    wanted = _in_order().where(is_next).limit(most)
    if end is not None:
        wanted = wanted.where(appointments.c.starts_at < end)
    if patient is not None:
        wanted = wanted.where(appointments.c.patient == patient)
    return await _all(tx, wanted)


async def note_opened(tx: Transaction, visit: VisitId, now: datetime) -> None:
    """Note that the patient's link was used; the first time counts."""
    await tx.execute(
        update(appointments)
        .where(appointments.c.id == visit, appointments.c.opened_at.is_(None))
        .values(opened_at=now, noted_at=now)
    )


async def attendance_of(tx: Transaction, visit: VisitId) -> Attendance:
    """How the visit stood when that was noted last."""
    wanted = select(appointments.c.waiting_since, appointments.c.live_since).where(appointments.c.id == visit)
    row = (await tx.execute(wanted)).one_or_none()
    return Attendance() if row is None else Attendance(row.waiting_since, row.live_since)


async def note_attendance(tx: Transaction, visit: VisitId, seen: Attendance, now: datetime) -> None:
    """Keep how the visit stands for the schedule."""
    stands = {
        "waiting_since": seen.waiting_since,
        "live_since": seen.live_since,
        "away_since": seen.away_since,
        "devices": seen.devices,
    }
    await tx.execute(update(appointments).where(appointments.c.id == visit).values(stands | {"noted_at": now}))


async def forget_coming(tx: Transaction, visit: VisitId, now: datetime) -> None:
    """Forget who came when, how their devices were and where they said they are: the appointment is another time."""
    forgotten = dict.fromkeys(("opened_at", "waiting_since", "live_since", "away_since", "devices", "arrival"))
    await tx.execute(update(appointments).where(appointments.c.id == visit).values(forgotten | {"noted_at": now}))


async def note_check(tx: Transaction, visit: VisitId, devices: Devices, now: datetime) -> None:
    """Keep how a check before the visit went; of whoever is there, their own browser reports better."""
    await tx.execute(
        update(appointments)
        .where(appointments.c.id == visit, appointments.c.waiting_since.is_(None), appointments.c.live_since.is_(None))
        .values(devices=devices, noted_at=now)
    )


async def note_late(tx: Transaction, visit: VisitId, minutes: int, now: datetime) -> None:
    """Note how late the therapist is running; 0 for on time."""
    await tx.execute(update(appointments).where(appointments.c.id == visit).values(late_minutes=minutes, noted_at=now))


async def note_told(tx: Transaction, visit: VisitId, now: datetime) -> None:
    """Note that something has become of what the patient is told: a schedule shows what staff have to send."""
    await tx.execute(update(appointments).where(appointments.c.id == visit).values(noted_at=now))


async def list_late(tx: Transaction, visits: Sequence[VisitId]) -> dict[VisitId, int]:
    """How many minutes their therapist is late, of those of `visits` whose patients were told so."""
    wanted = select(appointments.c.id, appointments.c.late_minutes)
    late = wanted.where(appointments.c.id.in_(visits), appointments.c.late_minutes > 0)
    return {VisitId(row.id): row.late_minutes for row in await tx.execute(late)}


async def note_precall(tx: Transaction, visit: VisitId, outcome: Outcome, now: datetime) -> None:
    """Keep what the patient's last check of their line has shown."""
    text = msgspec.json.encode(outcome).decode()
    await tx.execute(update(appointments).where(appointments.c.id == visit).values(precall=text, noted_at=now))


async def save_arrival(tx: Transaction, visit: VisitId, said: Arrival) -> None:
    """Keep, sealed, where the patient said they are."""
    cipher = await keys.of_visit(tx, visit)
    sealed = cipher.seal(msgspec.json.encode(said), _arrival_place(visit))
    await tx.execute(update(appointments).where(appointments.c.id == visit).values(arrival=sealed))


async def find_arrival(tx: Transaction, visit: VisitId) -> Arrival | None:
    """What the patient said, if they did."""
    sealed = (await tx.execute(select(appointments.c.arrival).where(appointments.c.id == visit))).scalar_one_or_none()
    if sealed is None:
        return None
    cipher = await keys.of_visit(tx, visit)
    return msgspec.json.decode(cipher.open(sealed, _arrival_place(visit)), type=Arrival)


async def slots_between(tx: Transaction, begin: datetime, end: datetime) -> list[Slot]:
    """The lines of the schedule of which any part lies between `begin` and `end`, the earliest first."""
    listed = await list_between(tx, begin, end)
    wanted = select(appointments.c.id, *NOTED).where(appointments.c.id.in_([one.id for one in listed]))
    noted = {row.id: row for row in await tx.execute(wanted)}
    return [_slot(one, noted[one.id]) for one in listed]


async def slot_of(tx: Transaction, visit: VisitId) -> Slot:
    """The line of one appointment; raises `NotFound`."""
    appointment = await get(tx, visit)
    wanted = select(appointments.c.id, *NOTED).where(appointments.c.id == visit)
    return _slot(appointment, (await tx.execute(wanted)).one())


async def last_noted(tx: Transaction, now: datetime) -> datetime | None:
    """When anything that a schedule shows was written last: while this stays the same, so does every schedule.

    What was written in the future does not count: after a clock was set back it would hide everything for as long.
    """
    newest = (
        select(appointments.c.noted_at)
        .where(appointments.c.noted_at <= now)
        .order_by(appointments.c.noted_at.desc())
        .limit(1)
    )
    noted: datetime | None = (await tx.execute(newest)).scalar_one_or_none()
    return noted


def _arrival_place(visit: VisitId) -> str:
    return f"appointments.arrival:{visit}"


def _slot(appointment: Appointment, row: Row[*tuple[Any, ...]]) -> Slot:
    devices = None if row.devices is None else Devices(row.devices)
    seen = Attendance(row.waiting_since, row.live_since, devices, away_since=row.away_since)
    precall = None if row.precall is None else msgspec.json.decode(row.precall, type=Outcome)
    return slot(appointment, seen, is_opened=row.opened_at is not None, late_minutes=row.late_minutes, precall=precall)


def _in_order() -> Select[*tuple[Any, ...]]:
    return select(*COLUMNS).order_by(appointments.c.starts_at, appointments.c.id)


async def _all(tx: Transaction, wanted: Select[*tuple[Any, ...]]) -> list[Appointment]:
    rows: Sequence[Row[*tuple[Any, ...]]] = (await tx.execute(wanted)).all()
    known = await patients.details_of(tx, {PatientId(row.patient) for row in rows}) if rows else {}
    return [_appointment(row, known[row.patient].name if row.patient in known else ERASED) for row in rows]


def _fields(appointment: Appointment) -> dict[str, Any]:
    return {column.name: getattr(appointment, column.name) for column in COLUMNS}


def _appointment(row: Row[*tuple[Any, ...]], patient_name: str) -> Appointment:
    return Appointment(
        id=VisitId(row.id),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        therapist_name=row.therapist_name,
        patient=PatientId(row.patient),
        patient_name=patient_name,
        time_zone=row.time_zone,
        changed_at=row.changed_at,
        therapist=None if row.therapist is None else StaffId(row.therapist),
        series=row.series,
        revision=row.revision,
        status=AppointmentStatus(row.status),
    )

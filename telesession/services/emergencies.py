"""Whose record somebody may read, and the way in an emergency: a reason, an hour, and an administrator who looks."""

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from telesession.domain import emergencies as rules
from telesession.domain.audit import Action, Actor, Draft
from telesession.domain.emergencies import Emergency, EmergencyId, NotInCharge
from telesession.domain.ids import PatientId, StaffId
from telesession.domain.staff import StaffRole
from telesession.services.identity import fresh_id
from telesession.store import appointments, audit, emergencies, patients, staff
from telesession.store.database import Database, Transaction
from telesession.store.vault import Unreadable

MOST = 200

_STAFF_ROLES = frozenset(StaffRole)


class Told(Struct, frozen=True):
    """One access as people read it; empty where it cannot be known any more."""

    emergency: Emergency
    staff_name: str
    patient_name: str
    reason: str


async def require_record(tx: Transaction, patient: PatientId, by: Actor, now: datetime) -> None:
    """Raise `NotInCharge` unless `by` may read the record of `patient`; who is no staff was asked elsewhere."""
    await _require(tx, patient, by, now, rules.may_read)


async def require_place(tx: Transaction, patient: PatientId, by: Actor, now: datetime) -> None:
    """Raise `NotInCharge` unless `by` may see where `patient` is now."""
    await _require(tx, patient, by, now, rules.may_see_where)


class Emergencies:
    def __init__(self, database: Database, now: Callable[[], datetime], random_bytes: Callable[[int], bytes]) -> None:
        self._database = database
        self._now = now
        self._random_bytes = random_bytes

    async def begin(self, patient: PatientId, reason: str, by: Actor) -> Emergency:
        """Let `by` read the record of `patient` for an hour; raises `Refused` without a reason, `NotFound`."""
        said = rules.clean_reason(reason)
        async with self._database.transaction() as tx:
            await patients.get(tx, patient)
            now = self._now()
            line = await audit.add(tx, Draft(by, Action.GLASS_BROKEN, patient, reason=said), now)
            begun = Emergency(
                EmergencyId(fresh_id(self._random_bytes)), StaffId(by.id), patient, now, now + rules.LASTS, line.seq
            )
            await emergencies.add(tx, begun)
        return begun

    async def require_record(self, patient: PatientId, by: Actor) -> None:
        """Raise `NotInCharge` unless `by` may read the record of `patient` now."""
        async with self._database.reading() as tx:
            await require_record(tx, patient, by, self._now())

    async def find_open(self, patient: PatientId, who: StaffId) -> Emergency | None:
        """What lets `who` in now beyond their work."""
        async with self._database.reading() as tx:
            return await emergencies.find_open(tx, who, patient, self._now())

    async def list_newest(self) -> list[Told]:
        """For administrators: those nobody looked at first."""
        async with self._database.reading() as tx:
            return [await _told(tx, one) for one in await emergencies.list_newest(tx, MOST)]

    async def list_of_patient(self, patient: PatientId) -> list[Told]:
        """Those to one record, the newest first."""
        async with self._database.reading() as tx:
            return [await _told(tx, one) for one in await emergencies.list_of_patient(tx, patient)]

    async def count_unseen(self, reader: StaffId) -> int:
        """How many wait for this administrator: their own are for another one."""
        async with self._database.reading() as tx:
            return await emergencies.count_unseen(tx, reader)

    async def review(self, emergency: EmergencyId, by: Actor) -> None:
        """Note that an administrator looked; raises `Refused` for their own, `NotFound`."""
        async with self._database.transaction() as tx:
            before = await emergencies.get(tx, emergency, for_change=True)
            after = rules.reviewed(before, StaffId(by.id), self._now())
            if after is not before:
                await emergencies.save(tx, after)
                await audit.add(tx, Draft(by, Action.GLASS_REVIEWED, before.patient), self._now())


async def _require(
    tx: Transaction, patient: PatientId, by: Actor, now: datetime, may: Callable[[str, str, set[StaffId]], bool]
) -> None:
    if by.role not in _STAFF_ROLES:
        return
    therapists = await appointments.therapists_of(tx, patient, now - rules.CARE_LASTS)
    if may(by.role, by.id, therapists) or await emergencies.find_open(tx, by.id, patient, now) is not None:
        return
    raise NotInCharge(patient)


async def _told(tx: Transaction, one: Emergency) -> Told:
    who = await staff.get(tx, one.staff)
    known = await patients.details_of(tx, [one.patient])
    line = await audit.line_at(tx, one.line)
    try:
        reason = None if line is None else await audit.reason_of(tx, line)
    except Unreadable:
        reason = None
    return Told(one, who.name, known[one.patient].name if one.patient in known else "", reason or "")

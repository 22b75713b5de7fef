"""Emergency access in the database: who broke the glass to whose record. The reason is in the audit."""

from datetime import datetime
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import Row, delete, func, insert, select, update

from telesession.domain.emergencies import Emergency, EmergencyId
from telesession.domain.errors import NotFound
from telesession.domain.ids import PatientId, StaffId
from telesession.store.database import Transaction
from telesession.store.schema import emergencies

COLUMNS = tuple(emergencies.c[name] for name in Emergency.__struct_fields__)


async def add(tx: Transaction, emergency: Emergency) -> None:
    """Store a new one."""
    await tx.execute(insert(emergencies), asdict(emergency))


async def get(tx: Transaction, emergency: EmergencyId, *, for_change: bool = False) -> Emergency:
    """The one of this id; raises `NotFound`."""
    wanted = select(*COLUMNS).where(emergencies.c.id == emergency)
    row = (await tx.execute(wanted.with_for_update() if for_change else wanted)).one_or_none()
    if row is None:
        raise NotFound
    return _emergency(row)


async def save(tx: Transaction, emergency: Emergency) -> None:
    """Note who looked at it."""
    await tx.execute(
        update(emergencies)
        .where(emergencies.c.id == emergency.id)
        .values(reviewed_at=emergency.reviewed_at, reviewed_by=emergency.reviewed_by)
    )


async def find_open(tx: Transaction, who: str, patient: PatientId, now: datetime) -> Emergency | None:
    """What lets `who` read the record of `patient` now, if anything does."""
    wanted = (
        select(*COLUMNS)
        .where(emergencies.c.staff == who, emergencies.c.patient == patient, emergencies.c.until > now)
        .order_by(emergencies.c.until.desc())
        .limit(1)
    )
    row = (await tx.execute(wanted)).one_or_none()
    return None if row is None else _emergency(row)


async def list_newest(tx: Transaction, most: int) -> list[Emergency]:
    """Up to `most`, those nobody looked at first, then the newest."""
    in_order = (emergencies.c.reviewed_at.is_not(None), emergencies.c.began_at.desc(), emergencies.c.id)
    return [_emergency(row) for row in await tx.execute(select(*COLUMNS).order_by(*in_order).limit(most))]


async def list_of_patient(tx: Transaction, patient: PatientId) -> list[Emergency]:
    """All to one record, the newest first."""
    wanted = select(*COLUMNS).where(emergencies.c.patient == patient).order_by(emergencies.c.began_at.desc())
    return [_emergency(row) for row in await tx.execute(wanted)]


async def count_unseen(tx: Transaction, reader: StaffId) -> int:
    """How many nobody looked at yet, of those that `reader` may look at: not their own."""
    unseen = (emergencies.c.reviewed_at.is_(None), emergencies.c.staff != reader)
    return (await tx.execute(select(func.count()).where(*unseen))).scalar_one()


async def remove_of_patient(tx: Transaction, patient: PatientId) -> None:
    """Forget those to one record; the audit goes on naming them by ids."""
    await tx.execute(delete(emergencies).where(emergencies.c.patient == patient))


async def remove_before(tx: Transaction, moment: datetime) -> None:
    """Forget those of whose reasons the audit is gone."""
    await tx.execute(delete(emergencies).where(emergencies.c.began_at < moment))


def _emergency(row: Row[*tuple[Any, ...]]) -> Emergency:
    return Emergency(
        id=EmergencyId(row.id),
        staff=StaffId(row.staff),
        patient=PatientId(row.patient),
        began_at=row.began_at,
        until=row.until,
        line=row.line,
        reviewed_at=row.reviewed_at,
        reviewed_by=None if row.reviewed_by is None else StaffId(row.reviewed_by),
    )

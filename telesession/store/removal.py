"""What is removed from the database: all of one patient, or what is kept about visits once its time is over."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import Select, and_, delete, func, or_, select, update

from telesession.domain.appointments import AppointmentStatus
from telesession.domain.clips import ClipId
from telesession.domain.ids import PatientId, VisitId
from telesession.store import consents, emergencies, idempotency, keys, recordings, webhooks
from telesession.store.database import Transaction
from telesession.store.schema import (
    appointments,
    clips,
    invitations,
    jobs,
    notifications,
    patient_terms,
    patients,
    seats,
    visit_log,
)

OPEN = (AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED)


class Effect(Struct, frozen=True):
    """How much of each goes."""

    appointments: int = 0
    """They stay, and tell no longer whose they were."""
    visit_lines: int = 0
    links: int = 0
    clips: int = 0
    recordings: int = 0
    notifications: int = 0
    consents: int = 0


async def is_erased(tx: Transaction, patient: PatientId) -> bool | None:
    """Whether `patient` was erased; None when there never was such a one."""
    row = (await tx.execute(select(patients.c.erased_at).where(patients.c.id == patient))).one_or_none()
    return None if row is None else row.erased_at is not None


async def held_since(tx: Transaction, patient: PatientId) -> datetime | None:
    """Since when nothing about `patient` may be removed."""
    held: datetime | None = (
        await tx.execute(select(patients.c.held_at).where(patients.c.id == patient))
    ).scalar_one_or_none()
    return held


async def hold(tx: Transaction, patient: PatientId, since: datetime | None) -> None:
    """Set or lift the hold."""
    await tx.execute(update(patients).where(patients.c.id == patient).values(held_at=since))


async def is_in_visit(tx: Transaction, patient: PatientId, now: datetime, grace: timedelta) -> bool:
    """Whether `patient` waits or talks now. What a crash left noted counts no longer once the door has closed."""
    wanted = select(func.count()).where(
        appointments.c.patient == patient,
        appointments.c.status.in_(OPEN),
        appointments.c.ends_at > now - grace,
        or_(appointments.c.waiting_since.is_not(None), appointments.c.live_since.is_not(None)),
    )
    return (await tx.execute(wanted)).scalar_one() > 0


async def visits_of(tx: Transaction, patient: PatientId) -> list[VisitId]:
    """All visits of `patient`."""
    wanted = select(appointments.c.id).where(appointments.c.patient == patient).order_by(appointments.c.starts_at)
    return [VisitId(row.id) for row in await tx.execute(wanted)]


async def clips_of(tx: Transaction, visits: Sequence[VisitId]) -> list[ClipId]:
    """The clips of `visits`, whatever their state."""
    wanted = select(clips.c.id).where(clips.c.visit.in_(visits)).order_by(clips.c.created_at)
    return [ClipId(row.id) for row in await tx.execute(wanted)]


async def count_of(tx: Transaction, patient: PatientId) -> Effect:
    """What erasing `patient` would remove."""
    visits = await visits_of(tx, patient)

    async def count(wanted: Select[int]) -> int:
        return (await tx.execute(wanted)).scalar_one()

    return Effect(
        appointments=len(visits),
        visit_lines=await count(select(func.count()).where(visit_log.c.visit.in_(visits))),
        links=await count(select(func.count()).where(invitations.c.visit.in_(visits))),
        clips=await count(select(func.count()).where(clips.c.visit.in_(visits))),
        recordings=await recordings.count_of_visits(tx, visits),
        notifications=await count(select(func.count()).where(notifications.c.visit.in_(visits))),
        consents=len(await consents.list_of_patient(tx, patient)),
    )


async def erase(tx: Transaction, patient: PatientId, now: datetime) -> None:
    """Destroy the key and remove everything that was kept about `patient`. Appointments stay as empty shells."""
    visits = await visits_of(tx, patient)
    await keys.destroy(tx, patient)
    await tx.execute(delete(patient_terms).where(patient_terms.c.patient == patient))
    await consents.remove_of_patient(tx, patient)
    await emergencies.remove_of_patient(tx, patient)
    await idempotency.forget_answers(tx)
    await remove_logs(tx, visits)
    await remove_clips(tx, visits)
    await recordings.remove_of_visits(tx, visits)
    about = select(notifications.c.id).where(notifications.c.visit.in_(visits))
    await tx.execute(delete(jobs).where(or_(jobs.c.subject.in_([*visits, patient]), jobs.c.subject.in_(about))))
    await remove_notifications(tx, visits)
    await remove_links(tx, visits)
    await tx.execute(
        update(appointments)
        .where(appointments.c.patient == patient, appointments.c.status.in_(OPEN))
        .values(status=AppointmentStatus.CANCELLED, revision=appointments.c.revision + 1, changed_at=now)
    )
    await tx.execute(
        update(appointments)
        .where(appointments.c.patient == patient)
        .values(
            time_zone="UTC",
            waiting_since=None,
            live_since=None,
            away_since=None,
            devices=None,
            arrival=None,
            precall=None,
            noted_at=now,
        )
    )
    await tx.execute(update(patients).where(patients.c.id == patient).values(body=b"", erased_at=now, changed_at=now))


async def remove_logs(tx: Transaction, visits: Sequence[VisitId]) -> int:
    """Forget what happened in `visits`; how many lines."""
    return (await tx.execute(delete(visit_log).where(visit_log.c.visit.in_(visits)))).rowcount


async def remove_clips(tx: Transaction, visits: Sequence[VisitId]) -> list[ClipId]:
    """Forget the clips of `visits`; their files are still to be removed."""
    found = await clips_of(tx, visits)
    await tx.execute(delete(clips).where(clips.c.visit.in_(visits)))
    return found


async def remove_notifications(tx: Transaction, visits: Sequence[VisitId]) -> int:
    """Forget what was sent about `visits`."""
    return (await tx.execute(delete(notifications).where(notifications.c.visit.in_(visits)))).rowcount


async def remove_seats(tx: Transaction, visits: Sequence[VisitId]) -> int:
    """Forget which browsers sat in `visits`; how many."""
    linked = select(invitations.c.id).where(invitations.c.visit.in_(visits))
    return (await tx.execute(delete(seats).where(seats.c.invitation.in_(linked)))).rowcount


async def remove_links(tx: Transaction, visits: Sequence[VisitId]) -> None:
    """Forget who was invited to `visits`, and their seats."""
    await remove_seats(tx, visits)
    await tx.execute(delete(invitations).where(invitations.c.visit.in_(visits)))


# --- because its time is over -----------------------------------------------------------------------------------------


async def visits_with_logs(tx: Transaction, ended_before: datetime, most: int) -> list[VisitId]:
    """Visits that ended before, of whom nobody asked to keep anything, and that still have a log."""
    return await _visits(tx, visit_log.c.visit, ended_before, most)


async def visits_with_clips(tx: Transaction, ended_before: datetime, most: int) -> list[VisitId]:
    """The same, with clips."""
    return await _visits(tx, clips.c.visit, ended_before, most)


async def visits_with_notifications(tx: Transaction, ended_before: datetime, most: int) -> list[VisitId]:
    """The same, with notifications."""
    return await _visits(tx, notifications.c.visit, ended_before, most)


async def visits_with_seats(tx: Transaction, ended_before: datetime, most: int) -> list[VisitId]:
    """The same, with browsers that sat in them."""
    seated = select(invitations.c.visit).join(seats, seats.c.invitation == invitations.c.id).subquery()
    return await _visits(tx, seated.c.visit, ended_before, most)


async def count_logs(tx: Transaction, visits: Sequence[VisitId]) -> int:
    """Lines in the logs of `visits`."""
    return (await tx.execute(select(func.count()).where(visit_log.c.visit.in_(visits)))).scalar_one()


async def count_notifications(tx: Transaction, visits: Sequence[VisitId]) -> int:
    """Notifications about `visits`."""
    return (await tx.execute(select(func.count()).where(notifications.c.visit.in_(visits)))).scalar_one()


async def count_seats(tx: Transaction, visits: Sequence[VisitId]) -> int:
    """Browsers that sat in `visits`."""
    linked = select(invitations.c.id).where(invitations.c.visit.in_(visits))
    return (await tx.execute(select(func.count()).where(seats.c.invitation.in_(linked)))).scalar_one()


async def count_jobs(tx: Transaction, finished_before: datetime) -> int:
    """Jobs that were finished before, and deliveries to other software that were over."""
    finished = (await tx.execute(select(func.count()).where(jobs.c.finished_at < finished_before))).scalar_one()
    return finished + await webhooks.count_before(tx, finished_before)


async def remove_jobs(tx: Transaction, finished_before: datetime) -> int:
    """Forget the jobs that were finished before, and deliveries to other software that were over."""
    finished = (await tx.execute(delete(jobs).where(jobs.c.finished_at < finished_before))).rowcount
    return finished + await webhooks.remove_before(tx, finished_before)


async def _visits(tx: Transaction, column: object, ended_before: datetime, most: int) -> list[VisitId]:
    wanted = (
        select(appointments.c.id)
        .join(patients, patients.c.id == appointments.c.patient)
        .where(
            and_(appointments.c.ends_at < ended_before, patients.c.held_at.is_(None)),
            appointments.c.id.in_(select(column)),  # type: ignore[call-overload]
        )
        .order_by(appointments.c.ends_at)
        .limit(most)
    )
    return [VisitId(row.id) for row in await tx.execute(wanted)]

"""Jobs in the database. Two processes never have the same one: whoever writes its name on it first has the lease."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, insert, or_, select, update

from telesession.domain.ids import JobId
from telesession.domain.jobs import Job
from telesession.store.database import Transaction
from telesession.store.schema import jobs

COLUMNS = (
    jobs.c.id,
    jobs.c.kind,
    jobs.c.subject,
    jobs.c.due_at,
    jobs.c.created_at,
    jobs.c.attempts,
    jobs.c.once,
    jobs.c.error,
    jobs.c.finished_at,
)

MOST_LOST = 10
"""Jobs that others may take from under one's nose before one gives up for now."""


async def add(tx: Transaction, job: Job) -> bool:
    """Store a new job; False, and nothing is stored, when there is one of the same `once`."""
    if job.once is not None and await has_once(tx, job.once):
        return False
    await tx.execute(insert(jobs), {column.name: getattr(job, column.name) for column in COLUMNS})
    return True


async def has_once(tx: Transaction, once: str) -> bool:
    """Whether there is a job of this key, finished or not."""
    return (await tx.execute(select(jobs.c.id).where(jobs.c.once == once))).first() is not None


async def take(
    tx: Transaction, now: datetime, until: datetime, lease: str, without: Collection[str] = ()
) -> Job | None:
    """The job that is due longest, leased to `lease` until `until`; None when nothing is due that nobody is at.

    Jobs of the kinds in `without` are left where they are.

    A lease that ran out is anybody's again. On PostgreSQL the question would end in FOR UPDATE SKIP LOCKED, so that
    processes need not wait for each other; the conditional UPDATE alone is what keeps two from having the same.
    """
    due = select(jobs.c.id).where(_is_free(now), jobs.c.due_at <= now, jobs.c.kind.not_in(without))
    due = due.order_by(jobs.c.due_at, jobs.c.id)
    for found in (await tx.execute(due.limit(MOST_LOST))).scalars().all():
        ours = await tx.execute(
            update(jobs)
            .where(jobs.c.id == found, _is_free(now))
            .values(leased_until=until, leased_by=lease, attempts=jobs.c.attempts + 1)
        )
        if ours.rowcount == 1:
            return _job((await tx.execute(select(*COLUMNS).where(jobs.c.id == found))).one())
    return None


async def next_due(tx: Transaction, without: Collection[str] = ()) -> datetime | None:
    """When the next job can be taken, of another kind than `without`: it is due, and nobody holds it any more."""
    free_at = case((jobs.c.leased_until > jobs.c.due_at, jobs.c.leased_until), else_=jobs.c.due_at)
    wanted = select(func.min(free_at)).where(jobs.c.finished_at.is_(None), jobs.c.kind.not_in(without))
    found: datetime | None = (await tx.execute(wanted)).scalar()
    return found


async def finish(tx: Transaction, job: JobId, lease: str, now: datetime, error: str | None) -> bool:
    """Note that the job is done, or with `error` that it was given up; False when it is not of this lease any more."""
    return await _settle(tx, job, lease, finished_at=now, error=error)


async def postpone(tx: Transaction, job: JobId, lease: str, due_at: datetime, error: str) -> bool:
    """Give the job back, to be tried again at `due_at`; False when it is not of this lease any more."""
    return await _settle(tx, job, lease, due_at=due_at, error=error)


async def call_off(tx: Transaction, subjects: Sequence[str], now: datetime) -> list[str]:
    """Finish the jobs about `subjects` that nobody is at; the subjects of those. What somebody is at goes on."""
    wanted = select(jobs.c.id, jobs.c.subject).where(jobs.c.subject.in_(subjects), _is_free(now))
    found = (await tx.execute(wanted)).all()
    await tx.execute(
        update(jobs).where(jobs.c.id.in_([row.id for row in found]), _is_free(now)).values(finished_at=now)
    )
    return [row.subject for row in found]


async def list_failed(tx: Transaction, most: int) -> list[Job]:
    """Up to `most` jobs that were given up, the last first."""
    wanted = (
        select(*COLUMNS)
        .where(jobs.c.finished_at.is_not(None), jobs.c.error.is_not(None))
        .order_by(jobs.c.finished_at.desc())
    )
    return [_job(row) for row in await tx.execute(wanted.limit(most))]


def _is_free(now: datetime) -> ColumnElement[bool]:
    return jobs.c.finished_at.is_(None) & or_(jobs.c.leased_until.is_(None), jobs.c.leased_until < now)


async def _settle(tx: Transaction, job: JobId, lease: str, **values: object) -> bool:
    settled = await tx.execute(
        update(jobs)
        .where(jobs.c.id == job, jobs.c.leased_by == lease, jobs.c.finished_at.is_(None))
        .values(leased_until=None, leased_by=None, **values)
    )
    return settled.rowcount == 1


def _job(row: Row[*tuple[Any, ...]]) -> Job:
    return Job(
        id=JobId(row.id),
        kind=row.kind,
        subject=row.subject,
        due_at=row.due_at,
        created_at=row.created_at,
        attempts=row.attempts,
        once=row.once,
        error=row.error,
        finished_at=row.finished_at,
    )

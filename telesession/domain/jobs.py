"""Jobs: what is to be done later, by whichever process is there then. When each is tried again is decided here."""

from datetime import datetime, timedelta

from msgspec import Struct

from telesession.domain.ids import JobId

PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=8),
    timedelta(hours=8, minutes=25),
)
"""Between one attempt and the next: 24 hours in all, so a day passes over every ordinary failure."""

MAX_ATTEMPTS = len(PAUSES) + 1


class Job(Struct, frozen=True):
    """`subject` names what it is about; what is to be done follows from `kind`. There is never more than one of the
    same `once`, finished ones counted.

    `attempts` counts those that were begun. `error` is the stable code of the last that failed; a finished job that has
    one was given up.
    """

    id: JobId
    kind: str
    subject: str
    due_at: datetime
    created_at: datetime
    attempts: int = 0
    once: str | None = None
    error: str | None = None
    finished_at: datetime | None = None


def next_attempt(job: Job, now: datetime) -> datetime | None:
    """When a job that failed at `now` is tried again; None when it has been tried often enough."""
    if not 1 <= job.attempts < MAX_ATTEMPTS:
        return None
    return now + PAUSES[job.attempts - 1]


def is_worn_out(job: Job) -> bool:
    """Begun so often and never ended: whoever tries it dies of it, so nobody should any more."""
    return job.attempts > MAX_ATTEMPTS

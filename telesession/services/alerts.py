"""Calls staff by mail to a patient who waits in vain: their therapist, and the clinic's own addresses."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from telesession import logs
from telesession.domain import alerts as rules
from telesession.domain.appointments import Appointment
from telesession.domain.attendance import Slot
from telesession.domain.errors import NotFound
from telesession.domain.ids import NotificationId, VisitId
from telesession.domain.jobs import Job
from telesession.domain.notifications import Letter
from telesession.post.port import NotSent, Post
from telesession.services.jobs import Jobs, Outcome, Write
from telesession.store import appointments, staff
from telesession.store.database import Database, Transaction

JOB = "alert"


class Caller(Protocol):
    """Puts it into words."""

    def call(self, slot: Slot, now: datetime, to: Sequence[str]) -> Letter:
        """The letter to staff, which names no patient."""


class Alerts:
    """`after`: how long a patient waits until staff are called. Without `mail`, or with `after` 0, nobody is."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        jobs: Jobs,
        caller: Caller,
        mail: Post | None,
        after: timedelta,
        desks: Sequence[str] = (),
    ) -> None:
        self._database = database
        self._now = now
        self._jobs = jobs
        self._caller = caller
        self._mail = mail
        self._after = after
        self._desks = desks

    async def watch(self, tx: Transaction, appointment: Appointment, waiting_since: datetime) -> None:
        """Somebody waits: look after them when they have waited for too long."""
        if self._mail is not None and self._after:
            due = rules.due_at(appointment.starts_at, waiting_since, 0, self._after)
            await self._look_at(tx, appointment.id, due)

    async def deliver(self, job: Job) -> Outcome:
        """The work of one job: call, unless somebody was faster; later, if the patient was told to wait longer."""
        async with self._database.reading() as tx:
            try:
                slot = await appointments.slot_of(tx, VisitId(job.subject))
            except NotFound:
                return Outcome()
            to = await self._whom(tx, slot.appointment)
        if rules.may_come_back(slot, self._now()):
            return Outcome(write=self._again_at(slot.appointment.id, self._now() + self._after))
        due = rules.due_for(slot, self._after)
        if due is None or not to or self._mail is None:
            return Outcome()
        if due > self._now():
            return Outcome(write=self._again_at(slot.appointment.id, due))
        letter = self._caller.call(slot, self._now(), to)
        try:
            await self._mail.send(letter, NotificationId(job.id))
        except NotSent as no:
            return Outcome(no.code, no.may_retry)
        logs.get().info("alert", visit_id=slot.appointment.id)
        return Outcome()

    def _again_at(self, visit: VisitId, due: datetime) -> Write:
        async def write(tx: Transaction, _is_over: bool) -> None:
            await self._look_at(tx, visit, due)

        return write

    async def _look_at(self, tx: Transaction, visit: VisitId, due: datetime) -> None:
        """Once for each moment, however often somebody comes and goes before it."""
        await self._jobs.add(tx, JOB, visit, due, once=f"{JOB}:{visit}:{due.isoformat()}")

    async def _whom(self, tx: Transaction, appointment: Appointment) -> list[str]:
        """The therapist, if they have an account that is open, then whoever the operator named; nobody twice."""
        to = list(self._desks)
        if appointment.therapist is not None:
            therapist = await staff.get(tx, appointment.therapist)
            if therapist.disabled_at is None:
                to = [therapist.email, *to]
        return list(dict.fromkeys(to))

"""The jobs' runner: takes what is due, hands it to whoever knows how, and notes the outcome. Nothing stops it.

Once a job is done, that is written in the same transaction as whatever its work has to write. What happens when the
process dies between the two is in ADR 88.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import NoReturn

from msgspec import Struct

from telesession import logs
from telesession.domain import jobs as rules
from telesession.domain.errors import Refused
from telesession.domain.ids import JobId
from telesession.domain.jobs import Job
from telesession.services.identity import fresh_id
from telesession.store import jobs
from telesession.store.database import Database, Transaction

AT_ONCE = 4
"""Jobs in work at the same time: a slow mail server holds up three others at most."""

LEASE = timedelta(seconds=120)
"""A job whose process died is taken up again after this."""

WORK_WITHIN_S = 60.0
"""Well within the lease, so that nobody else begins while this one still tries."""

LOOK_EVERY_S = 30.0
"""For jobs that another process added, and for a clock that was set."""

END_WITHIN_S = 3.0
"""When the service stops."""

STUCK_S = 5.0
"""When the database cannot now."""

NOTE_AGAIN_S = 1.0
NOTE_ATTEMPTS = 30

MOST_FAILED = 200

Write = Callable[[Transaction, bool], Awaitable[None]]
"""Writes down what came of it, told whether the job is over; in the transaction that notes so."""


class Outcome(Struct, frozen=True):
    """`error`: a stable code, None when the work is done."""

    error: str | None = None
    may_retry: bool = False
    write: Write | None = None


Work = Callable[[Job], Awaitable[Outcome]]

GiveUp = Callable[[Transaction, Job, str], Awaitable[None]]
"""Writes down that a job was given up whose work never said what came of it: it took too long, or broke."""


class _Doer(Struct, frozen=True):
    work: Work
    give_up: GiveUp | None
    at_once: int


class _Taken(Struct, frozen=True):
    job: Job
    lease: str


class Jobs:
    """`on` says who does what; `run` is a task for the life of the process."""

    def __init__(self, database: Database, now: Callable[[], datetime], random_bytes: Callable[[int], bytes]) -> None:
        self._database = database
        self._now = now
        self._random_bytes = random_bytes
        self._doers: dict[str, _Doer] = {}
        self._is_wanted = asyncio.Event()
        self._is_stuck = False
        self._in_work: dict[asyncio.Task[None], str] = {}

    def on(self, kind: str, work: Work, give_up: GiveUp | None = None, at_once: int = AT_ONCE) -> None:
        """Have jobs of `kind` done by `work`, so many at once; `give_up` is called for those that it broke over."""
        self._doers[kind] = _Doer(work, give_up, at_once)

    async def add(
        self, tx: Transaction, kind: str, subject: str, due_at: datetime, *, once: str | None = None
    ) -> Job | None:
        """Have it done at `due_at` or soon after; None when there is, or was, one of the same `once`.

        `poke` the runner when the transaction is over, else it sees the job only when it looks next.
        """
        job = Job(JobId(fresh_id(self._random_bytes)), kind, subject, due_at, self._now(), once=once)
        return job if await jobs.add(tx, job) else None

    async def call_off(self, tx: Transaction, subjects: Sequence[str]) -> list[str]:
        """Have nothing done about `subjects` any more; those of them that nobody is at just now."""
        return await jobs.call_off(tx, subjects, self._now())

    def poke(self) -> None:
        """There may be something to do now."""
        self._is_wanted.set()

    async def list_failed(self) -> list[Job]:
        """Jobs that were given up, the last first."""
        async with self._database.reading() as tx:
            return await jobs.list_failed(tx, MOST_FAILED)

    async def run(self) -> NoReturn:
        """Do what is due, for ever. Cancelled, it begins nothing more and gives what is in work a moment to end."""
        try:
            while True:
                self._is_wanted.clear()
                for taken in await self._take(AT_ONCE - len(self._in_work)):
                    task = asyncio.create_task(self._do(taken))
                    self._in_work[task] = taken.job.kind
                    task.add_done_callback(self._ended)
                await self._pause()
        finally:
            await self._end()

    async def catch_up(self) -> None:
        """Do everything that is due now, and end when that is done, also what `run` is at."""
        while (taken := await self._take(AT_ONCE)) or self._in_work:
            if taken:
                await asyncio.gather(*(self._do(one) for one in taken))
            else:
                await asyncio.wait(self._in_work)

    async def _take(self, most: int) -> list[_Taken]:
        if most <= 0:
            return []
        now, taken = self._now(), list[_Taken]()
        try:
            async with self._database.transaction() as tx:
                while len(taken) < most:
                    lease = fresh_id(self._random_bytes)
                    full = self._full([*self._in_work.values(), *(one.job.kind for one in taken)])
                    job = await jobs.take(tx, now, now + LEASE, lease, full)
                    if job is None:
                        break
                    taken.append(_Taken(job, lease))
        except Exception as error:  # noqa: BLE001  mostly a full disk; whatever it is, it is all there the next time
            logs.get().warning("jobs_wait", error=type(error).__name__, where=logs.where(error))
            self._is_stuck = True
            return []
        self._is_stuck = False
        return taken

    def _full(self, in_work: Sequence[str]) -> list[str]:
        """The kinds of which no more may begin beside those `in_work`."""
        return [kind for kind, doer in self._doers.items() if in_work.count(kind) >= doer.at_once]

    async def _pause(self) -> None:
        """Until there may be something to do."""
        try:
            async with asyncio.timeout(await self._seconds_until_next()):
                await self._is_wanted.wait()
        except TimeoutError:
            return

    async def _seconds_until_next(self) -> float:
        if len(self._in_work) >= AT_ONCE:
            return LOOK_EVERY_S  # whoever ends pokes
        if self._is_stuck:
            return STUCK_S
        try:
            async with self._database.reading() as tx:
                due_at = await jobs.next_due(tx, self._full(list(self._in_work.values())))
        except Refused:
            return LOOK_EVERY_S
        until = LOOK_EVERY_S if due_at is None else (due_at - self._now()).total_seconds()
        return min(LOOK_EVERY_S, max(until, 0.01))

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._in_work.pop(task, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            logs.get().error("job_broke", error=type(error).__name__, where=logs.where(error))
        self.poke()

    async def _end(self) -> None:
        """What does not end in time is as after a crash: its lease runs out, then it is done again."""
        if self._in_work:
            _, slow = await asyncio.wait(self._in_work, timeout=END_WITHIN_S)
            for task in slow:
                task.cancel()
            await asyncio.gather(*slow, return_exceptions=True)

    async def _do(self, taken: _Taken) -> None:
        """Try it once and note what came of it."""
        await self._note(taken, await self._outcome(taken.job))

    async def _outcome(self, job: Job) -> Outcome:
        doer = self._doers.get(job.kind)
        if doer is None:
            return Outcome("nobody_knows_how")
        if rules.is_worn_out(job):
            return Outcome("worn_out")
        try:
            async with asyncio.timeout(WORK_WITHIN_S):
                return await doer.work(job)
        except TimeoutError:
            return Outcome("took_too_long", may_retry=True)
        except Refused as no:
            return Outcome(no.code, may_retry=True)
        except Exception as error:  # noqa: BLE001  a mistake in one kind of work must not stop the others
            logs.get().error("job_broke", error=type(error).__name__, where=logs.where(error))
            return Outcome("broke", may_retry=True)

    async def _note(self, taken: _Taken, outcome: Outcome) -> None:
        """Write the outcome down, again and again while the database cannot: what is not noted is done twice."""
        for attempt in range(NOTE_ATTEMPTS):
            try:
                await self._note_once(taken, outcome)
                return
            except Refused as no:
                logs.get().warning("job_not_noted", error=no.code, attempt=attempt + 1)
                await asyncio.sleep(NOTE_AGAIN_S)

    async def _note_once(self, taken: _Taken, outcome: Outcome) -> None:
        job, now = taken.job, self._now()
        again_at = rules.next_attempt(job, now) if outcome.error and outcome.may_retry else None
        async with self._database.transaction() as tx:
            if again_at is not None:
                is_ours = await jobs.postpone(tx, job.id, taken.lease, again_at, outcome.error or "")
            else:
                is_ours = await jobs.finish(tx, job.id, taken.lease, now, outcome.error)
            if is_ours:
                await self._write(tx, job, outcome, again_at is None)
        if not is_ours:
            logs.get().warning("job_lost", attempt=job.attempts)
        elif outcome.error:
            logs.get().warning("job_failed", error=outcome.error, attempt=job.attempts)

    async def _write(self, tx: Transaction, job: Job, outcome: Outcome, is_over: bool) -> None:
        doer = self._doers.get(job.kind)
        if outcome.write is not None:
            await outcome.write(tx, is_over)
        elif is_over and outcome.error and doer is not None and doer.give_up is not None:
            await doer.give_up(tx, job, outcome.error)

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from telesession.domain.errors import Refused
from telesession.domain.jobs import MAX_ATTEMPTS, PAUSES, Job
from telesession.services.jobs import AT_ONCE, LEASE, Jobs, Outcome
from telesession.store import jobs as stored
from telesession.store.database import Database, Transaction
from tests.fakes import Clock
from tests.keys import KEYS


class Desk:
    """Somebody who does jobs: notes each, then answers as told."""

    def __init__(self, *answers: Outcome | Exception) -> None:
        self.answers = list(answers)
        self.done: list[str] = []

    async def __call__(self, job: Job) -> Outcome:
        self.done.append(job.subject)
        answer = self.answers.pop(0) if self.answers else Outcome()
        if isinstance(answer, Exception):
            raise answer
        return answer


def runner(database: Database, clock: Clock, desk: Callable[[Job], Awaitable[Outcome]]) -> Jobs:
    jobs = Jobs(database, clock, secrets.token_bytes)
    jobs.on("post", desk)
    return jobs


async def put(database: Database, jobs: Jobs, subject: str, due_at: datetime, once: str | None = None) -> Job | None:
    async with database.transaction() as tx:
        return await jobs.add(tx, "post", subject, due_at, once=once)


async def test_a_job_is_done_when_it_is_due_and_once(database: Database, clock: Clock) -> None:
    desk = Desk()
    jobs = runner(database, clock, desk)
    await put(database, jobs, "a", clock() + timedelta(minutes=1))

    await jobs.catch_up()
    assert desk.done == []

    clock.pass_by(minutes=1)
    await jobs.catch_up()
    await jobs.catch_up()
    assert desk.done == ["a"]


async def test_there_is_one_job_of_a_key_even_after_it_is_done(database: Database, clock: Clock) -> None:
    desk = Desk()
    jobs = runner(database, clock, desk)

    assert await put(database, jobs, "a", clock(), once="k") is not None
    assert await put(database, jobs, "b", clock(), once="k") is None
    await jobs.catch_up()
    assert await put(database, jobs, "c", clock(), once="k") is None
    assert await put(database, jobs, "d", clock()) is not None
    await jobs.catch_up()
    assert desk.done == ["a", "d"]


async def test_two_runners_never_have_the_same_job(url: str, database: Database, clock: Clock) -> None:
    """Two processes, as far as the database can tell."""
    desk = Desk()
    one = runner(database, clock, desk)
    for number in range(20):
        await put(database, one, str(number), clock())
    async with Database(url, KEYS) as beside:
        await asyncio.gather(one.catch_up(), runner(beside, clock, desk).catch_up())

    assert sorted(desk.done, key=int) == [str(number) for number in range(20)]


async def test_what_fails_is_tried_again_after_longer_and_longer_and_then_given_up(
    database: Database, clock: Clock
) -> None:
    desk = Desk(*[Outcome("mail_unreachable", may_retry=True)] * (MAX_ATTEMPTS + 1))
    jobs = runner(database, clock, desk)
    await put(database, jobs, "a", clock())
    await jobs.catch_up()

    for attempt, pause in enumerate(PAUSES, 1):
        clock.now += pause - timedelta(seconds=1)
        await jobs.catch_up()
        assert len(desk.done) == attempt
        assert await jobs.list_failed() == []
        clock.pass_by(seconds=1)
        await jobs.catch_up()

    clock.pass_by(days=2)
    await jobs.catch_up()
    assert len(desk.done) == MAX_ATTEMPTS
    [failed] = await jobs.list_failed()
    assert (failed.subject, failed.error, failed.attempts) == ("a", "mail_unreachable", MAX_ATTEMPTS)
    assert sum(PAUSES, timedelta()) >= timedelta(days=1)


async def test_what_no_time_helps_is_given_up_at_once(database: Database, clock: Clock) -> None:
    jobs = runner(database, clock, Desk(Outcome("address_refused")))
    await put(database, jobs, "a", clock())

    await jobs.catch_up()
    assert [job.error for job in await jobs.list_failed()] == ["address_refused"]


@pytest.mark.parametrize("mistake", [RuntimeError("Pat"), Refused("storage", "Not now."), KeyError("x")])
async def test_a_mistake_in_one_job_stops_no_other(database: Database, clock: Clock, mistake: Exception) -> None:
    desk = Desk(mistake)
    jobs = runner(database, clock, desk)
    await put(database, jobs, "a", clock())
    await put(database, jobs, "b", clock())

    await jobs.catch_up()
    assert sorted(desk.done) == ["a", "b"]
    clock.pass_by(seconds=5)
    await jobs.catch_up()
    assert sorted(desk.done) == ["a", "a", "b"] or sorted(desk.done) == ["a", "b", "b"]


async def test_what_came_of_it_and_that_it_is_over_are_written_together(database: Database, clock: Clock) -> None:
    """The first time the writing breaks, so the job is not over either."""
    written: list[bool] = []

    async def write(_tx: Transaction, is_over: bool) -> None:
        written.append(is_over)
        if len(written) == 1:
            raise ValueError("torn")

    desk = Desk(Outcome(write=write), Outcome(write=write))
    jobs = runner(database, clock, desk)
    await put(database, jobs, "a", clock())
    with pytest.raises(ValueError, match="torn"):
        await jobs.catch_up()

    clock.now += LEASE + timedelta(seconds=1)
    await jobs.catch_up()
    assert written == [True, True]
    await jobs.catch_up()
    assert desk.done == ["a", "a"]


async def test_a_dead_process_holds_its_job_until_the_lease_runs_out(
    url: str, database: Database, clock: Clock
) -> None:
    dying = runner(database, clock, Desk())
    await put(database, dying, "a", clock())
    async with database.transaction() as tx:
        assert await stored.take(tx, clock(), clock() + LEASE, "the dead") is not None

    desk = Desk()
    async with Database(url, KEYS) as restarted:
        living = runner(restarted, clock, desk)
        await living.catch_up()
        assert desk.done == []
        clock.now += LEASE + timedelta(seconds=1)
        await living.catch_up()
    assert desk.done == ["a"]


async def test_whoever_lost_the_lease_writes_nothing(database: Database, clock: Clock) -> None:
    """Asleep for longer than the lease: meanwhile another has done it."""
    written: list[str] = []

    async def write(_tx: Transaction, _is_over: bool) -> None:
        written.append("late")

    async def sleeper(_job: Job) -> Outcome:
        clock.now += LEASE + timedelta(seconds=1)
        await runner(database, clock, Desk()).catch_up()
        return Outcome(write=write)

    jobs = runner(database, clock, sleeper)
    await put(database, jobs, "a", clock())
    await jobs.catch_up()
    assert written == []


async def test_the_task_sleeps_until_it_is_poked_and_has_few_at_once(database: Database, clock: Clock) -> None:
    at_once: list[int] = []
    is_full, may_go = asyncio.Event(), asyncio.Event()
    working = 0

    async def slow(_job: Job) -> Outcome:
        nonlocal working
        working += 1
        at_once.append(working)
        if working == AT_ONCE:
            is_full.set()
        await may_go.wait()
        working -= 1
        if len(at_once) == AT_ONCE + 2:
            all_begun.set()
        return Outcome()

    all_begun = asyncio.Event()
    jobs = runner(database, clock, slow)
    task = asyncio.create_task(jobs.run())
    for number in range(AT_ONCE + 2):
        await put(database, jobs, str(number), clock())
    jobs.poke()
    async with asyncio.timeout(10):
        await is_full.wait()
        may_go.set()
        await all_begun.wait()
    task.cancel()
    await asyncio.wait([task])
    assert max(at_once) == AT_ONCE
    assert task.cancelled()


async def test_one_kind_of_work_leaves_room_for_the_others(database: Database, clock: Clock) -> None:
    """Receivers that keep us waiting must not hold up what patients are told."""
    slow: list[str] = []
    may_go, is_told = asyncio.Event(), asyncio.Event()

    async def call(job: Job) -> Outcome:
        slow.append(job.subject)
        await may_go.wait()
        return Outcome()

    async def post(_job: Job) -> Outcome:
        is_told.set()
        return Outcome()

    jobs = runner(database, clock, post)
    jobs.on("call", call, at_once=2)
    async with database.transaction() as tx:
        for number in range(AT_ONCE * 2):
            await jobs.add(tx, "call", str(number), clock())
        await jobs.add(tx, "post", "pat", clock() + timedelta(seconds=1))
    clock.pass_by(seconds=1)
    task = asyncio.create_task(jobs.run())
    async with asyncio.timeout(10):
        await is_told.wait()
    assert len(slow) == 2
    may_go.set()
    await jobs.catch_up()
    task.cancel()
    await asyncio.wait([task])
    assert sorted(slow) == [str(number) for number in range(AT_ONCE * 2)]


async def test_a_database_that_cannot_now_loses_nothing(database: Database, clock: Clock) -> None:
    desk = Desk()
    jobs = runner(database, clock, desk)
    await put(database, jobs, "a", clock())

    async with database.transaction() as tx:
        await tx.execute(text("ALTER TABLE jobs RENAME TO away"))
    await jobs.catch_up()
    assert desk.done == []

    async with database.transaction() as tx:
        await tx.execute(text("ALTER TABLE away RENAME TO jobs"))
    await jobs.catch_up()
    assert desk.done == ["a"]

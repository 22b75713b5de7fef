"""What has been kept long enough goes at night, and nothing else."""

from datetime import timedelta
from pathlib import Path

import pytest

from telesession.domain.audit import SERVICE
from telesession.domain.ids import JobId, NotificationId, VisitId
from telesession.domain.jobs import Job
from telesession.domain.notifications import Channel, Notification, State
from telesession.domain.notifications import Kind as Notice
from telesession.domain.retention import Kind, Periods
from telesession.services.audit import Audit
from telesession.services.erasing import Erasing
from telesession.services.patients import Patients
from telesession.services.retention import Retention
from telesession.services.scheduling import Scheduling
from telesession.store import jobs, notifications
from telesession.store.audit import Filter
from telesession.store.database import Database
from tests.fakes import Clock
from tests.services import quill

PERIODS = Periods(visit_logs=10, clips=20, notifications=30, seats=40, jobs=50, audit=60)


@pytest.fixture
def retention(database: Database, clock: Clock, tmp_path: Path) -> Retention:
    return Retention(database, clock, tmp_path, PERIODS, "Europe/Madrid")


async def notify(database: Database, clock: Clock, visit: VisitId) -> None:
    """Something was told about `visit`, and whoever told it is done."""
    told = Notification(
        NotificationId("n"), visit, 1, Notice.REMINDER_24H, Channel.MAIL, clock(), clock(), State.SENT, clock()
    )
    async with database.transaction() as tx:
        await notifications.add(tx, told)
        await jobs.add(tx, Job(JobId("j"), "notification", told.id, clock(), clock()))
        await jobs.take(tx, clock(), clock(), "lease")
        await jobs.finish(tx, JobId("j"), "lease", clock(), None)


@pytest.mark.parametrize(
    ("days", "gone"),
    [
        (9, {}),
        (11, {Kind.VISIT_LOGS: 2}),
        (21, {Kind.VISIT_LOGS: 2, Kind.CLIPS: 1}),
        (31, {Kind.VISIT_LOGS: 2, Kind.CLIPS: 1, Kind.NOTIFICATIONS: 1}),
        (41, {Kind.VISIT_LOGS: 2, Kind.CLIPS: 1, Kind.NOTIFICATIONS: 1, Kind.SEATS: 1}),
        (51, {Kind.VISIT_LOGS: 2, Kind.CLIPS: 1, Kind.NOTIFICATIONS: 1, Kind.SEATS: 1, Kind.JOBS: 1}),
    ],
)
async def test_each_kind_goes_when_its_time_is_over(
    retention: Retention, database: Database, clock: Clock, tmp_path: Path, days: int, gone: dict[Kind, int]
) -> None:
    _, booked = await quill.live(database, clock, tmp_path)
    await notify(database, clock, booked.appointment.id)
    clock.pass_by(days=days, hours=1)

    counted = await retention.sweep(dry_run=True)
    assert {kind: count for kind, count in counted.items() if count} == gone
    assert await retention.sweep(dry_run=True) == counted, "counting removes nothing"

    assert await retention.sweep() == counted
    assert not any((await retention.sweep()).values())
    assert (tmp_path / "clips" / quill.CLIP).exists() == (Kind.CLIPS not in gone)


async def test_the_record_of_access_is_shortened_and_still_whole(
    retention: Retention, database: Database, clock: Clock, tmp_path: Path
) -> None:
    await quill.live(database, clock, tmp_path)
    clock.pass_by(days=61)
    counted = (await retention.sweep(dry_run=True))[Kind.AUDIT]

    assert counted > 5
    assert (await retention.sweep())[Kind.AUDIT] == counted
    verdict = await Audit(database, clock).verify()
    assert verdict.is_whole
    assert verdict.head.seq > counted


async def test_a_removed_log_leaves_a_line_that_it_was(
    retention: Retention, database: Database, clock: Clock, tmp_path: Path
) -> None:
    _, booked = await quill.live(database, clock, tmp_path)
    clock.pass_by(days=11)
    await retention.sweep()

    lines = await Audit(database, clock).read(SERVICE, Filter(action="visit.log_removed"))
    assert [one.line.subject for one in lines] == [booked.appointment.id]


async def test_patients_and_appointments_stay_until_they_are_erased(
    retention: Retention, database: Database, clock: Clock, tmp_path: Path, scheduling: Scheduling
) -> None:
    patient, booked = await quill.live(database, clock, tmp_path)
    clock.pass_by(days=10_000)
    await retention.sweep()

    assert (await Patients(database, clock, bytes).get(patient)).details.name == "Canary Quill"
    assert (await scheduling.appointment(booked.appointment.id)).patient_name == "Canary Quill"


async def test_nothing_of_a_patient_under_a_legal_hold_goes(
    retention: Retention, database: Database, clock: Clock, tmp_path: Path
) -> None:
    patient, booked = await quill.live(database, clock, tmp_path)
    await notify(database, clock, booked.appointment.id)
    await Erasing(database, clock, tmp_path).hold(patient)
    clock.pass_by(days=59)

    gone = {kind for kind, count in (await retention.sweep()).items() if count}
    assert gone == {Kind.JOBS}

    await Erasing(database, clock, tmp_path).release(patient)
    assert (await retention.sweep())[Kind.VISIT_LOGS] == 2


async def test_it_is_done_once_a_night(retention: Retention, clock: Clock) -> None:
    assert await retention.look() is not None
    clock.pass_by(hours=1)
    assert await retention.look() is None
    clock.now = clock.now.replace(hour=2) + timedelta(days=1)
    assert await retention.look() is not None
    assert await retention.look() is None

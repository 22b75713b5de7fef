"""What was recorded is watched by whoever says why, goes when its time is over, and opens for nobody after that."""

import sys
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from telesession.domain.audit import SERVICE, Actor
from telesession.domain.errors import NotFound, Refused
from telesession.domain.ids import ParticipantId
from telesession.domain.messages import Purpose, Role
from telesession.domain.patients import Details
from telesession.domain.recorded import MarkKind, RecordedPart, RecordingId
from telesession.domain.recording import Order
from telesession.domain.retention import Kind, Periods
from telesession.media.reel_files import FOLDER
from telesession.media.webm import Chapter
from telesession.services.archive import Archive
from telesession.services.audit import Audit
from telesession.services.erasing import Erasing
from telesession.services.exporting import Exporting
from telesession.services.recorders import RecorderProcesses, Way
from telesession.services.retention import Retention
from telesession.services.scheduling import Booked, Scheduling
from telesession.store import removal
from telesession.store.audit import Filter
from telesession.store.database import Database, Transaction
from telesession.store.vault import Unreadable
from tests.fakes import Clock
from tests.media.test_webm import opened
from tests.services import footage, quill

TESS = Actor("s-tess", "therapist", "127.0.0.0/24")
SAM = Actor("s-sam", "therapist", "127.0.0.0/24")


@pytest.fixture
def archive(database: Database, clock: Clock, tmp_path: Path) -> Archive:
    return Archive(database, clock, tmp_path / FOLDER)


@pytest.fixture
async def booked(scheduling: Scheduling, clock: Clock) -> Booked:
    return await scheduling.book(clock(), timedelta(minutes=30), "Tess", Details("Canary Quill"), "Europe/Madrid")


@pytest.fixture
async def recording(database: Database, clock: Clock, tmp_path: Path, booked: Booked) -> RecordingId:
    return await footage.record(database, clock, tmp_path, booked.appointment.id)


def chapters(part: RecordedPart) -> list[Chapter]:
    return [Chapter(mark.at_ms, f"{mark.kind} {mark.exercise} {mark.score}") for mark in part.marks]


async def code_of(trying: Awaitable[Any]) -> str:
    with pytest.raises(Refused) as no:
        await trying
    return no.value.code


async def film(archive: Archive, recording: RecordingId, name: str) -> bytes:
    with closing(await archive.reel(recording, name, TESS, chapters)) as reel:
        return reel.read(0, reel.size)


async def test_whoever_says_why_sees_who_was_in_it_and_what_happened_when(
    archive: Archive, recording: RecordingId, database: Database, clock: Clock
) -> None:
    assert await code_of(archive.show(recording, TESS)) == "reason_missing"
    assert await code_of(archive.say_why(recording, "  ", TESS)) == "reason_missing"
    await archive.say_why(recording, "Prepare the next appointment", TESS)

    (part,) = (await archive.show(recording, TESS)).parts
    assert [(reel.role, reel.has_picture, reel.is_whole) for reel in part.reels] == [
        (Role.PATIENT, True, True),
        (Role.THERAPIST, False, True),
    ]
    assert [reel.length_ms for reel in part.reels] == [3_000, 3_000]
    assert [(mark.at_ms, mark.kind, mark.exercise, mark.score) for mark in part.part.marks] == [
        (1_000, MarkKind.EXERCISE, "bridge", None),
        (2_000, MarkKind.PAIN, "bridge", 4),
    ]
    (line,) = await Audit(database, clock).read(SERVICE, Filter(action="recording.viewed"))
    assert (line.line.actor, line.line.subject, line.reason) == (
        TESS.id,
        recording.subject,
        "Prepare the next appointment",
    )

    assert await code_of(archive.show(recording, SAM)) == "reason_missing", "what one says counts for nobody else"
    clock.pass_by(hours=3)
    assert await code_of(archive.show(recording, TESS)) == "reason_missing", "nor for ever"


async def test_a_film_has_its_length_and_its_chapters_and_none_of_it_is_readable_on_the_disk(
    archive: Archive, recording: RecordingId, tmp_path: Path
) -> None:
    await archive.say_why(recording, "Prepare the next appointment", TESS)
    name = footage.reels(tmp_path, recording)[0].name
    whole = await film(archive, recording, name)
    with opened(whole) as read:
        assert read.duration == 3_000_000
        assert [one["metadata"]["title"] for one in read.chapters()] == ["exercise bridge None", "pain bridge 4"]
        assert sum(1 for _ in read.decode(video=0)) == 90
    on_disk = quill.on_the_disk(tmp_path)
    assert not any(whole[at : at + 24].lower() in on_disk for at in range(2_000, len(whole), 5_000))
    with pytest.raises(NotFound):
        await archive.reel(recording, "../telesession.db", TESS, chapters)


async def test_a_damaged_film_is_played_up_to_its_damage_which_is_written_down_once(
    archive: Archive, recording: RecordingId, database: Database, clock: Clock, tmp_path: Path, booked: Booked
) -> None:
    await archive.say_why(recording, "Prepare the next appointment", TESS)
    pat, tess = footage.reels(tmp_path, recording)
    whole = await film(archive, recording, pat.name)
    with closing(await archive.reel(recording, pat.name, TESS, chapters)) as begun:
        footage.flip(pat.path, pat.path.stat().st_size - 3_000)
        with pytest.raises(Unreadable):
            begun.read(0, begun.size)  # it was found whole a moment ago
    for _ in range(2):
        (part,) = (await archive.show(recording, TESS)).parts
        (shown, other) = part.reels
        assert (shown.is_damaged, other.is_damaged) == (True, False)
        assert 900 < shown.length_ms < 3_000
        with closing(await archive.reel(recording, pat.name, TESS, chapters)) as reel:
            assert reel.damaged_from_ms == shown.length_ms
            assert reel.read(reel.size - 500, 500) in whole

    tess.path.replace(pat.path)  # a film in another's place
    assert await code_of(film(archive, recording, pat.name)) == "film_damaged"
    (part,) = (await archive.show(recording, TESS)).parts
    assert [(reel.length_ms, reel.is_damaged) for reel in part.reels] == [(0, True)]
    await Exporting(database, clock, tmp_path).export(booked.appointment.patient, tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as exported:
        (said,) = [name for name in exported.namelist() if name.startswith("recordings/")]
        assert b"cannot be opened" in exported.read(said)
    (line,) = await Audit(database, clock).read(SERVICE, Filter(action="recording.damaged"))
    assert (line.line.actor, line.line.subject) == ("service", f"{recording.subject}:{pat.name}")


async def test_it_outlives_the_visits_log_and_a_service_that_died(
    archive: Archive, database: Database, clock: Clock, tmp_path: Path, booked: Booked
) -> None:
    recording = await footage.record(database, clock, tmp_path, booked.appointment.id, is_over=False)
    (tmp_path / FOLDER / "nobody.7").mkdir()
    await archive.catch_up()
    assert [kept.contents for kept in await archive.list_of_visit(recording.visit)] == [None], "it may still run"
    assert not (tmp_path / FOLDER / "nobody.7").exists()

    clock.pass_by(hours=3)
    await archive.catch_up()
    async with database.transaction() as tx:
        await removal.remove_logs(tx, [recording.visit])
    await archive.say_why(recording, "Prepare the next appointment", TESS)
    (part,) = (await archive.show(recording, TESS)).parts
    assert [reel.role for reel in part.reels] == [Role.PATIENT, Role.THERAPIST]
    assert len(part.part.marks) == 2


class Meanwhile:
    """A database with which something happens at once after somebody has read from it."""

    def __init__(self, database: Database, happens: Callable[[], Awaitable[object]]) -> None:
        self._database = database
        self._happens = happens

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        async with self._database.reading() as tx:
            yield tx
        await self._happens()


async def test_a_recording_that_begins_while_the_folders_are_looked_at_keeps_its_own(
    archive: Archive, database: Database, clock: Clock, tmp_path: Path, booked: Booked
) -> None:
    begun = RecordingId(booked.appointment.id, 3)
    others = Meanwhile(database, lambda: archive.open(begun, Purpose.MOVEMENT, 14))
    await Archive(cast(Database, others), clock, tmp_path / FOLDER).catch_up()
    assert [path.name for path in (tmp_path / FOLDER).iterdir()] == [f"{begun.visit}.{begun.number}"]


async def test_what_was_never_recorded_leaves_nothing(archive: Archive, clock: Clock, booked: Booked) -> None:
    recording = RecordingId(booked.appointment.id, 5)
    opened = await archive.open(recording, Purpose.TEACHING, 14)
    assert (await archive.open(recording, Purpose.TEACHING, 14)).key == opened.key, "the next part has the same key"
    clock.pass_by(hours=3)
    await archive.settle(recording)
    assert await archive.list_of_visit(recording.visit) == []
    assert not opened.folder.exists()


FLOODED = (
    "import sys; from telesession.media.work import *\n"
    "work = read_told(sys.stdin.readline())\n"
    "for said in (Flooded('p-sam'), Over(work.participant, 2)):\n"
    "    sys.stdout.buffer.write(line_of(said)); sys.stdout.flush()\n"
    "sys.stdin.read()\n"
)


async def test_that_somebody_floods_a_recording_is_in_the_log_and_the_recording_goes_on(
    archive: Archive, booked: Booked
) -> None:
    processes = RecorderProcesses(archive, Way("", "", ""), command=(sys.executable, "-c", FLOODED))
    order = Order(booked.appointment.id, 3, Purpose.MOVEMENT, 14, ParticipantId("p-recorder"), "key")
    with capture_logs() as lines:
        await processes.record(order, lambda _: None)
    await processes.close()
    told = [(line["event"], line.get("participant_id"), line.get("count")) for line in lines]
    assert told == [("recording_flooded", "p-sam", None), ("recorder_left", None, 2)]


async def test_a_recording_is_deleted_with_its_key_and_not_while_it_runs_or_is_held(
    archive: Archive, database: Database, clock: Clock, tmp_path: Path, booked: Booked
) -> None:
    recording = await footage.record(database, clock, tmp_path, booked.appointment.id, is_over=False)
    assert await code_of(archive.remove(recording, "No longer needed", TESS)) == "recording_runs"
    clock.pass_by(hours=3)
    await archive.settle(recording)
    erasing = Erasing(database, clock, tmp_path)
    await erasing.hold(booked.appointment.patient)
    assert await code_of(archive.remove(recording, "No longer needed", TESS)) == "held"
    await erasing.release(booked.appointment.patient)

    copied = tmp_path / "a-copy-somewhere"
    (tmp_path / FOLDER).rename(copied)
    await archive.remove(recording, "No longer needed", TESS)
    copied.rename(tmp_path / FOLDER)
    with pytest.raises(NotFound):
        await archive.may_watch(recording, TESS)
    (line,) = await Audit(database, clock).read(SERVICE, Filter(action="recording.removed"))
    assert (line.line.subject, line.reason) == (recording.subject, "No longer needed")


async def test_it_is_kept_for_as_long_as_was_said_to_those_who_agreed(
    archive: Archive, recording: RecordingId, database: Database, clock: Clock, tmp_path: Path
) -> None:
    retention = Retention(database, clock, tmp_path, Periods(), "Europe/Madrid")
    clock.pass_by(days=footage.KEEP_DAYS)
    assert (await retention.sweep(dry_run=True))[Kind.RECORDINGS] == 0
    clock.pass_by(hours=1)
    assert (await retention.sweep(dry_run=True))[Kind.RECORDINGS] == 1
    assert footage.reels(tmp_path, recording)

    assert (await retention.sweep())[Kind.RECORDINGS] == 1
    assert await archive.list_of_visit(recording.visit) == []
    assert footage.reels(tmp_path, recording) == []


async def test_a_patient_takes_everything_along_and_erasing_them_erases_it(
    archive: Archive, recording: RecordingId, database: Database, clock: Clock, tmp_path: Path, booked: Booked
) -> None:
    patient = booked.appointment.patient
    await Exporting(database, clock, tmp_path).export(patient, tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as exported:
        films = [name for name in exported.namelist() if name.endswith(".webm")]
        assert [name.split("/")[2].rsplit("-", 1)[0] for name in films] == ["1-patient", "1-therapist"]
        with opened(exported.read(films[0])) as read:
            assert read.duration == 3_000_000
        assert recording.visit.encode() in exported.read("recordings.json")

    effect = await Erasing(database, clock, tmp_path).erase(patient)
    assert effect.recordings == 1
    assert quill.names_in(tmp_path / FOLDER) == []
    with pytest.raises(NotFound):
        await archive.may_watch(recording, TESS)

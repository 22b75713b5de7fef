"""A patient who was erased is nowhere; what is left counts appointments and names nobody."""

import json
import secrets
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from telesession.domain.api_keys import Scope
from telesession.domain.appointments import AppointmentStatus
from telesession.domain.attendance import Attendance
from telesession.domain.audit import SERVICE
from telesession.domain.errors import NotFound, Refused
from telesession.domain.ids import PatientId
from telesession.domain.patients import Details
from telesession.services.api_keys import ApiKeys
from telesession.services.audit import Audit
from telesession.services.erasing import Erasing
from telesession.services.exporting import Exporting
from telesession.services.idempotency import Answer, Idempotency
from telesession.services.invitations import Invitations
from telesession.services.patients import Patients
from telesession.services.scheduling import Scheduling
from telesession.store.audit import Filter
from telesession.store.database import Database
from tests.fakes import Clock
from tests.services import quill


@pytest.fixture
def erasing(database: Database, clock: Clock, tmp_path: Path) -> Erasing:
    return Erasing(database, clock, tmp_path)


@pytest.fixture
def exporting(database: Database, clock: Clock, tmp_path: Path) -> Exporting:
    return Exporting(database, clock, tmp_path)


async def rows(database: Database) -> dict[str, int]:
    """How many rows each table has that is about patients."""
    tables = ("keys", "patient_terms", "consents", "invitations", "seats", "clips", "visit_log", "notifications")
    async with database.reading() as tx:
        return {
            name: number
            for name in tables
            if (number := (await tx.execute(text(f"SELECT count(*) FROM {name}"))).scalar_one())
        }


async def wrapped_key(database: Database) -> bytes:
    async with database.reading() as tx:
        return bytes((await tx.execute(text("SELECT key FROM keys"))).scalar_one())


async def test_a_stolen_disk_tells_nothing_about_anybody(database: Database, clock: Clock, tmp_path: Path) -> None:
    await quill.live(database, clock, tmp_path)

    stolen = quill.on_the_disk(tmp_path)

    assert len(stolen) > 10_000
    for word in quill.WORDS:
        assert word not in stolen


async def test_of_an_erased_patient_nothing_is_left_but_how_many_appointments_there_were(
    erasing: Erasing, scheduling: Scheduling, invitations: Invitations, database: Database, clock: Clock, tmp_path: Path
) -> None:
    patient, booked = await quill.live(database, clock, tmp_path)
    later = await scheduling.book(clock() + timedelta(days=7), timedelta(minutes=30), "Tess", patient, "UTC")
    key = await wrapped_key(database)
    assert key in quill.lying_in(tmp_path)
    expected = await erasing.effect(patient)

    effect = await erasing.erase(patient, reason="asked in writing")

    assert effect == expected
    assert (effect.appointments, effect.visit_lines, effect.clips, effect.consents, effect.links) == (2, 2, 1, 3, 4)
    assert await rows(database) == {}
    assert not (tmp_path / "clips" / quill.CLIP).exists()
    assert key not in quill.lying_in(tmp_path)
    shells = await scheduling.list_of_patient(patient)
    assert {one.patient_name for one in shells} == {"-"}
    assert shells[0].id == later.appointment.id
    assert shells[0].status is AppointmentStatus.CANCELLED
    assert await scheduling.links(booked.appointment.id) == {}
    with pytest.raises(Refused) as refusal:
        await invitations.peek(booked.patient_token)
    assert refusal.value.code == "unknown_link"
    line = (await Audit(database, clock).read(SERVICE, Filter(action="patient.erased")))[0]
    assert (line.line.subject, line.reason) == (patient, "asked in writing")


async def test_erasing_one_patient_leaves_the_others(
    erasing: Erasing, database: Database, clock: Clock, tmp_path: Path
) -> None:
    people = Patients(database, clock, secrets.token_bytes)
    other = await people.register(Details("Otto Other"))
    patient, _ = await quill.live(database, clock, tmp_path)

    await erasing.erase(patient)

    assert await people.find("otto") == [other]
    assert await people.find("quill") == []
    assert (await Audit(database, clock).verify()).is_whole


async def test_what_other_software_was_answered_goes_along_and_is_not_done_again(
    erasing: Erasing, database: Database, clock: Clock, tmp_path: Path
) -> None:
    patient, _ = await quill.live(database, clock, tmp_path)
    key = (await ApiKeys(database, clock, secrets.token_bytes).add("Records", [Scope.WRITE_PATIENTS]))[1].id
    keeper = Idempotency(database, clock)
    assert await keeper.claim(key, "k", b"Canary Quill, please") is None
    await keeper.keep(key, "k", Answer(201, {}, b'{"name": "Canary Quill"}'))

    await erasing.erase(patient)

    clock.pass_by(minutes=2)
    with pytest.raises(Refused) as refusal:
        await keeper.claim(key, "k", b"Canary Quill, please")
    assert refusal.value.code == "outcome_unknown"


async def test_nobody_is_erased_twice_and_nobody_who_never_was(
    erasing: Erasing, database: Database, clock: Clock, tmp_path: Path
) -> None:
    patient, _ = await quill.live(database, clock, tmp_path)
    await erasing.erase(patient)

    for who in (patient, PatientId("nobody")):
        with pytest.raises(NotFound):
            await erasing.erase(who)


@pytest.mark.parametrize("standing", ["waiting", "live"])
async def test_nobody_is_erased_in_the_middle_of_a_visit(
    erasing: Erasing, scheduling: Scheduling, database: Database, clock: Clock, tmp_path: Path, standing: str
) -> None:
    patient, booked = await quill.live(database, clock, tmp_path)
    seen = Attendance(waiting_since=clock()) if standing == "waiting" else Attendance(live_since=clock())
    await scheduling.note_attendance(booked.appointment.id, seen)

    with pytest.raises(Refused) as refusal:
        await erasing.erase(patient)
    assert refusal.value.code == "in_visit"

    clock.pass_by(hours=5)  # whoever is still noted as live was in a process that died
    await erasing.erase(patient)


async def test_a_legal_hold_keeps_everything_until_it_is_lifted(
    erasing: Erasing, database: Database, clock: Clock, tmp_path: Path
) -> None:
    patient, _ = await quill.live(database, clock, tmp_path)
    before = await rows(database)
    await erasing.hold(patient, reason="a court asked")

    with pytest.raises(Refused) as refusal:
        await erasing.effect(patient)
    assert refusal.value.code == "held"
    with pytest.raises(Refused):
        await erasing.erase(patient)
    assert await rows(database) == before

    await erasing.release(patient)
    await erasing.erase(patient)


async def test_a_patient_gets_everything_that_is_kept_about_them(
    exporting: Exporting, database: Database, clock: Clock, tmp_path: Path
) -> None:
    patient, _ = await quill.live(database, clock, tmp_path)
    to = tmp_path / "quill.zip"

    count = await exporting.export(patient, to)

    assert to.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(to) as archive:
        assert len(archive.namelist()) == count
        assert archive.read(f"clips/{quill.CLIP}.mp4") == b"film"
        record = json.loads(archive.read("patient.json"))
        visits = json.loads(archive.read("visits.json"))
        access = json.loads(archive.read("access.json"))
        consents = json.loads(archive.read("consents.json"))
        page = archive.read("index.html").decode()
    assert record["details"]["notes"] == "canary of a note"
    assert visits[0]["lines"][1]["event"]["text"] == "canary in the chat <script>"
    assert {"link.minted", "link.used", "consent.given", "patient.registered"} <= {one["action"] for one in access}
    assert consents[0]["text"]
    assert "canary in the chat &lt;script&gt;" in page
    assert "<script" not in page
    assert "token" not in page


async def test_an_export_tells_nothing_about_others(
    exporting: Exporting, scheduling: Scheduling, database: Database, clock: Clock, tmp_path: Path
) -> None:
    await quill.live(database, clock, tmp_path)
    other = await scheduling.book(clock(), timedelta(hours=1), "Tess", Details("Otto Other"), "UTC")
    to = tmp_path / "otto.zip"

    await exporting.export(other.appointment.patient, to)

    with zipfile.ZipFile(to) as archive:
        told = b"".join(archive.read(name) for name in archive.namelist()).lower()
    for word in quill.WORDS:
        assert word not in told


async def test_an_export_overwrites_nothing_and_leaves_nothing_half_done(
    exporting: Exporting, database: Database, clock: Clock, tmp_path: Path
) -> None:
    patient, _ = await quill.live(database, clock, tmp_path)
    folder = tmp_path / "out"
    folder.mkdir()
    taken = folder / "taken.zip"
    taken.write_text("mine")

    with pytest.raises(FileExistsError):
        await exporting.export(patient, taken)
    with pytest.raises(NotFound):
        await exporting.export(PatientId("nobody"), folder / "nobody.zip")

    assert [file.name for file in folder.iterdir()] == ["taken.zip"]
    assert taken.read_text() == "mine"

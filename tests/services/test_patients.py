"""Patients are kept sealed, found by what one knows of them, and gone with their key."""

import secrets
from datetime import date, timedelta
from pathlib import Path

import pytest

from telesession.domain.errors import NotFound, Refused
from telesession.domain.patients import Details
from telesession.services.invitations import Invitations
from telesession.services.patients import Patients
from telesession.services.scheduling import Scheduling
from telesession.store import keys
from telesession.store.database import Database
from tests.fakes import Clock

CANARY = Details(
    name="Canary Quill",
    email="quill@example.org",
    phone="+34600777888",
    born_on=date(1951, 3, 9),
    address="7 Canary Wharf",
    emergency_name="Quentin Quill",
    emergency_phone="+34600777999",
    notes="canary of a note",
)


@pytest.fixture
def patients(database: Database, clock: Clock) -> Patients:
    return Patients(database, clock, secrets.token_bytes)


def on_the_disk(database: Database) -> bytes:
    folder = Path(str(database.url.database)).parent
    return b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())


async def test_a_patient_is_kept_and_found(patients: Patients) -> None:
    pat = await patients.register(CANARY)
    await patients.register(Details("Pam Other"))

    assert await patients.get(pat.id) == pat
    assert await patients.find("quill") == [pat]
    assert await patients.find("canary 7888") == [pat]
    assert await patients.find("canary other") == []
    assert len(await patients.find("")) == 2


async def test_a_changed_patient_is_found_by_the_new_name_alone(patients: Patients) -> None:
    pat = await patients.register(Details("Pat Before"))

    after = await patients.change(pat.id, Details("Pat After"), pat.revision)

    assert await patients.find("after") == [after]
    assert await patients.find("before") == []


async def test_bad_details_change_nothing(patients: Patients) -> None:
    pat = await patients.register(CANARY)

    with pytest.raises(Refused):
        await patients.change(pat.id, Details("Pat", email="nowhere"), pat.revision)
    assert await patients.get(pat.id) == pat


async def test_a_stolen_disk_tells_nothing_about_anybody(
    patients: Patients, scheduling: Scheduling, clock: Clock, database: Database
) -> None:
    pat = await patients.register(CANARY)
    await scheduling.book(clock(), timedelta(hours=1), "Tess", pat.id, "Europe/Madrid")
    await patients.change(pat.id, Details("Canary Quill Junior"), pat.revision)

    stored = on_the_disk(database).lower()
    for word in (b"canary", b"quill", b"600777", b"1951-03", b"wharf"):
        assert word not in stored


async def test_without_their_key_a_patient_and_their_links_are_as_if_they_had_never_been(
    patients: Patients, scheduling: Scheduling, invitations: Invitations, clock: Clock, database: Database
) -> None:
    pat = await patients.register(CANARY)
    booked = await scheduling.book(clock(), timedelta(hours=1), "Tess", pat.id, "Europe/Madrid")

    async with database.transaction() as tx:
        await keys.destroy(tx, pat.id)

    with pytest.raises(NotFound):
        await patients.get(pat.id)
    assert await patients.find("quill") == []
    assert (await scheduling.appointment(booked.appointment.id)).patient_name == "-"
    with pytest.raises(Refused) as refusal:
        await invitations.peek(booked.patient_token)
    assert refusal.value.code == "unknown_link"


async def test_all_keys_come_under_a_new_master_key(patients: Patients, database: Database) -> None:
    for number in range(5):
        await patients.register(Details(f"Pat {number}"))

    async with database.transaction() as tx:
        assert await keys.rewrap(tx, 100) == 0

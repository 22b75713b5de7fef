"""A rotation of the master key may be interrupted anywhere: nothing is lost, and the next one finishes it."""

import secrets
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from telesession import master_keys
from telesession.domain.patients import Details, Patient
from telesession.master_keys import KeyFile
from telesession.services.patients import Patients
from telesession.services.rotation import Rotation
from telesession.store import keys
from telesession.store.database import Database
from tests.fakes import Clock, read


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "master.key"


@pytest.fixture
async def service(url: str, key_file: Path) -> AsyncIterator[Database]:
    """The database as a running service has it open all the time."""
    async with Database(url, KeyFile(key_file)) as database:
        yield database


@pytest.fixture
async def people(service: Database, clock: Clock) -> list[Patient]:
    patients = Patients(service, clock, secrets.token_bytes)
    return [await patients.register(Details(f"Pat {number}")) for number in range(5)]


async def rotate(url: str, key_file: Path, clock: Clock) -> int:
    """In a process of its own, as far as the service can see."""
    async with Database(url, KeyFile(key_file)) as database:
        return await Rotation(database, key_file, clock, keys_at_once=2).rotate()


async def readable(url: str, key_file: Path, clock: Clock) -> list[str]:
    """Who can be read by a process that starts now."""
    async with Database(url, KeyFile(key_file)) as database:
        return sorted(one.details.name for one in await Patients(database, clock, secrets.token_bytes).find(""))


async def masters(database: Database) -> set[str]:
    async with database.reading() as tx:
        return set((await tx.execute(text("SELECT DISTINCT master FROM keys"))).scalars())


async def test_every_key_comes_under_a_new_master_key_and_the_old_one_goes(
    url: str, key_file: Path, service: Database, people: list[Patient], clock: Clock
) -> None:
    before, old = await masters(service), read(key_file).decode().split()

    assert await rotate(url, key_file, clock) == 5

    assert await masters(service) & before == set()
    assert len(master_keys.load(key_file).masters) == 1
    assert old[1] in read(key_file).decode(), "the clinic's own key stays"
    assert old[3] not in read(key_file).decode()
    assert len(await readable(url, key_file, clock)) == 5


async def test_a_running_service_reads_and_registers_on(
    url: str, key_file: Path, service: Database, people: list[Patient], clock: Clock
) -> None:
    patients = Patients(service, clock, secrets.token_bytes)
    await rotate(url, key_file, clock)

    assert await patients.get(people[0].id) == people[0]
    await patients.register(Details("Pat new"))

    assert "Pat new" in await readable(url, key_file, clock)
    assert len(await masters(service)) == 1


@pytest.mark.parametrize("step", ["new key", "one batch", "all but one", "everything wrapped", "file dropped"])
async def test_whatever_interrupts_it_nothing_is_lost_and_doing_it_again_finishes_it(
    url: str, key_file: Path, service: Database, people: list[Patient], clock: Clock, step: str
) -> None:
    master_keys.add_master(key_file)
    for _ in range({"new key": 0, "one batch": 1, "all but one": 2}.get(step, 3)):
        async with service.transaction() as tx:
            await keys.rewrap(tx, 2)
    if step == "file dropped":
        master_keys.drop_older(key_file)
    registered = await Patients(service, clock, secrets.token_bytes).register(Details("Pat between"))
    expected = sorted([*(one.details.name for one in people), "Pat between"])
    assert await readable(url, key_file, clock) == expected

    await rotate(url, key_file, clock)

    assert await readable(url, key_file, clock) == expected
    assert len(master_keys.load(key_file).masters) == 1
    assert await Patients(service, clock, secrets.token_bytes).get(registered.id) == registered


async def test_a_rotation_that_fails_at_the_end_leaves_both_keys(
    url: str, key_file: Path, service: Database, people: list[Patient], clock: Clock
) -> None:
    def broken() -> datetime:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        async with Database(url, KeyFile(key_file)) as database:
            await Rotation(database, key_file, broken).rotate()

    assert len(master_keys.load(key_file).masters) == 2
    assert len(await readable(url, key_file, clock)) == 5
    assert await rotate(url, key_file, clock) >= 0

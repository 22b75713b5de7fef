import asyncio
import gc
import inspect
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Never

import pytest
from sqlalchemy import delete, insert, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.schema import CreateIndex, CreateTable

from telesession.domain.errors import Refused
from telesession.store.database import Database, Synchronous, parse_url, sqlite_url
from telesession.store.schema import jobs, metadata, seats
from tests.fakes import PowerCut

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def job(name: str = "a", due_at: datetime = NOON) -> dict[str, object]:
    return {"id": name, "kind": "post", "subject": "Pat", "due_at": due_at, "created_at": NOON, "attempts": 0}


async def names(database: Database) -> list[str]:
    async with database.reading() as tx:
        return list((await tx.execute(select(jobs.c.id).order_by(jobs.c.id))).scalars())


async def test_times_come_back_as_they_went_in_and_aware(database: Database) -> None:
    lisbon_summer = timezone(timedelta(hours=1))
    moment = datetime(2026, 7, 1, 9, 30, 0, 123456, tzinfo=lisbon_summer)
    async with database.transaction() as tx:
        await tx.execute(insert(jobs), job(due_at=moment))
        stored = (await tx.execute(select(jobs.c.due_at))).scalar_one()

    assert stored == moment
    assert stored.tzinfo is UTC


async def test_a_time_without_a_zone_is_never_stored(database: Database) -> None:
    with pytest.raises(StatementError, match="time zone"):
        async with database.transaction() as tx:
            await tx.execute(insert(jobs), job(due_at=NOON.replace(tzinfo=None)))


async def test_a_transaction_is_whole_or_absent(database: Database) -> None:
    async def half() -> None:
        async with database.transaction() as tx:
            await tx.execute(insert(jobs), job())
            raise PowerCut

    with pytest.raises(PowerCut):
        await half()

    assert await names(database) == []


async def test_whoever_is_cut_off_in_a_transaction_keeps_nobody_from_writing(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute(insert(jobs), [job(str(number)) for number in range(500)])

    async def read_on(other: Database) -> Never:
        async with other.transaction() as tx:
            while True:
                await tx.execute(select(jobs))

    gc.disable()  # what is collected later holds its transaction until then
    try:
        for moment in range(30):
            async with Database(database.url.render_as_string()) as other:
                reading = asyncio.create_task(read_on(other))
                await asyncio.wait([reading], timeout=0.02 + moment * 0.0003)
                reading.cancel()
                await asyncio.wait([reading])
            with closing(sqlite3.connect(str(database.url.database), timeout=0, isolation_level=None)) as writer:
                writer.execute("BEGIN IMMEDIATE")
    finally:
        gc.enable()


async def test_errors_name_no_patient(database: Database) -> None:
    await add(database, "a")

    with pytest.raises(IntegrityError) as twice:
        await add(database, "a")
    with pytest.raises(StatementError) as naive:
        async with database.transaction() as tx:
            await tx.execute(insert(jobs), job(due_at=NOON.replace(tzinfo=None)))

    assert "Pat" not in f"{twice.value} {naive.value}"


async def test_rows_that_point_nowhere_are_refused(database: Database) -> None:
    row = {"participant": "p", "invitation": "nobody's", "browser_digest": b"x" * 32, "bound_at": NOON}
    with pytest.raises(IntegrityError):
        async with database.transaction() as tx:
            await tx.execute(insert(seats), row)


async def test_writers_take_turns_and_readers_do_not_wait(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute(insert(jobs), job("a"))
        other = asyncio.create_task(add(database, "b"))
        assert await names(database) == []  # what is not committed is not seen
        assert not other.done()
    await other

    assert await names(database) == ["a", "b"]


async def test_a_cancelled_writer_undoes_its_work_and_gives_its_turn_away(database: Database) -> None:
    inside = asyncio.Event()

    async def never_ends() -> None:
        async with database.transaction() as tx:
            await tx.execute(insert(jobs), job("half"))
            inside.set()
            await asyncio.Event().wait()

    stuck = asyncio.create_task(never_ends())
    await inside.wait()
    stuck.cancel()
    await asyncio.gather(stuck, return_exceptions=True)
    await add(database, "b")

    assert await names(database) == ["b"]


async def test_a_writer_cancelled_at_any_step_blocks_nobody(database: Database) -> None:
    for steps in range(40):
        writer = asyncio.create_task(add(database, f"w{steps}"))
        for _ in range(steps):
            await asyncio.sleep(0)
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)
        async with database.transaction() as tx:
            await tx.execute(delete(jobs))

    await add(database, "last")
    assert await names(database) == ["last"]


async def add(database: Database, name: str) -> None:
    async with database.transaction() as tx:
        await tx.execute(insert(jobs), job(name))


@pytest.mark.parametrize(("synchronous", "level"), [(Synchronous.FULL, 2), (Synchronous.NORMAL, 1)])
async def test_durability_is_what_was_asked_for(url: str, synchronous: Synchronous, level: int) -> None:
    async with Database(url, synchronous=synchronous) as database, database.reading() as tx:
        assert (await tx.execute(text("PRAGMA synchronous"))).scalar_one() == level
        assert (await tx.execute(text("PRAGMA journal_mode"))).scalar_one() == "wal"


def test_a_commit_survives_a_power_cut_unless_somebody_chose_otherwise() -> None:
    assert inspect.signature(Database).parameters["synchronous"].default is Synchronous.FULL


async def test_nobody_else_on_the_machine_may_read_the_file(database: Database) -> None:
    await add(database, "a")

    folder = Path(str(database.url.database)).parent
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in folder.iterdir()} == {
        "telesession.db": "0o600",
        "telesession.db-wal": "0o600",
        "telesession.db-shm": "0o600",
    }


async def test_a_broken_file_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "broken.db"
    file.write_bytes(b"not a database" * 200)

    async with Database(sqlite_url(file)) as broken:
        assert not await broken.is_reachable()


async def test_a_locked_database_can_be_read_and_refuses_to_be_changed(database: Database) -> None:
    rival = sqlite3.connect(str(database.url.database), isolation_level=None)
    rival.execute("BEGIN IMMEDIATE")

    assert await database.is_reachable()
    with pytest.raises(Refused) as refusal:
        await add(database, "a")
    assert refusal.value.code == "storage"
    rival.close()

    await add(database, "b")
    assert await names(database) == ["b"]


def test_the_url_chooses_the_driver(tmp_path: Path) -> None:
    assert parse_url("sqlite:///x.db").drivername == "sqlite+aiosqlite"
    assert parse_url("postgresql://clinic@db/visits").drivername == "postgresql+asyncpg"
    assert parse_url(sqlite_url(tmp_path / "a b?.db")).database == str(tmp_path / "a b?.db")
    for wrong in ("mysql://x/y", "sqlite://"):
        with pytest.raises(ValueError, match=r"database"):
            parse_url(wrong)


def test_the_tables_can_be_written_for_postgresql() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    for table in metadata.sorted_tables:
        assert "TIMESTAMP WITHOUT" not in str(CreateTable(table).compile(dialect=dialect))
        for index in table.indexes:
            assert str(CreateIndex(index).compile(dialect=dialect))

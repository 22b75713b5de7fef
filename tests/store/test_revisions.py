"""A new database is made without Alembic and an old one with it: both must end up the same."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from telesession.domain.errors import Refused
from telesession.store.database import Database, sqlite_url
from telesession.store.migrations import upgrade
from telesession.store.revisions import HEAD, current, is_current, migrate
from telesession.store.schema import metadata


async def schema(database: Database) -> list[tuple[str, str, str]]:
    """What SQLite itself says of each table and index."""
    async with database.reading() as tx:
        names = [
            name
            for (name,) in await tx.execute(text("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"))
        ]
        found = []
        for name in names:
            for ask in ("table_xinfo", "index_list", "foreign_key_list"):
                rows = await tx.execute(text(f"PRAGMA {ask}({name})"))
                # Indexes and foreign keys are numbered in the order of their making, which means nothing.
                told = [tuple(row) if ask == "table_xinfo" else tuple(row)[1:] for row in rows]
                found += [(name, ask, str(row)) for row in sorted(told, key=str)]
            definition = await tx.execute(
                text(f"SELECT sql LIKE '%WITHOUT ROWID%' FROM sqlite_master WHERE name='{name}'")
            )
            found.append((name, "without rowid", str(definition.scalar_one())))
    return found


@pytest.fixture
def fresh_url(tmp_path: Path) -> str:
    return sqlite_url(tmp_path / "fresh.db")


@pytest.fixture
def grown_url(tmp_path: Path) -> str:
    """A database that went through every revision."""
    engine = create_engine(f"sqlite:///{tmp_path / 'grown.db'}")
    with engine.begin() as connection:
        upgrade.run(connection)
    engine.dispose()
    return sqlite_url(tmp_path / "grown.db")


async def test_a_new_database_and_a_grown_one_are_the_same(fresh_url: str, grown_url: str) -> None:
    await migrate(fresh_url)
    async with Database(fresh_url) as fresh, Database(grown_url) as grown:
        assert await schema(fresh) == await schema(grown)
        assert await current(fresh) == await current(grown) == HEAD


async def test_the_migrations_build_what_the_schema_says(grown_url: str) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    async with Database(grown_url) as grown, grown.reading() as tx:
        assert await tx.run_sync(differences) == []


def test_the_head_that_the_service_expects_is_the_newest_revision(grown_url: str) -> None:
    engine = create_engine(grown_url)
    with engine.connect() as connection:
        assert ScriptDirectory.from_config(upgrade.config(connection)).get_heads() == [HEAD]
    engine.dispose()


async def test_migrating_twice_is_harmless(fresh_url: str) -> None:
    await migrate(fresh_url)
    await migrate(fresh_url)
    async with Database(fresh_url) as database:
        assert await is_current(database)


async def test_an_empty_database_has_no_revision(fresh_url: str) -> None:
    async with Database(fresh_url) as database:
        assert await current(database) is None
        assert not await is_current(database)


async def test_a_broken_file_is_not_current(tmp_path: Path) -> None:
    file = tmp_path / "broken.db"
    file.write_bytes(b"not a database" * 200)

    async with Database(sqlite_url(file)) as broken:
        assert not await is_current(broken)


async def test_a_database_of_an_older_release_is_upgraded(fresh_url: str) -> None:
    async with Database(fresh_url) as database, database.transaction() as tx:
        await tx.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))

    await migrate(fresh_url)

    async with Database(fresh_url) as database:
        assert await current(database) == HEAD


@pytest.mark.parametrize("made_by", ["a newer release", "somebody else"])
async def test_a_database_that_is_not_ours_is_left_as_it_is(fresh_url: str, made_by: str) -> None:
    async with Database(fresh_url) as database:
        async with database.transaction() as tx:
            if made_by == "a newer release":
                await tx.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
                await tx.execute(text("INSERT INTO alembic_version VALUES ('9999')"))
            else:
                await tx.execute(text("CREATE TABLE recipes (name TEXT)"))
        before = await schema(database)

        with pytest.raises(Refused) as refusal:
            await migrate(fresh_url)

        assert refusal.value.code == "foreign_database"
        assert await schema(database) == before


def test_a_new_database_is_made_without_loading_alembic(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys; from telesession.store.revisions import migrate;"
        f"asyncio.run(migrate({sqlite_url(tmp_path / 'x.db')!r})); sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0

"""Which schema a database has and which it should have. A new database is made at once; Alembic changes old ones."""

from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, String, Table, insert, inspect, make_url, select

from telesession.domain.errors import Refused
from telesession.store.database import Database
from telesession.store.schema import metadata

HEAD = "0001"
"""The newest revision in `migrations/versions`."""

_VERSION = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))
_VERSION.primary_key.name = "alembic_version_pkc"


def is_begun(url: str) -> bool:
    """Whether there is a file at `url`, with whatever in it."""
    path = make_url(url).database
    return path is not None and Path(path).exists()


async def current(database: Database) -> str | None:
    """The revision of the database; None when it is empty."""
    async with database.reading() as tx:
        return await tx.run_sync(_current)


async def is_current(database: Database) -> bool:
    """Whether the database answers and has the schema of this release: whether the service may use it."""
    return await database.is_reachable() and await current(database) == HEAD


async def migrate(url: str) -> None:
    """Bring the database at `url` to this release, in one transaction. Harmless when it is there already.

    Raises `Refused` when a newer release or something else wrote it; then it is left as it is.
    """
    async with Database(url, checks_foreign_keys=False) as database, database.transaction() as tx:
        await tx.run_sync(_migrate)


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_VERSION.name):
        return None
    return connection.execute(select(_VERSION.c.version_num)).scalar_one_or_none()


def _migrate(connection: Connection) -> None:
    found = _current(connection)
    if found == HEAD:
        return
    if found is None:
        tables = set(inspect(connection).get_table_names())
        if not tables:
            _create(connection)
            return
        if _VERSION.name not in tables:
            raise _foreign()
    from telesession.store.migrations import upgrade  # Alembic is loaded only when needed

    if found is not None and not upgrade.is_known(connection, found):
        raise _foreign()
    upgrade.run(connection)


def _foreign() -> Refused:
    return Refused("foreign_database", "This database was written by a newer release or by another program.")


def _create(connection: Connection) -> None:
    metadata.create_all(connection, checkfirst=False)
    _VERSION.create(connection)
    connection.execute(insert(_VERSION), {"version_num": HEAD})

"""The database: a place that gives transactions. What is asked inside them is written in the other files here."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, nullcontext, suppress
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, event, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DatabaseError, InterfaceError, MissingGreenlet, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from telesession.domain.errors import Refused
from telesession.master_keys import MasterKeys
from telesession.store.vault import Vault

Transaction = AsyncConnection
"""What the store's functions take. The caller opened it, and it commits when the caller is done."""

BUSY_TIMEOUT_MS = 5_000
READERS = 4

NOT_NOW = (OperationalError, InterfaceError, NoConnection)
"""The disk is full, somebody else holds the lock, the server is away: nobody's mistake, and it may pass."""

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
_WRITES = "telesession_writes"
_VAULT = "telesession_vault"


class Synchronous(StrEnum):
    """How SQLite makes a commit durable: FULL survives a power cut, NORMAL only a crash of the process (ADR 0010)."""

    FULL = "FULL"
    NORMAL = "NORMAL"


class Database:
    """Opens nothing until the first transaction; `close` it when the service stops.

    Without `keys` nothing that is sealed can be written or read: migrations need none. Keys that may be rotated
    meanwhile are given as what reads them (`KeyFile`).
    """

    def __init__(
        self,
        url: str,
        keys: MasterKeys | Callable[[], MasterKeys] | None = None,
        *,
        synchronous: Synchronous = Synchronous.FULL,
        busy_timeout_ms: int = BUSY_TIMEOUT_MS,
        checks_foreign_keys: bool = True,
    ) -> None:
        self.url = parse_url(url)
        self._is_sqlite = self.url.get_backend_name() == "sqlite"
        if self._is_sqlite:
            _create_private(self.url)
        vault = None if keys is None else Vault(keys)
        self._engine = _engine(self.url, synchronous, busy_timeout_ms, checks_foreign_keys).execution_options(
            **{_VAULT: vault}
        )
        self._writing = self._engine.execution_options(**{_WRITES: True})
        # SQLite has one writer at a time. Queueing here is fair and wakes at once; SQLite's own lock polls and is not.
        self._turn = asyncio.Lock()

    @property
    def is_sqlite(self) -> bool:
        return self._is_sqlite

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Read and write; commits at the end, undoes everything if the block raises. Never open one inside another.

        Raises `Refused("storage")` when the disk or the database cannot take it now.
        """
        with _refused():
            async with self._turn if self._is_sqlite else nullcontext(), self._writing.begin() as connection:
                yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """Read one consistent state, beside whoever writes. Raises `Refused("storage")` when there is no reading."""
        with _refused():
            async with self._engine.connect() as connection:
                yield connection

    async def is_reachable(self) -> bool:
        """Whether the database answers now."""
        try:
            async with self.reading() as tx:
                await tx.execute(select(1))
        except (Refused, DatabaseError):
            return False
        return True

    async def scrub(self) -> bool:
        """Bring the write-ahead log into the file and empty it, so that what was removed is in neither.

        False when somebody reads for too long; then SQLite does it by itself when it can.
        """
        if not self._is_sqlite:
            return True
        return await asyncio.to_thread(_scrub, str(self.url.database))

    async def close(self) -> None:
        """Give all connections back."""
        await self._engine.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def vault_of(tx: Transaction) -> Vault:
    """What seals and opens in this transaction."""
    connection = tx.sync_connection
    vault = connection and connection.get_execution_options()[_VAULT]
    assert isinstance(vault, Vault), "this database was opened without keys"
    return vault


def parse_url(url: str) -> URL:
    """Read `sqlite:///PATH` or `postgresql://...` and choose the driver; raises `ValueError` for anything else."""
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend not in _DRIVERS:
        raise ValueError(f"the database must be sqlite or postgresql, not {backend}")
    if backend == "sqlite" and not parsed.database:
        raise ValueError("an SQLite database needs a path: sqlite:///telesession.db")
    return parsed.set(drivername=_DRIVERS[backend])


def sqlite_url(path: Path) -> str:
    """The URL of the SQLite file at `path`."""
    return URL.create("sqlite", database=str(path.absolute())).render_as_string()


@contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except NOT_NOW as cause:
        raise Refused(
            "storage", "We cannot save or look up anything right now. Please try again in a moment."
        ) from cause


def _create_private(url: URL) -> None:
    """Make the file and its folder before SQLite does, so that nobody else may read it. WAL files take its mode."""
    assert url.database is not None
    Path(url.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(url.database, os.O_CREAT | os.O_RDWR, 0o600))


def _scrub(path: str) -> bool:
    with closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_MS / 1000)) as connection:
        (is_busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not is_busy


def _engine(url: URL, synchronous: Synchronous, busy_timeout_ms: int, checks_foreign_keys: bool) -> AsyncEngine:
    if url.get_backend_name() != "sqlite":
        return create_async_engine(url, pool_pre_ping=True, hide_parameters=True)
    # An error's text may end in a log, so it must not carry the names that a statement was to store.
    engine = create_async_engine(url, pool_size=READERS + 1, max_overflow=0, hide_parameters=True)
    pragmas = (
        f"PRAGMA busy_timeout = {busy_timeout_ms:d}",
        "PRAGMA journal_mode = WAL",
        f"PRAGMA synchronous = {synchronous}",
        f"PRAGMA foreign_keys = {checks_foreign_keys:d}",
        "PRAGMA secure_delete = ON",  # a patient's key that was destroyed is in no free page
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(dbapi_connection: Any, _record: object) -> None:
        dbapi_connection.isolation_level = None  # the driver begins nothing by itself: `begin` below does
        cursor = dbapi_connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "invalidate")
    def undo(dbapi_connection: Any, _record: object, _error: object) -> None:
        # A task was cancelled in the middle of a statement. To close the connection is not enough: a cursor that nobody
        # has collected yet would keep its transaction, and with it everybody else from writing.
        with suppress(DatabaseError, MissingGreenlet, sqlite3.Error, ValueError):  # it may be gone, or collected
            dbapi_connection.rollback()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        # A write that begins as a reader may find that somebody wrote since, and then no waiting helps.
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine

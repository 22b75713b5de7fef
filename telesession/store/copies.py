"""A copy of the whole database beside a running service, with the patients' keys taken out, and put in again."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from msgspec import Struct
from sqlalchemy import insert, select

from telesession.store.database import Transaction, vault_of
from telesession.store.schema import keys, patients
from telesession.store.vault import Wrapped


class Key(Struct, frozen=True):
    """One patient's key, wrapped as it is stored."""

    patient: str
    master: str
    key: bytes


def copy(source: Path, to: Path) -> list[Key]:
    """Copy the database at `source` as of one moment; the keys that were in it are not in the copy.

    Waits for the disk: call it from a thread. The copy is one file, without a write-ahead log.
    """
    with closing(sqlite3.connect(source)) as running, closing(sqlite3.connect(to)) as made:
        running.backup(made)
    with closing(sqlite3.connect(to, isolation_level=None)) as made:
        made.execute("PRAGMA journal_mode = DELETE")
        made.execute("PRAGMA secure_delete = ON")
        taken = [Key(*row) for row in made.execute("SELECT patient, master, key FROM keys ORDER BY patient")]
        made.execute("DELETE FROM keys")
        made.execute("VACUUM")
    return taken


def is_intact(path: Path) -> bool:
    """Whether SQLite finds every page and row of the database at `path` as it should be."""
    try:
        with closing(sqlite3.connect(path)) as found:
            said = found.execute("PRAGMA integrity_check").fetchall()
            return bool(said == [("ok",)] and not found.execute("PRAGMA foreign_key_check").fetchall())
    except sqlite3.DatabaseError:
        return False


async def put(tx: Transaction, taken: Sequence[Key]) -> int:
    """Put the keys back of patients who are there; how many. Raises `Unreadable` when one does not open."""
    vault = vault_of(tx)
    known = {row.id for row in await tx.execute(select(patients.c.id).where(patients.c.erased_at.is_(None)))}
    fitting = [one for one in taken if one.patient in known]
    for one in fitting:
        vault.cipher(one.patient, Wrapped(one.master, one.key))
    if fitting:
        rows = [{"patient": one.patient, "master": one.master, "key": one.key} for one in fitting]
        await tx.execute(insert(keys), rows)
    return len(fitting)

"""Runs Alembic on a connection that is already in a transaction. The only file that imports it, beside its own."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

HERE = Path(__file__).parent


def config(connection: Connection) -> Config:
    """Alembic's settings for `connection`; there is no alembic.ini."""
    settings = Config()
    settings.set_main_option("script_location", str(HERE).replace("%", "%%"))
    settings.attributes["connection"] = connection
    return settings


def is_known(connection: Connection, revision: str) -> bool:
    """Whether this release knows how to go on from `revision`."""
    return revision in {script.revision for script in ScriptDirectory.from_config(config(connection)).walk_revisions()}


def run(connection: Connection) -> None:
    """Apply every revision that the database does not have yet."""
    command.upgrade(config(connection), "head")
    _require_sound(connection)


def _require_sound(connection: Connection) -> None:
    """SQLite rebuilds tables with its foreign keys off, so they are looked at once afterwards."""
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError("the migration would leave rows that point nowhere; nothing was changed")

"""New databases for tests: made once a process and copied from then on, in a fiftieth of the time."""

import shutil
import tempfile
from pathlib import Path

from sqlalchemy import make_url

from telesession.store.database import sqlite_url
from telesession.store.revisions import migrate

_MADE = Path(tempfile.mkdtemp(prefix="database-")) / "new.db"


async def make(url: str) -> None:
    """What `migrate` does where there is no database yet; another stays."""
    if not _MADE.exists():
        await migrate(sqlite_url(_MADE))
    path = Path(make_url(url).database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    if _is_empty(path):
        shutil.copy(_MADE, path)


def _is_empty(path: Path) -> bool:
    return not path.exists() or path.stat().st_size == 0

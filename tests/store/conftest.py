from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from telesession.store.database import Database, sqlite_url
from tests import databases
from tests.keys import KEYS


@pytest.fixture
async def url(tmp_path: Path) -> str:
    url = sqlite_url(tmp_path / "telesession.db")
    await databases.make(url)
    return url


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    async with Database(url, KEYS, busy_timeout_ms=50) as database:
        yield database

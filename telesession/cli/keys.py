"""`telesession keys`: a new master key in place of the old one."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from telesession.cli.desk import in_clinic, settings_of

if TYPE_CHECKING:
    from telesession.store.database import Database


@click.group()
def keys() -> None:
    """The keys without which nothing that is kept can be read."""


@keys.command()
@click.pass_obj
def rotate(config: Path | None) -> None:
    """Make a new master key and wrap every patient's key by it. Harmless beside a running service, and to repeat."""
    from telesession.clock import utc_now
    from telesession.services.rotation import Rotation

    settings = settings_of(config)

    async def do(database: "Database") -> None:
        count = await Rotation(database, settings.master_keys, utc_now).rotate()
        are = "key is" if count == 1 else "keys are"
        click.echo(f"{count} {are} under a new master key. Keep a new copy of {settings.master_keys} elsewhere.")

    in_clinic(settings, do)

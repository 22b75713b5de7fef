"""`telesession retention`: what would be removed tonight, or removing it now."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from telesession.cli.desk import in_clinic, settings_of

if TYPE_CHECKING:
    from telesession.store.database import Database


@click.command()
@click.option("--dry-run", is_flag=True, help="Only count what would go.")
@click.pass_obj
def retention(config: Path | None, dry_run: bool) -> None:
    """Remove what was kept for as long as the settings say. A running service does it every night at three."""
    from telesession.clock import utc_now
    from telesession.domain.audit import COMMAND_LINE
    from telesession.services.retention import Retention

    settings = settings_of(config)

    async def do(database: "Database") -> None:
        service = Retention(database, utc_now, settings.data_dir, settings.periods, settings.time_zone)
        counts = await service.sweep(dry_run=dry_run, by=COMMAND_LINE)
        for kind, count in counts.items():
            days = getattr(settings.periods, kind)
            click.echo(f"{kind:<14} {count:>8}  older than {days} days")
        click.echo("Nothing was removed." if dry_run else "Removed.")

    in_clinic(settings, do)

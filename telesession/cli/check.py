"""`telesession check`: is this clinic well, and what is to be done."""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from telesession.cli.desk import run

if TYPE_CHECKING:
    from telesession.services.checks import Finding

SIGNS = {"good": "ok", "warning": "care", "problem": "MEND"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for monitoring.")
@click.pass_obj
def check(config: Path | None, as_json: bool) -> None:
    """Look at settings, keys, database, disk, clock, relay, recorder, mail, backups and the record of access.

    Exit code 1 when something has to be mended; warnings do not count.
    """
    found = _found(config)
    if as_json:
        import msgspec

        click.echo(json.dumps([msgspec.to_builtins(one) for one in found], indent=2))
    else:
        for one in found:
            click.echo(f"{SIGNS[one.level]:<5} {one.name:<9} {one.text}")
            if one.advice:
                click.echo(f"{'':<15} {one.advice}")
    if any(one.level == "problem" for one in found):
        sys.exit(1)


def _found(config: Path | None) -> "list[Finding]":
    from telesession.clock import utc_now
    from telesession.config import BadSettings, load
    from telesession.services import checks, peer_checks

    try:
        settings = load(os.environ, config)
    except BadSettings as wrong:
        return [checks.problem("settings", str(wrong), "Change that setting; the service does not start with it.")]

    async def look() -> "list[Finding]":
        return [*await checks.look(settings, utc_now), *await peer_checks.look(settings, utc_now)]

    return [checks.good("settings", "The settings can be used."), *run(look)]

"""`telesession audit`: whether the record of access is whole, and taking it elsewhere."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from telesession.cli.desk import in_clinic, settings_of

if TYPE_CHECKING:
    from telesession.services.audit import Told
    from telesession.store.audit import Verdict
    from telesession.store.database import Database

CAUSES = {
    "line": "it is not what was written, or one before it is missing",
    "rewritten": "it does not agree with the signature of the time",
    "signature": "a signature there is not of this clinic's key",
    "cut off": "it and all after it are missing although they were signed",
    "not the one that was noted": "it is not the one whose digest you gave",
}


@click.group()
def audit() -> None:
    """Who had access to what: check that nobody changed the record of it, and take it elsewhere."""


@audit.command()
@click.option("--seen", help="A line as an earlier check printed it, NUMBER:DIGEST: it has to be there still.")
@click.option("--key", is_flag=True, help="Print the public key that signatures are checked with, and stop.")
@click.pass_obj
def verify(config: Path | None, seen: str | None, key: bool) -> None:
    """Look at every line and signature. Exit code 1, and the number of the first broken line, when one is not right."""
    from telesession.clock import utc_now
    from telesession.services.audit import Audit, parse_seen

    async def look(database: "Database") -> None:
        if key:
            click.echo(await Audit(database, utc_now).public_key(), nl=False)
            return
        verdict = await Audit(database, utc_now).verify(seen=parse_seen(seen) if seen else None)
        click.echo(_said(verdict))
        if not verdict.is_whole:
            sys.exit(1)

    in_clinic(settings_of(config), look)


@audit.command()
@click.pass_obj
def export(config: Path | None) -> None:
    """Print every line as JSON, the oldest first, with its digest: for another system to keep."""
    import msgspec

    from telesession.clock import utc_now
    from telesession.services.audit import Audit

    async def write(database: "Database") -> None:
        async for told in Audit(database, utc_now).export():
            click.echo(msgspec.json.encode(_plain(told)).decode())

    in_clinic(settings_of(config), write)


def _said(verdict: "Verdict") -> str:
    if verdict.broken is not None:
        return f"Broken at line {verdict.broken}: {CAUSES[verdict.cause]}."
    return (
        f"Whole: {verdict.lines} lines, signed up to line {verdict.signed}. Note this elsewhere and give it to the "
        f"next check with --seen:\n{verdict.head.seq}:{verdict.head.digest.hex()}"
    )


def _plain(told: "Told") -> dict[str, object]:
    line = told.line
    return {
        "seq": line.seq,
        "at": line.at,
        "actor": line.actor,
        "role": line.role,
        "place": line.place,
        "action": line.action,
        "subject": line.subject,
        "outcome": line.outcome,
        "reason": told.reason,
        "digest": line.digest.hex(),
    }

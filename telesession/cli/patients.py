"""`telesession export`, `erase` and `hold`: what one patient may ask of the clinic, and what may stand against it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from telesession.cli.desk import in_clinic, settings_of

if TYPE_CHECKING:
    from telesession.store.database import Database
    from telesession.store.removal import Effect

PATH = click.Path(path_type=Path)
WORD = "erase"


@click.command()
@click.argument("patient_id")
@click.option("--to", type=PATH, help="File to write.  [default: patient-ID.zip]")
@click.pass_obj
def export(config: Path | None, patient_id: str, to: Path | None) -> None:
    """Write everything that is kept about a patient to one zip file: JSON, a page to read, and clips."""
    from telesession.clock import utc_now
    from telesession.domain.ids import PatientId
    from telesession.services.exporting import Exporting

    settings = settings_of(config)
    path = to or Path(f"patient-{patient_id}.zip")

    async def write(database: "Database") -> None:
        files = await Exporting(database, utc_now, settings.data_dir).export(PatientId(patient_id), path)
        click.echo(f"{files} files in {path}. It is not encrypted: hand it over safely, then delete it.")

    in_clinic(settings, write)


@click.command()
@click.argument("patient_id")
@click.option("--reason", help="Kept sealed in the record of access.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def erase(config: Path | None, patient_id: str, reason: str | None, yes: bool) -> None:
    """Erase a patient for ever. Backups that hold keys forget them once they are deleted (see the how-to)."""
    import secrets

    from telesession.clock import utc_now
    from telesession.domain.ids import PatientId
    from telesession.services.announcing import Announcing
    from telesession.services.erasing import Erasing
    from telesession.services.jobs import Jobs

    settings = settings_of(config)

    async def do(database: "Database") -> None:
        jobs = Jobs(database, utc_now, secrets.token_bytes)
        announcing = Announcing(utc_now, secrets.token_bytes, jobs)
        erasing = Erasing(database, utc_now, settings.data_dir, announcing)
        click.echo(_said(await erasing.effect(PatientId(patient_id))))
        if not yes and click.prompt(f'This cannot be undone. Type "{WORD}" to go on', default="") != WORD:
            click.echo("Nothing was erased.")
            return
        await erasing.erase(PatientId(patient_id), reason=reason)
        click.echo("Erased.")

    in_clinic(settings, do)


@click.command()
@click.argument("patient_id")
@click.option("--release", is_flag=True, help="Lift the hold.")
@click.option("--reason", help="Kept sealed in the record of access.")
@click.pass_obj
def hold(config: Path | None, patient_id: str, release: bool, reason: str | None) -> None:
    """Put a legal hold on a patient: nothing about them is erased, nor removed when its time is over."""
    from telesession.clock import utc_now
    from telesession.domain.ids import PatientId
    from telesession.services.erasing import Erasing

    settings = settings_of(config)

    async def do(database: "Database") -> None:
        erasing = Erasing(database, utc_now, settings.data_dir)
        if release:
            await erasing.release(PatientId(patient_id), reason=reason)
        else:
            await erasing.hold(PatientId(patient_id), reason=reason)
        click.echo("Released." if release else "Held.")

    in_clinic(settings, do)


def _said(effect: "Effect") -> str:
    return (
        f"To be erased: the record, {effect.visit_lines} lines of visits, {effect.links} links, {effect.clips} clips, "
        f"{effect.recordings} recordings, {effect.notifications} messages, {effect.consents} consents. "
        f"{effect.appointments} appointments stay, without saying whose they were."
    )

"""`telesession backup` and `restore`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from telesession.cli.desk import in_clinic, run, settings_of

if TYPE_CHECKING:
    from telesession.store.database import Database

PATH = click.Path(path_type=Path)


@click.command()
@click.argument("file", type=PATH)
@click.option("--to", "public_keys", multiple=True, required=True, help="Public key of age, age1…; may be given again.")
@click.pass_obj
def backup(config: Path | None, file: Path, public_keys: tuple[str, ...]) -> None:
    """Write everything to FILE and the patients' keys to FILE.keys, encrypted, while the service runs.

    Delete each FILE.keys after a week: only then are patients who were erased gone from the backups too.
    """
    from telesession.clock import utc_now
    from telesession.services.backup import Backup, keys_of

    settings = settings_of(config)

    async def make(database: "Database") -> None:
        service = Backup(database, utc_now, settings.data_dir, settings.master_keys)
        made = await service.make(file, public_keys)
        click.echo(f"{made.files} files, {made.size_bytes} bytes in {file}; {made.keys} keys in {keys_of(file)}.")
        click.echo("Take both elsewhere. Keep the second for a week at most.")

    in_clinic(settings, make)


@click.command()
@click.argument("file", type=PATH)
@click.option("--keys", "ring", type=PATH, help="The file with the keys.  [default: FILE.keys]")
@click.option("--identity", type=PATH, required=True, help="File with the secret key, as age-keygen writes it.")
@click.option("--into", type=PATH, help="Empty folder.  [default: TELESESSION_DATA_DIR]")
@click.pass_obj
def restore(config: Path | None, file: Path, ring: Path | None, identity: Path, into: Path | None) -> None:
    """Make an empty folder the clinic of a backup, and check all of it."""
    from telesession.clock import utc_now
    from telesession.services.backup import keys_of
    from telesession.services.restore import KEY_FILE
    from telesession.services.restore import restore as bring_back

    settings = settings_of(config)
    folder = into or settings.data_dir

    async def do() -> None:
        restored = await bring_back(file, ring or keys_of(file), identity, folder, utc_now)
        click.echo(
            f"The clinic of {restored.made_at:%Y-%m-%d %H:%M} UTC is in {folder}: {restored.files} files, keys of "
            f"{restored.patients} patients, {restored.audit_lines} lines of the record of access, all checked."
        )
        click.echo(f"Its keys are in {folder / KEY_FILE}. Patients who were erased since then have to be erased again.")

    run(do)

"""The command `telesession`. Parts are imported when a command needs them, so that each starts fast."""

import sys
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import click

from telesession.cli.desk import run, settings_of

PATH = click.Path(path_type=Path)
PORT = click.IntRange(0, 65_535)


def main() -> NoReturn:
    """Run the command; what goes wrong for a reason is one sentence on standard error and exit code 1."""
    from telesession.config import BadSettings
    from telesession.domain.errors import NotFound, Refused

    try:
        commands()
    except (BadSettings, OSError) as wrong:
        sys.exit(f"telesession: {wrong}")
    except Refused as no:
        sys.exit(f"telesession: {no.text}")
    except NotFound:
        sys.exit("telesession: there is no such visit, link or patient.")
    sys.exit(0)


ELSEWHERE = {
    "api-key": "telesession.cli.api:api_key",
    "audit": "telesession.cli.audit:audit",
    "bench": "telesession.cli.bench:bench",
    "backup": "telesession.cli.backup:backup",
    "check": "telesession.cli.check:check",
    "erase": "telesession.cli.patients:erase",
    "export": "telesession.cli.patients:export",
    "hold": "telesession.cli.patients:hold",
    "keys": "telesession.cli.keys:keys",
    "openapi": "telesession.cli.api:openapi",
    "restore": "telesession.cli.backup:restore",
    "retention": "telesession.cli.retention:retention",
    "staff": "telesession.cli.staff:staff",
    "visit": "telesession.cli.visits:visit",
    "webhook": "telesession.cli.webhooks:webhook",
}
"""Commands in files of their own, read when they are asked for."""


class Lazy(click.Group):
    """Knows the names in `ELSEWHERE` without importing what is behind them."""

    def list_commands(self, context: click.Context) -> list[str]:
        """All names, as `--help` lists them."""
        return sorted([*super().list_commands(context), *ELSEWHERE])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of this name."""
        if name not in ELSEWHERE:
            return super().get_command(context, name)
        module, _, command = ELSEWHERE[name].partition(":")
        found = getattr(import_module(module), command)
        assert isinstance(found, click.Command)
        return found


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="telesession", prog_name="telesession")
@click.option("--config", type=PATH, envvar="TELESESSION_CONFIG", help="TOML file of settings.")
@click.pass_context
def commands(context: click.Context, config: Path | None) -> None:
    """Self-hosted video visits for physical therapy."""
    context.obj = config


@commands.command()
@click.option("--port", type=PORT, help="0 takes any free port.  [default: TELESESSION_PORT or 8080]")
@click.pass_obj
def serve(config: Path | None, port: int | None) -> None:
    """Run the service with the settings of the environment."""
    settings = settings_of(config)
    from msgspec.structs import replace

    from telesession.server import serving

    if port is not None:
        settings = replace(settings, port=port)
    serving.require_safe(settings)
    with serving.listen(settings.host, settings.port) as taken:
        run(lambda: serving.run(settings, taken))


@commands.command()
@click.option(
    "--port", type=PORT, envvar="TELESESSION_PORT", default=8080, show_default=True, help="0 takes any free port."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line with the links once ready, nothing else.")
@click.option("--data", type=PATH, help="Keep everything here; without it the demo forgets all when it stops.")
@click.option("--lan", is_flag=True, help="Serve https on the local network, so that a phone can join.")
@click.option("--certs", type=PATH, default=Path("certs"), show_default=True, help="Certificates of --lan.")
@click.option("--virtual-patient", is_flag=True, help="Have a virtual patient come: to try a whole visit alone.")
@click.pass_obj
def demo(
    config: Path | None, port: int, as_json: bool, data: Path | None, lan: bool, certs: Path, virtual_patient: bool
) -> None:
    """Start a clinic with one therapist, one patient and one appointment now, and print their links."""
    chosen = settings_of(config)
    from telesession import demo as clinic
    from telesession import logs
    from telesession.config import LogFormat

    if not as_json:
        logs.configure(LogFormat.CONSOLE)
    with clinic.folder(data) as kept:
        settings, taken = clinic.prepare(chosen, kept, port, certs if lan else None)
        with taken:
            run(lambda: clinic.run(settings, taken, as_json, virtual_patient))


@commands.command()
@click.pass_obj
def migrate(config: Path | None) -> None:
    """Bring the database to the schema of this version; harmless when it is there already."""
    from telesession.store.revisions import migrate as bring_up_to_date

    settings = settings_of(config)
    run(lambda: bring_up_to_date(settings.database))
    click.echo("The database is up to date.")


@commands.command()
@click.option("--dir", "folder", type=PATH, default=Path("certs"), show_default=True)
@click.option("--host", "hosts", multiple=True, help="Name or address of this machine; may be given again.")
def certs(folder: Path, hosts: tuple[str, ...]) -> None:
    """Make a local certificate authority (once) and a certificate for this machine."""
    from telesession import certificates

    made = certificates.make(folder, hosts or ("localhost", "127.0.0.1", "::1"))
    click.echo(f"certificate  {made.host}")
    click.echo(f"private key  {made.host_key}")
    click.echo(f"authority    {made.authority} (the one that phones are told to trust)")

"""The command `telesession`. Parts are imported when a command needs them, so that each starts fast."""

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from telesession.cli_desk import in_clinic, run, settings_of

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from datetime import datetime

    from telesession.config import Settings
    from telesession.services.invitations import Invitations
    from telesession.services.scheduling import Scheduling
    from telesession.store.database import Database

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
    "api-key": "telesession.cli_api:api_key",
    "audit": "telesession.cli_audit:audit",
    "bench": "telesession.cli_bench:bench",
    "backup": "telesession.cli_backup:backup",
    "check": "telesession.cli_check:check",
    "erase": "telesession.cli_patients:erase",
    "export": "telesession.cli_patients:export",
    "hold": "telesession.cli_patients:hold",
    "keys": "telesession.cli_keys:keys",
    "openapi": "telesession.cli_api:openapi",
    "restore": "telesession.cli_backup:restore",
    "retention": "telesession.cli_retention:retention",
    "staff": "telesession.cli_staff:staff",
    "webhook": "telesession.cli_webhooks:webhook",
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


@commands.group()
def visit() -> None:
    """Book, list and cancel visits; make links and take them back."""


@visit.command()
@click.option("--therapist", required=True, help="Name, as the patient reads it.")
@click.option("--patient", required=True, help="Name, as the therapist reads it.")
@click.option("--at", "starts_at", help="Start, such as 2026-11-23T14:30+01:00; now unless given.")
@click.option("--minutes", type=click.IntRange(5, 480), default=30, show_default=True)
@click.option("--time-zone", help="The patient's, such as Europe/Madrid; the clinic's unless given.")
@click.pass_obj
def create(
    config: Path | None, therapist: str, patient: str, starts_at: str | None, minutes: int, time_zone: str | None
) -> None:
    """Book an appointment and print the two links."""
    from datetime import timedelta

    from telesession.domain.audit import COMMAND_LINE
    from telesession.domain.patients import Details

    settings, start = settings_of(config), _moment(starts_at)

    async def book(scheduling: "Scheduling", _: "Invitations") -> None:
        booked = await scheduling.book(
            start,
            timedelta(minutes=minutes),
            therapist,
            Details(patient),
            time_zone or settings.time_zone,
            by=COMMAND_LINE,
        )
        click.echo(f"visit      {booked.appointment.id}")
        click.echo(f"therapist  {settings.origin}/join/{booked.therapist_token}")
        click.echo(f"patient    {settings.origin}/join/{booked.patient_token}")

    _at_desk(settings, book, may_begin=True)


@visit.command("list")
@click.option(
    "--names", is_flag=True, help="Show the patients' names too; left out otherwise, as terminals are logged."
)
@click.pass_obj
def list_(config: Path | None, names: bool) -> None:
    """List appointments that run or come: id, start, length, status."""

    async def show(scheduling: "Scheduling", _: "Invitations") -> None:
        appointments = await scheduling.list_current()
        for one in appointments:
            minutes = round((one.ends_at - one.starts_at).total_seconds() / 60)
            line = f"{one.id}  {one.starts_at:%Y-%m-%dT%H:%MZ}  {minutes:3} min  {one.status}"
            click.echo(f"{line:<60}  {one.patient_name}" if names else line)
        if not appointments:
            click.echo("No visits.")

    _at_desk(settings_of(config), show)


@visit.command()
@click.argument("visit_id")
@click.pass_obj
def cancel(config: Path | None, visit_id: str) -> None:
    """Cancel an appointment; its links say so from then on, and whoever is in is out within seconds."""
    from telesession.domain.audit import COMMAND_LINE
    from telesession.domain.ids import VisitId

    async def call_off(scheduling: "Scheduling", _: "Invitations") -> None:
        await scheduling.cancel(VisitId(visit_id), COMMAND_LINE)
        click.echo("Cancelled.")

    _at_desk(settings_of(config), call_off)


@visit.command()
@click.argument("visit_id")
@click.option("--name", required=True, help="Name, as the others read it.")
@click.option("--role", type=click.Choice(["therapist", "patient", "guest"]), default="guest", show_default=True)
@click.option("--relation", type=click.Choice(["relative", "interpreter", "student"]), default="relative")
@click.pass_obj
def invite(config: Path | None, visit_id: str, name: str, role: str, relation: str) -> None:
    """Make one more link to a visit: for a guest, or in place of a lost one."""
    from telesession.domain.audit import COMMAND_LINE
    from telesession.domain.ids import VisitId
    from telesession.domain.messages import Relation, Role

    settings = settings_of(config)
    to_visit = Relation(relation) if role == "guest" else None

    async def mint(_: "Scheduling", invitations: "Invitations") -> None:
        token = await invitations.invite(VisitId(visit_id), Role(role), name, to_visit, COMMAND_LINE)
        click.echo(f"{settings.origin}/join/{token}")

    _at_desk(settings, mint)


@visit.command()
@click.argument("visit_id")
@click.option("--names", is_flag=True, help="Show whose links they are by name too.")
@click.pass_obj
def links(config: Path | None, visit_id: str, names: bool) -> None:
    """List the links of a visit: id, role, whether it still opens. The links themselves nobody can read again."""
    from telesession.domain.ids import VisitId

    async def show(scheduling: "Scheduling", invitations: "Invitations") -> None:
        await scheduling.appointment(VisitId(visit_id))  # an unknown visit is no visit without links
        for one in await invitations.list_for_visit(VisitId(visit_id)):
            line = f"{one.id}  {one.role:<9}  {'opens' if one.revoked_at is None else 'revoked'}"
            click.echo(f"{line:<54}  {one.name}" if names else line)

    _at_desk(settings_of(config), show)


@visit.command()
@click.argument("link_id")
@click.pass_obj
def revoke(config: Path | None, link_id: str) -> None:
    """Take one person's link back, by its id. Whoever is in by it is out within seconds and does not come back."""
    from telesession.domain.audit import COMMAND_LINE
    from telesession.domain.ids import InvitationId

    async def take_back(_: "Scheduling", invitations: "Invitations") -> None:
        await invitations.revoke(InvitationId(link_id), COMMAND_LINE)
        click.echo("Revoked.")

    _at_desk(settings_of(config), take_back)


def _moment(text: str | None) -> "datetime":
    from datetime import UTC, datetime

    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("must look like 2026-11-23T14:30+01:00", param_hint="--at") from None
    if moment.tzinfo is None:
        raise click.BadParameter("needs an offset, such as +01:00 or Z", param_hint="--at")
    return moment.astimezone(UTC)


def _at_desk(
    settings: "Settings",
    do: "Callable[[Scheduling, Invitations], Coroutine[Any, Any, None]]",
    *,
    may_begin: bool = False,
) -> None:
    """Let `do` use the clinic's services on its database; see `in_clinic`."""
    import secrets

    from telesession.clock import utc_now
    from telesession.services.announcing import Announcing
    from telesession.services.invitations import Invitations
    from telesession.services.jobs import Jobs
    from telesession.services.scheduling import Scheduling
    from telesession.services.telling import Telling, channels_of

    async def work(database: "Database") -> None:
        # Whoever is to be told is told by the running service, as soon as it looks.
        jobs = Jobs(database, utc_now, secrets.token_bytes)
        telling = Telling(utc_now, secrets.token_bytes, jobs, channels_of(settings))
        announcing = Announcing(utc_now, secrets.token_bytes, jobs)
        await do(
            Scheduling(database, utc_now, secrets.token_bytes, telling, announcing),
            Invitations(database, utc_now, secrets.token_bytes),
        )

    in_clinic(settings, work, may_begin=may_begin)

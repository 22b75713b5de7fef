"""`telesession visit`: appointments and their links, for whoever has the server's shell."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from telesession.cli.desk import in_clinic, settings_of

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from datetime import datetime

    from telesession.config import Settings
    from telesession.services.invitations import Invitations
    from telesession.services.scheduling import Scheduling
    from telesession.store.database import Database


@click.group()
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

"""`telesession webhook`: where other software is told of appointments and visits. Loaded when it is asked for."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from telesession.cli.desk import in_clinic, settings_of

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from datetime import datetime

    from telesession.domain.webhooks import Delivery, Webhook
    from telesession.services.webhooks import Webhooks
    from telesession.store.database import Database

EVENTS = (
    "appointment.booked", "appointment.moved", "appointment.cancelled", "appointment.missed",
    "visit.waiting", "visit.started", "visit.ended",
)  # fmt: skip


@click.group()
def webhook() -> None:
    """Tell other software of appointments and visits: where, of what, and what came of it."""


@webhook.command()
@click.argument("url")
@click.option(
    "--event", "events", multiple=True, type=click.Choice(EVENTS), help="May be given again; all unless given."
)
@click.pass_obj
def add(config: Path | None, url: str, events: tuple[str, ...]) -> None:
    """Send to URL what happens from now on. Prints the secret that signs it: this once."""

    async def make(webhooks: "Webhooks") -> None:
        secret, made = await webhooks.add(url, events)
        click.echo(f"webhook  {made.id}")
        click.echo(f"secret   {secret}")

    _with_webhooks(config, make)


@webhook.command("list")
@click.pass_obj
def list_(config: Path | None) -> None:
    """List webhooks: id, whether they are sent to, events, address."""

    async def show(webhooks: "Webhooks") -> None:
        listed = await webhooks.list_all()
        for one in listed:
            click.echo(f"{one.id}  {_state(one):<18}  {','.join(one.events)}  {one.url}")
        if not listed:
            click.echo("No webhooks.")

    _with_webhooks(config, show)


@webhook.command()
@click.argument("webhook_id")
@click.pass_obj
def log(config: Path | None, webhook_id: str) -> None:
    """List what was sent to a webhook, the newest first: id, event, visit, state, tries, last status or error."""

    async def show(webhooks: "Webhooks") -> None:
        _, deliveries = await webhooks.get(_id(webhook_id))
        for one in deliveries:
            click.echo(_line(one))
        if not deliveries:
            click.echo("Nothing yet.")

    _with_webhooks(config, show)


@webhook.command()
@click.argument("webhook_id")
@click.pass_obj
def test(config: Path | None, webhook_id: str) -> None:
    """Send a webhook.test there now; exit code 1 when it is not taken."""

    async def try_out(webhooks: "Webhooks") -> None:
        tried = await webhooks.try_out(_id(webhook_id))
        if tried.error is not None:
            answered = "" if tried.status is None else f" (status {tried.status})"
            raise click.ClickException(f"it was not taken: {tried.error}{answered}.")
        click.echo(f"Taken, with status {tried.status}.")

    _with_webhooks(config, try_out)


@webhook.command()
@click.argument("id_", metavar="DELIVERY_OR_WEBHOOK")
@click.pass_obj
def redeliver(config: Path | None, id_: str) -> None:
    """Send one delivery again, or everything that a webhook has not taken. The running service sends it soon."""
    from telesession.domain.webhooks import DeliveryId

    async def again(webhooks: "Webhooks") -> None:
        if id_.startswith("msg_"):
            await webhooks.redeliver(DeliveryId(id_))
            count = 1
        else:
            count = await webhooks.redeliver_failed(_id(id_))
        click.echo(f"To be sent again: {count}.")

    _with_webhooks(config, again)


@webhook.command()
@click.argument("webhook_id")
@click.pass_obj
def enable(config: Path | None, webhook_id: str) -> None:
    """Send there again after it was given up; what was missed is sent by `redeliver`."""

    async def go_on(webhooks: "Webhooks") -> None:
        await webhooks.enable(_id(webhook_id))
        click.echo("Enabled.")

    _with_webhooks(config, go_on)


@webhook.command()
@click.argument("webhook_id")
@click.pass_obj
def rotate(config: Path | None, webhook_id: str) -> None:
    """Make a new secret and print it, this once. The one before signs beside it for 24 hours."""

    async def change(webhooks: "Webhooks") -> None:
        click.echo(f"secret   {await webhooks.replace_secret(_id(webhook_id))}")

    _with_webhooks(config, change)


@webhook.command()
@click.argument("webhook_id")
@click.pass_obj
def remove(config: Path | None, webhook_id: str) -> None:
    """Send nothing more there, and forget what was sent."""

    async def forget(webhooks: "Webhooks") -> None:
        await webhooks.remove(_id(webhook_id))
        click.echo("Removed.")

    _with_webhooks(config, forget)


def _id(text: str) -> Any:
    from telesession.domain.webhooks import WebhookId

    return WebhookId(text)


def _state(one: "Webhook") -> str:
    if one.disabled_at is not None:
        return f"disabled: {one.disabled_why}"
    return "works" if one.failing_since is None else f"fails {_at(one.failing_since)}"


def _line(one: "Delivery") -> str:
    came = str(one.status or "") if one.error is None else f"{one.error} {one.status or ''}".strip()
    return f"{one.id}  {_at(one.happened_at)}  {one.event:<21}  {one.visit}  {one.state:<9}  {one.tries}  {came}"


def _at(moment: "datetime") -> str:
    return f"{moment:%Y-%m-%dT%H:%MZ}"


def _with_webhooks(config: Path | None, do: "Callable[[Webhooks], Coroutine[Any, Any, None]]") -> None:
    """Let `do` use the webhooks of the clinic, beside a running service if there is one."""
    import secrets

    from telesession.clock import utc_now
    from telesession.domain.errors import NotFound
    from telesession.post.caller import Caller
    from telesession.services.jobs import Jobs
    from telesession.services.webhooks import Webhooks

    settings = settings_of(config)
    inside = settings.webhook_private_names

    async def work(database: "Database") -> None:
        jobs = Jobs(database, utc_now, secrets.token_bytes)
        try:
            await do(Webhooks(database, utc_now, secrets.token_bytes, jobs, Caller(inside), inside))
        except NotFound:
            raise click.ClickException("there is no such webhook or delivery.") from None

    in_clinic(settings, work)

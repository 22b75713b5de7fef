"""The commands `telesession staff`: accounts from the terminal, also when nobody can sign in any more."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from telesession.cli.desk import in_clinic, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from telesession.config import Settings
    from telesession.services.accounts import Account, Accounts
    from telesession.store.database import Database

ROLES = ("administrator", "therapist", "front_desk")


@click.group()
def staff() -> None:
    """Add, list, help and close the accounts of staff."""


@staff.command()
@click.option("--name", required=True, help="As patients and colleagues read it.")
@click.option("--email", required=True, help="What they sign in with.")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.pass_obj
def add(config: Path | None, name: str, email: str, role: str) -> None:
    """Add an account and print the link by which its owner chooses how to sign in: once, within 3 days."""
    from telesession.domain.staff import StaffRole

    settings = settings_of(config)

    async def make(accounts: "Accounts") -> None:
        _, token = await accounts.add(name, email, StaffRole(role))
        click.echo(f"{settings.origin}/welcome/{token}")

    _with_accounts(settings, make, may_begin=True)


@staff.command("list")
@click.pass_obj
def list_(config: Path | None) -> None:
    """List all accounts: address, role, how they stand, and the id by which other software books with them."""

    async def show(accounts: "Accounts") -> None:
        found = await accounts.list_all()
        for one in found:
            click.echo(f"{one.staff.email:<40}  {one.staff.role:<13}  {_standing(one):<12}  {one.staff.id}")
        if not found:
            click.echo("No accounts.")

    _with_accounts(settings_of(config), show)


@staff.command()
@click.argument("email")
@click.pass_obj
def reset(config: Path | None, email: str) -> None:
    """Forget every way into an account, sign it out, and print a new link for its owner."""
    settings = settings_of(config)

    async def begin_anew(accounts: "Accounts") -> None:
        token = await accounts.reset((await accounts.find(email)).id)
        click.echo(f"{settings.origin}/welcome/{token}")

    _with_accounts(settings, begin_anew)


@staff.command()
@click.argument("email")
@click.pass_obj
def disable(config: Path | None, email: str) -> None:
    """Close an account; whoever is signed in to it is out at once."""

    async def close(accounts: "Accounts") -> None:
        await accounts.disable((await accounts.find(email)).id)
        click.echo("Closed.")

    _with_accounts(settings_of(config), close)


@staff.command()
@click.argument("email")
@click.pass_obj
def enable(config: Path | None, email: str) -> None:
    """Open a closed account again."""

    async def open_again(accounts: "Accounts") -> None:
        await accounts.enable((await accounts.find(email)).id)
        click.echo("Open.")

    _with_accounts(settings_of(config), open_again)


@staff.command()
@click.argument("email")
@click.pass_obj
def unlock(config: Path | None, email: str) -> None:
    """Let passwords be tried again at an account that was guessed at."""

    async def let(accounts: "Accounts") -> None:
        await accounts.unlock((await accounts.find(email)).id)
        click.echo("Unlocked.")

    _with_accounts(settings_of(config), let)


def _standing(one: "Account") -> str:
    if one.staff.disabled_at is not None:
        return "closed"
    if one.access.is_locked:
        return "locked"
    if not one.access.is_possible:
        return "invited"
    return "protected" if one.access.is_strong else "password only"


def _with_accounts(
    settings: "Settings", do: "Callable[[Accounts], Coroutine[Any, Any, None]]", *, may_begin: bool = False
) -> None:
    """Let `do` use the accounts on the clinic's database, beside a running service if there is one."""
    import secrets

    from telesession.clock import utc_now
    from telesession.services.accounts import Accounts

    async def work(database: "Database") -> None:
        await do(Accounts(database, utc_now, secrets.token_bytes))

    in_clinic(settings, work, may_begin=may_begin)

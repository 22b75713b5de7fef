"""The commands for other software: keys to the API, and its description. Loaded when one of them is asked for."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from telesession.cli.desk import in_clinic, settings_of

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from telesession.services.api_keys import ApiKeys
    from telesession.store.database import Database


@click.group()
def api_key() -> None:
    """Give other software a key to the API, list the keys, take one back."""


@api_key.command()
@click.option("--name", required=True, help="What the key is for, such as the name of the software.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(["appointments:read", "appointments:write", "patients:read", "patients:write"]),
    help="What the key may do; may be given again.",
)
@click.pass_obj
def add(config: Path | None, name: str, scopes: tuple[str, ...]) -> None:
    """Make a key and print its secret: this once, as nobody can read it again."""

    async def make(keys: "ApiKeys") -> None:
        secret, key = await keys.add(name, scopes)
        click.echo(f"key     {key.id}")
        click.echo(f"secret  {secret}")

    _with_keys(config, make)


@api_key.command("list")
@click.pass_obj
def list_(config: Path | None) -> None:
    """List keys: id, whether it opens, when it was used last, scopes, name."""

    async def show(keys: "ApiKeys") -> None:
        listed = await keys.list_all()
        for one in listed:
            state = "opens" if one.revoked_at is None else "revoked"
            used = "never used" if one.used_at is None else f"{one.used_at:%Y-%m-%dT%H:%MZ}"
            click.echo(f"{one.id}  {state:<7}  {used:<17}  {','.join(one.scopes)}  {one.name}")
        if not listed:
            click.echo("No keys.")

    _with_keys(config, show)


@api_key.command()
@click.argument("key_id")
@click.pass_obj
def revoke(config: Path | None, key_id: str) -> None:
    """Take a key back, by its id: from the next request on it opens nothing."""
    from telesession.domain.api_keys import ApiKeyId
    from telesession.domain.errors import NotFound

    async def take_back(keys: "ApiKeys") -> None:
        try:
            await keys.revoke(ApiKeyId(key_id))
        except NotFound:
            raise click.ClickException("there is no such key.") from None
        click.echo("Revoked.")

    _with_keys(config, take_back)


@click.command()
@click.pass_obj
def openapi(config: Path | None) -> None:
    """Print the description of the API in OpenAPI 3.1."""
    import json

    from telesession.server.api.openapi import document

    click.echo(json.dumps(document(settings_of(config).origin), indent=2, ensure_ascii=False))


def _with_keys(config: Path | None, do: "Callable[[ApiKeys], Coroutine[Any, Any, None]]") -> None:
    """Let `do` use the keys of the clinic, beside a running service if there is one."""
    import secrets

    from telesession.clock import utc_now
    from telesession.services.api_keys import ApiKeys

    async def work(database: "Database") -> None:
        await do(ApiKeys(database, utc_now, secrets.token_bytes))

    in_clinic(settings_of(config), work)

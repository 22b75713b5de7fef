"""Writes `docs/reference/settings.md` from the fields of `Settings`."""

from pathlib import Path
from typing import Any, get_args

import msgspec

from telesession.config import FIELDS, PREFIX, SECRETS, SHORTEST_SECRET, Settings

TARGET = Path(__file__).parent / "reference" / "settings.md"

_HEAD = f"""\
# Settings

<!-- Made by `make generate` from telesession/config.py. Do not edit. -->

Each setting is an environment variable, or a line of a TOML file with the same name in lower case and without
`{PREFIX}`. The file is named by `telesession --config FILE` or `{PREFIX}CONFIG`. The environment beats the
file, the file beats the default. A name that is none of these is refused at the start. Switches are `true` or `false`,
nothing else. Lists are separated by commas in the environment and are lists in TOML.

A secret is never given directly but as the path of a file, which only its owner and group may read and which holds at
least {SHORTEST_SECRET} characters, unless somebody else chose it: the password of a mail server, the token of a
gateway.

| variable | default | what it does |
|---|---|---|
"""


def render() -> str:
    """The whole text of `settings.md`."""
    return _HEAD + "".join(_row(field) for field in msgspec.structs.fields(Settings))


def description(name: str) -> str:
    """What the setting does, as its type says; empty when somebody forgot."""
    return next((meta.description or "" for meta in get_args(FIELDS[name])[1:] if meta.description), "")


def _row(field: msgspec.structs.FieldInfo) -> str:
    variable = f"{PREFIX}{field.name.upper()}" + ("_FILE" if field.name in SECRETS else "")
    return f"| `{variable}` | {_default(field.default)} | {description(field.name)} |\n"


def _default(value: Any) -> str:
    if value is None or value in ("", ()):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"

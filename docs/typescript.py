"""Writes the browser's types, `web/static/js/messages.d.ts`, from the one vocabulary in `domain/messages.py`.

Every Struct becomes an interface with its tag as a literal `type`, every closed set a union of strings, every union of
Structs a union of the same name. Instants travel as ISO 8601 strings, tuples as read-only arrays.
"""

import inspect
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, NewType, Union, get_args, get_origin, get_type_hints

import msgspec

from telesession.domain import ids, messages

TARGET = Path(__file__).parent.parent / "web" / "static" / "js" / "messages.d.ts"

_HEAD = """\
// Generated from telesession/domain/messages.py by docs/typescript.py: do not edit, run `make generate`.
"""
_PLAIN: dict[object, str] = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    datetime: "string",
    NoneType: "null",
}


def render() -> str:
    """The whole text of `messages.d.ts`."""
    parts = [_HEAD, *_names(), _constants()]
    for name, thing in vars(messages).items():
        if isinstance(thing, type) and not thing.__module__.startswith("telesession.domain"):
            continue
        if isinstance(thing, type) and issubclass(thing, StrEnum):
            parts.append(_closed_set(thing))
        elif isinstance(thing, type) and issubclass(thing, msgspec.Struct):
            if not _is_base(thing):
                parts.append(_interface(thing))
        elif isinstance(thing, UnionType):
            parts.append(f"export type {name} = {' | '.join(_spell(one) for one in get_args(thing))};\n")
    return "\n".join(parts)


def _names() -> list[str]:
    return [f"export type {name} = string;\n" for name, thing in vars(ids).items() if isinstance(thing, NewType)]


def _constants() -> str:
    """Constants become types, so that a copy in the browser's code that differs does not pass the type check."""
    codes = "\n".join(
        f"  readonly {reason}: readonly [{code}, {str(again).lower()}];"
        for reason, (code, again) in messages.CLOSE_CODES.items()
    )
    return (
        f"export type Protocol = {messages.PROTOCOL};\n\n"
        f'export type Subprotocol = "{messages.SUBPROTOCOL}";\n\n'
        f"/** WebSocket close code of each reason, and whether to come back. */\n"
        f"export interface CloseCodes {{\n{codes}\n}}\n"
    )


def _is_base(struct: type[msgspec.Struct]) -> bool:
    """Whether a Struct only serves others to inherit from: `Command`, `Event`, `Signal`."""
    return any(struct in other.__bases__ for other in vars(messages).values() if isinstance(other, type))


def _closed_set(closed: type[StrEnum]) -> str:
    values = " | ".join(f'"{one}"' for one in closed)
    return f"{_comment(closed)}export type {closed.__name__} = {values};\n"


def _interface(struct: type[msgspec.Struct]) -> str:
    hints = get_type_hints(struct, include_extras=True)
    config = struct.__struct_config__
    lines = [f'  readonly {config.tag_field}: "{config.tag}";'] if config.tag_field else []
    # A browser may leave out what has a default; the server never does, unless the Struct says so.
    may_omit = config.forbid_unknown_fields or config.omit_defaults
    for field in msgspec.structs.fields(struct):
        optional = "?" if may_omit and not field.required else ""
        lines.append(f"  readonly {field.encode_name}{optional}: {_spell(hints[field.name])};")
    body = "\n".join(lines)
    return f"{_comment(struct)}export interface {struct.__name__} {{\n{body}\n}}\n"


def _spell(kind: Any) -> str:
    """How TypeScript writes a Python type."""
    if isinstance(kind, NewType):
        return kind.__name__
    origin = get_origin(kind)
    if origin is Annotated:
        return _spell(get_args(kind)[0])
    if origin in (UnionType, Union):
        return " | ".join(_spell(one) for one in get_args(kind))
    if origin is tuple:
        item = _spell(get_args(kind)[0])
        return f"readonly ({item})[]" if "|" in item else f"readonly {item}[]"
    if isinstance(kind, type) and issubclass(kind, StrEnum | msgspec.Struct):
        return kind.__name__
    return _PLAIN[kind]


def _comment(thing: type) -> str:
    text = inspect.cleandoc(thing.__doc__ or "")
    if not text or thing.__doc__ == getattr(thing.__base__, "__doc__", None):
        return ""
    if "\n" not in text:
        return f"/** {text} */\n"
    lines = "\n".join(f" * {line}".rstrip() for line in text.splitlines())
    return f"/**\n{lines}\n */\n"


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")

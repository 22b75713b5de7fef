"""Writes `docs/reference/protocol.md` from the one vocabulary in `domain/messages.py` and the limits of the socket."""

import ast
import inspect
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from types import UnionType
from typing import Any, get_args

import msgspec
from msgspec import inspect as kinds

import telesession
from docs.protocol_text import AFTER_LIMITS, BEFORE_LIMITS
from telesession.domain import messages, room
from telesession.domain.messages import CLOSE_CODES
from telesession.live import hub, outbox
from telesession.server import socket

TARGET = Path(__file__).parent / "reference" / "protocol.md"

_COMMANDS = get_args(messages.AnyCommand)
_FROM_BROWSER = [one for one in get_args(messages.ClientFrame) if one not in _COMMANDS]
_SHOWN: list[tuple[str, str, list[Any]]] = [
    ("Frames from the browser", "`hello` comes first; then the others in any order.", _FROM_BROWSER),
    (
        "Commands",
        "Frames from the browser too. Each is answered by one `done` or one `refused` that repeats its `id`. They say "
        "how things shall be and never toggle, so sending one again is harmless.",
        list(_COMMANDS),
    ),
    ("Frames from the server", "", list(get_args(messages.ServerFrame))),
    ("Events", "What an `event` frame carries: what has happened, in the order it was written down.",
     list(get_args(messages.AnyEvent))),
    ("Views", "What one participant may see now; in `welcome` and in `view`.", list(get_args(messages.View))),
    ("Signals", "Relayed to one other admitted participant at once, written nowhere, sent again by nobody.",
     list(get_args(messages.AnySignal))),
]  # fmt: skip

_SAMPLES: dict[str, Any] = {
    "id": "6f1d2c9a",
    "participant": "5d0c2f6ab13e4d7f",
    "to": "5d0c2f6ab13e4d7f",
    "from": "9b2e77a4c0d84f11",
    "by": "9b2e77a4c0d84f11",
    "asked_by": "9b2e77a4c0d84f11",
    "you": "5d0c2f6ab13e4d7f",
    "connected": "5d0c2f6ab13e4d7f",
    "invitation": "0c4ef2a91b6d4e35",
    "name": "Pat Morgan",
    "text_version": "2026-12",
    "language": "en",
    "title": "Heel slide with a towel",
    "exercise": "bridge",
    "load": "red band",
    "text": "Good morning",
    "code": "not_allowed",
    "sdp": "v=0\r\n...",
    "candidate": "candidate:1 1 udp 2122260223 192.0.2.7 51034 typ host",
    "sdpMid": "0",
    "usernameFragment": "8hhY",
    "urls": "turn:turn.example.org:3478?transport=udp",
    "username": "1795435200:7c1f:5d0c",
    "commitment": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "nonce": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
    "credential": "mD3wRkPq0x3hN5m2mF1g4l8Lr1A=",
    "protocol": messages.PROTOCOL,
    "since": 17,
    "seq": 18,
    "sdpMLineIndex": 0,
    "refresh_after_s": 300,
    "retry_after_ms": 1200,
    "sent_ms": 51234.5,
    "received_ms": 1795435200100.2,
    "answered_ms": 1795435200100.4,
    "server_time_ms": 1795435200100.4,
}
_AT = datetime(2026, 11, 23, 14, 30, 5, tzinfo=UTC)


def render() -> str:
    """The whole text of `protocol.md`."""
    shown = {one for _, _, structs in _SHOWN for one in structs}
    parts = sorted(set(structs()) - shown, key=lambda one: one.__name__)
    return "\n".join(
        [
            BEFORE_LIMITS.format(protocol=messages.PROTOCOL, subprotocol=messages.SUBPROTOCOL),
            *_limits(),
            AFTER_LIMITS,
            *_close_codes(),
            *_refusals(),
            *(line for title, lead, structs in _SHOWN for line in _section(title, lead, structs)),
            *_section("Parts", "Objects that frames are made of.", parts),
            *_closed_sets(),
        ]
    )


def _limits() -> Iterator[str]:
    yield "| limit | value | beyond it |"
    yield "|---|---|---|"
    yield f"| size of a frame | {messages.MAX_FRAME_BYTES:,} bytes | closed with 1009 |"
    yield f"| time until `hello` | {socket.HELLO_WITHIN_S} s | `goodbye` `no_hello` |"
    for what, rate, at_once in (
        ("commands", socket.COMMANDS_PER_S, socket.COMMANDS_AT_ONCE),
        ("signals and clock pings", socket.SIGNALS_PER_S, socket.SIGNALS_AT_ONCE),
    ):
        beyond = "`refused` `too_many`" if what == "commands" else "dropped"
        beyond += f"; after {socket.EXCESS_AT_ONCE} of these at once, `goodbye` `too_many`"
        yield f"| {what} | {rate} a second, {at_once} at once | {beyond} |"
    yield (
        f"| sockets of one seat | {socket.SOCKETS_AT_ONCE}, then one every {1 / socket.SOCKETS_PER_S:g} s "
        "| `goodbye` `too_many` |"
    )
    candidates = socket.CANDIDATES_A_DESCRIPTION
    yield f"| candidates after one description | {candidates} | `signal.refused` |"
    waiting = f"{outbox.MAX_FRAMES} frames or {outbox.MAX_BYTES // 1024} KiB"
    yield f"| frames waiting for a slow reader | {waiting} | `goodbye` `slow` |"
    yield f"| events replayed after `since` | {hub.REMEMBERED} | a fresh view instead |"
    written = f"{room.MAX_CHAT_LINES:,} lines, {room.MAX_CHAT_CHARACTERS:,} characters"
    yield f"| chat of one participant in a visit | {written} | `refused` `chat_full` |"
    yield f"| events that one participant causes in a visit | {hub.MOST_EVENTS:,} | `refused` `used_up` |"
    yield f"| WebSocket ping of the server | every {socket.HEARTBEAT_S} s | closed when no pong comes |"
    yield ""


def _close_codes() -> Iterator[str]:
    yield "## Close codes\n"
    yield "`goodbye` names the reason, the close code repeats it. `retry_after_ms` in `goodbye` says how long to wait."
    yield "Any other close (1001, 1006, 1009, 1011): reconnect, with growing pauses.\n"
    yield "| code | reason | reconnect |"
    yield "|---|---|---|"
    for reason, (code, again) in CLOSE_CODES.items():
        yield f"| {code} | `{reason}` | {'yes' if again else 'no'} |"
    yield ""


def _refusals() -> Iterator[str]:
    """Every code that the rules of a visit answer with, found where it is said."""
    said: dict[str, str] = {}
    package = Path(telesession.__file__).parent
    for path in (
        package / "domain" / "room.py",
        package / "domain" / "recording.py",
        package / "server" / "socket.py",
        package / "store" / "visit_log.py",
    ):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name("Refused"), args=[ast.Constant(str(code)), ast.Constant(str(text))]):
                    said.setdefault(code, text)
    yield "## Codes of refusals\n"
    yield "`code` in `refused` is stable; `text` is an English sentence to show, one of those that are translated.\n"
    yield "| code | sentence |"
    yield "|---|---|"
    yield from (f"| `{code}` | {text} |" for code, text in sorted(said.items()))
    yield ""


def _section(title: str, lead: str, structs: list[Any]) -> Iterator[str]:
    yield f"## {title}\n"
    if lead:
        yield f"{lead}\n"
    for struct in structs:
        yield from _struct(struct)


def _struct(struct: type[msgspec.Struct]) -> Iterator[str]:
    config = struct.__struct_config__
    described = kinds.type_info(struct)
    assert isinstance(described, kinds.StructType)
    yield f"### {f'`{config.tag}`' if config.tag else struct.__name__}\n"
    if own := struct.__dict__.get("__doc__"):
        yield f"{inspect.cleandoc(own)}\n"
    if described.fields:
        notes = _notes(struct)
        yield "| field | type | |"
        yield "|---|---|---|"
        for field in described.fields:
            optional = "" if field.required else "may be left out" if config.forbid_unknown_fields else ""
            said = "; ".join(part for part in (optional, notes.get(field.name, "")) if part)
            yield f"| `{field.encode_name}` | {_spell(field.type)} | {said} |"
        yield ""
    yield f"```json\n{msgspec.json.encode(sample(described)).decode()}\n```\n"


def _notes(struct: type[msgspec.Struct]) -> dict[str, str]:
    """The docstrings that follow fields, by field."""
    body = ast.parse(inspect.getsource(struct)).body[0]
    assert isinstance(body, ast.ClassDef)
    notes = {}
    for line, after in zip(body.body, body.body[1:], strict=False):
        match line, after:
            case ast.AnnAssign(target=ast.Name(name)), ast.Expr(ast.Constant(str(text))):
                notes[name] = inspect.cleandoc(text)
    return notes


_PLAIN: dict[type[kinds.Type], str] = {
    kinds.FloatType: "number",
    kinds.BoolType: "true or false",
    kinds.NoneType: "null",
    kinds.DateTimeType: "instant, RFC 3339 in UTC",
}


def _spell(kind: kinds.Type) -> str:
    match kind:
        case kinds.StrType(min_length=least, max_length=most):
            return f"string, {least or 0} to {most:,} characters" if most else "string"
        case kinds.IntType(ge=least, le=most):
            upwards = f"{least} or more" if most is None else f"{least} to {most:,}"
            return "integer" if least is None else f"integer, {upwards}"
        case kinds.EnumType(cls):
            return f"[{cls.__name__}](#closed-sets)"
        case kinds.VarTupleType(item_type=item, max_length=most):
            return f"list of {_spell(item)}" + (f", at most {most}" if most else "")
        case kinds.StructType(cls):
            tag = cls.__struct_config__.tag
            return f"[`{tag}`](#{_anchor(str(tag))})" if tag else f"[{cls.__name__}](#{cls.__name__.lower()})"
        case kinds.UnionType(types=several):
            return _spell_union(list(several))
    return _PLAIN[type(kind)]


def _spell_union(several: list[kinds.Type]) -> str:
    tagged = {one.cls for one in several if isinstance(one, kinds.StructType)}
    for name in ("AnyEvent", "AnySignal", "View"):
        if tagged == set(get_args(getattr(messages, name))):
            spelt = {"AnyEvent": "an [event](#events)", "AnySignal": "a [signal](#signals)", "View": "a [view](#views)"}
            rest = [_spell(one) for one in several if not isinstance(one, kinds.StructType)]
            return " or ".join([spelt[name], *rest])
    return " or ".join(_spell(one) for one in several)


def _anchor(heading: str) -> str:
    return heading.replace(".", "")


def sample(kind: kinds.Type, name: str = "") -> Any:
    """A value of the type, as an example; `name` is the field that it stands in."""
    match kind:
        case kinds.StructType(cls, fields=fields):
            values = {field.name: sample(field.type, field.encode_name) for field in fields}
            return cls(**values)
        case kinds.UnionType(types=several):
            return sample(next(one for one in several if not isinstance(one, kinds.NoneType)), name)
        case kinds.VarTupleType(item_type=item):
            return (sample(item, name),)
        case kinds.EnumType(cls):
            return next(iter(cls))
        case kinds.DateTimeType():
            return _AT
        case kinds.BoolType():
            return False
        case kinds.IntType() | kinds.FloatType():
            return _SAMPLES.get(name, 1)
        case kinds.StrType():
            return _SAMPLES[name]
    raise TypeError(kind)


def _closed_sets() -> Iterator[str]:
    yield "## Closed sets\n"
    for name, thing in vars(messages).items():
        if isinstance(thing, type) and issubclass(thing, StrEnum) and thing is not StrEnum:
            notes = _notes_of_set(thing)
            yield f"**{name}**: " + ", ".join(f"`{one.value}`{notes.get(one.name, '')}" for one in thing) + "\n"


def _notes_of_set(thing: type[StrEnum]) -> dict[str, str]:
    body = ast.parse(inspect.getsource(thing)).body[0]
    assert isinstance(body, ast.ClassDef)
    notes = {}
    for line, after in zip(body.body, body.body[1:], strict=False):
        match line, after:
            case ast.Assign(targets=[ast.Name(name)]), ast.Expr(ast.Constant(str(text))):
                notes[name] = f" ({inspect.cleandoc(text).rstrip('.').lower()})"
    return notes


def structs() -> Iterator[Any]:
    """Every Struct of the vocabulary that is not only there to inherit from."""
    for thing in vars(messages).values():
        if isinstance(thing, UnionType) or not isinstance(thing, type) or not issubclass(thing, msgspec.Struct):
            continue
        if thing.__module__.startswith("telesession.domain") and not any(
            thing in other.__bases__ for other in _classes()
        ):
            yield thing


def _classes() -> list[type]:
    return [thing for thing in vars(messages).values() if isinstance(thing, type)]

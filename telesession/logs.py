"""Logs: one line an event, only keys that are allow-listed here. Never names, tokens, SDP, free text or addresses.

A new key needs a line in THREAT_MODEL.md: whoever reads the logs may not learn who was treated for what.
"""

import logging
import re
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TextIO, cast

import structlog

from telesession.config import LogFormat

KEYS: Final = frozenset(
    {
        # what structlog and this module add
        "event", "level", "at", "dropped",
        # requests
        "request_id", "method", "route", "status", "ms", "bytes",
        # visits and sockets: opaque ids and counts
        "visit_id", "participant_id", "role", "seq", "code", "reason", "seconds", "frames_in", "frames_out",
        "signals_refused", "attempt", "count", "command", "sockets", "rooms",
        # notifications: closed sets of our own words
        "kind", "channel",
        # the process
        "version", "port", "signal", "logger", "error", "where", "revision", "table",
        # where the audit's chain stands, for whoever collects the logs elsewhere
        "digest",
    }
)  # fmt: skip
EVENT_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")


def keep_allowed(_logger: object, _method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Drop every key that is not allow-listed and count them in `dropped`; an event that is no plain name goes too."""
    kept = {key: value for key, value in line.items() if key in KEYS}
    dropped = len(line) - len(kept)
    if not EVENT_NAME.fullmatch(str(kept.get("event"))):
        kept["event"] = "unnamed"
        dropped += 1
    return {**kept, "dropped": dropped} if dropped else kept


def where(error: BaseException, frames: int = 6) -> str:
    """The innermost places an error passed, as file:line function. Its message is left out: it may quote people."""
    passed = traceback.extract_tb(error.__traceback__)[-frames:]
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in passed)


class LibraryHandler(logging.Handler):
    """Keeps who logged, how bad and where; the sentences of libraries may quote a request and are dropped."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        at_fault = {"error": type(error).__name__, "where": where(error)} if error else {"where": _place(record)}
        log = structlog.get_logger()
        log.log(record.levelno, "library", logger=record.name, **at_fault)


def _place(record: logging.LogRecord) -> str:
    return f"{record.filename}:{record.lineno} {record.funcName}"


def configure(log_format: LogFormat, stream: TextIO | None = None) -> None:
    """Send all logs of the process to `stream` (standard error unless told), one line each."""
    render: Callable[..., Any]
    if log_format is LogFormat.JSON:
        render = structlog.processors.JSONRenderer()
    else:
        render = structlog.dev.ConsoleRenderer(colors=(stream or sys.stderr).isatty())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            keep_allowed,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    for handler in list(root.handlers):
        if isinstance(handler, LibraryHandler):
            root.removeHandler(handler)
    root.addHandler(LibraryHandler())
    root.setLevel(logging.WARNING)


def get() -> structlog.typing.FilteringBoundLogger:
    """The logger of whoever asks: `logs.get().info("socket_closed", visit_id=..., seconds=...)`."""
    return cast(structlog.typing.FilteringBoundLogger, structlog.get_logger())

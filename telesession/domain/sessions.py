"""Sessions: somebody of the staff, signed in in one browser. How long that holds, and when it is proved afresh."""

import hashlib
import re
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from telesession.domain.ids import SessionId, StaffId

IDLE = timedelta(minutes=15)
"""In which nobody did anything: no request but those that a page makes by itself, and no visit (ADR 85)."""
ABSOLUTE = timedelta(hours=12)
MOST = 3
"""Browsers in which one account is signed in; a fourth ends the one that was used least recently."""
PROOF_LASTS = timedelta(minutes=15)
"""How long after signing in somebody may change how one signs in, without signing in again."""
SEEN_EVERY = timedelta(minutes=1)
"""How exactly `seen_at` is kept: not every request is worth a write."""

TOKEN_BYTES = 32

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_BROWSERS = (
    ("Edge", re.compile(r"\bEdgA?/|\bEdgiOS/")),
    ("Opera", re.compile(r"\bOPR/")),
    ("Samsung Internet", re.compile(r"\bSamsungBrowser/")),
    ("Firefox", re.compile(r"\bFirefox/|\bFxiOS/")),
    ("Chrome", re.compile(r"Chrome/|\bCriOS/")),
    ("Safari", re.compile(r"\bSafari/")),
)
_SYSTEMS = (
    ("Android", re.compile("Android")),
    ("iPhone", re.compile("iPhone")),
    ("iPad", re.compile("iPad")),
    ("Windows", re.compile("Windows")),
    ("macOS", re.compile("Mac OS X|Macintosh")),
    ("ChromeOS", re.compile("CrOS")),
    ("Linux", re.compile("Linux")),
)


class Session(Struct, frozen=True):
    """One browser that is signed in. Its token is stored nowhere."""

    id: SessionId
    staff: StaffId
    device: Annotated[str, Meta(max_length=100)]
    """Such as "Firefox, Windows"; empty when the browser does not say."""
    began_at: datetime
    seen_at: datetime
    proved_at: datetime
    """When this person last showed that it is them."""


class Factor(StrEnum):
    """By what somebody proved who they are, as the record of access says."""

    PASSWORD = "password"  # noqa: S105  a word
    PASSWORD_AND_CODE = "password+code"  # noqa: S105  a word
    PASSKEY = "passkey"
    LINK = "link"
    """An administrator's, with a password or passkey that was chosen there."""


def is_over(session: Session, now: datetime) -> bool:
    """Whether it was left alone for too long, or is too old."""
    return now >= session.seen_at + IDLE or now >= session.began_at + ABSOLUTE


def left(session: Session, now: datetime) -> timedelta:
    """After this it is over, if nobody does anything meanwhile."""
    return min(session.seen_at + IDLE, session.began_at + ABSOLUTE) - now


def is_proved(session: Session, now: datetime) -> bool:
    """Whether somebody may change how one signs in to this account without signing in again first."""
    return now < session.proved_at + PROOF_LASTS


def is_due(session: Session, now: datetime) -> bool:
    """Whether it is time to note that the session was used."""
    return now >= session.seen_at + SEEN_EVERY


def surplus(sessions: list[Session]) -> list[Session]:
    """Which of an account's sessions have to end before another may begin."""
    newest_first = sorted(sessions, key=lambda one: one.seen_at, reverse=True)
    return newest_first[MOST - 1 :]


def token_of(entropy: bytes) -> str:
    """256 random bits as a token that a cookie carries (base64url, RFC 4648 section 5, no padding)."""
    if len(entropy) != TOKEN_BYTES:
        raise ValueError(f"a session's token takes {TOKEN_BYTES} bytes of entropy")
    return urlsafe_b64encode(entropy).decode("ascii").rstrip("=")


def is_token(text: str) -> bool:
    """Whether `text` could be a token at all. Asked before any is looked up."""
    return _TOKEN.fullmatch(text) is not None


def digest(token: str) -> bytes:
    """What is stored instead of the token. 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode("ascii")).digest()


def device_name(user_agent: str) -> str:
    """Browser and system by the names that their makers gave them; empty when there is nothing to say."""
    known = (_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent))
    return ", ".join(name for name in known if name)


def _first(names: tuple[tuple[str, re.Pattern[str]], ...], user_agent: str) -> str:
    return next((name for name, pattern in names if pattern.search(user_agent)), "")

"""Keys of other software, such as the clinic's own records: what each may do. No person signs in with one."""

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from msgspec import Struct
from msgspec.structs import replace

from telesession.domain.errors import Refused
from telesession.domain.ids import Text64
from telesession.domain.messages import Name
from telesession.domain.names import clean_name

SECRET_BYTES = 32
PREFIX = "tsk_"
"""By which scanners of source code, and people, see what they have found."""
NOTED_EVERY = timedelta(minutes=1)

_SECRET = re.compile(r"tsk_[A-Za-z0-9_-]{43}")


ApiKeyId = NewType("ApiKeyId", Text64)
"""Names the key of other software; not its secret."""


class Scope(StrEnum):
    """One thing that a key may do. To change does not imply to read."""

    READ_APPOINTMENTS = "appointments:read"
    WRITE_APPOINTMENTS = "appointments:write"
    READ_PATIENTS = "patients:read"
    WRITE_PATIENTS = "patients:write"


class ApiKey(Struct, frozen=True):
    """A key as the clinic sees it; the secret itself is with the other software alone."""

    id: ApiKeyId
    name: Name
    scopes: tuple[Scope, ...]
    created_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None


def make(key: ApiKeyId, name: str, scopes: Iterable[str], entropy: bytes, now: datetime) -> tuple[str, ApiKey]:
    """A secret of `entropy`, and the key that it opens; raises `Refused` for a name or scope that is none."""
    wanted = set(scopes)
    if not wanted or not wanted <= set(Scope):
        raise Refused("scope_wrong", "A key needs scopes, such as appointments:read.")
    chosen = tuple(scope for scope in Scope if scope in wanted)
    secret = PREFIX + urlsafe_b64encode(entropy).decode("ascii").rstrip("=")
    return secret, ApiKey(key, clean_name(name), chosen, now)


def is_secret(text: str) -> bool:
    """Whether `text` could be a secret at all; all others need no look into the database."""
    return _SECRET.fullmatch(text) is not None


def digest(secret: str) -> bytes:
    """What is stored instead of the secret: 256 random bits cannot be searched, so plain SHA-256 serves."""
    return hashlib.sha256(secret.encode("ascii")).digest()


def used(key: ApiKey, now: datetime) -> ApiKey:
    """The key after a request at `now`. Noted once a minute: reading shall not become writing."""
    if key.used_at is not None and now - key.used_at < NOTED_EVERY:
        return key
    return replace(key, used_at=now)


def revoked(key: ApiKey, now: datetime) -> ApiKey:
    """The key taken back, for ever. Harmless when done twice."""
    return key if key.revoked_at is not None else replace(key, revoked_at=now)

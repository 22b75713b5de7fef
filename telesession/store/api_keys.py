"""Keys of other software in the database: digests, never secrets."""

from typing import Any

from sqlalchemy import Row, insert, select, update

from telesession.domain.api_keys import ApiKey, ApiKeyId, Scope
from telesession.domain.errors import NotFound
from telesession.store.database import Transaction
from telesession.store.schema import api_keys

COLUMNS = (
    api_keys.c.id,
    api_keys.c.name,
    api_keys.c.scopes,
    api_keys.c.created_at,
    api_keys.c.used_at,
    api_keys.c.revoked_at,
)


async def add(tx: Transaction, key: ApiKey, digest: bytes) -> None:
    """Store a new key with the digest of its secret."""
    await tx.execute(insert(api_keys), {**_fields(key), "digest": digest})


async def find(tx: Transaction, digest: bytes) -> ApiKey | None:
    """The key of the secret with this digest, revoked ones too."""
    row = (await tx.execute(select(*COLUMNS).where(api_keys.c.digest == digest))).one_or_none()
    return None if row is None else _key(row)


async def get(tx: Transaction, key: ApiKeyId) -> ApiKey:
    """The key of this id; raises `NotFound`."""
    row = (await tx.execute(select(*COLUMNS).where(api_keys.c.id == key))).one_or_none()
    if row is None:
        raise NotFound
    return _key(row)


async def save(tx: Transaction, key: ApiKey) -> None:
    """Replace the stored key of the same id."""
    await tx.execute(update(api_keys).where(api_keys.c.id == key.id).values(_fields(key)))


async def list_all(tx: Transaction) -> list[ApiKey]:
    """All keys, the oldest first, revoked ones too."""
    return [_key(row) for row in await tx.execute(select(*COLUMNS).order_by(api_keys.c.created_at, api_keys.c.id))]


def _fields(key: ApiKey) -> dict[str, Any]:
    return {column.name: getattr(key, column.name) for column in COLUMNS} | {"scopes": " ".join(key.scopes)}


def _key(row: Row[*tuple[Any, ...]]) -> ApiKey:
    scopes = tuple(Scope(one) for one in row.scopes.split())
    return ApiKey(ApiKeyId(row.id), row.name, scopes, row.created_at, row.used_at, row.revoked_at)

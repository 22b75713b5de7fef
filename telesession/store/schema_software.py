"""The tables for other software: its keys, and what it asked once. `schema.py` has them all together."""

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, String, Table, UniqueConstraint

from telesession.store.columns import UtcDateTime, metadata

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("scopes", String(200), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    UniqueConstraint("digest"),
)

# Both digests are keyed with the clinic's key: what was asked tells about a patient and could be guessed.
idempotency = Table(
    "idempotency",
    metadata,
    Column("api_key", String(64), ForeignKey("api_keys.id"), primary_key=True),
    Column("key_digest", LargeBinary(32), primary_key=True),
    Column("request_digest", LargeBinary(32), nullable=False),
    Column("claimed_at", UtcDateTime, nullable=False),
    Column("answer", LargeBinary),  # sealed with the clinic's key
    Index(None, "claimed_at"),
)

"""The tables for other software: its keys, what it asked once, what it is told. `schema.py` has all tables together."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, UniqueConstraint

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

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("url", String(500), nullable=False),
    Column("events", String(300), nullable=False),
    Column("secret", LargeBinary, nullable=False),  # sealed with the clinic's key
    Column("old_secret", LargeBinary),  # sealed with the clinic's key
    Column("old_secret_until", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("failing_since", UtcDateTime),
    Column("disabled_at", UtcDateTime),
    Column("disabled_why", String(16)),
)

# A delivery names nobody: what is sent is made of these columns alone, each time it is tried.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("webhook", String(64), ForeignKey("webhooks.id"), nullable=False),
    Column("event", String(32), nullable=False),
    Column("visit", String(64), ForeignKey("appointments.id"), nullable=False),
    Column("happened_at", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("state", String(16), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("tried_at", UtcDateTime),
    Column("status", Integer),
    Column("error", String(64)),
    Column("once", String(160), nullable=False),
    UniqueConstraint("once"),
    Index(None, "webhook", "created_at"),
    Index(None, "created_at"),
)

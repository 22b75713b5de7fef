"""The tables for other software in the first schema: a part of revision 0001, never changed after a release."""

import sqlalchemy as sa
from alembic import op

from telesession.store.columns import UtcDateTime


def _api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("scopes", sa.String(200), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("used_at", UtcDateTime),
        sa.Column("revoked_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("digest", name="uq_api_keys_digest"),
    )


def _idempotency() -> None:
    op.create_table(
        "idempotency",
        sa.Column("api_key", sa.String(64), nullable=False),
        sa.Column("key_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("request_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("claimed_at", UtcDateTime, nullable=False),
        sa.Column("answer", sa.LargeBinary),
        sa.ForeignKeyConstraint(["api_key"], ["api_keys.id"], name="fk_idempotency_api_key"),
        sa.PrimaryKeyConstraint("api_key", "key_digest", name="pk_idempotency"),
    )
    op.create_index("ix_idempotency_claimed_at", "idempotency", ["claimed_at"])


def _webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("events", sa.String(300), nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("old_secret", sa.LargeBinary),
        sa.Column("old_secret_until", UtcDateTime),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("failing_since", UtcDateTime),
        sa.Column("disabled_at", UtcDateTime),
        sa.Column("disabled_why", sa.String(16)),
        sa.PrimaryKeyConstraint("id", name="pk_webhooks"),
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("webhook", sa.String(64), nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("visit", sa.String(64), nullable=False),
        sa.Column("happened_at", UtcDateTime, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("tried_at", UtcDateTime),
        sa.Column("status", sa.Integer),
        sa.Column("error", sa.String(64)),
        sa.Column("once", sa.String(160), nullable=False),
        sa.ForeignKeyConstraint(["webhook"], ["webhooks.id"], name="fk_deliveries_webhook"),
        sa.ForeignKeyConstraint(["visit"], ["appointments.id"], name="fk_deliveries_visit"),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("once", name="uq_deliveries_once"),
    )
    op.create_index("ix_deliveries_webhook_created_at", "deliveries", ["webhook", "created_at"])
    op.create_index("ix_deliveries_created_at", "deliveries", ["created_at"])


TABLES = (
    _api_keys,
    _idempotency,
    _webhooks,
    _deliveries,
)

"""The tables for other software as the first schema has them: a part of revision 0001, never changed after a release."""

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


TABLES = (
    _api_keys,
    _idempotency,
)

"""Clips: the clinic's own demonstrations on video."""

import sqlalchemy as sa
from alembic import op

from telesession.store.schema import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the table of clips; their bytes are files."""
    op.create_table(
        "clips",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("visit", sa.String(64), nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("uploaded_by", sa.String(64), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("progress", sa.Float, nullable=False),
        sa.Column("refusal", sa.String(64)),
        sa.Column("container", sa.String(16)),
        sa.Column("duration_s", sa.Float),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_clips"),
        sa.ForeignKeyConstraint(["visit"], ["appointments.id"], name="fk_clips_visit"),
    )
    op.create_index("ix_clips_visit", "clips", ["visit"])

"""Appointments, invitations, seats and the visit log."""

import sqlalchemy as sa
from alembic import op

from telesession.store.schema import UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Build the first schema."""
    op.create_table(
        "appointments",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("starts_at", UtcDateTime, nullable=False),
        sa.Column("ends_at", UtcDateTime, nullable=False),
        sa.Column("therapist_name", sa.String(64), nullable=False),
        sa.Column("patient_name", sa.String(64), nullable=False),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_appointments"),
    )
    op.create_index("ix_appointments_starts_at", "appointments", ["starts_at"])
    op.create_table(
        "invitations",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("visit", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("relation", sa.String(16)),
        sa.Column("invited_by", sa.String(64)),
        sa.Column("token_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("revoked_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.ForeignKeyConstraint(["visit"], ["appointments.id"], name="fk_invitations_visit"),
        sa.UniqueConstraint("token_digest", name="uq_invitations_token_digest"),
    )
    op.create_index("ix_invitations_visit", "invitations", ["visit"])
    op.create_table(
        "seats",
        sa.Column("participant", sa.String(64), nullable=False),
        sa.Column("invitation", sa.String(64), nullable=False),
        sa.Column("browser_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("bound_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("participant", name="pk_seats"),
        sa.ForeignKeyConstraint(["invitation"], ["invitations.id"], name="fk_seats_invitation"),
        sa.UniqueConstraint("invitation", "browser_digest", name="uq_seats_invitation_browser_digest"),
    )
    op.create_index("ix_seats_browser_digest", "seats", ["browser_digest"])
    op.create_table(
        "visit_log",
        sa.Column("visit", sa.String(64), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("participant", sa.String(64), nullable=False),
        sa.Column("command_id", sa.String(64)),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("visit", "seq", name="pk_visit_log"),
        sa.UniqueConstraint("visit", "participant", "command_id", name="uq_visit_log_visit_participant_command_id"),
        sqlite_with_rowid=False,
    )

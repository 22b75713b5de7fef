"""The first schema."""

import sqlalchemy as sa
from alembic import op

from telesession.store.migrations import first_software
from telesession.store.migrations.first_emergencies import emergencies
from telesession.store.schema import APPEND_ONLY, UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Build the first schema."""
    for create in TABLES:
        create()
    for trigger in APPEND_ONLY:
        op.execute(trigger)


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(128), nullable=False),
        sa.Column("place", sa.String(64), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("reason", sa.LargeBinary),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_subject", "audit", ["subject"])


def _audit_checkpoints() -> None:
    op.create_table(
        "audit_checkpoints",
        sa.Column("seq", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("signature", sa.LargeBinary(64), nullable=False),
        sa.PrimaryKeyConstraint("seq", "kind", name="pk_audit_checkpoints"),
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("leased_until", UtcDateTime),
        sa.Column("leased_by", sa.String(64)),
        sa.Column("finished_at", UtcDateTime),
        sa.Column("error", sa.String(64)),
        sa.Column("once", sa.String(128)),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.UniqueConstraint("once", name="uq_jobs_once"),
    )
    op.create_index("ix_jobs_finished_at_due_at", "jobs", ["finished_at", "due_at"])


def _patients() -> None:
    op.create_table(
        "patients",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.Column("erased_at", UtcDateTime),
        sa.Column("held_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_patients"),
    )


def _staff() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("password_hash", sa.String(200)),
        sa.Column("is_password_long", sa.Boolean, server_default="0", nullable=False),
        sa.Column("totp_secret", sa.LargeBinary),
        sa.Column("totp_counter", sa.Integer),
        sa.Column("link_digest", sa.LargeBinary(32)),
        sa.Column("link_until", UtcDateTime),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("disabled_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("email", name="uq_staff_email"),
        sa.UniqueConstraint("link_digest", name="uq_staff_link_digest"),
    )


def _visit_log() -> None:
    op.create_table(
        "visit_log",
        sa.Column("visit", sa.String(64), nullable=False),
        sa.Column("seq", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("participant", sa.String(64), nullable=False),
        sa.Column("command_id", sa.String(64)),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("visit", "seq", name="pk_visit_log"),
        sa.UniqueConstraint("visit", "participant", "command_id", name="uq_visit_log_visit_participant_command_id"),
        sqlite_with_rowid=False,
    )


def _appointments() -> None:
    op.create_table(
        "appointments",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("starts_at", UtcDateTime, nullable=False),
        sa.Column("ends_at", UtcDateTime, nullable=False),
        sa.Column("therapist", sa.String(64)),
        sa.Column("therapist_name", sa.String(64), nullable=False),
        sa.Column("patient", sa.String(64), nullable=False),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.Column("series", sa.String(64)),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.Column("noted_at", UtcDateTime, nullable=False),
        sa.Column("opened_at", UtcDateTime),
        sa.Column("waiting_since", UtcDateTime),
        sa.Column("live_since", UtcDateTime),
        sa.Column("away_since", UtcDateTime),
        sa.Column("devices", sa.String(16), nullable=True),
        sa.Column("arrival", sa.LargeBinary, nullable=True),
        sa.Column("late_minutes", sa.Integer, server_default="0", nullable=False),
        sa.Column("precall", sa.String(1_000)),
        sa.ForeignKeyConstraint(["patient"], ["patients.id"], name="fk_appointments_patient"),
        sa.ForeignKeyConstraint(["therapist"], ["staff.id"], name="fk_appointments_therapist"),
        sa.PrimaryKeyConstraint("id", name="pk_appointments"),
    )
    op.create_index("ix_appointments_noted_at", "appointments", ["noted_at"])
    op.create_index("ix_appointments_patient", "appointments", ["patient"])
    op.create_index("ix_appointments_starts_at", "appointments", ["starts_at"])
    op.create_index("ix_appointments_waiting_since", "appointments", ["waiting_since"])


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("patient", sa.String(64), nullable=False),
        sa.Column("visit", sa.String(64)),
        sa.Column("part", sa.String(32), nullable=False),
        sa.Column("text_version", sa.String(32), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("is_given", sa.Boolean, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["patient"], ["patients.id"], name="fk_consents_patient"),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
    )
    op.create_index("ix_consents_patient", "consents", ["patient"])


def _keys() -> None:
    op.create_table(
        "keys",
        sa.Column("patient", sa.String(64), nullable=False),
        sa.Column("master", sa.String(16), nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["patient"], ["patients.id"], name="fk_keys_patient"),
        sa.PrimaryKeyConstraint("patient", name="pk_keys"),
    )


def _passkeys() -> None:
    op.create_table(
        "passkeys",
        sa.Column("id", sa.LargeBinary, nullable=False),
        sa.Column("staff", sa.String(64), nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.Integer, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("used_at", UtcDateTime),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name="fk_passkeys_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_passkeys"),
    )
    op.create_index("ix_passkeys_staff", "passkeys", ["staff"])


def _patient_terms() -> None:
    op.create_table(
        "patient_terms",
        sa.Column("term", sa.LargeBinary(16), nullable=False),
        sa.Column("patient", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["patient"], ["patients.id"], name="fk_patient_terms_patient"),
        sa.PrimaryKeyConstraint("term", "patient", name="pk_patient_terms"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_patient_terms_patient", "patient_terms", ["patient"])


def _recovery_codes() -> None:
    op.create_table(
        "recovery_codes",
        sa.Column("staff", sa.String(64), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("used_at", UtcDateTime),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name="fk_recovery_codes_staff"),
        sa.PrimaryKeyConstraint("staff", "digest", name="pk_recovery_codes"),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("staff", sa.String(64), nullable=False),
        sa.Column("device", sa.String(100), nullable=False),
        sa.Column("began_at", UtcDateTime, nullable=False),
        sa.Column("seen_at", UtcDateTime, nullable=False),
        sa.Column("proved_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name="fk_sessions_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("token_digest", name="uq_sessions_token_digest"),
    )
    op.create_index("ix_sessions_staff", "sessions", ["staff"])


def _challenges() -> None:
    op.create_table(
        "challenges",
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("staff", sa.String(64)),
        sa.Column("until", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name="fk_challenges_staff"),
        sa.PrimaryKeyConstraint("digest", name="pk_challenges"),
    )
    op.create_index("ix_challenges_until", "challenges", ["until"])


def _guesses() -> None:
    op.create_table(
        "guesses",
        sa.Column("target", sa.LargeBinary(32), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.Column("last_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("target", name="pk_guesses"),
    )
    op.create_index("ix_guesses_last_at", "guesses", ["last_at"])


def _clips() -> None:
    op.create_table(
        "clips",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("visit", sa.String(64)),
        sa.Column("title", sa.LargeBinary, nullable=False),
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
        sa.ForeignKeyConstraint(["visit"], ["appointments.id"], name="fk_clips_visit"),
        sa.PrimaryKeyConstraint("id", name="pk_clips"),
    )
    op.create_index("ix_clips_visit", "clips", ["visit"])


def _recordings() -> None:
    op.create_table(
        "recordings",
        sa.Column("visit", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("keep_days", sa.Integer, nullable=False),
        sa.Column("begun_at", UtcDateTime, nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("contents", sa.LargeBinary),
        sa.ForeignKeyConstraint(["visit"], ["appointments.id"], name="fk_recordings_visit"),
        sa.PrimaryKeyConstraint("visit", "number", name="pk_recordings"),
    )


def _invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("visit", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("name", sa.LargeBinary, nullable=False),
        sa.Column("relation", sa.String(16)),
        sa.Column("invited_by", sa.String(64)),
        sa.Column("token_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("code_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("revoked_at", UtcDateTime),
        sa.Column("is_replaced", sa.Boolean, nullable=False),
        sa.Column("code_failures", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["visit"], ["appointments.id"], name="fk_invitations_visit"),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("code_digest", name="uq_invitations_code_digest"),
        sa.UniqueConstraint("token_digest", name="uq_invitations_token_digest"),
    )
    op.create_index("ix_invitations_visit", "invitations", ["visit"])


def _notifications() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("visit", sa.String(64), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("sent_at", UtcDateTime),
        sa.Column("error", sa.String(64)),
        sa.Column("sent", sa.LargeBinary),
        sa.ForeignKeyConstraint(["visit"], ["appointments.id"], name="fk_notifications_visit"),
        sa.PrimaryKeyConstraint("id", name="pk_notifications"),
    )
    op.create_index("ix_notifications_due_at", "notifications", ["due_at"])
    op.create_index("ix_notifications_visit", "notifications", ["visit"])


def _seats() -> None:
    op.create_table(
        "seats",
        sa.Column("participant", sa.String(64), nullable=False),
        sa.Column("invitation", sa.String(64), nullable=False),
        sa.Column("browser_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("bound_at", UtcDateTime, nullable=False),
        sa.Column("staff", sa.String(64), nullable=True),
        sa.Column("session", sa.String(64), nullable=True),
        sa.Column("ended_at", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(["invitation"], ["invitations.id"], name="fk_seats_invitation"),
        sa.PrimaryKeyConstraint("participant", name="pk_seats"),
        sa.UniqueConstraint("invitation", "browser_digest", name="uq_seats_invitation_browser_digest"),
    )
    op.create_index("ix_seats_browser_digest", "seats", ["browser_digest"])
    op.create_index("ix_seats_staff", "seats", ["staff"])


TABLES = (
    _audit,
    _audit_checkpoints,
    _guesses,
    _jobs,
    _patients,
    _staff,
    _visit_log,
    _appointments,
    _challenges,
    _consents,
    _keys,
    _passkeys,
    _patient_terms,
    _recovery_codes,
    _sessions,
    emergencies,
    _clips,
    _recordings,
    _invitations,
    _notifications,
    _seats,
    *first_software.TABLES,
)

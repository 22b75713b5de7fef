"""All tables. What the migrations build and what this file says are the same: a test compares them."""

from sqlalchemy import (
    DDL,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    event,
)

from telesession.store.columns import UtcDateTime as UtcDateTime
from telesession.store.columns import metadata as metadata
from telesession.store.schema_software import api_keys as api_keys
from telesession.store.schema_software import deliveries as deliveries
from telesession.store.schema_software import idempotency as idempotency
from telesession.store.schema_software import webhooks as webhooks

# --- people ---------------------------------------------------------------------------------------------------------

staff = Table(
    "staff",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("name", String(64), nullable=False),
    Column("email", String(254), nullable=False),
    Column("password_hash", String(200)),
    Column("is_password_long", Boolean, nullable=False, server_default="0"),
    Column("totp_secret", LargeBinary),  # sealed with the clinic's key
    Column("totp_counter", Integer),  # of the last code that was used; without one the secret is not confirmed yet
    Column("link_digest", LargeBinary(32)),
    Column("link_until", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
    UniqueConstraint("email"),
    UniqueConstraint("link_digest"),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("staff", String(64), ForeignKey("staff.id"), nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", Integer, nullable=False),
    Column("name", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Index(None, "staff"),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("staff", String(64), ForeignKey("staff.id"), primary_key=True),
    Column("digest", LargeBinary(32), primary_key=True),
    Column("used_at", UtcDateTime),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("token_digest", LargeBinary(32), nullable=False),
    Column("staff", String(64), ForeignKey("staff.id"), nullable=False),
    Column("device", String(100), nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("proved_at", UtcDateTime, nullable=False),
    UniqueConstraint("token_digest"),
    Index(None, "staff"),
)

# Questions that a browser has to answer while it signs in, each once.
challenges = Table(
    "challenges",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("purpose", String(16), nullable=False),
    Column("staff", String(64), ForeignKey("staff.id")),
    Column("until", UtcDateTime, nullable=False),
    Index(None, "until"),
)

# Guesses at passwords and codes, also at accounts that do not exist. `target` is a keyed digest: it names nobody.
guesses = Table(
    "guesses",
    metadata,
    Column("target", LargeBinary(32), primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Index(None, "last_at"),
)

# What tells about a patient lies sealed in `body` and in other sealed columns; the key that opens them is one row of
# `keys`, itself sealed. `patient_terms` are keyed digests of what one may search by.
patients = Table(
    "patients",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("erased_at", UtcDateTime),
    Column("held_at", UtcDateTime),  # a legal hold: nothing about them is removed meanwhile
)

keys = Table(
    "keys",
    metadata,
    Column("patient", String(64), ForeignKey("patients.id"), primary_key=True),
    Column("master", String(16), nullable=False),
    Column("key", LargeBinary, nullable=False),
)

patient_terms = Table(
    "patient_terms",
    metadata,
    Column("term", LargeBinary(16), primary_key=True),
    Column("patient", String(64), ForeignKey("patients.id"), primary_key=True),
    Index(None, "patient"),
    sqlite_with_rowid=False,
)

consents = Table(
    "consents",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("patient", String(64), ForeignKey("patients.id"), nullable=False),
    Column("visit", String(64)),
    Column("part", String(32), nullable=False),
    Column("text_version", String(32), nullable=False),
    Column("language", String(16), nullable=False),
    Column("is_given", Boolean, nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "patient"),
)

# Emergency access of staff to a record that is not theirs.
emergencies = Table(
    "emergencies",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("staff", String(64), ForeignKey("staff.id"), nullable=False),
    Column("patient", String(64), ForeignKey("patients.id"), nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("line", Integer, nullable=False),  # of the audit, which has the reason
    Column("reviewed_at", UtcDateTime),
    Column("reviewed_by", String(64), ForeignKey("staff.id")),
    Index(None, "patient"),
)

# --- visits ---------------------------------------------------------------------------------------------------------

appointments = Table(
    "appointments",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("status", String(16), nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("therapist", String(64), ForeignKey("staff.id")),
    Column("therapist_name", String(64), nullable=False),
    Column("patient", String(64), ForeignKey("patients.id"), nullable=False),
    Column("time_zone", String(64), nullable=False),
    Column("series", String(64)),
    Column("revision", Integer, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("noted_at", UtcDateTime, nullable=False),
    Column("opened_at", UtcDateTime),
    Column("waiting_since", UtcDateTime),
    Column("live_since", UtcDateTime),
    Column("away_since", UtcDateTime),
    Column("devices", String(16)),
    Column("arrival", LargeBinary),  # sealed
    Column("late_minutes", Integer, nullable=False, server_default="0"),
    Column("precall", String(1_000)),
    Index(None, "noted_at"),
    Index(None, "patient"),
    Index(None, "starts_at"),
    Index(None, "waiting_since"),
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("visit", String(64), ForeignKey("appointments.id"), nullable=False),
    Column("role", String(16), nullable=False),
    Column("name", LargeBinary, nullable=False),  # sealed
    Column("relation", String(16)),
    Column("invited_by", String(64)),
    Column("token_digest", LargeBinary(32), nullable=False),
    Column("code_digest", LargeBinary(32), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    Column("is_replaced", Boolean, nullable=False),
    Column("code_failures", Integer, nullable=False),
    UniqueConstraint("token_digest"),
    UniqueConstraint("code_digest"),
    Index(None, "visit"),
)

seats = Table(
    "seats",
    metadata,
    Column("participant", String(64), primary_key=True),
    Column("invitation", String(64), ForeignKey("invitations.id"), nullable=False),
    Column("browser_digest", LargeBinary(32), nullable=False),
    Column("bound_at", UtcDateTime, nullable=False),
    Column("staff", String(64)),  # none: taken by a link
    Column("session", String(64)),
    Column("ended_at", UtcDateTime),
    UniqueConstraint("invitation", "browser_digest"),
    Index(None, "browser_digest"),
    Index(None, "staff"),
)

clips = Table(
    "clips",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("visit", String(64), ForeignKey("appointments.id")),  # none: the clinic's own, for all visits
    Column("title", LargeBinary, nullable=False),  # sealed
    Column("size_bytes", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("uploaded_by", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("progress", Float, nullable=False),
    Column("refusal", String(64)),
    Column("container", String(16)),
    Column("duration_s", Float),
    Column("width", Integer),
    Column("height", Integer),
    Index(None, "visit"),
)

# The films lie as sealed files; without the row nothing opens them. `number` is that of the event that asked.
recordings = Table(
    "recordings",
    metadata,
    Column("visit", String(64), ForeignKey("appointments.id"), nullable=False),
    Column("number", Integer, nullable=False, autoincrement=False),
    Column("purpose", String(32), nullable=False),
    Column("keep_days", Integer, nullable=False),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("key", LargeBinary, nullable=False),  # sealed
    Column("contents", LargeBinary),  # sealed
    PrimaryKeyConstraint("visit", "number"),
)

# The log names no foreign key: it is written by the room alone, on the hot path, and outlives what it is about.
# Its rows lie in the order in which they are read, so SQLite needs no second tree for the primary key.
visit_log = Table(
    "visit_log",
    metadata,
    Column("visit", String(64), nullable=False),
    Column("seq", Integer, nullable=False, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("participant", String(64), nullable=False),
    Column("command_id", String(64)),
    Column("body", LargeBinary, nullable=False),  # sealed
    PrimaryKeyConstraint("visit", "seq"),
    UniqueConstraint("visit", "participant", "command_id"),
    sqlite_with_rowid=False,
)

# --- what goes out, what is to be done, what was done -----------------------------------------------------------------

# A notification names neither address nor text: both are made from the patient's record and the appointment when it
# goes out, so that it says what is true then. What was sent lies sealed in `sent` for staff to read.
notifications = Table(
    "notifications",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("visit", String(64), ForeignKey("appointments.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("channel", String(8), nullable=False),
    Column("state", String(16), nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("error", String(64)),
    Column("sent", LargeBinary),  # sealed
    Index(None, "due_at"),
    Index(None, "visit"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("leased_until", UtcDateTime),
    Column("leased_by", String(64)),
    Column("finished_at", UtcDateTime),
    Column("error", String(64)),
    Column("once", String(128)),
    UniqueConstraint("once"),
    Index(None, "finished_at", "due_at"),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject", String(128), nullable=False),
    Column("place", String(64), nullable=False),
    Column("outcome", String(32), nullable=False),
    Column("reason", LargeBinary),  # sealed with the clinic's key
    Column("digest", LargeBinary(32), nullable=False),
    Index(None, "at"),
    Index(None, "subject"),
)

audit_checkpoints = Table(
    "audit_checkpoints",
    metadata,
    Column("seq", Integer, nullable=False, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
    PrimaryKeyConstraint("seq", "kind"),
)

_NO = (("audit", "update"), ("audit_checkpoints", "update"), ("audit_checkpoints", "delete"))
APPEND_ONLY = (
    *(
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table, verb in _NO
    ),
    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit WHEN NOT EXISTS "
    "(SELECT 1 FROM audit_checkpoints WHERE kind = 'tombstone' AND seq >= OLD.seq) "
    "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
)
"""SQLite's words. Lines of the audit leave by retention alone, the oldest first, after a signed tombstone said so."""

for _trigger in APPEND_ONLY:
    event.listen(audit_checkpoints, "after_create", DDL(_trigger))  # type: ignore[no-untyped-call]

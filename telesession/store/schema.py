"""All tables. What the migrations build and what this file says are the same: a test compares them."""

from datetime import UTC, datetime

from sqlalchemy import (
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in, aware UTC out. SQLite forgets the zone, so we put it back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  SQLAlchemy's signature
        """Refuse a time without a zone: nobody could say when it is."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  SQLAlchemy's signature
        """SQLite answers without a zone, PostgreSQL in the connection's."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


appointments = Table(
    "appointments",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("status", String(16), nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("therapist_name", String(64), nullable=False),
    Column("patient_name", String(64), nullable=False),
    Column("time_zone", String(64), nullable=False),
    Index(None, "starts_at"),
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("visit", String(64), ForeignKey("appointments.id"), nullable=False),
    Column("role", String(16), nullable=False),
    Column("name", String(64), nullable=False),
    Column("relation", String(16)),
    Column("invited_by", String(64)),
    Column("token_digest", LargeBinary(32), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    UniqueConstraint("token_digest"),
    Index(None, "visit"),
)

seats = Table(
    "seats",
    metadata,
    Column("participant", String(64), primary_key=True),
    Column("invitation", String(64), ForeignKey("invitations.id"), nullable=False),
    Column("browser_digest", LargeBinary(32), nullable=False),
    Column("bound_at", UtcDateTime, nullable=False),
    UniqueConstraint("invitation", "browser_digest"),
    Index(None, "browser_digest"),
)

clips = Table(
    "clips",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("visit", String(64), ForeignKey("appointments.id"), nullable=False),
    Column("title", String(100), nullable=False),
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
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("visit", "seq"),
    UniqueConstraint("visit", "participant", "command_id"),
    sqlite_with_rowid=False,
)

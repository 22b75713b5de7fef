"""Sessions in the database: which browsers are signed in. Tokens are not stored: only their digests."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from telesession.domain.ids import SessionId, StaffId
from telesession.domain.sessions import ABSOLUTE, Session
from telesession.domain.staff import Staff, StaffRole
from telesession.store.database import Transaction
from telesession.store.schema import sessions, staff

COLUMNS = (
    sessions.c.id,
    sessions.c.staff,
    sessions.c.device,
    sessions.c.began_at,
    sessions.c.seen_at,
    sessions.c.proved_at,
)


async def add(tx: Transaction, session: Session, digest: bytes) -> None:
    """Store a new session."""
    values = {column.name: getattr(session, column.name) for column in COLUMNS}
    await tx.execute(insert(sessions), {**values, "token_digest": digest})


async def find(tx: Transaction, digest: bytes) -> tuple[Session, Staff] | None:
    """The session of this token and whose it is, also when it is over or the account closed."""
    wanted = (
        select(*COLUMNS, staff.c.role, staff.c.name, staff.c.email, staff.c.created_at, staff.c.disabled_at)
        .join(staff, staff.c.id == sessions.c.staff)
        .where(sessions.c.token_digest == digest)
    )
    row = (await tx.execute(wanted)).one_or_none()
    if row is None:
        return None
    who = Staff(StaffId(row.staff), StaffRole(row.role), row.name, row.email, row.created_at, row.disabled_at)
    return _session(row), who


async def find_open(tx: Transaction, session: SessionId) -> Session | None:
    """This session, unless somebody has ended it or its account is closed."""
    wanted = (
        select(*COLUMNS)
        .join(staff, staff.c.id == sessions.c.staff)
        .where(sessions.c.id == session, staff.c.disabled_at.is_(None))
    )
    row = (await tx.execute(wanted)).one_or_none()
    return None if row is None else _session(row)


async def list_for_staff(tx: Transaction, who: StaffId) -> list[Session]:
    """The sessions of one account, the one used last first."""
    wanted = select(*COLUMNS).where(sessions.c.staff == who).order_by(sessions.c.seen_at.desc(), sessions.c.id)
    return [_session(row) for row in await tx.execute(wanted)]


async def note_seen(tx: Transaction, session: SessionId, now: datetime) -> None:
    """The session was used."""
    await tx.execute(update(sessions).where(sessions.c.id == session).values(seen_at=now))


async def change_token(tx: Transaction, session: SessionId, digest: bytes) -> None:
    """From now on another token names this session."""
    await tx.execute(update(sessions).where(sessions.c.id == session).values(token_digest=digest))


async def remove(tx: Transaction, session: SessionId, who: StaffId) -> None:
    """End one session of this account."""
    await tx.execute(delete(sessions).where(sessions.c.id == session, sessions.c.staff == who))


async def remove_all(tx: Transaction, who: StaffId, but: SessionId | None = None) -> None:
    """End every session of this account, except one."""
    wanted = delete(sessions).where(sessions.c.staff == who)
    await tx.execute(wanted if but is None else wanted.where(sessions.c.id != but))


async def remove_over(tx: Transaction, now: datetime) -> None:
    """Forget the sessions of everybody that are too old. Of one that was left alone an open page may still ring."""
    await tx.execute(delete(sessions).where(sessions.c.began_at <= now - ABSOLUTE))


def _session(row: Row[*tuple[Any, ...]]) -> Session:
    return Session(
        SessionId(row.id),
        StaffId(row.staff),
        row.device,
        row.began_at,
        row.seen_at,
        row.proved_at,
    )

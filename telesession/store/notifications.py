"""Notifications in the database. What was sent lies there sealed with the patient's key."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, Select, func, insert, select, update

from telesession.domain.errors import NotFound
from telesession.domain.ids import NotificationId, VisitId
from telesession.domain.notifications import Channel, Kind, Notification, Sent, State
from telesession.store import keys
from telesession.store.database import Transaction
from telesession.store.schema import appointments, notifications
from telesession.store.vault import Cipher

COLUMNS = (
    notifications.c.id,
    notifications.c.visit,
    notifications.c.revision,
    notifications.c.kind,
    notifications.c.channel,
    notifications.c.state,
    notifications.c.due_at,
    notifications.c.created_at,
    notifications.c.sent_at,
    notifications.c.error,
)

_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Sent)


async def add(tx: Transaction, notification: Notification) -> None:
    """Store a new notification."""
    await tx.execute(insert(notifications), _fields(notification))


async def get(tx: Transaction, notification: NotificationId, *, for_change: bool = False) -> Notification:
    """The notification of this id; raises `NotFound`."""
    wanted = select(*COLUMNS).where(notifications.c.id == notification)
    row = (await tx.execute(wanted.with_for_update() if for_change else wanted)).one_or_none()
    if row is None:
        raise NotFound
    return _notification(row)


async def save(tx: Transaction, notification: Notification) -> None:
    """Replace the stored notification of the same id; what was sent stays."""
    await tx.execute(update(notifications).where(notifications.c.id == notification.id).values(_fields(notification)))


async def keep_sent(tx: Transaction, notification: Notification, sent: Sent) -> None:
    """Seal what was sent, or is to be copied. Of a patient who was erased meanwhile nothing is kept."""
    ciphers = await keys.of_visits(tx, [notification.visit])
    if notification.visit in ciphers:
        sealed = ciphers[notification.visit].seal(_ENCODER.encode(sent), _place(notification.id))
        await tx.execute(update(notifications).where(notifications.c.id == notification.id).values(sent=sealed))


async def sent_of(tx: Transaction, wanted: Sequence[Notification]) -> Mapping[NotificationId, Sent]:
    """What was sent, opened; missing where nothing was, or its patient was erased."""
    ciphers = await keys.of_visits(tx, {one.visit for one in wanted})
    rows = await tx.execute(
        select(notifications.c.id, notifications.c.visit, notifications.c.sent).where(
            notifications.c.id.in_([one.id for one in wanted]), notifications.c.sent.is_not(None)
        )
    )
    return {row.id: _opened(row, ciphers[row.visit]) for row in rows if row.visit in ciphers}


async def list_for_visit(tx: Transaction, visit: VisitId) -> list[Notification]:
    """All notifications of `visit`, the one that was due first at the top."""
    wanted = select(*COLUMNS).where(notifications.c.visit == visit)
    return await _all(tx, wanted.order_by(notifications.c.due_at, notifications.c.created_at, notifications.c.id))


async def list_due(tx: Transaction, now: datetime, most: int) -> list[Notification]:
    """Up to `most` notifications that were due by `now`, the last first."""
    wanted = select(*COLUMNS).where(notifications.c.due_at <= now)
    newest_first = wanted.order_by(notifications.c.due_at.desc(), notifications.c.created_at.desc(), notifications.c.id)
    return await _all(tx, newest_first.limit(most))


async def count_about_open(tx: Transaction, states: Sequence[State], now: datetime) -> int:
    """How many in one of `states` are about appointments that end after `now`."""
    wanted = (
        select(func.count())
        .join_from(notifications, appointments, appointments.c.id == notifications.c.visit)
        .where(notifications.c.state.in_(states), appointments.c.ends_at > now)
    )
    return (await tx.execute(wanted)).scalar_one()


async def drop(tx: Transaction, wanted: Sequence[NotificationId]) -> None:
    """Note that these are overtaken."""
    await tx.execute(update(notifications).where(notifications.c.id.in_(wanted)).values(state=State.DROPPED))


async def _all(tx: Transaction, wanted: Select[*tuple[Any, ...]]) -> list[Notification]:
    return [_notification(row) for row in await tx.execute(wanted)]


def _fields(notification: Notification) -> dict[str, Any]:
    return {column.name: getattr(notification, column.name) for column in COLUMNS}


def _opened(row: Row[*tuple[Any, ...]], cipher: Cipher) -> Sent:
    return _DECODER.decode(cipher.open(row.sent, _place(row.id)))


def _place(notification: str) -> str:
    return f"notifications.sent:{notification}"


def _notification(row: Row[*tuple[Any, ...]]) -> Notification:
    return Notification(
        id=NotificationId(row.id),
        visit=VisitId(row.visit),
        revision=row.revision,
        kind=Kind(row.kind),
        channel=Channel(row.channel),
        due_at=row.due_at,
        created_at=row.created_at,
        state=State(row.state),
        sent_at=row.sent_at,
        error=row.error,
    )

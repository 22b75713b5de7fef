"""Webhooks and what was sent to them in the database. Their secrets lie there sealed with the clinic's key."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select, update

from telesession.domain.errors import NotFound
from telesession.domain.ids import VisitId
from telesession.domain.webhooks import (
    Delivery,
    DeliveryId,
    DeliveryState,
    Webhook,
    WebhookEvent,
    WebhookId,
    Why,
)
from telesession.store.database import Transaction, vault_of
from telesession.store.schema import deliveries, webhooks

COLUMNS = tuple(webhooks.c[name] for name in Webhook.__struct_fields__)
DELIVERY = tuple(deliveries.c[name] for name in Delivery.__struct_fields__)


async def add(tx: Transaction, webhook: Webhook, secret: str) -> None:
    """Store a new webhook with the secret that signs for it."""
    await tx.execute(insert(webhooks), _fields(webhook) | {"secret": _sealed(tx, webhook.id, secret)})


async def save(tx: Transaction, webhook: Webhook) -> None:
    """Replace the stored webhook of the same id; its secrets stay."""
    await tx.execute(update(webhooks).where(webhooks.c.id == webhook.id).values(_fields(webhook)))


async def get(tx: Transaction, webhook: WebhookId) -> Webhook:
    """The webhook of this id; raises `NotFound`."""
    row = (await tx.execute(select(*COLUMNS).where(webhooks.c.id == webhook))).one_or_none()
    if row is None:
        raise NotFound
    return _webhook(row)


async def list_all(tx: Transaction) -> list[Webhook]:
    """All webhooks, the oldest first."""
    return [_webhook(row) for row in await tx.execute(select(*COLUMNS).order_by(webhooks.c.created_at, webhooks.c.id))]


async def remove(tx: Transaction, webhook: WebhookId) -> None:
    """Forget a webhook and what was sent to it."""
    await tx.execute(delete(deliveries).where(deliveries.c.webhook == webhook))
    await tx.execute(delete(webhooks).where(webhooks.c.id == webhook))


async def secrets_of(tx: Transaction, webhook: WebhookId, now: datetime) -> list[str]:
    """What signs for it at `now`, the newest first."""
    wanted = select(webhooks.c.secret, webhooks.c.old_secret, webhooks.c.old_secret_until)
    row = (await tx.execute(wanted.where(webhooks.c.id == webhook))).one()
    sealed = [row.secret]
    if row.old_secret is not None and now < row.old_secret_until:
        sealed.append(row.old_secret)
    return [vault_of(tx).clinic.open(one, _place(webhook)).decode("ascii") for one in sealed]


async def replace_secret(tx: Transaction, webhook: WebhookId, secret: str, old_until: datetime) -> None:
    """Sign with `secret` from now on, and until `old_until` with the one before too."""
    await tx.execute(
        update(webhooks)
        .where(webhooks.c.id == webhook)
        .values(old_secret=webhooks.c.secret, old_secret_until=old_until, secret=_sealed(tx, webhook, secret))
    )


async def add_delivery(tx: Transaction, delivery: Delivery, once: str) -> bool:
    """Store what is to be sent; False, and nothing is stored, when there is one of the same `once`."""
    if (await tx.execute(select(deliveries.c.id).where(deliveries.c.once == once))).first() is not None:
        return False
    await tx.execute(insert(deliveries), _fields_of_delivery(delivery) | {"once": once})
    return True


async def save_delivery(tx: Transaction, delivery: Delivery) -> None:
    """Replace the stored delivery of the same id."""
    await tx.execute(update(deliveries).where(deliveries.c.id == delivery.id).values(_fields_of_delivery(delivery)))


async def find_delivery(tx: Transaction, delivery: DeliveryId) -> Delivery | None:
    """The delivery of this id, unless its webhook was removed."""
    row = (await tx.execute(select(*DELIVERY).where(deliveries.c.id == delivery))).one_or_none()
    return None if row is None else _delivery(row)


async def get_delivery(tx: Transaction, delivery: DeliveryId) -> Delivery:
    """The delivery of this id; raises `NotFound`."""
    found = await find_delivery(tx, delivery)
    if found is None:
        raise NotFound
    return found


async def list_deliveries(tx: Transaction, webhook: WebhookId, most: int) -> list[Delivery]:
    """Up to `most` that were sent, or are to be, to `webhook`, the newest first."""
    newest_first = _of(webhook).order_by(deliveries.c.created_at.desc(), deliveries.c.id)
    return [_delivery(row) for row in await tx.execute(newest_first.limit(most))]


async def list_in(tx: Transaction, webhook: WebhookId, state: DeliveryState, most: int) -> list[Delivery]:
    """Up to `most` of `webhook` in this state, the oldest first."""
    wanted = _of(webhook).where(deliveries.c.state == state).order_by(deliveries.c.created_at, deliveries.c.id)
    return [_delivery(row) for row in await tx.execute(wanted.limit(most))]


async def fail(tx: Transaction, wanted: Sequence[DeliveryId], error: str) -> None:
    """Note that these are given up, and why."""
    await tx.execute(
        update(deliveries).where(deliveries.c.id.in_(wanted)).values(state=DeliveryState.FAILED, error=error)
    )


async def count_before(tx: Transaction, moment: datetime) -> int:
    """Deliveries that are over and were queued before."""
    return (await tx.execute(select(func.count()).where(_is_old(moment)))).scalar_one()


async def remove_before(tx: Transaction, moment: datetime) -> int:
    """Forget the deliveries that are over and were queued before."""
    return (await tx.execute(delete(deliveries).where(_is_old(moment)))).rowcount


def _is_old(moment: datetime) -> Any:
    return (deliveries.c.created_at < moment) & (deliveries.c.state != DeliveryState.WAITING)


def _of(webhook: WebhookId) -> Select[*tuple[Any, ...]]:
    return select(*DELIVERY).where(deliveries.c.webhook == webhook)


def _sealed(tx: Transaction, webhook: WebhookId, secret: str) -> bytes:
    return vault_of(tx).clinic.seal(secret.encode("ascii"), _place(webhook))


def _place(webhook: WebhookId) -> str:
    return f"webhooks.secret:{webhook}"


def _fields(webhook: Webhook) -> dict[str, Any]:
    return {column.name: getattr(webhook, column.name) for column in COLUMNS} | {"events": " ".join(webhook.events)}


def _fields_of_delivery(delivery: Delivery) -> dict[str, Any]:
    return {column.name: getattr(delivery, column.name) for column in DELIVERY}


def _webhook(row: Row[*tuple[Any, ...]]) -> Webhook:
    return Webhook(
        id=WebhookId(row.id),
        url=row.url,
        events=tuple(WebhookEvent(one) for one in row.events.split()),
        created_at=row.created_at,
        failing_since=row.failing_since,
        disabled_at=row.disabled_at,
        disabled_why=None if row.disabled_why is None else Why(row.disabled_why),
    )


def _delivery(row: Row[*tuple[Any, ...]]) -> Delivery:
    return Delivery(
        id=DeliveryId(row.id),
        webhook=WebhookId(row.webhook),
        event=WebhookEvent(row.event),
        visit=VisitId(row.visit),
        happened_at=row.happened_at,
        created_at=row.created_at,
        state=DeliveryState(row.state),
        tries=row.tries,
        tried_at=row.tried_at,
        status=row.status,
        error=row.error,
    )

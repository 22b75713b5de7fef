"""Queues what other software is to be told, in the transaction of whatever it tells of. Nothing is sent here."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from msgspec.structs import replace

from telesession.domain.ids import VisitId
from telesession.domain.webhooks import DISABLED, Delivery, DeliveryId, DeliveryState, WebhookEvent
from telesession.services.identity import fresh_id
from telesession.services.jobs import Jobs
from telesession.store import webhooks
from telesession.store.database import Transaction

JOB = "webhook"

AT_ONCE = 2
"""Of the jobs that are in work: a receiver that keeps us waiting must not hold up what patients are told."""


class Announcer(Protocol):
    """What tells other software that something has happened."""

    async def announce(
        self, tx: Transaction, what: WebhookEvent, visit: VisitId, happened_at: datetime, which: str = ""
    ) -> None:
        """Tell it once for this visit and `which` time that it happened."""

    def poke(self) -> None:
        """Whoever announced something says so once its transaction is over."""


class Silence:
    """Tells nobody."""

    async def announce(
        self, tx: Transaction, what: WebhookEvent, visit: VisitId, happened_at: datetime, which: str = ""
    ) -> None:
        """Say nothing."""

    def poke(self) -> None:
        """Nothing was said."""


class Announcing:
    """Tells every webhook that hears of it."""

    def __init__(self, now: Callable[[], datetime], random_bytes: Callable[[int], bytes], jobs: Jobs) -> None:
        self._now = now
        self._random_bytes = random_bytes
        self._jobs = jobs

    async def announce(
        self, tx: Transaction, what: WebhookEvent, visit: VisitId, happened_at: datetime, which: str = ""
    ) -> None:
        """For a webhook that nothing is sent to now it is kept, to be sent when an administrator says so."""
        for webhook in await webhooks.list_all(tx):
            if what not in webhook.events:
                continue
            delivery = Delivery(
                id=DeliveryId(f"msg_{fresh_id(self._random_bytes)}"),
                webhook=webhook.id,
                event=what,
                visit=visit,
                happened_at=happened_at,
                created_at=self._now(),
            )
            if webhook.disabled_at is not None:
                delivery = replace(delivery, state=DeliveryState.FAILED, error=DISABLED)
            is_new = await webhooks.add_delivery(tx, delivery, f"{webhook.id}:{what}:{visit}:{which}")
            if is_new and delivery.state is DeliveryState.WAITING:
                await self._jobs.add(tx, JOB, delivery.id, self._now())

    def poke(self) -> None:
        """Whoever announced something says so once its transaction is over."""
        self._jobs.poke()

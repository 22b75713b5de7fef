"""Webhooks: registered, tried, sent to, given up on; and what was sent, for an administrator to read and send again."""

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from telesession import logs
from telesession.domain import webhooks as rules
from telesession.domain.audit import COMMAND_LINE, SERVICE, Action, Actor, Draft
from telesession.domain.errors import Refused
from telesession.domain.jobs import Job
from telesession.domain.webhooks import (
    DISABLED,
    Delivery,
    DeliveryId,
    DeliveryState,
    Verdict,
    Webhook,
    WebhookId,
)
from telesession.post.caller import Caller
from telesession.post.port import NotSent
from telesession.services.announcing import JOB
from telesession.services.identity import fresh_id
from telesession.services.jobs import Jobs, Outcome
from telesession.store import audit, webhooks
from telesession.store.database import Database, Transaction

MOST_LISTED = 100
MOST_AT_ONCE = 1_000
"""Deliveries that are sent again, or given up, in one transaction."""


class Tried(Struct, frozen=True):
    """What came of one call. `status` is None when there was no answer, `error` when it was taken."""

    verdict: Verdict
    status: int | None = None
    error: str | None = None


class Webhooks:
    """`deliver` is the work of the jobs that `Announcing` queues; the rest is for administrators."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        random_bytes: Callable[[int], bytes],
        jobs: Jobs,
        caller: Caller,
        private_names: Sequence[str] = (),
    ) -> None:
        self._database = database
        self._now = now
        self._random_bytes = random_bytes
        self._jobs = jobs
        self._caller = caller
        self._private_names = private_names

    async def add(self, url: str, events: Sequence[str], by: Actor = COMMAND_LINE) -> tuple[str, Webhook]:
        """A new webhook, and the secret by which its receiver knows us, which is not shown again; raises `Refused`."""
        webhook = rules.make(WebhookId(fresh_id(self._random_bytes)), url, events, self._private_names, self._now())
        secret = rules.secret_of(self._random_bytes(rules.SECRET_BYTES))
        async with self._database.transaction() as tx:
            if len(await webhooks.list_all(tx)) >= rules.MOST:
                raise Refused("too_many_webhooks", "There are as many webhooks as there may be. Remove one first.")
            await webhooks.add(tx, webhook, secret)
            await self._note(tx, by, Action.WEBHOOK_ADDED, webhook.id)
        return secret, webhook

    async def list_all(self) -> list[Webhook]:
        """All webhooks, the oldest first."""
        async with self._database.reading() as tx:
            return await webhooks.list_all(tx)

    async def get(self, webhook: WebhookId) -> tuple[Webhook, list[Delivery]]:
        """One webhook and what was sent to it last, the newest first; raises `NotFound`."""
        async with self._database.reading() as tx:
            return await webhooks.get(tx, webhook), await webhooks.list_deliveries(tx, webhook, MOST_LISTED)

    async def remove(self, webhook: WebhookId, by: Actor = COMMAND_LINE) -> None:
        """Send nothing more there, and forget what was sent. Raises `NotFound`."""
        async with self._database.transaction() as tx:
            await webhooks.get(tx, webhook)
            await self._call_off(tx, webhook)
            await webhooks.remove(tx, webhook)
            await self._note(tx, by, Action.WEBHOOK_REMOVED, webhook)

    async def enable(self, webhook: WebhookId, by: Actor = COMMAND_LINE) -> None:
        """Send there again what happens from now on; harmless when that is so. Raises `NotFound`."""
        async with self._database.transaction() as tx:
            await webhooks.save(tx, rules.enabled(await webhooks.get(tx, webhook)))
            await self._note(tx, by, Action.WEBHOOK_CHANGED, webhook)

    async def replace_secret(self, webhook: WebhookId, by: Actor = COMMAND_LINE) -> str:
        """A new secret; the one before signs beside it for a day. Raises `NotFound`."""
        secret = rules.secret_of(self._random_bytes(rules.SECRET_BYTES))
        async with self._database.transaction() as tx:
            await webhooks.get(tx, webhook)
            await webhooks.replace_secret(tx, webhook, secret, self._now() + rules.OLD_SECRET_SIGNS)
            await self._note(tx, by, Action.WEBHOOK_CHANGED, webhook)
        return secret

    async def try_out(self, webhook: WebhookId) -> Tried:
        """Send something that has not happened, now, and say what came of it. Raises `NotFound`."""
        async with self._database.reading() as tx:
            found = await webhooks.get(tx, webhook)
            secrets = await webhooks.secrets_of(tx, webhook, self._now())
        body = rules.payload(rules.TRIAL, {"webhook": webhook}, self._now())
        return await self._call(found, f"msg_{fresh_id(self._random_bytes)}", body, secrets)

    async def redeliver(self, wanted: DeliveryId) -> None:
        """Send the same message once more; raises `NotFound`, and `Refused` while it waits or nothing is sent there."""
        async with self._database.transaction() as tx:
            delivery = await webhooks.get_delivery(tx, wanted)
            _require_enabled(await webhooks.get(tx, delivery.webhook))
            if delivery.state is DeliveryState.WAITING:
                raise Refused("not_sent_yet", "This message waits to be sent, or is no longer needed.")
            await self._queue_again(tx, delivery)
        self._jobs.poke()

    async def redeliver_failed(self, webhook: WebhookId) -> int:
        """Send everything once more that was never taken there; how many. Raises as `redeliver` does."""
        async with self._database.transaction() as tx:
            _require_enabled(await webhooks.get(tx, webhook))
            failed = await webhooks.list_in(tx, webhook, DeliveryState.FAILED, MOST_AT_ONCE)
            for delivery in failed:
                await self._queue_again(tx, delivery)
        self._jobs.poke()
        return len(failed)

    async def deliver(self, job: Job) -> Outcome:
        """The work of one job: call the webhook once."""
        async with self._database.reading() as tx:
            delivery = await webhooks.find_delivery(tx, DeliveryId(job.subject))
            if delivery is None or delivery.state is not DeliveryState.WAITING:
                return Outcome()
            webhook = await webhooks.get(tx, delivery.webhook)
            secrets = await webhooks.secrets_of(tx, webhook.id, self._now())
        if webhook.disabled_at is not None:
            return self._outcome(delivery, Tried(Verdict.DISABLE, error=DISABLED), is_tried=False)
        tried = await self._call(webhook, delivery.id, rules.payload_of(delivery), secrets)
        return self._outcome(delivery, tried)

    async def give_up(self, tx: Transaction, job: Job, error: str) -> None:
        """Note that it was never taken, for a job that broke."""
        await webhooks.fail(tx, [DeliveryId(job.subject)], error)

    async def _call(self, webhook: Webhook, message: str, body: bytes, secrets: Sequence[str]) -> Tried:
        signed = rules.headers(message, self._now(), body, secrets)
        try:
            status = await self._caller.post(webhook.url, body, signed)
        except NotSent as no:
            return Tried(Verdict.RETRY, error=no.code)
        verdict = rules.verdict(status)
        return Tried(verdict, status, None if verdict is Verdict.DELIVERED else "webhook_refused")

    def _outcome(self, delivery: Delivery, tried: Tried, *, is_tried: bool = True) -> Outcome:
        async def write(tx: Transaction, is_over: bool) -> None:
            if await webhooks.find_delivery(tx, delivery.id) is None:
                return  # the webhook was removed meanwhile
            now_so = replace(delivery, status=tried.status, error=tried.error)
            if is_tried:
                now_so = replace(now_so, tries=delivery.tries + 1, tried_at=self._now())
            if is_over:
                now_so = replace(now_so, state=DeliveryState.FAILED if tried.error else DeliveryState.DELIVERED)
            await webhooks.save_delivery(tx, now_so)
            if is_tried:
                await self._judge(tx, delivery.webhook, tried.verdict)
            logs.get().info(
                "webhook", visit_id=delivery.visit, kind=delivery.event, status=tried.status, error=tried.error
            )

        return Outcome(tried.error, tried.verdict is Verdict.RETRY, write)

    async def _judge(self, tx: Transaction, which: WebhookId, verdict: Verdict) -> None:
        """Keep how the webhook does; give up on one that takes nothing any more."""
        before = await webhooks.get(tx, which)
        after = rules.taken(before) if verdict is Verdict.DELIVERED else rules.failed(before, verdict, self._now())
        if after == before:
            return
        await webhooks.save(tx, after)
        if after.disabled_at is not None and before.disabled_at is None:
            await self._call_off(tx, which)
            await self._note(tx, SERVICE, Action.WEBHOOK_DISABLED, which)
            logs.get().warning("webhook_disabled", reason=after.disabled_why)

    async def _call_off(self, tx: Transaction, webhook: WebhookId) -> None:
        """Have nothing sent there that waits; what is on its way goes on."""
        while waiting := await webhooks.list_in(tx, webhook, DeliveryState.WAITING, MOST_AT_ONCE):
            called_off = await self._jobs.call_off(tx, [one.id for one in waiting])
            await webhooks.fail(tx, [DeliveryId(one) for one in called_off], DISABLED)
            if len(waiting) < MOST_AT_ONCE or not called_off:
                return

    async def _queue_again(self, tx: Transaction, delivery: Delivery) -> None:
        await webhooks.save_delivery(tx, replace(delivery, state=DeliveryState.WAITING, error=None))
        await self._jobs.add(tx, JOB, delivery.id, self._now())

    async def _note(self, tx: Transaction, by: Actor, action: Action, webhook: WebhookId) -> None:
        await audit.add(tx, Draft(by, action, webhook), self._now())


def _require_enabled(webhook: Webhook) -> None:
    if webhook.disabled_at is not None:
        raise Refused("webhook_disabled", "Nothing is sent to this webhook now. Enable it first.")

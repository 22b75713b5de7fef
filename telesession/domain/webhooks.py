"""What other software is told by itself, signed as Standard Webhooks 1.0 defines it. Who sends it is not here."""

import base64
import binascii
import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NewType

from msgspec import Struct
from msgspec.structs import replace

from telesession.domain.callable_addresses import check_url
from telesession.domain.errors import Refused
from telesession.domain.ids import Text64, VisitId

SECRET_BYTES = 32
SECRET_PREFIX = "whsec_"  # noqa: S105  the beginning of every one
SCHEME = "v1"
TIMEOUT_S = 15.0

MOST = 20
"""Webhooks of one clinic."""

OLD_SECRET_SIGNS = timedelta(hours=24)
"""After a secret was replaced, the one before still signs beside it, so that nobody has to hurry."""

DISABLED_AFTER = timedelta(days=3)
"""When nothing was taken for so long, nothing more is sent."""

WebhookId = NewType("WebhookId", Text64)
DeliveryId = NewType("DeliveryId", Text64)
"""Names one message to one receiver, the same however often it is sent: what they know a repetition by."""


class WebhookEvent(StrEnum):
    """What one may be told of."""

    APPOINTMENT_BOOKED = "appointment.booked"
    APPOINTMENT_MOVED = "appointment.moved"
    APPOINTMENT_CANCELLED = "appointment.cancelled"
    APPOINTMENT_MISSED = "appointment.missed"
    VISIT_WAITING = "visit.waiting"
    VISIT_STARTED = "visit.started"
    VISIT_ENDED = "visit.ended"


TRIAL = "webhook.test"
"""What is sent when an administrator tries a webhook; nothing has happened then."""


DISABLED = "webhook_disabled"
"""Why something was not sent that happened while nothing was sent there."""


class Verdict(StrEnum):
    """What an answer to a delivery means."""

    DELIVERED = "delivered"
    RETRY = "retry"
    DISABLE = "disable"
    """The receiver has gone for good."""


class Why(StrEnum):
    """Why nothing more is sent to a webhook."""

    FAILING = "failing"
    GONE = "gone"
    """It said so itself (410)."""


class Webhook(Struct, frozen=True):
    """Where other software listens, and to what."""

    id: WebhookId
    url: str
    events: tuple[WebhookEvent, ...]
    created_at: datetime
    failing_since: datetime | None = None
    """The first delivery that failed since the last one that was taken."""
    disabled_at: datetime | None = None
    disabled_why: Why | None = None

    @property
    def hears_all(self) -> bool:
        return set(self.events) == set(WebhookEvent)


class DeliveryState(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class Delivery(Struct, frozen=True):
    """One message to one receiver. `tries` counts all of them; `status` and `error` are of the last."""

    id: DeliveryId
    webhook: WebhookId
    event: WebhookEvent
    visit: VisitId
    happened_at: datetime
    created_at: datetime
    state: DeliveryState = DeliveryState.WAITING
    tries: int = 0
    tried_at: datetime | None = None
    status: int | None = None
    error: str | None = None


def make(webhook: WebhookId, url: str, events: Iterable[str], private_names: Iterable[str], now: datetime) -> Webhook:
    """A webhook at `url` that hears of `events`, of everything when none is named; raises `Refused`."""
    wanted = set(events)
    if not wanted <= set(WebhookEvent):
        raise Refused("event_unknown", "There is no such event. One of them is appointment.booked.")
    checked = check_url(url.strip(), private_names=private_names)
    chosen = tuple(one for one in WebhookEvent if one in wanted or not wanted)
    return Webhook(webhook, checked, chosen, now)


def taken(webhook: Webhook) -> Webhook:
    """After a delivery that was taken."""
    return replace(webhook, failing_since=None)


def failed(webhook: Webhook, verdict: Verdict, now: datetime) -> Webhook:
    """After a delivery that was not: disabled when it went on like this for too long, or the receiver is gone."""
    since = webhook.failing_since or now
    if webhook.disabled_at is not None:
        return webhook
    if verdict is Verdict.DISABLE:
        return replace(webhook, failing_since=since, disabled_at=now, disabled_why=Why.GONE)
    if now - since >= DISABLED_AFTER:
        return replace(webhook, failing_since=since, disabled_at=now, disabled_why=Why.FAILING)
    return replace(webhook, failing_since=since)


def enabled(webhook: Webhook) -> Webhook:
    """Sent to again, with all patience."""
    return replace(webhook, failing_since=None, disabled_at=None, disabled_why=None)


def payload(what: str, about: Mapping[str, str], at: datetime) -> bytes:
    """What is sent: ids and a time, no more. Whoever may know more asks the API, with a key."""
    stamp = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    told = {"type": str(what), "timestamp": stamp, "data": dict(about)}
    return json.dumps(told, separators=(",", ":")).encode()


def payload_of(delivery: Delivery) -> bytes:
    """The same bytes each time."""
    return payload(delivery.event, {"appointment": delivery.visit}, delivery.happened_at)


def secret_of(entropy: bytes) -> str:
    """A signing secret as the receiver gets it, once."""
    return SECRET_PREFIX + base64.b64encode(entropy).decode("ascii")


def headers(message: str, at: datetime, body: bytes, secrets: Iterable[str]) -> dict[str, str]:
    """What makes a delivery one that the receiver can believe. During a rotation both secrets sign."""
    stamp = str(int(at.timestamp()))
    return {
        "webhook-id": message,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(_signature(message, stamp, body, secret) for secret in secrets),
    }


def verdict(status: int) -> Verdict:
    """What a status says. A redirect is a failure: it might lead where nothing may be sent."""
    if 200 <= status < 300:
        return Verdict.DELIVERED
    return Verdict.DISABLE if status == 410 else Verdict.RETRY


def _signature(message: str, stamp: str, body: bytes, secret: str) -> str:
    signed = f"{message}.{stamp}.".encode() + body
    return f"{SCHEME},{base64.b64encode(hmac.digest(_key(secret), signed, 'sha256')).decode('ascii')}"


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error:
        raise Refused("secret_wrong", "A signing secret begins with whsec_ and goes on in base64.") from None

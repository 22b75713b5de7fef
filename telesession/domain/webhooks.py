"""What other software is told by itself, signed as Standard Webhooks 1.0 defines it. Who sends it is not here."""

import base64
import binascii
import hmac
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from telesession.domain.errors import Refused
from telesession.domain.ids import VisitId

SECRET_BYTES = 32
SECRET_PREFIX = "whsec_"  # noqa: S105  the beginning of every one
SCHEME = "v1"
TOLERANCE = timedelta(minutes=5)
"""How far the clocks of sender and receiver may be apart."""

TIMEOUT_S = 15.0
RETRIES = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)  # fmt: skip
"""How long after each failure it is tried again; after the last one it is given up."""


class WebhookEvent(StrEnum):
    """What one may be told of."""

    APPOINTMENT_BOOKED = "appointment.booked"
    APPOINTMENT_MOVED = "appointment.moved"
    APPOINTMENT_CANCELLED = "appointment.cancelled"
    VISIT_WAITING = "visit.waiting"
    VISIT_STARTED = "visit.started"
    VISIT_ENDED = "visit.ended"


class Verdict(StrEnum):
    """What an answer to a delivery means."""

    DELIVERED = "delivered"
    RETRY = "retry"
    DISABLE = "disable"
    """The receiver has gone for good."""


def payload(what: WebhookEvent, visit: VisitId, at: datetime) -> bytes:
    """What is sent: an id and no more. Whoever may know more asks the API, with a key."""
    stamp = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    told = {"type": what.value, "timestamp": stamp, "data": {"appointment": visit}}
    return json.dumps(told, separators=(",", ":")).encode()


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


def is_genuine(sent: dict[str, str], body: bytes, secret: str, now: datetime) -> bool:
    """What a receiver asks: whether this was signed with `secret`, just now."""
    stamp = sent.get("webhook-timestamp", "")
    if not (stamp.isascii() and stamp.isdigit()) or abs(int(stamp) - now.timestamp()) > TOLERANCE.total_seconds():
        return False
    wanted = _signature(sent.get("webhook-id", ""), stamp, body, secret).encode()
    found = sent.get("webhook-signature", "").split(" ")
    return any([hmac.compare_digest(one.encode(), wanted) for one in found])  # noqa: C419  all are compared


def verdict(status: int) -> Verdict:
    """What a status says. A redirect is a failure: it might lead where nothing may be sent."""
    if 200 <= status < 300:
        return Verdict.DELIVERED
    return Verdict.DISABLE if status == 410 else Verdict.RETRY


def next_try(failures: int, now: datetime) -> datetime | None:
    """When to try again after so many failures; None when it is given up."""
    return now + RETRIES[failures - 1] if 1 <= failures <= len(RETRIES) else None


def _signature(message: str, stamp: str, body: bytes, secret: str) -> str:
    signed = f"{message}.{stamp}.".encode() + body
    return f"{SCHEME},{base64.b64encode(hmac.digest(_key(secret), signed, 'sha256')).decode('ascii')}"


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error:
        raise Refused("secret_wrong", "A signing secret begins with whsec_ and goes on in base64.") from None

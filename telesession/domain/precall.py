"""The pre-call check: what was measured of a line to the service's own peer, and what that means for a visit.

The browser measures and the rules here judge: no screen judges for itself. The numbers come from the patient's own
browser, so they are worth as much as its word; all they do is advise.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from telesession.domain.messages import IceServer, IceTransportPolicy

Share = Annotated[float, Meta(ge=0, le=1)]
Ms = Annotated[float, Meta(ge=0, le=60_000)]
Kbps = Annotated[float, Meta(ge=0, le=1_000_000)]
Codec = Annotated[str, Meta(max_length=32, pattern=r"^[A-Za-z0-9/._-]+$")]


class Route(StrEnum):
    """One of the two connections that a check tries."""

    DIRECT = "direct"
    RELAY = "relay"


class Path(StrEnum):
    """How the packets went in the end."""

    DIRECT = "direct"
    RELAY = "relay"
    TCP = "tcp"
    """By the relay, and to it over TCP or TLS: UDP does not come through."""


class Measured(Struct, frozen=True, forbid_unknown_fields=True):
    """What one connection could do. Loss and jitter are of small packets, before the line was filled."""

    path: Path
    round_trip_ms: Ms
    jitter_ms: Ms
    loss_up: Share
    loss_down: Share
    up_kbps: Kbps
    down_kbps: Kbps
    """Both at most `LOAD_KBPS`: more is not tried."""
    codecs: Annotated[tuple[Codec, ...], Meta(max_length=8)] = ()
    """What was agreed on for sound and picture, such as `opus`."""


class Verdict(StrEnum):
    GOOD = "good"
    PAUSES = "pauses"
    """OK; the picture may pause now and then."""
    WEAK = "weak"
    """Start with sound."""
    BLOCKED = "blocked"
    """Nothing gets through."""


class Thresholds(Struct, frozen=True):
    """Kilobits a second in the worse direction: below the first the picture may pause, below the second sound alone."""

    picture_kbps: int = 330
    sound_kbps: int = 180


class Outcome(Struct, frozen=True):
    """What the clinic keeps of a patient's last check."""

    verdict: Verdict
    at: datetime
    measured: Measured | None = None
    """Of the connection that a visit would use; None when there was none."""
    relay_works: bool | None = None
    """None: the clinic has no relay, so it was not tried."""
    is_heard: bool | None = None
    """Whether they heard their own voice come back; None: they did not say."""


class Plan(Struct, frozen=True):
    """How a connection is measured; both ends go by it."""

    ping_every_ms: int = 20
    ping_ms: int = 1_200
    load_kbps: int = 1_000
    load_ms: int = 2_000
    settle_ms: int = 600
    """So much of the load's beginning is not counted: the sender is still finding out how much it may send."""
    load_bytes: int = 1_100
    voice_ms: int = 3_000
    """After so long one's voice comes back."""


class Meter:
    """How much of a load arrives, once it has settled. The clock comes in."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._began_ms: float | None = None
        self._bytes = 0

    def add(self, now_ms: float, size: int) -> None:
        """A packet of the load came."""
        if self._began_ms is None:
            self._began_ms = now_ms
        if self._plan.settle_ms <= now_ms - self._began_ms < self._plan.load_ms:
            self._bytes += size

    @property
    def kbps(self) -> float:
        """Kilobits a second."""
        return self._bytes * 8 / (self._plan.load_ms - self._plan.settle_ms)


class RouteWanted(Struct, frozen=True):
    """A connection to try, and by which servers."""

    route: Route
    ice_servers: tuple[IceServer, ...]
    policy: IceTransportPolicy


def judge(measured: Mapping[Route, Measured | None], thresholds: Thresholds) -> Verdict:
    """What the connections that were tried promise for a visit; None stands for one that did not come about."""
    used = in_use(measured)
    if used is None:
        return Verdict.BLOCKED
    kbps, loss = min(used.up_kbps, used.down_kbps), max(used.loss_up, used.loss_down)
    if kbps < thresholds.sound_kbps or _is_worse(used, loss, POOR):
        return Verdict.WEAK
    if kbps < thresholds.picture_kbps or _is_worse(used, loss, UNEVEN):
        return Verdict.PAUSES
    return Verdict.GOOD


def in_use(measured: Mapping[Route, Measured | None]) -> Measured | None:
    """The connection that a visit would use: browsers take the direct one wherever there is one (RFC 8445 5.1.2)."""
    return measured.get(Route.DIRECT) or measured.get(Route.RELAY)


def outcome(measured: Mapping[Route, Measured | None], thresholds: Thresholds, at: datetime) -> Outcome:
    """What is kept of a check."""
    relay_works = measured[Route.RELAY] is not None if Route.RELAY in measured else None
    return Outcome(judge(measured, thresholds), at, in_use(measured), relay_works)


class _Limits(Struct, frozen=True):
    """From here on it is noticed; the same numbers by which a visit in progress is judged (`media/quality.js`)."""

    loss: float
    round_trip_ms: float
    jitter_ms: float


UNEVEN = _Limits(loss=0.03, round_trip_ms=350, jitter_ms=60)
POOR = _Limits(loss=0.12, round_trip_ms=800, jitter_ms=150)


def _is_worse(one: Measured, loss: float, limits: _Limits) -> bool:
    is_late = one.round_trip_ms >= limits.round_trip_ms or one.jitter_ms >= limits.jitter_ms
    return loss >= limits.loss or is_late

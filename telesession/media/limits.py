"""How much one participant may send to whoever records, and have done: far more than anybody needs, and an end to it.

What is above is lost, media before they are decrypted: as on a line that does not take it. So it costs neither the disk
nor the processor that all recordings of a process share (ADR 175).
"""

import time
from collections.abc import Callable

from aiortc import RTCPeerConnection

from telesession.domain.ids import ParticipantId
from telesession.domain.messages import AnySignal, Candidates, ConnectionWanted, Description
from telesession.media.ear import MOST_BITS_PER_S

BYTES_PER_S = 3 * MOST_BITS_PER_S / 8
"""Three times what a recording asks for, so that no honest sender comes near it for long."""
BYTES_AT_ONCE = 10 * BYTES_PER_S
"""Pictures that stand alone, and what a browser sends before it has heard what it is asked for."""
OPENINGS_PER_MINUTE = 30
"""Of connections, be they new or described again; who tries anew and anew does it every eight seconds."""
WAYS_PER_S = 5
WAYS_AT_ONCE = 200
"""Addresses to try: each takes packets of ours to wherever it leads."""

Receive = Callable[[bytes, int], None]


class Allowance:
    """So much a second on average, and so much at once (a token bucket). Time comes in, by any steady clock. Pure."""

    def __init__(self, per_s: float, at_once: float) -> None:
        self._per_s = per_s
        self._at_once = at_once
        self._left = at_once
        self._seen_s: float | None = None

    def takes(self, amount: float, now_s: float) -> bool:
        """Whether so much more may come at `now_s`; counts it when it may."""
        if self._seen_s is not None:
            self._left = min(self._at_once, self._left + max(0.0, now_s - self._seen_s) * self._per_s)
        self._seen_s = now_s
        if amount > self._left:
            return False
        self._left -= amount
        return True


class Openings:
    """How often each participant may have a connection opened or described, and how many ways to them tried. Pure."""

    def __init__(self, per_minute: int = OPENINGS_PER_MINUTE) -> None:
        self._per_minute = per_minute
        self._openings: dict[ParticipantId, Allowance] = {}
        self._ways: dict[ParticipantId, Allowance] = {}

    def takes(self, them: ParticipantId, signal: AnySignal, now_s: float) -> bool:
        """Whether `signal` of theirs is looked at; one too many is as good as lost."""
        match signal:
            case Description() | ConnectionWanted():
                fresh = Allowance(self._per_minute / 60, self._per_minute)
                return self._openings.setdefault(them, fresh).takes(1, now_s)
            case Candidates(candidates=ways):
                fresh = Allowance(WAYS_PER_S, WAYS_AT_ONCE)
                return self._ways.setdefault(them, fresh).takes(len(ways), now_s)
            case _:
                return True


class Limits:
    """Holds everybody to the allowance, over all connections that they make. `on_flood` is told once of each."""

    def __init__(
        self,
        on_flood: Callable[[ParticipantId], object],
        fresh: Callable[[], Allowance] = lambda: Allowance(BYTES_PER_S, BYTES_AT_ONCE),
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._on_flood = on_flood
        self._fresh = fresh
        self._now_s = now_s
        self._allowances: dict[ParticipantId, Allowance] = {}
        self._told: set[ParticipantId] = set()

    def hold(self, them: ParticipantId, connection: RTCPeerConnection) -> None:
        """From now on lose what comes over a new connection of theirs beyond what they may send; after `take_over`."""
        allowance = self._allowances.setdefault(them, self._fresh())
        for ice in {one.receiver.transport.transport._connection for one in connection.getTransceivers()}:
            ice.data_received = self._held(them, allowance, ice.data_received)  # type: ignore[assignment,method-assign]

    def _held(self, them: ParticipantId, allowance: Allowance, receive: Receive) -> Receive:
        def receive_some(data: bytes, component: int) -> None:
            if allowance.takes(len(data), self._now_s()):
                receive(data, component)
            else:
                self._tell(them)

        return receive_some

    def _tell(self, them: ParticipantId) -> None:
        if them not in self._told:
            self._told.add(them)
            self._on_flood(them)

"""The measuring end of a connection: returns pings with a count, fills the line for a moment, counts what comes.

Two data channels carry it (docs/reference/precall.md): `probe` loses packets as the network does, `steps` loses none.
"""

import asyncio
import struct
from collections.abc import Callable, Coroutine
from typing import Any

import msgspec
from aiortc import RTCDataChannel
from aiortc.exceptions import InvalidStateError
from msgspec import Struct

from telesession.domain.precall import Meter, Plan

PING, LOAD = 1, 2
PING_SHAPE = struct.Struct("!BId")
"""What it is, its number, the sender's clock. It comes back with the count of those that have come so far."""
COUNT_SHAPE = struct.Struct("!I")
LOAD_SHAPE = struct.Struct("!BI")
TICK_S = 0.02
MOST_UNSENT_BYTES = 4_400
"""Past that the line is slower than the load; the rest of it is left out instead of queued."""
LATE_S = 0.3
"""So long after the load's end for what is still on its way."""


class Load(Struct, frozen=True, tag_field="type", tag="load"):
    """From the browser: both fill the line now."""


class Counted(Struct, frozen=True, tag_field="type", tag="counted"):
    """To the browser: so much of its load has come."""

    kbps: float


Begin = Callable[[Coroutine[Any, Any, None]], object]

_load = msgspec.json.Decoder(Load).decode
_encode = msgspec.json.Encoder().encode


class Probe:
    """Of one connection."""

    def __init__(self, plan: Plan, begin: Begin) -> None:
        self._plan = plan
        self._begin = begin
        self._meter = Meter(plan)
        self._pings = 0
        self._is_loaded = False
        self._probe: RTCDataChannel | None = None

    def open(self, channel: RTCDataChannel) -> None:
        """The browser has opened a channel."""
        if channel.label == "probe":
            self._probe = channel
            channel.on("message", lambda message: self._take(channel, message))
        elif channel.label == "steps":
            channel.on("message", lambda message: self._step(channel, message))

    def _take(self, channel: RTCDataChannel, message: bytes | str) -> None:
        if isinstance(message, str) or not message:
            return
        if message[0] == PING and len(message) >= PING_SHAPE.size:
            self._pings += 1
            _send(channel, message[: PING_SHAPE.size] + COUNT_SHAPE.pack(self._pings))
        elif message[0] == LOAD:
            self._meter.add(_now_ms(), len(message))

    def _step(self, steps: RTCDataChannel, message: bytes | str) -> None:
        """One load a connection, whatever is asked."""
        try:
            _load(message)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return
        if self._probe is not None and not self._is_loaded:
            self._is_loaded = True
            self._meter = Meter(self._plan)
            self._begin(self._fill(self._probe, steps))

    async def _fill(self, probe: RTCDataChannel, steps: RTCDataChannel) -> None:
        plan, sent, began_ms = self._plan, 0.0, _now_ms()
        a_ms = plan.load_kbps / 8 / plan.load_bytes  # packets
        while (passed_ms := _now_ms() - began_ms) < plan.load_ms:
            while sent < passed_ms * a_ms and probe.bufferedAmount < MOST_UNSENT_BYTES:
                _send(probe, LOAD_SHAPE.pack(LOAD, int(sent)).ljust(plan.load_bytes, b"\0"))
                sent += 1
            sent = max(sent, passed_ms * a_ms)
            await asyncio.sleep(TICK_S)
        await asyncio.sleep(LATE_S)
        _send(steps, _encode(Counted(self._meter.kbps)).decode())


def _send(channel: RTCDataChannel, message: bytes | str) -> None:
    try:
        channel.send(message)
    except InvalidStateError:  # closed meanwhile
        return


def _now_ms() -> float:
    return asyncio.get_running_loop().time() * 1_000

"""Frames on their way to one browser. Putting never waits, so that a slow reader slows nobody else.

A frame goes out at once when the browser takes it, which it nearly always does; only otherwise it is queued and the
reader of the queue is woken: a task switch a frame costs as much as all the rest of relaying one (ADR 21).
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable

import msgspec

from telesession.domain.messages import CLOSE_CODES, Goodbye, Reason, ServerFrame

MAX_FRAMES = 256
MAX_BYTES = 512 * 1024

NOWHERE = "-"

SendNow = Callable[[bytes], bool]
"""Sends a frame without waiting; False when the browser takes no more right now and nothing was sent."""

_encode = msgspec.json.Encoder().encode


def encode(frame: ServerFrame) -> bytes:
    """The JSON text of a frame, in UTF-8."""
    return _encode(frame)


class Outbox:
    """A bounded queue with one reader. When it overflows it drops what it holds and closes as `SLOW`."""

    def __init__(self, send_now: SendNow = lambda _: False, place: str = NOWHERE) -> None:
        self._send_now = send_now
        self.place = place
        """The network that the browser is in, as the audit notes it."""
        self._is_sending = False
        self._frames: deque[bytes] = deque()
        self._bytes = 0
        self._wake = asyncio.Event()
        self._is_over = False
        self.closing: Reason | None = None

    @property
    def waiting(self) -> int:
        """How many frames nobody has taken yet."""
        return len(self._frames)

    def put(self, frame: ServerFrame) -> None:
        """Queue one frame; nothing more is taken once the outbox is closing."""
        self.put_encoded(encode(frame))

    def put_encoded(self, frame: bytes) -> None:
        """Queue a frame that is encoded already, as one that goes to several people."""
        if self.closing is not None:
            return
        if not self._frames and not self._is_sending and self._send_now(frame):
            return
        if len(self._frames) >= MAX_FRAMES or self._bytes >= MAX_BYTES:  # however large, one frame makes nobody slow
            self._frames.clear()
            self.close(Reason.SLOW)
            return
        self._frames.append(frame)
        self._bytes += len(frame)
        self._wake.set()

    def close(self, reason: Reason, retry_after_ms: int = 0) -> None:
        """Say goodbye after what is queued, then end; the first reason counts."""
        if self.closing is not None:
            return
        self.closing = reason
        comes_back = CLOSE_CODES[reason][1]
        self._frames.append(encode(Goodbye(reason, retry_after_ms if comes_back else None)))
        self._wake.set()

    def abandon(self) -> None:
        """The browser is gone: drop what is left, say nothing."""
        self._frames.clear()
        self._is_over = True
        self._wake.set()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Every frame in order; ends after the goodbye, or when abandoned."""
        while True:
            while self._frames:
                frame = self._frames.popleft()
                self._bytes -= len(frame)
                self._is_sending = True
                yield frame
                self._is_sending = False
            if self.closing is not None or self._is_over:
                return
            self._wake.clear()
            await self._wake.wait()

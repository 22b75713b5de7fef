"""Tells whoever has a schedule open that it changed: one question a second to the database, however many look."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NoReturn

from telesession import logs
from telesession.domain.errors import Refused

ASK_EVERY_S = 1.0
BEAT_S = 15.0
"""A line that says nothing, so that proxies keep the stream; a lost browser and a session left alone are noticed."""


class Changes:
    """Run it as a task. The database is asked, since the change may come from another process."""

    def __init__(
        self,
        last_noted: Callable[[], Awaitable[datetime | None]],
        every_s: float = ASK_EVERY_S,
        beat_s: float = BEAT_S,
    ) -> None:
        self._last_noted = last_noted
        self._every_s = every_s
        self.beat_s = beat_s
        self._listeners: set[asyncio.Event] = set()

    @contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """An event that is set when something changed; whoever waits for it clears it."""
        changed = asyncio.Event()
        self._listeners.add(changed)
        try:
            yield changed
        finally:
            self._listeners.discard(changed)

    async def run(self) -> NoReturn:
        """Watch until cancelled; ask nothing while nobody listens."""
        known: datetime | None = None
        while True:
            await asyncio.sleep(self._every_s)
            if not self._listeners:
                continue
            try:
                noted = await self._last_noted()
            except Refused as no:
                logs.get().warning("changes_not_seen", code=no.code)
                continue
            if noted != known:
                known = noted
                for listener in self._listeners:
                    listener.set()

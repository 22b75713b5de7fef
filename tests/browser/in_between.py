"""Somebody between two pages: a server that swaps the fingerprints, ends both lines itself and passes on what it sees.

It is what nobody can be kept from doing who runs the server, and what the four words are there to show.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from aiortc import MediaStreamTrack, RTCPeerConnection
from msgspec.structs import replace
from playwright.async_api import WebSocketRoute

from telesession.domain.ids import ParticipantId
from telesession.domain.messages import AnySignal, ParticipantView, VisitView
from telesession.media.peer import Peers
from tests.browser.clinic import PATIENCE_MS, Person

IN_THE_VISIT = """() => globalThis.telesession?.state().view?.participants
  ?.filter((one) => one.standing === 'admitted').length === 2"""


class Passed(MediaStreamTrack):
    """What came from the one, for the other."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self.frames: asyncio.Queue[Any] = asyncio.Queue(2)

    async def recv(self) -> Any:
        return await self.frames.get()


class End:
    """Plays the other one to `person`: takes what their page says about its media, and keeps it from the server."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.other: End
        self._peers = Peers(self, self._say, lambda: 1)
        self._outgoing: dict[str, Passed] = {}
        self._reading: set[asyncio.Task[None]] = set()
        self._page: WebSocketRoute | None = None
        self._me = self._them = ParticipantId("")

    async def listen(self) -> None:
        await self.person.page.route_web_socket(re.compile(r"/socket"), self._take_line)

    async def step_in(self) -> None:
        await self.person.page.wait_for_function(IN_THE_VISIT, timeout=PATIENCE_MS)
        seen = msgspec.convert(await self.other.person.page.evaluate("() => telesession.state().view"), VisitView)
        self._me = seen.you
        (them,) = (one for one in seen.participants if one.id != seen.you)
        self._them = them.id
        mine = [replace(one, is_polite=False) for one in seen.participants]
        self._peers.show(replace(seen, participants=tuple(mine)))

    async def close(self) -> None:
        await self._peers.close()
        for task in self._reading:
            task.cancel()

    # --- what media/peer.py asks

    def tracks(self, _them: ParticipantView) -> Sequence[MediaStreamTrack]:
        self._outgoing = {kind: Passed(kind) for kind in ("audio", "video")}
        return tuple(self._outgoing.values())

    def began(self, _them: ParticipantView, _connection: RTCPeerConnection) -> None:
        return

    def arrived(self, _them: ParticipantView, track: MediaStreamTrack) -> None:
        self._reading.add(asyncio.create_task(self._pass_on(track)))

    def changed(self, _them: ParticipantId, _state: str) -> None:
        return

    async def _pass_on(self, track: MediaStreamTrack) -> None:
        while True:
            frame = await track.recv()
            passed = self.other._outgoing.get(track.kind)
            if passed is not None and not passed.frames.full():
                passed.frames.put_nowait(frame)

    # --- the socket of the page

    def _say(self, _to: ParticipantId, signal: AnySignal) -> None:
        assert self._page is not None
        self._page.send(json.dumps({"type": "signal", "from": self._me, "signal": msgspec.to_builtins(signal)}))

    def _take_line(self, page: WebSocketRoute) -> None:
        self._page, server = page, page.connect_to_server()

        def from_page(said: str | bytes) -> None:
            frame = json.loads(said)
            if frame["type"] == "signal":
                self._peers.receive(self._them, msgspec.convert(frame["signal"], AnySignal))
            else:
                server.send(said)

        def from_server(said: str | bytes) -> None:
            assert isinstance(said, str)
            page.send(said.replace('"is_polite":false', '"is_polite":true'))

        page.on_message(from_page)
        server.on_message(from_server)


class Between:
    """Both ends."""

    def __init__(self, tess: Person, pat: Person) -> None:
        self._ends = End(tess), End(pat)
        self._ends[0].other, self._ends[1].other = self._ends[1], self._ends[0]

    async def listen(self) -> None:
        for end in self._ends:
            await end.listen()

    async def step_in(self) -> None:
        """Once both are in: take both lines."""
        for end in self._ends:
            await end.step_in()

    async def close(self) -> None:
        for end in self._ends:
            await end.close()


@asynccontextmanager
async def between(tess: Person, pat: Person) -> AsyncIterator[tuple[Between, Person, Person]]:
    """Before either opens a page."""
    sam = Between(tess, pat)
    await sam.listen()
    try:
        yield sam, tess, pat
    finally:
        await sam.close()

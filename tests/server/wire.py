"""A client of the wire as a stranger would write it: frames of plain JSON over one WebSocket."""

import itertools
import json
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import aiohttp

from tests.server.conftest import Person

Frame = dict[str, Any]


class Wire:
    """One socket of a person; `ask` sends a command and waits for its answer, keeping what comes meanwhile."""

    def __init__(
        self,
        person: Person,
        *,
        origin: str | None = None,
        protocols: Sequence[str] = ("telesession.v1",),
        first_id: int = 0,
    ) -> None:
        self._person = person
        self._origin = person.service.url if origin is None else origin
        self._protocols = protocols
        self._ids = itertools.count(first_id)  # those of a seat are never used again, by whatever program
        self.frames: list[Frame] = []

    async def __aenter__(self) -> Self:
        self.ws = await self._person.http.ws_connect(
            f"{self._person.visit_path}/socket", protocols=self._protocols, headers={"Origin": self._origin}
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.ws.close()

    async def hello(self, since: int | None = None) -> Frame:
        await self.send({"type": "hello", "protocol": 1, "since": since})
        return await self.until("welcome")

    async def send(self, frame: Frame) -> None:
        await self.ws.send_str(json.dumps(frame))

    async def ask(self, kind: str, **fields: object) -> Frame:
        """Send a command; answers with its `done` or `refused` frame."""
        own = f"c{next(self._ids)}"
        await self.send({"type": kind, "id": own, **fields})
        while True:
            frame = await self.next()
            if frame["type"] in ("done", "refused") and frame["id"] == own:
                return frame

    async def next(self) -> Frame:
        message = await self.ws.receive(timeout=5)
        assert message.type is aiohttp.WSMsgType.TEXT, f"closed with {self.ws.close_code}"
        frame: Frame = json.loads(message.data)
        self.frames.append(frame)
        return frame

    async def until(self, *kinds: str) -> Frame:
        """Read on until a frame of one of these kinds."""
        while (frame := await self.next())["type"] not in kinds:
            pass
        return frame

    async def close_code(self) -> int:
        """Read on until the server closes; answers with its code."""
        while True:
            message = await self.ws.receive(timeout=10)
            if message.type is aiohttp.WSMsgType.TEXT:
                self.frames.append(json.loads(message.data))
            else:
                assert self.ws.close_code is not None
                return self.ws.close_code

    def kinds(self) -> list[str]:
        return [frame["type"] for frame in self.frames]

"""Other software at the far end of a webhook, written from the specification (Standard Webhooks 1.0) alone."""

import base64
import hashlib
import hmac
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from aiohttp import web
from msgspec import Struct

CLOCKS_APART_S = 300


class Forged(Exception):
    """This was not sent by whoever has the secret, or not just now."""


def verify(secret: str, headers: Any, body: bytes, now: float) -> None:
    """What the specification asks of a receiver: the time, then any one of the signatures."""
    message, stamp = headers["webhook-id"], headers["webhook-timestamp"]
    if abs(now - int(stamp)) > CLOCKS_APART_S:
        raise Forged("time")
    key = base64.b64decode(secret[len("whsec_") :])
    digest = hmac.new(key, message.encode() + b"." + stamp.encode() + b"." + body, hashlib.sha256).digest()
    for signature in headers["webhook-signature"].split():
        version, _, text = signature.partition(",")
        if version == "v1" and hmac.compare_digest(base64.b64decode(text), digest):
            return
    raise Forged("signature")


class Taken(Struct):
    """One request whose signature was good."""

    id: str
    at: int
    json: Any
    headers: Any


Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Receiver:
    """Answers 204 to what it believes and 401 to all else; `answers` are given first, in turn."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.secret = ""
        self.asked = 0
        self.taken: list[Taken] = []
        self.answers: list[int | Answer] = []
        self.url = ""
        self.port = 0

    @property
    def told(self) -> list[str]:
        """The types of what came, in order."""
        return [one.json["type"] for one in self.taken]

    async def hear(self, request: web.BaseRequest) -> web.StreamResponse:
        self.asked += 1
        body = await request.read()
        try:
            verify(self.secret, request.headers, body, self.now().timestamp())
        except Forged:
            return web.Response(status=401)
        headers = request.headers
        self.taken.append(Taken(headers["webhook-id"], int(headers["webhook-timestamp"]), json.loads(body), headers))
        answer = self.answers.pop(0) if self.answers else 204
        return web.Response(status=answer) if isinstance(answer, int) else await answer(request)


@asynccontextmanager
async def listening(
    now: Callable[[], datetime], address: str = "127.0.0.1", port: int = 0, trust: ssl.SSLContext | None = None
) -> AsyncIterator[Receiver]:
    """A receiver on this machine."""
    receiver = Receiver(now)
    runner = web.ServerRunner(web.Server(receiver.hear), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, address, port, ssl_context=trust)
    await site.start()
    receiver.port = runner.addresses[0][1]
    receiver.url = f"{'https' if trust else 'http'}://{address}:{receiver.port}/hook"
    try:
        yield receiver
    finally:
        await runner.cleanup()

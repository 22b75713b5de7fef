"""A WebSocket client that does next to nothing, so that the server is what is measured (RFC 6455, short frames)."""

import asyncio
import json
import secrets
from base64 import b64encode
from collections.abc import Callable
from typing import Any, cast

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


def frame(text: bytes, opcode: int = TEXT) -> bytes:
    """A client frame with a mask of zeros: masked by the letter, free of cost."""
    size = len(text)
    head = bytes([0x80 | opcode, 0x80 | size]) if size < 126 else bytes([0x80 | opcode, 0xFE]) + size.to_bytes(2, "big")
    return head + bytes(4) + text


class LeanClient(asyncio.Protocol):
    """Calls `on_text` with every text that comes; `send` takes a ready `frame`."""

    def __init__(self, port: int, path: str, cookie: str) -> None:
        self._head = (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {b64encode(secrets.token_bytes(16)).decode()}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: telesession.v1\r\nOrigin: http://127.0.0.1\r\nCookie: seat={cookie}\r\n\r\n"
        ).encode()
        self._buffer = b""
        self._is_open = False
        self.is_closed = False
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.on_text: Callable[[bytes], object] = lambda _: None
        self.transport: asyncio.Transport

    @classmethod
    async def connect(cls, port: int, path: str, cookie: str) -> "LeanClient":
        _, client = await asyncio.get_running_loop().create_connection(
            lambda: cls(port, path, cookie), "127.0.0.1", port
        )
        await client.opened
        return client

    def send(self, ready: bytes) -> None:
        self.transport.write(ready)

    def send_json(self, value: Any) -> None:
        self.send(frame(json.dumps(value).encode()))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but its class
        self.transport.write(self._head)

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002  asyncio.Protocol says so
        self.is_closed = True

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._is_open:
            head, end, rest = self._buffer.partition(b"\r\n\r\n")
            if not end:
                return
            assert b" 101 " in head.split(b"\r\n")[0], head[:200]
            self._is_open, self._buffer = True, rest
            self.opened.set_result(None)
        while self._take_frame():
            pass

    def _take_frame(self) -> bool:
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        size, begin = buffer[1] & 0x7F, 2
        if size == 126:
            size, begin = int.from_bytes(buffer[2:4], "big"), 4
        if len(buffer) < begin + size:
            return False
        self._buffer = buffer[begin + size :]
        opcode, body = buffer[0] & 0x0F, buffer[begin : begin + size]
        if opcode == TEXT:
            self.on_text(body)
        elif opcode == PING:
            self.send(frame(body, PONG))
        return True

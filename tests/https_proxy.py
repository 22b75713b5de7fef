"""A proxy that does the https before a clinic, as the ones that operators set up; nobody but who is told trusts it."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from telesession import certificates
from telesession.server.serving import tls

PIECE_BYTES = 65_536


@asynccontextmanager
async def https_before(port: int, taken: socket.socket, folder: Path) -> AsyncIterator[Path]:
    """Passes on what comes to `taken` to `port` of this machine; the authority that browsers have to trust."""
    made = certificates.make(folder, ("localhost",))
    open_now: set[asyncio.Task[None]] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_now.add(task)
        with contextlib.suppress(OSError, asyncio.CancelledError):  # a task of a server may not end cancelled
            inside_reader, inside_writer = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(_pass_on(reader, inside_writer), _pass_on(inside_reader, writer))
        open_now.discard(task)

    async with await asyncio.start_server(answer, sock=taken, ssl=tls(made.host, made.host_key)):
        try:
            yield made.authority
        finally:
            for task in open_now:
                task.cancel()
            await asyncio.gather(*open_now, return_exceptions=True)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while piece := await reader.read(PIECE_BYTES):
            writer.write(piece)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()

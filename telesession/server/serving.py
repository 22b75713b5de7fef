"""Run the application on one listening socket until somebody asks the process to stop."""

import asyncio
import signal
import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import aiohttp.web_response
from aiohttp import web

from telesession import logs
from telesession.server.keys import DRAINING, ROOMS, SETTINGS

HEADER_DEADLINE_S = 10.0
"""aiohttp has no deadline for a request's header but this one; its own default under AppRunner is an hour."""

DRAIN_STEP_S = 0.05

# Requests that aiohttp cannot parse are answered before any of our code, with the version of Python and of aiohttp.
aiohttp.web_response.SERVER_SOFTWARE = "telesession"  # type: ignore[attr-defined]


def listen(host: str, port: int) -> socket.socket:
    """A bound socket, so that the port is known (and taken) before anything is built; `OSError` when it is not free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.bind((host, port))
    return taken


def tls(certificate: Path, key: Path) -> ssl.SSLContext:
    """TLS 1.2 or newer with this certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    return context


async def serve(app: web.Application, taken: socket.socket, on_ready: Callable[[], object]) -> None:
    """Serve until SIGTERM or SIGINT, then drain: unready at once, browsers told to move, then the rest."""
    settings = app[SETTINGS]
    context = tls(settings.tls_cert, settings.tls_key) if settings.tls_cert and settings.tls_key else None
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    runner = web.AppRunner(
        app,
        handle_signals=False,
        access_log=None,
        keepalive_timeout=HEADER_DEADLINE_S,
        handler_cancellation=True,
        shutdown_timeout=2.0,
    )
    await runner.setup()
    try:
        await web.SockSite(runner, taken, ssl_context=context, backlog=1024).start()
        logs.get().info("started", port=taken.getsockname()[1])
        on_ready()
        await stop.wait()
        await _drain(app, settings.drain_s)
    finally:
        await runner.cleanup()
        logs.get().info("stopped")


async def _drain(app: web.Application, patience_s: float) -> None:
    """Tell every browser to move, and wait until they have or `patience_s` is over."""
    app[DRAINING].set()
    logs.get().info("draining", rooms=app[ROOMS].visits)
    app[ROOMS].drain()
    deadline = asyncio.get_running_loop().time() + patience_s
    while app[ROOMS].visits and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(DRAIN_STEP_S)

"""Run the application on one listening socket until somebody asks the process to stop."""

import asyncio
import errno
import signal
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp.web_response
from aiohttp import web
from msgspec.structs import replace

from telesession import logs
from telesession.config import LOOPBACK, BadSettings, Settings, require_private
from telesession.server.app import build
from telesession.server.keys import ACCOUNTS, DRAINING, ROOMS, SETTINGS
from telesession.store.revisions import migrate

HEADER_DEADLINE_S = 10.0
"""aiohttp has no deadline for a request's header but this one; its own default under AppRunner is an hour."""

# Requests that aiohttp cannot parse are answered before any of our code, with the version of Python and of aiohttp.
aiohttp.web_response.SERVER_SOFTWARE = "telesession"  # type: ignore[attr-defined]


def listen(host: str, port: int) -> socket.socket:
    """A bound socket, so that the port is known (and taken) before anything is built.

    Raises `BadSettings` when somebody else has the port, `OSError` when it cannot be had for another reason.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
    except OSError as no:
        taken.close()
        if no.errno != errno.EADDRINUSE:
            raise
        raise BadSettings(f"Port {port} is taken. Choose another with --port or TELESESSION_PORT.") from None
    return taken


def tls(certificate: Path, key: Path) -> ssl.SSLContext:
    """TLS 1.2 or newer with this certificate; raises `BadSettings` when others on this machine can read its key."""
    require_private(key, "tls_key")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    return context


def require_safe(settings: Settings) -> None:
    """Raises `BadSettings` for plain http on a network: browsers give no camera there, and anybody could listen."""
    is_behind_https = settings.is_https and settings.trusted_proxies
    if settings.tls_cert or settings.host in LOOPBACK or is_behind_https:
        return
    raise BadSettings(
        f"{settings.host} is a network address and this would be plain http. Give TELESESSION_TLS_CERT and "
        "TELESESSION_TLS_KEY, or put a proxy that speaks https in front and name it in TELESESSION_TRUSTED_PROXIES "
        "together with an https TELESESSION_PUBLIC_URL."
    )


async def run(settings: Settings, taken: socket.socket) -> None:
    """Bring the database up to date, then serve until told to stop."""
    await migrate(settings.database)
    app = build(replace(settings, port=taken.getsockname()[1]))  # links are made from it
    token = await app[ACCOUNTS].setup_token()
    await serve(app, taken, on_ready=lambda: _tell_setup(f"{app[SETTINGS].origin}/setup/{token}") if token else None)


def _tell_setup(link: str) -> None:
    """Show the link to whoever starts the service: on its terminal, never in its log, which others may read."""
    sys.stderr.write(f"\nThis clinic has no administrator yet. Open this link to make the first one:\n\n  {link}\n\n")
    sys.stderr.flush()


async def serve(app: web.Application, taken: socket.socket, on_ready: Callable[[], object]) -> None:
    """Serve until SIGTERM or SIGINT, then drain: unready at once, browsers told to move, then the rest."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with opened(app, taken):
        logs.get().info("started", port=taken.getsockname()[1])
        on_ready()
        await stop.wait()
        await _drain(app, app[SETTINGS].drain_s)
    logs.get().info("stopped")


@asynccontextmanager
async def opened(app: web.Application, taken: socket.socket) -> AsyncIterator[None]:
    """While inside, `app` answers on the socket `taken`."""
    settings = app[SETTINGS]
    context = tls(settings.tls_cert, settings.tls_key) if settings.tls_cert and settings.tls_key else None
    runner = web.AppRunner(
        app,
        handle_signals=False,
        access_log=None,
        keepalive_timeout=HEADER_DEADLINE_S,
        shutdown_timeout=2.0,
    )
    await runner.setup()
    try:
        await web.SockSite(runner, taken, ssl_context=context, backlog=1024).start()
        yield
    finally:
        await runner.cleanup()


async def _drain(app: web.Application, patience_s: float) -> None:
    """Tell every browser to move, and wait until they have or `patience_s` is over."""
    app[DRAINING].set()
    logs.get().info("draining", rooms=app[ROOMS].visits)
    try:
        async with asyncio.timeout(patience_s):
            await app[ROOMS].drain()
    except TimeoutError:
        logs.get().warning("drain_cut_short", rooms=app[ROOMS].visits)

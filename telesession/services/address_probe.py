"""Whether the service is found at its public address, as browsers come to it."""

import asyncio
import ssl
from datetime import UTC, datetime
from pathlib import Path
from socket import gaierror
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, TCPConnector

from telesession.config import Settings

WAIT_S = 10.0
OURS = ("ready", "not ready")
"""What `/readyz` says."""

_START = "Start the service and the proxy in front of it, and look at the proxy's log."
_TRUST = "Get a public certificate, or have your own authority trusted here and by all browsers: they warn of this one."
_OUTSIDE = "Try it from outside: if it opens there, your network leads nobody back in. If not, see to name and proxy."


class AddressFailed(Exception):
    """The address does not lead to the service; the text says why, `advice` what to do.

    `is_sure`: it is no better from outside.
    """

    def __init__(self, text: str, advice: str, *, is_sure: bool = True) -> None:
        super().__init__(text)
        self.advice = advice
        self.is_sure = is_sure


def authority_of(settings: Settings) -> Path | None:
    """Whom our own programs have to trust to reach us: that of a trial's certificates lies beside them."""
    if settings.tls_cert is None:
        return None
    beside = settings.tls_cert.with_name("ca.pem")
    return beside if beside.exists() else settings.tls_cert


async def knock(origin: str, authority: Path | None = None, wait_s: float = WAIT_S) -> datetime:
    """Ask the service at `origin`, which is https, how it is. Gives the end of its certificate.

    `authority`: whom to trust instead of those who are trusted here. Raises `AddressFailed`.
    """
    context = ssl.create_default_context(cafile=None if authority is None else str(authority))
    try:
        async with asyncio.timeout(wait_s):
            good_until = await _end_of_certificate(origin, context)
            status, said = await _said(origin, context)
    except ssl.SSLCertVerificationError as no:
        raise AddressFailed(f"its certificate is not trusted here ({no.verify_message})", _TRUST) from None
    except gaierror:
        raise AddressFailed("nobody knows this name here", _OUTSIDE, is_sure=False) from None
    except (TimeoutError, ClientError, OSError) as no:
        raise AddressFailed(f"it cannot be reached from here ({type(no).__name__})", _OUTSIDE, is_sure=False) from None
    if not any(f'"{one}"' in said for one in OURS):
        raise AddressFailed(f"somebody else answers there, with status {status}", _START)
    return good_until


async def _end_of_certificate(origin: str, context: ssl.SSLContext) -> datetime:
    parts = urlsplit(origin)
    _, writer = await asyncio.open_connection(parts.hostname, parts.port or 443, ssl=context)
    try:
        certificate = writer.get_extra_info("peercert")
    finally:
        writer.close()
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)


async def _said(origin: str, context: ssl.SSLContext) -> tuple[int, str]:
    async with (
        ClientSession(connector=TCPConnector(ssl=context)) as http,
        http.get(f"{origin}/readyz", allow_redirects=False) as answer,
    ):
        return answer.status, (await answer.content.read(1_000)).decode(errors="replace")

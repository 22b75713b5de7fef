"""Whether the mail server lets us in. No mail is sent."""

import asyncio

import aiosmtplib
from msgspec import Struct

WAIT_S = 10.0


class MailServer(Struct, frozen=True):
    """How mail leaves the clinic. `is_tls`: encrypted from the first byte; else STARTTLS unless `is_plain`."""

    host: str
    port: int
    username: str = ""
    password: str = ""
    is_tls: bool = False
    is_plain: bool = False


class MailFailed(Exception):
    """Mail cannot leave; the text says why, for an operator."""


async def log_in(server: MailServer, wait_s: float = WAIT_S) -> None:
    """Connect, encrypt and sign in; raises `MailFailed`."""
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.is_tls,
        start_tls=not (server.is_tls or server.is_plain),
        timeout=wait_s,
    )
    try:
        async with asyncio.timeout(3 * wait_s), client:
            if server.username:
                await client.login(server.username, server.password)
            else:
                await client.noop()
    except aiosmtplib.SMTPAuthenticationError:
        raise MailFailed("it does not know our name or password") from None
    except aiosmtplib.SMTPException as no:
        raise MailFailed(_reason(no)) from None
    except (TimeoutError, OSError) as no:
        raise MailFailed(f"it cannot be reached ({type(no).__name__})") from None


def _reason(no: aiosmtplib.SMTPException) -> str:
    if isinstance(no, aiosmtplib.SMTPConnectError | aiosmtplib.SMTPTimeoutError):
        return "it cannot be reached, or its certificate is not good"
    return f"it refuses ({type(no).__name__})"

"""Calls other software at an address that somebody typed: one POST, to the open network, and only its status counts."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from typing import NoReturn

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from telesession.domain.callable_addresses import callable_ones, may_be_private
from telesession.domain.errors import Refused
from telesession.domain.webhooks import TIMEOUT_S
from telesession.post.port import NotSent

CONNECT_WITHIN_S = 5.0
MOST_HEADER_BYTES = 8_190
READ_AT_ONCE = 4_096
"""Of an answer's body nothing is read; this is what may arrive with its headers."""

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses that a name has now; raises `OSError` when it has none."""


async def look_up(name: str, port: int) -> list[str]:
    """As the machine resolves names."""
    found = await asyncio.get_running_loop().getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class Caller:
    """Reaches the open network alone, but for `private_names`. `trust` is the machine's list unless given."""

    def __init__(
        self,
        private_names: Sequence[str] = (),
        resolve: Resolve = look_up,
        trust: ssl.SSLContext | None = None,
        within_s: float = TIMEOUT_S,
    ) -> None:
        self._private_names = private_names
        self._resolve = resolve
        self._trust = trust
        self._within_s = within_s

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        """Send JSON; the status of the answer. Raises `NotSent`.

        The name is looked up once and only what was found and allowed is connected to, so that a name which answers
        otherwise a moment later leads nowhere else. Redirects are not followed, for the same reason.
        """
        to = URL(url)
        try:
            async with asyncio.timeout(self._within_s):
                return await self._post(to, await self._addresses(to), body, headers)
        except TimeoutError:
            raise NotSent("webhook_slow", may_retry=True) from None
        except aiohttp.ClientSSLError as error:
            raise NotSent("webhook_certificate", may_retry=True) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NotSent("webhook_unreachable", may_retry=True) from error

    async def _addresses(self, to: URL) -> list[str]:
        name = to.raw_host or ""  # as it goes over the wire: our connector asks for it by no other
        try:
            found = await self._resolve(name, to.port or 443)
            return callable_ones(found, allows_private=may_be_private(name, self._private_names))
        except Refused as no:
            raise NotSent(no.code, may_retry=True) from no
        except (OSError, UnicodeError):
            raise NotSent("url_unknown", may_retry=True) from None

    async def _post(self, to: URL, addresses: Sequence[str], body: bytes, headers: dict[str, str]) -> int:
        ours = {
            "Content-Type": "application/json",
            "User-Agent": "telesession",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        connector = aiohttp.TCPConnector(
            resolver=_Pinned(to.raw_host or "", addresses),
            use_dns_cache=False,
            force_close=True,
            ssl=self._trust or True,
        )
        async with (
            aiohttp.ClientSession(
                connector=connector,
                timeout=aiohttp.ClientTimeout(total=self._within_s, sock_connect=CONNECT_WITHIN_S),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                read_bufsize=READ_AT_ONCE,
                max_line_size=MOST_HEADER_BYTES,
                max_field_size=MOST_HEADER_BYTES,
            ) as http,
            http.post(to, data=body, headers=ours | headers, allow_redirects=False) as answer,
        ):
            answer.close()  # whatever follows the headers is not for us
            return answer.status


class _Pinned(AbstractResolver):
    """Knows one name, and of it what was found and allowed before."""

    def __init__(self, name: str, addresses: Sequence[str]) -> None:
        self._name = name
        self._addresses = addresses

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,  # noqa: ARG002  the port's
    ) -> list[ResolveResult]:
        """The addresses; `OSError` for any other name."""
        if host != self._name:
            _unknown()
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self._addresses
        ]

    async def close(self) -> None:
        """Nothing is open."""


def _unknown() -> NoReturn:
    raise OSError("only one name is looked up")

"""The virtual patient of a demo: a visit of its own whenever somebody wants one, and the process that comes to it."""

import secrets
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from aiohttp import web

from telesession.media.bot_process import BotProcesses
from telesession.media.order import Order
from telesession.server.keys import SETTINGS, VIRTUAL_PATIENT
from telesession.services.scheduling import Booked

NAME = "Virtual Patient"

Book = Callable[[str], Awaitable[Booked]]
"""Books a visit that begins now for a patient of that name."""


class Invitations:
    """Gives the therapist's link to a visit to which the virtual patient comes."""

    def __init__(self, origin: str, authority: Path | None, book: Book) -> None:
        self._origin = origin
        self._authority = authority
        self._book = book
        self._processes = BotProcesses()
        self._last: tuple[Process, str] | None = None

    async def invite(self) -> str:
        """The link; while a virtual patient is there, the same again. Raises `Refused` when there are too many."""
        if self._last is not None and self._last[0].returncode is None:
            return self._last[1]
        booked = await self._book(NAME)
        order = Order(
            f"{self._origin}/join/{booked.patient_token}",
            seed=secrets.randbelow(1_000_000),
            authority=str(self._authority or ""),
        )
        link = f"{self._origin}/join/{booked.therapist_token}"
        self._last = await self._processes.start(order), link
        return link

    async def close(self) -> None:
        """All virtual patients go."""
        await self._processes.close()


def install(app: web.Application, book: Book) -> None:
    """Let `app`, which is not started yet, invite virtual patients for as long as it runs."""
    certificate = app[SETTINGS].tls_cert
    authority = certificate.with_name("ca.pem") if certificate else None
    invitations = Invitations(app[SETTINGS].origin, authority, book)
    app[VIRTUAL_PATIENT] = invitations.invite

    async def running(_: web.Application) -> AsyncIterator[None]:
        yield
        await invitations.close()

    app.cleanup_ctx.append(running)

"""Therapists for other software: with whom one may book."""

from aiohttp import web

from telesession.server.api import exchange, wire
from telesession.server.keys import LISTING


async def find(request: web.Request) -> web.Response:
    """A page of those who have an open account."""
    exchange.known_parameters(request, "cursor", "limit")
    after = exchange.place_of(request, tuple[str])
    page = await request.app[LISTING].therapists(after[0] if after else "", exchange.limit(request))
    going_on = exchange.cursor_of(page.found[-1].id) if page.has_more else None
    return exchange.answer(wire.Therapists([wire.Therapist(one.id, one.name) for one in page.found], going_on))

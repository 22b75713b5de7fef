"""With whom one can book."""

from aiohttp import web

from telesession.domain.staff import Staff
from telesession.server.keys import STAFF


async def bookable(request: web.Request) -> list[Staff]:
    """The therapists of the clinic, whoever asks first."""
    return [request[STAFF]]

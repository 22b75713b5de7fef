"""How a phone learns to trust a demo on the local network. Without such a demo these pages do not exist."""

from aiohttp import web

from telesession.domain.errors import NotFound
from telesession.server.keys import AUTHORITY, TEMPLATES


async def show(request: web.Request) -> web.Response:
    """The steps for each kind of device."""
    _authority(request)
    return request.app[TEMPLATES].render(request, "ca/show.html", {})


async def download(request: web.Request) -> web.Response:
    """The certificate of the demo's authority; not its key."""
    return web.Response(body=_authority(request), content_type="application/x-x509-ca-cert")


def _authority(request: web.Request) -> bytes:
    authority = request.app.get(AUTHORITY)
    if authority is None:
        raise NotFound
    return authority

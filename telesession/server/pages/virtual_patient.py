"""A visit with the virtual patient, for whoever tries a demo alone. Without a demo there is no such page."""

from aiohttp import web

from telesession.domain.errors import NotFound
from telesession.server import forms
from telesession.server.keys import VIRTUAL_PATIENT


async def meet(request: web.Request) -> web.Response:
    """Send the virtual patient on its way, and go to the therapist's side of its visit."""
    invite = request.app.get(VIRTUAL_PATIENT)
    if invite is None:
        raise NotFound
    return forms.see_other(await invite())

"""The first minutes of a clinic: whoever runs the service makes its first administrator."""

from aiohttp import web

from telesession.domain.errors import Refused
from telesession.server import forms
from telesession.server.actors import visitor_of
from telesession.server.keys import ACCOUNTS

PAGE = "setup/show.html"


async def closed(request: web.Request) -> web.Response:
    """Without the link: where to find it. With an administrator there is nothing to set up."""
    if await request.app[ACCOUNTS].is_set_up():
        return forms.see_other("/sign-in")
    return forms.answer(request, "setup/closed.html", {})


async def show(request: web.Request) -> web.Response:
    """The form for the first administrator."""
    if await request.app[ACCOUNTS].is_set_up():
        return forms.see_other("/sign-in")
    await request.app[ACCOUNTS].require_setup(request.match_info["token"])
    return forms.answer(request, PAGE, {"name": "", "email": ""})


async def make(request: web.Request) -> web.Response:
    """Make the account and go on to choose how to sign in to it."""
    given = await forms.typed(request, "name", "email")
    try:
        link = await request.app[ACCOUNTS].set_up(
            request.match_info["token"], given["name"], given["email"], visitor_of(request)
        )
    except Refused as no:
        if no.code in ("set_up_already", "setup_unknown"):
            raise
        return forms.answer(request, PAGE, given, no)
    return forms.see_other(f"/welcome/{link}")

"""The way in for whoever has a printed letter: eight signs and the date of birth."""

import time

from aiohttp import web

from telesession.domain.audit import Action
from telesession.domain.errors import Refused
from telesession.server import denials, seat_cookie
from telesession.server.actors import visitor_of
from telesession.server.address import place_of
from telesession.server.forms import Form, Problem
from telesession.server.keys import GUESSES, INVITATIONS, TEMPLATES
from telesession.server.pages.join import enter

FIELDS = {"code": "code", "born_on": "born_on"}


async def ask(request: web.Request) -> web.Response:
    """The two fields."""
    return _form(request, Form({}), None)


async def answer(request: web.Request) -> web.Response:
    """Take the seat; a wrong answer costs one of few tries of this network.

    Counted before it is compared, so that fifty tries at once are fifty (ADR 84).
    """
    form, place = await Form.of(request), place_of(request)
    if not request.app[GUESSES].allows(place, time.monotonic()):
        await denials.note(request, Action.RATE_REACHED, "/join", "too_many_requests", visitor_of(request))
        raise web.HTTPTooManyRequests
    try:
        granted = await request.app[INVITATIONS].redeem_code(
            form.text("code"), form.day("born_on"), seat_cookie.browser_key(request), visitor_of(request)
        )
    except Refused as no:
        await denials.note(request, Action.LINK_REFUSED, "/join", no.code, visitor_of(request))
        return _form(request, form, no)
    request.app[GUESSES].give_back(place)
    return await enter(request, granted)


def _form(request: web.Request, form: Form, no: Refused | None) -> web.Response:
    page = {"typed": form, "problem": no and Problem(no, FIELDS, "code")}
    return request.app[TEMPLATES].render(request, "join/code.html", page, status=200 if no is None else 422)

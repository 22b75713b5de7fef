"""Where a new account's link leads: its owner chooses a password or a passkey, and is in. GET only looks."""

from aiohttp import web

from telesession.domain.errors import Refused
from telesession.server import forms, session_cookie
from telesession.server.keys import PASSKEYS, WELCOME
from telesession.server.pages.sign_in import read_answer

ACCOUNT = "/account"
"""Where somebody new goes first: there it says what else protects the account."""
PAGE = "welcome/show.html"


async def show(request: web.Request) -> web.Response:
    """The choice."""
    return await _page(request)


async def choose_password(request: web.Request) -> web.Response:
    """Take the password."""
    given = await forms.typed(request, "password")
    try:
        token = await request.app[WELCOME].choose_password(
            request.match_info["token"], given["password"], session_cookie.client_of(request)
        )
    except Refused as no:
        if no.code.startswith("welcome_"):
            raise
        return await _page(request, no)
    response = forms.see_other(ACCOUNT)
    session_cookie.keep(request, response, token)
    return response


async def passkey_options(request: web.Request) -> web.Response:
    """What the browser needs to make a passkey."""
    return web.json_response(text=await request.app[WELCOME].begin_passkey(request.match_info["token"]))


async def choose_passkey(request: web.Request) -> web.Response:
    """Take the passkey; answers where to go on."""
    given = await read_answer(request)
    client = session_cookie.client_of(request)
    token = await request.app[WELCOME].choose_passkey(
        request.match_info["token"], bytes(given.credential).decode(), client.device or "1", client
    )
    response = web.json_response({"location": ACCOUNT})
    session_cookie.keep(request, response, token)
    return response


async def _page(request: web.Request, no: Refused | None = None) -> web.Response:
    person = await request.app[WELCOME].peek(request.match_info["token"])
    passkeys = request.app[PASSKEYS]
    place = passkeys.place if passkeys.are_possible else ""
    return forms.answer(request, PAGE, {"person": person, "passkey_place": place}, no)

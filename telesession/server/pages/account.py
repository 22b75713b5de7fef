"""One's own account: name, password, passkeys, and the browsers in which one is signed in."""

from aiohttp import web

from telesession.domain import sessions
from telesession.domain.errors import Refused
from telesession.domain.ids import SessionId
from telesession.server import forms, session_cookie
from telesession.server.address import place_of
from telesession.server.keys import NOW, OWN_ACCOUNT, PASSKEYS, SESSION, SESSIONS, SETTINGS, STAFF
from telesession.server.pages.sign_in import read_answer
from telesession.server.steps import steps_of
from telesession.services.passkeys import name_of, read_name
from telesession.services.sessions import SignedIn

HERE = "/account"


def me_of(request: web.Request) -> SignedIn:
    """Who is signed in, and by which session; only behind doors of staff."""
    return SignedIn(request[STAFF], request[SESSION])


async def show(request: web.Request) -> web.Response:
    """Everything at a glance."""
    return await _page(request)


async def rename(request: web.Request) -> web.Response:
    """Take the new name."""
    given = await forms.typed(request, "name")
    try:
        await request.app[OWN_ACCOUNT].rename(me_of(request), given["name"])
    except Refused as no:
        return await _page(request, no, given["name"])
    return forms.see_other(HERE)


async def change_password(request: web.Request) -> web.Response:
    """Take the new password; every other browser is signed out."""
    given = await forms.typed(request, "current", "password")
    try:
        token = await request.app[OWN_ACCOUNT].change_password(
            me_of(request), given["current"], given["password"], place_of(request)
        )
    except Refused as no:
        if no.code == "prove_again":
            return forms.see_other(f"/sign-in?next={HERE}")
        return await _page(request, no)
    response = forms.see_other(f"{HERE}?done=password")
    session_cookie.keep(request, response, token)
    return response


async def passkey_options(request: web.Request) -> web.Response:
    """What the browser needs to make a passkey."""
    return web.json_response(text=await request.app[PASSKEYS].begin_adding(request[STAFF]))


async def add_passkey(request: web.Request) -> web.Response:
    """Take the passkey; answers where to go on."""
    given = await read_answer(request)
    name = given.name.strip() or session_cookie.client_of(request).device or "1"
    await request.app[PASSKEYS].add_to_account(
        me_of(request), bytes(given.credential).decode(), name, place_of(request)
    )
    return web.json_response({"location": f"{HERE}?done=passkey"})


async def rename_passkey(request: web.Request) -> web.Response:
    """Call a passkey otherwise."""
    given = await forms.typed(request, "passkey")
    try:
        await request.app[PASSKEYS].rename(_passkey(request), request[STAFF].id, given["passkey"])
    except Refused as no:
        return await _page(request, no)
    return forms.see_other(HERE)


async def remove_passkey(request: web.Request) -> web.Response:
    """Forget a passkey."""
    try:
        await request.app[PASSKEYS].remove(_passkey(request), me_of(request), place_of(request))
    except Refused as no:
        return await _page(request, no)
    return forms.see_other(HERE)


async def sign_out_one(request: web.Request) -> web.Response:
    """Sign another browser out."""
    await request.app[SESSIONS].end(SessionId(request.match_info["session"]), request[STAFF], place_of(request))
    return forms.see_other(HERE)


async def sign_out_others(request: web.Request) -> web.Response:
    """Sign all other browsers out."""
    await request.app[SESSIONS].end_all(request[STAFF], place_of(request), but=request[SESSION].id)
    return forms.see_other(HERE)


def _passkey(request: web.Request) -> bytes:
    return read_name(request.match_info["passkey"])


async def _page(request: web.Request, no: Refused | None = None, name: str | None = None) -> web.Response:
    me, app = me_of(request), request.app
    access, codes_left = await app[OWN_ACCOUNT].access(me.staff)
    context = {
        "me": me.staff,
        "name": me.staff.name if name is None else name,
        "access": access,
        "codes_left": codes_left,
        "passkeys": [(name_of(one.id), one) for one in await app[PASSKEYS].list_for(me.staff.id)],
        "passkey_place": app[PASSKEYS].place if app[PASSKEYS].are_possible else "",
        "sessions": await app[SESSIONS].list_for(me.staff.id),
        "this": me.session.id,
        "zone": app[SETTINGS].time_zone,
        "steps": await steps_of(request),
        "done": request.query.get("done", ""),
    }
    return forms.answer(request, "account/show.html", context, no)


async def left(request: web.Request) -> web.Response:
    """How many seconds this session has if nobody does anything: for pages that hide their names then."""
    rest = sessions.left(request[SESSION], request.app[NOW]())
    return web.json_response({"left_s": rest.total_seconds()})

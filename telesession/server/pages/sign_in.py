"""Sign-in of staff: passkey first, else password, and a code where the account asks for one."""

from urllib.parse import quote

import msgspec
from aiohttp import web
from msgspec import Struct

from telesession.domain.audit import SOMEBODY, Action
from telesession.domain.errors import Refused
from telesession.domain.ids import StaffId
from telesession.domain.sessions import is_proved
from telesession.server import denials, forms, session_cookie
from telesession.server.actors import visitor_of
from telesession.server.keys import ACCOUNTS, NOW, PASSKEYS, SESSIONS, SIGN_IN
from telesession.server.pages.language import own_path

AFTER_SIGN_IN = "/schedule"
PAGE = "sign_in/show.html"


class Answer(Struct, frozen=True):
    """What the script of the page sends once the browser has asked for a passkey."""

    credential: msgspec.Raw
    name: str = ""
    next: str = ""


async def read_answer(request: web.Request) -> Answer:
    """The passkey that a script sends; raises `Refused` for anything else."""
    try:
        return msgspec.json.decode(await request.read(), type=Answer)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise Refused(
            "passkey_refused", "This passkey did not work here. Please try again, or sign in another way."
        ) from wrong


def next_path(text: str) -> str:
    """Where to go after signing in: a page of ours."""
    path = own_path(text)
    return AFTER_SIGN_IN if path == "/" or path.startswith("/sign-in") else path


async def show(request: web.Request) -> web.Response:
    """The form. Whoever has just signed in goes on at once; whoever did so long ago is asked again."""
    goal = next_path(request.query.get("next", ""))
    me = await request.app[SESSIONS].whose(session_cookie.token_of(request))
    if me is not None and is_proved(me.session, request.app[NOW]()):
        return forms.see_other(goal)
    return _page(request, goal, me.staff.email if me else "", is_again=me is not None)


async def enter(request: web.Request) -> web.Response:
    """Take the password."""
    given = await forms.typed(request, "email", "password", "next")
    goal = next_path(given["next"])
    try:
        entry = await request.app[SIGN_IN].with_password(
            given["email"], given["password"], session_cookie.client_of(request)
        )
    except Refused as no:
        await _note_refusal(request, await request.app[ACCOUNTS].id_of(given["email"]), no)
        return _page(request, goal, given["email"], no)
    if entry.is_in:
        response = forms.see_other(goal)
        session_cookie.keep(request, response, entry.token)
        return response
    response = forms.see_other(f"/sign-in/code?next={quote(goal, safe='/')}")
    session_cookie.keep_step(request, response, entry.token)
    return response


async def show_code(request: web.Request) -> web.Response:
    """The form for the code."""
    if session_cookie.step_of(request) is None:
        return forms.see_other("/sign-in")
    return forms.answer(request, "sign_in/code.html", {"goal": next_path(request.query.get("next", ""))})


async def enter_code(request: web.Request) -> web.Response:
    """Take the code."""
    given = await forms.typed(request, "code", "next")
    goal = next_path(given["next"])
    try:
        token = await request.app[SIGN_IN].with_code(
            session_cookie.step_of(request), given["code"], session_cookie.client_of(request)
        )
    except Refused as no:
        await _note_refusal(request, await request.app[SIGN_IN].whose(session_cookie.step_of(request)), no)
        if no.code != "step_over":
            return forms.answer(request, "sign_in/code.html", {"goal": goal}, no)
        response = _page(request, goal, "", no)
        session_cookie.forget_step(request, response)
        return response
    response = forms.see_other(goal)
    session_cookie.keep(request, response, token)
    return response


async def passkey_options(request: web.Request) -> web.Response:
    """What the browser needs to ask for a passkey."""
    return web.json_response(text=await request.app[PASSKEYS].begin_sign_in())


async def enter_by_passkey(request: web.Request) -> web.Response:
    """Take the passkey; answers where to go on."""
    given = await read_answer(request)
    try:
        token = await request.app[PASSKEYS].sign_in(bytes(given.credential).decode(), session_cookie.client_of(request))
    except Refused as no:
        await _note_refusal(request, None, no)
        raise
    response = web.json_response({"location": next_path(given.next)})
    session_cookie.keep(request, response, token)
    return response


async def leave(request: web.Request) -> web.Response:
    """Sign this browser out, also when its session is over already."""
    await request.app[SESSIONS].end_token(session_cookie.client_of(request))
    response = forms.see_other("/sign-in")
    session_cookie.forget(request, response)
    return response


async def _note_refusal(request: web.Request, who: StaffId | None, no: Refused) -> None:
    """Alike for an account that is there and one that is not: nobody learns by a clock which of them it is."""
    await denials.note(request, Action.SIGN_IN_REFUSED, who or SOMEBODY.id, no.code, visitor_of(request))


def _page(
    request: web.Request, goal: str, email: str, no: Refused | None = None, *, is_again: bool = False
) -> web.Response:
    passkeys = request.app[PASSKEYS]
    context = {
        "goal": goal,
        "email": email,
        "is_again": is_again,
        "passkey_place": passkeys.place if passkeys.are_possible else "",
    }
    return forms.answer(request, PAGE, context, no)

"""The accounts of the clinic, for administrators: who has one, in which role, and how to help whoever is shut out."""

from collections.abc import Awaitable

from aiohttp import web

from telesession.domain.errors import Refused
from telesession.domain.ids import StaffId
from telesession.domain.staff import StaffRole
from telesession.server import forms
from telesession.server.actors import actor_of
from telesession.server.keys import ACCOUNTS, SESSION, SETTINGS, STAFF

HERE = "/staff"


async def show(request: web.Request) -> web.Response:
    """Everybody, and the form for somebody new."""
    return await _list(request)


async def add(request: web.Request) -> web.Response:
    """A new account; the answer shows its link, once."""
    given = await forms.typed(request, "name", "email", "role")
    try:
        person, token = await request.app[ACCOUNTS].add(
            given["name"], given["email"], _role(given["role"]), actor_of(request)
        )
    except Refused as no:
        return await _list(request, no, given)
    return _link(request, person.name, token)


async def show_one(request: web.Request) -> web.Response:
    """One account and what can be done about it."""
    return await _one(request)


async def set_role(request: web.Request) -> web.Response:
    """Let somebody do more, or less."""
    given = await forms.typed(request, "role")
    return await _show_after(
        request, request.app[ACCOUNTS].set_role(_who(request), _role(given["role"]), actor_of(request))
    )


async def disable(request: web.Request) -> web.Response:
    """Close the account."""
    return await _show_after(request, request.app[ACCOUNTS].disable(_who(request), actor_of(request)))


async def sign_out(request: web.Request) -> web.Response:
    """End their sessions, wherever they are."""
    return await _show_after(request, request.app[ACCOUNTS].sign_out(_who(request), actor_of(request)))


async def sign_out_everybody(request: web.Request) -> web.Response:
    """End all sessions but this one."""
    await request.app[ACCOUNTS].sign_out_everybody(request[SESSION].id, actor_of(request))
    return forms.see_other(HERE)


async def enable(request: web.Request) -> web.Response:
    """Open the account again."""
    return await _show_after(request, request.app[ACCOUNTS].enable(_who(request), actor_of(request)))


async def unlock(request: web.Request) -> web.Response:
    """Let passwords be tried again."""
    return await _show_after(request, request.app[ACCOUNTS].unlock(_who(request), actor_of(request)))


async def reset(request: web.Request) -> web.Response:
    """Begin the account anew; the answer shows its link, once."""
    accounts = request.app[ACCOUNTS]
    try:
        token = await accounts.reset(_who(request), actor_of(request))
    except Refused as no:
        return await _one(request, no)
    return _link(request, (await accounts.get(_who(request))).staff.name, token)


async def _show_after(request: web.Request, doing: Awaitable[None]) -> web.Response:
    try:
        await doing
    except Refused as no:
        return await _one(request, no)
    return forms.see_other(f"{HERE}/{_who(request)}")


def _who(request: web.Request) -> StaffId:
    return StaffId(request.match_info["staff"])


def _role(text: str) -> StaffRole:
    try:
        return StaffRole(text)
    except ValueError:
        raise Refused("role_missing", "Please choose what this person does.") from None


async def _list(request: web.Request, no: Refused | None = None, given: dict[str, str] | None = None) -> web.Response:
    context = {
        "me": request[STAFF],
        "accounts": await request.app[ACCOUNTS].list_all(),
        "given": given or {"name": "", "email": "", "role": ""},
    }
    return forms.answer(request, "staff/list.html", context, no)


async def _one(request: web.Request, no: Refused | None = None) -> web.Response:
    account = await request.app[ACCOUNTS].get(_who(request))
    context = {"me": request[STAFF], "account": account, "zone": request.app[SETTINGS].time_zone}
    return forms.answer(request, "staff/show.html", context, no)


def _link(request: web.Request, name: str, token: str) -> web.Response:
    link = f"{request.app[SETTINGS].origin}/welcome/{token}"
    return forms.answer(request, "staff/link.html", {"me": request[STAFF], "name": name, "link": link})

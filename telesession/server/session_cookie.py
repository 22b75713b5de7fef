"""The cookies of staff: who is signed in, and who has still to give a code. Scripts never see them."""

from aiohttp import web

from telesession.domain.sessions import ABSOLUTE, device_name
from telesession.server.address import place_of
from telesession.server.keys import SETTINGS
from telesession.services.sessions import Client
from telesession.services.sign_in import CODE_WITHIN

SESSION = "session"
STEP = "step"

CLEAR = '"cookies", "storage"'
"""For `Clear-Site-Data` (ASVS 14.3.1). Not the cache: no page of ours is in it, and clearing it takes browsers long."""


def token_of(request: web.Request) -> str | None:
    """The session's token that this browser brought."""
    return request.cookies.get(_name(request, SESSION))


def step_of(request: web.Request) -> str | None:
    """What a browser brought that has given the password and not yet the code."""
    return request.cookies.get(_name(request, STEP))


def client_of(request: web.Request) -> Client:
    """The browser, as sign-in has to know it."""
    return Client(place_of(request), device_name(request.headers.get("User-Agent", "")[:512]), token_of(request))


def keep(request: web.Request, response: web.StreamResponse, token: str) -> None:
    """Have the browser bring this session from now on; the code's cookie has done its work."""
    _set(request, response, SESSION, token, int(ABSOLUTE.total_seconds()))
    forget_step(request, response)


def keep_step(request: web.Request, response: web.StreamResponse, token: str) -> None:
    """Have the browser bring `token` together with the code."""
    _set(request, response, STEP, token, int(CODE_WITHIN.total_seconds()))


def forget(request: web.Request, response: web.StreamResponse) -> None:
    """Have the browser forget that somebody was signed in, and all that pages kept there."""
    _delete(request, response, SESSION)
    forget_step(request, response)
    response.headers["Clear-Site-Data"] = CLEAR


def forget_step(request: web.Request, response: web.StreamResponse) -> None:
    """Have the browser forget a sign-in that was half done."""
    if step_of(request) is not None:
        _delete(request, response, STEP)


def _set(request: web.Request, response: web.StreamResponse, name: str, value: str, max_age: int) -> None:
    response.set_cookie(
        _name(request, name),
        value,
        max_age=max_age,
        path="/",
        secure=request.app[SETTINGS].is_https,
        httponly=True,
        samesite="Lax",
    )


def _delete(request: web.Request, response: web.StreamResponse, name: str) -> None:
    # A `__Host-` cookie is only replaced by one that keeps the promises of its name.
    secure = request.app[SETTINGS].is_https
    response.del_cookie(_name(request, name), path="/", secure=secure, httponly=True, samesite="Lax")


def _name(request: web.Request, name: str) -> str:
    """`__Host-` keeps other names of the domain from planting it (RFC 6265bis); plain http has no such promise."""
    return f"__Host-{name}" if request.app[SETTINGS].is_https else name

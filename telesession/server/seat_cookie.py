"""The cookie by which a browser comes back to its seats. It holds the browser's key, and only we can read it."""

from aiohttp import web

from telesession.server.keys import SETTINGS

DAYS_KEPT = 30


def browser_key(request: web.Request) -> str | None:
    """The key that this browser brought."""
    return request.cookies.get(_name(request))


def keep(request: web.Request, response: web.StreamResponse, key: str) -> None:
    """Have the browser bring `key` from now on. Scripts and other sites never see it."""
    response.set_cookie(
        _name(request),
        key,
        max_age=DAYS_KEPT * 86_400,
        path="/",
        secure=request.app[SETTINGS].is_https,
        httponly=True,
        samesite="Strict",
    )


def name(*, is_https: bool) -> str:
    """`__Host-` keeps other names of the domain from planting it (RFC 6265bis); plain http has no such promise."""
    return "__Host-seat" if is_https else "seat"


def _name(request: web.Request) -> str:
    return name(is_https=request.app[SETTINGS].is_https)

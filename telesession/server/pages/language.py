"""The reader chooses a language; a cookie remembers it, so that no URL has to."""

from aiohttp import web

from telesession.server.i18n import LANGUAGE_COOKIE
from telesession.server.keys import CATALOGUES, SETTINGS

DAYS_KEPT = 365


async def choose(request: web.Request) -> web.Response:
    """Remember the language and go back to the page that was read. One that we do not have changes nothing."""
    form = await request.post()
    response = web.Response(status=303, headers={"Location": own_path(str(form.get("next", "")))})
    language = str(form.get("language", ""))
    if request.app[CATALOGUES].offers(language):
        response.set_cookie(
            LANGUAGE_COOKIE,
            language,
            max_age=DAYS_KEPT * 86_400,
            path="/",
            secure=request.app[SETTINGS].is_https,
            httponly=True,
            samesite="Lax",
        )
    return response


def own_path(path: str) -> str:
    """`path` if it leads to a page of this service, else the front page: nobody is sent elsewhere by our form."""
    is_ours = path.startswith("/") and not path.startswith("//") and path.isprintable() and "\\" not in path
    return path if is_ours and path.isascii() else "/"

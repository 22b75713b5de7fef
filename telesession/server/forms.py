"""Forms of pages: what was typed, and the same page again with a sentence beside the field that is wrong."""

from collections.abc import Mapping

from aiohttp import web

from telesession.domain.errors import Refused
from telesession.server.keys import TEMPLATES
from telesession.server.problems import STATUS_OF_REFUSAL

MAX_FIELD = 4_000


async def typed(request: web.Request, *names: str) -> dict[str, str]:
    """The fields of the form that was sent; one that is missing is empty."""
    form = await request.post()
    return {name: str(form.get(name, ""))[:MAX_FIELD] for name in names}


def answer(
    request: web.Request, page: str, context: Mapping[str, object], no: Refused | None = None, status: int = 200
) -> web.Response:
    """The page `page`; with `no` it says so, beside the field whose name begins the refusal's code."""
    if no is not None:
        status = STATUS_OF_REFUSAL.get(no.code, 422)
    return request.app[TEMPLATES].render(request, page, {**context, "error": no}, status=status)


def see_other(path: str) -> web.Response:
    """Go on at another page, which a reload asks for and not for this form again."""
    return web.Response(status=303, headers={"Location": path})

"""How a no looks to other software: problem details (RFC 9457) with a stable `code`, and the place of what is wrong."""

from http import HTTPStatus

import msgspec
from aiohttp import web
from msgspec import Struct

from telesession.domain.errors import Refused
from telesession.server.keys import REQUEST_ID

PREFIX = "/api/"
CONTENT_TYPE = "application/problem+json"

_OF_CODE = {
    "changed_meanwhile": 412,
    "key_reused": 422,
    "in_progress": 409,
    "outcome_unknown": 409,
    "storage": 503,
}
_POINTERS = {
    "emergency_name": "/emergency_name",
    "emergency_phone": "/emergency_phone",
    "name": "/name",
    "email": "/email",
    "phone": "/phone",
    "born_on": "/born_on",
    "address": "/address",
    "notes": "/notes",
    "unknown_time_zone": "/time_zone",
    "already_over": "/starts_at",
    "bad_length": "/minutes",
    "count": "/series/count",
    "every": "/series/every_weeks",
}
"""What is wrong in the body, by how the code of a refusal begins."""


class Problem(Struct, frozen=True, omit_defaults=True):
    """Why a request was not done. `code` is stable; `detail` is for people and may change."""

    type: str
    title: str
    status: int
    code: str
    request_id: str
    detail: str = ""
    field: str = ""
    """What is wrong: a JSON pointer (RFC 6901) into the body, or the name of a query parameter or header."""


class Declined(Refused):
    """A no that only software hears: English, and not in the catalogue of translations."""

    def __init__(self, status: int, code: str, text: str, field: str = "") -> None:
        super().__init__(code, text)
        self.status = status
        self.field = field


def is_for_software(request: web.Request) -> bool:
    """Whether other software asks, whatever it says that it accepts."""
    return request.path.startswith(PREFIX)


def answer_refusal(request: web.Request, no: Refused) -> web.Response:
    """What a rule's no looks like."""
    if isinstance(no, Declined):
        answer = answer_problem(request, no.status, no.code, no.text, no.field)
        if no.status == HTTPStatus.UNAUTHORIZED:
            answer.headers["WWW-Authenticate"] = 'Bearer realm="telesession"'
        if no.status == HTTPStatus.TOO_MANY_REQUESTS:
            answer.headers["Retry-After"] = "1"
        return answer
    pointer = next((pointer for begin, pointer in _POINTERS.items() if no.code.startswith(begin)), "")
    status = _OF_CODE.get(no.code, 422 if pointer else 409)
    return answer_problem(request, status, no.code, no.text, pointer)


def answer_problem(request: web.Request, status: int, code: str, detail: str = "", field: str = "") -> web.Response:
    """The problem as JSON."""
    title = HTTPStatus(status).phrase
    problem = Problem("about:blank", title, status, code, request[REQUEST_ID], detail, field)
    return web.Response(body=msgspec.json.encode(problem), status=status, content_type=CONTENT_TYPE)

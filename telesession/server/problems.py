"""How a no looks: a page for people, JSON for programs."""

from urllib.parse import quote

from aiohttp import web

from telesession.domain.appointments import Appointment
from telesession.domain.emergencies import NotInCharge
from telesession.domain.errors import Refused
from telesession.domain.invitations import LinkRefused, opens_at
from telesession.server.api import problems as of_api
from telesession.server.i18n import reader_of
from telesession.server.keys import REQUEST_ID, SETTINGS, TEMPLATES

STATUS_OF_REFUSAL = {
    "unknown_link": 404,
    "expired": 410,
    "revoked": 410,
    "moved": 410,
    "too_late": 410,
    "cancelled": 410,
    "ended": 410,
    "not_allowed": 403,
    "not_in_charge": 403,
    "setup_unknown": 404,
    "welcome_unknown": 410,
    "welcome_expired": 410,
    "wait": 429,
    "too_many_requests": 429,
    "busy": 503,
    "storage": 503,
    "too_large": 413,
    "no_space": 507,
}
"""HTTP status by the code of a refusal; 409 for all others: the request is fine, the state of things is not."""


def wants_json(request: web.Request) -> bool:
    """A script asked, not a person going to a page."""
    accept = request.headers.get("Accept", "")
    return "text/html" not in accept and ("json" in accept or request.content_type == "application/json")


def answer_refusal(request: web.Request, no: Refused) -> web.Response:
    """What a rule's no looks like; a link that does not open now also says when its appointment is."""
    if of_api.is_for_software(request):
        return of_api.answer_refusal(request, no)
    appointment = no.appointment if isinstance(no, LinkRefused) else None
    return answer_problem(request, STATUS_OF_REFUSAL.get(no.code, 409), no.code, no.text, appointment)


def answer_not_in_charge(request: web.Request, no: NotInCharge) -> web.Response:
    """Whoever meets somebody else's patient is asked why, and then goes on to where they were going."""
    if wants_json(request):
        return answer_refusal(request, Refused("not_in_charge", "This patient is in somebody else's care."))
    goal = request.path if request.method in ("GET", "HEAD") else request.path.removesuffix("/open")
    is_back = goal.startswith(("/appointments/", "/recordings/")) and goal != "/appointments/new"
    onward = f"?next={quote(goal, safe='/')}" if is_back else ""
    return web.Response(status=303, headers={"Location": f"/patients/{quote(no.patient)}/emergency{onward}"})


def answer_problem(
    request: web.Request, status: int, code: str, text: str = "", appointment: Appointment | None = None
) -> web.Response:
    """The page or JSON of a problem. `text` is an English sentence of the catalogue; empty lets the page choose."""
    if of_api.is_for_software(request):
        return of_api.answer_problem(request, status, code, text)
    problem: dict[str, object] = {"status": status, "code": code, "text": text, "request_id": request[REQUEST_ID]}
    if wants_json(request):
        return web.json_response(problem | {"text": reader_of(request).catalogue.gettext(text)}, status=status)
    opening = opens_at(appointment) if appointment else None
    page = problem | {"appointment": appointment, "opens_at": opening, "precall": _precall(request)}
    return request.app[TEMPLATES].render(request, "problem.html", page, status=status)


def _precall(request: web.Request) -> str | None:
    """Where whoever comes by a link may test their line meanwhile."""
    token = request.match_info.get("token")
    is_link = request.path.startswith("/join/") and token is not None
    return f"/join/{token}/line" if is_link and request.app[SETTINGS].precall_checks else None

"""How a no looks: a page for people, JSON for programs. The status and the code are decided by whoever asks."""

from aiohttp import web

from telesession.server.keys import REQUEST_ID, TEMPLATES


def wants_json(request: web.Request) -> bool:
    """A script asked, not a person going to a page."""
    accept = request.headers.get("Accept", "")
    return "text/html" not in accept and ("json" in accept or request.content_type == "application/json")


def answer_problem(request: web.Request, status: int, code: str, text: str = "") -> web.Response:
    """The page or JSON of a problem. `text` is an English sentence of the catalogue; empty lets the page choose."""
    problem = {"status": status, "code": code, "text": text, "request_id": request[REQUEST_ID]}
    if wants_json(request):
        return web.json_response(problem, status=status)
    return request.app[TEMPLATES].render(request, "problem.html", problem, status=status)

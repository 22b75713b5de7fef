"""Every URL of the service in one table, and what each of them asks of whoever comes."""

from collections.abc import Awaitable, Callable

from aiohttp import web
from msgspec import Struct

from telesession.server import health, socket, static
from telesession.server.pages import ca, clips, guests, home, join, language, visit


class Door(Struct, frozen=True):
    """One URL. `uses_cookie`: a browser's seat is its authority; otherwise the URL itself is, or nobody needs any."""

    method: str
    path: str
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    uses_cookie: bool = False
    is_stage: bool = False
    """The page may use camera and microphone."""
    takes_bytes: bool = False
    """A piece of a file comes, which the handler reads and limits by itself."""
    is_routine: bool = False
    """Asked for so often that a success is not worth a line in the log."""


DOORS = (
    Door("GET", "/", home.show),
    Door("GET", "/join/{token}", join.show),
    Door("POST", "/join/{token}", join.join),
    Door("GET", "/visit/{participant}", visit.show, uses_cookie=True, is_stage=True),
    Door("GET", "/visit/{participant}/socket", socket.connect, uses_cookie=True),
    Door("POST", "/visit/{participant}/guests", guests.invite, uses_cookie=True),
    Door("GET", "/visit/{participant}/clips", clips.show, uses_cookie=True, is_routine=True),
    Door("POST", "/visit/{participant}/clips", clips.begin, uses_cookie=True),
    Door("DELETE", "/visit/{participant}/clips/{clip}", clips.remove, uses_cookie=True),
    Door("GET", "/visit/{participant}/clips/{clip}/upload", clips.received, uses_cookie=True),
    Door("PUT", "/visit/{participant}/clips/{clip}/upload", clips.append, uses_cookie=True, takes_bytes=True),
    Door("GET", "/visit/{participant}/clips/{clip}/stream", clips.stream, uses_cookie=True),
    Door("GET", "/visit/{participant}/clips/{clip}/poster", clips.poster, uses_cookie=True),
    Door("POST", "/language", language.choose),
    Door("GET", "/static/{build}/{path:.+}", static.serve, is_routine=True),
    Door("GET", "/ca", ca.show),
    Door("GET", "/ca.pem", ca.download),
    Door("GET", "/healthz", health.alive, is_routine=True),
    Door("GET", "/readyz", health.ready, is_routine=True),
)

_BY_PLACE = {(door.method, door.path.replace(":.+", "")): door for door in DOORS}


def install(app: web.Application) -> None:
    """Open all doors; nothing else in the package adds a route (a test holds that)."""
    for door in DOORS:
        app.router.add_route(door.method, door.path, door.handler)
        if door.method == "GET":
            app.router.add_route("HEAD", door.path, door.handler)


def door_of(request: web.Request) -> Door | None:
    """The door that this request came to; None when the URL is none of ours. HEAD looks through GET's door."""
    method = "GET" if request.method == "HEAD" else request.method
    return _BY_PLACE.get((method, route_of(request)))


def route_of(request: web.Request) -> str:
    """The URL with its parts unnamed, `/join/{token}`; safe to log. Empty when the URL is none of ours."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else ""

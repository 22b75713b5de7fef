"""Who sent a request, as the audit names them: an id, a role and the network that they came from, never an address."""

from aiohttp import web
from msgspec.structs import replace

from telesession.domain.audit import SOMEBODY, Actor
from telesession.server.address import place_of
from telesession.server.keys import API_KEY, STAFF


def actor_of(request: web.Request) -> Actor:
    """Whoever is signed in, or the software that asks; behind doors that ask for staff or for a key."""
    if API_KEY in request:
        return Actor(request[API_KEY].id, "api", place_of(request))
    staff = request[STAFF]
    return Actor(staff.id, staff.role, place_of(request))


def visitor_of(request: web.Request) -> Actor:
    """Somebody with a link: who they are is for the link to say."""
    return replace(SOMEBODY, place=place_of(request))

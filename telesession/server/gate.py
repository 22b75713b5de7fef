"""What enforces the policies of doors for staff: who is signed in, in which role, and how long ago they proved it."""

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from aiohttp import web

from telesession.domain import sessions as rules
from telesession.domain.audit import Action, Actor
from telesession.domain.errors import Refused
from telesession.domain.staff import StaffRole
from telesession.server import denials, session_cookie
from telesession.server.actors import visitor_of
from telesession.server.address import place_of
from telesession.server.keys import KNOCKS, NOW, SESSION, SESSIONS, STAFF
from telesession.server.problems import answer_problem, wants_json
from telesession.server.routes import Door, Policy, door_of
from telesession.services.sessions import prove_again

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

KNOCKS_PER_S = 0.5
KNOCKS_AT_ONCE = 40
"""From one network, at all doors at which one could guess."""

BY_ITSELF = "X-By-Itself"
"""A page says by this header that it only looks whether it is still true: whoever left it is not there for that."""

ROLES = {
    Policy.STAFF: frozenset(StaffRole),
    Policy.CARE: frozenset({StaffRole.THERAPIST, StaffRole.ADMINISTRATOR}),
    Policy.ADMINISTRATOR: frozenset({StaffRole.ADMINISTRATOR}),
}


@web.middleware
async def admit(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let staff through the doors that are theirs, with `request[STAFF]` set; everybody else hears what to do."""
    door = door_of(request)
    if door is None:
        return await handler(request)
    if door.is_guessable and not request.app[KNOCKS].allows(place_of(request), asyncio.get_running_loop().time()):
        await denials.note(request, Action.RATE_REACHED, door.path, "too_many_requests", visitor_of(request))
        raise Refused("too_many_requests", "That was a little fast. Please wait a minute and try again.")
    roles = ROLES.get(door.policy)
    if roles is None:
        return await handler(request)
    is_somebody = not door.is_by_itself and BY_ITSELF not in request.headers
    me = await request.app[SESSIONS].whose(session_cookie.token_of(request), is_activity=is_somebody)
    if me is None:
        return _to_sign_in(request, door, "not_signed_in")
    if me.staff.role not in roles:
        by = Actor(me.staff.id, me.staff.role, place_of(request))
        await denials.note(request, Action.ACCESS_DENIED, f"{door.method} {door.path}", "wrong_role", by)
        return answer_problem(request, 403, "wrong_role")
    if door.needs_proof and not rules.is_proved(me.session, request.app[NOW]()):
        return _to_sign_in(request, door, prove_again().code)
    request[STAFF], request[SESSION] = me.staff, me.session
    return await handler(request)


def _to_sign_in(request: web.Request, door: Door, code: str) -> web.StreamResponse:
    """A page is come back to after signing in; what was sent is not sent again, so its page is come back to."""
    if wants_json(request):
        return answer_problem(request, 401, code)
    back = request.path_qs if door.method == "GET" else f"/{request.path.split('/')[1]}"
    return web.Response(status=303, headers={"Location": f"/sign-in?next={quote(back, safe='/')}"})

"""What enforces the policy of the API's doors: a key that is known, not too often, and for what it was made."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from telesession.domain.audit import Action, Actor
from telesession.server import denials
from telesession.server.actors import visitor_of
from telesession.server.address import place_of
from telesession.server.api.problems import Declined
from telesession.server.keys import API_KEY, API_KEYS, REQUESTS
from telesession.server.routes import Policy, door_of

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

REQUESTS_PER_S = 20.0
REQUESTS_AT_ONCE = 100
"""For each key."""


@web.middleware
async def admit(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let software with a fitting key through the doors of the API, with `request[API_KEY]` set."""
    door = door_of(request)
    if door is None or door.policy is not Policy.API:
        return await handler(request)
    key = await request.app[API_KEYS].recognise(_secret(request))
    if key is None:  # one answer for none, unknown and revoked: whoever tries learns nothing
        await denials.note(request, Action.ACCESS_DENIED, door.path, "no_key", visitor_of(request))
        raise Declined(401, "no_key", "Send the secret of a key: Authorization: Bearer tsk_...")
    by = Actor(key.id, "api", place_of(request))
    if not request.app[REQUESTS].allows(key.id, asyncio.get_running_loop().time()):
        await denials.note(request, Action.RATE_REACHED, door.path, "too_many_requests", by)
        raise Declined(429, "too_many_requests", "This key asks too often. Wait a second.")
    if door.scope is None or door.scope not in key.scopes:
        await denials.note(request, Action.ACCESS_DENIED, f"{door.method} {door.path}", "scope_missing", by)
        raise Declined(403, "scope_missing", f"This key was not made for {door.scope}.")
    request[API_KEY] = key
    return await handler(request)


def _secret(request: web.Request) -> str:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""

"""Who was turned away, and at which door, for the audit. Bounded: a stranger who tries for ever fills no disk."""

import asyncio

from aiohttp import web

from telesession.domain.audit import Action, Actor
from telesession.server.keys import AUDIT, DENIALS

LINES_AT_ONCE = 30
LINES_PER_S = LINES_AT_ONCE / 3600
"""Of one kind from one network: thirty an hour. Past that the log of requests counts on."""


async def note(request: web.Request, action: Action, subject: str, outcome: str, by: Actor) -> None:
    """Write a line, unless this network has caused as many of the kind as are kept."""
    if request.app[DENIALS].allows((action, by.place), asyncio.get_running_loop().time()):
        await request.app[AUDIT].note(by, action, subject, outcome)

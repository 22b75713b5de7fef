"""What patients were told, for staff: what came of it, the full text to copy, and sending it once more."""

from aiohttp import web

from telesession.domain.ids import NotificationId
from telesession.server.actors import actor_of
from telesession.server.keys import NOTIFICATIONS, TEMPLATES


async def show(request: web.Request) -> web.Response:
    """The newest first; each opens to its text."""
    listed = await request.app[NOTIFICATIONS].list_outbox(actor_of(request))
    return request.app[TEMPLATES].render(request, "outbox/show.html", {"listed": listed})


async def note_sent(request: web.Request) -> web.Response:
    """Staff have sent it by themselves; back to the list."""
    await request.app[NOTIFICATIONS].note_sent(NotificationId(request.match_info["notification"]))
    return web.Response(status=303, headers={"Location": "/outbox"})


async def resend(request: web.Request) -> web.Response:
    """Tell it once more, then back to the list."""
    await request.app[NOTIFICATIONS].resend(NotificationId(request.match_info["notification"]), actor_of(request))
    return web.Response(status=303, headers={"Location": "/outbox"})

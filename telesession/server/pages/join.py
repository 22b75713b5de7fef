"""Where a link leads: GET looks and changes nothing, so mail scanners and previews do no harm; POST is the door."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from telesession.domain.attendance import Slot, SlotState
from telesession.domain.audit import Action
from telesession.domain.invitations import LinkRefused
from telesession.domain.messages import Role
from telesession.server import denials, qr, seat_cookie
from telesession.server.actors import visitor_of
from telesession.server.address import place_of
from telesession.server.keys import ARRIVALS, GUESSES, INVITATIONS, SCHEDULING, SETTINGS, TEMPLATES
from telesession.server.pages.arrival import asks_of
from telesession.services.invitations import Opened, Pass

WRONG_AT_ONCE = 20
WRONG_PER_S = WRONG_AT_ONCE / 600
"""Of one network: twenty in ten minutes. In the process, so that nothing that fails elsewhere lets guessing go on."""


async def show(request: web.Request) -> web.Response:
    """The landing: with whom, when, and the two ways in. A link that does not open now says why and what to do."""
    token = request.match_info["token"]
    async with counted(request):
        opened = await request.app[INVITATIONS].peek(token)
    link = f"{request.app[SETTINGS].origin}/join/{token}"
    slot = await request.app[SCHEDULING].slot(opened.appointment.id)
    return request.app[TEMPLATES].render(
        request,
        "join/show.html",
        {
            "appointment": opened.appointment,
            "role": opened.invitation.role,
            "name": opened.invitation.name,
            "link": link,
            "precall": f"/join/{token}/line" if request.app[SETTINGS].precall_checks else None,
            "may_record": request.app[SETTINGS].recording,
            "qr": qr.for_other_devices(link),
            "late_minutes": 0 if slot.state is SlotState.LIVE else slot.late_minutes,
            "is_elsewhere": await _is_elsewhere(request, opened, slot),
        },
    )


async def _is_elsewhere(request: web.Request, opened: Opened, slot: Slot) -> bool:
    """The patient waits or talks already, and not with this browser, as far as it says."""
    if opened.invitation.role is not Role.PATIENT or slot.state not in (SlotState.WAITING, SlotState.LIVE):
        return False
    return await request.app[INVITATIONS].is_elsewhere(opened, seat_cookie.browser_key(request))


async def join(request: web.Request) -> web.Response:
    """Take the seat and go to the visit; the link's secret is not needed after this."""
    async with counted(request):
        granted = await request.app[INVITATIONS].redeem(
            request.match_info["token"], seat_cookie.browser_key(request), visitor_of(request)
        )
    return await enter(request, granted)


async def enter(request: web.Request, granted: Pass) -> web.Response:
    """On to the visit, or first to the question of where one is, with the cookie that holds the seat."""
    form = await request.post()
    skip = "?check=skip" if form.get("check") == "skip" else ""
    asks = await request.app[ARRIVALS].is_due(granted.seat, asks_of(request))
    before = "/before" if asks else ""
    response = web.Response(status=303, headers={"Location": f"/visit/{granted.seat.participant}{before}{skip}"})
    seat_cookie.keep(request, response, granted.browser_key)
    return response


@asynccontextmanager
async def counted(request: web.Request) -> AsyncIterator[None]:
    """Nobody goes on guessing links: unknown ones cost one of few tries of the network that they come from."""
    place = place_of(request)
    if request.app[GUESSES].is_spent(place, time.monotonic()):
        await denials.note(request, Action.RATE_REACHED, "/join", "too_many_requests", visitor_of(request))
        raise web.HTTPTooManyRequests
    try:
        yield
    except LinkRefused as no:
        if no.code == "unknown_link":
            request.app[GUESSES].allows(place, time.monotonic())
        raise

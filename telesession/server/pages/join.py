"""Where a link leads: GET looks and changes nothing, so mail scanners and previews do no harm; POST is the door."""

from aiohttp import web

from telesession.server import qr, seat_cookie
from telesession.server.actors import visitor_of
from telesession.server.keys import INVITATIONS, SETTINGS, TEMPLATES


async def show(request: web.Request) -> web.Response:
    """The landing: with whom, when, and the two ways in. A link that does not open now says why and what to do."""
    token = request.match_info["token"]
    opened = await request.app[INVITATIONS].peek(token)
    link = f"{request.app[SETTINGS].origin}/join/{token}"
    return request.app[TEMPLATES].render(
        request,
        "join/show.html",
        {
            "appointment": opened.appointment,
            "role": opened.invitation.role,
            "name": opened.invitation.name,
            "link": link,
            "qr": qr.for_other_devices(link),
        },
    )


async def join(request: web.Request) -> web.Response:
    """Take the seat and go to the visit; the link's secret is not needed after this."""
    form = await request.post()
    granted = await request.app[INVITATIONS].redeem(
        request.match_info["token"], seat_cookie.browser_key(request), visitor_of(request)
    )
    skip = "?check=skip" if form.get("check") == "skip" else ""
    response = web.Response(status=303, headers={"Location": f"/visit/{granted.seat.participant}{skip}"})
    seat_cookie.keep(request, response, granted.browser_key)
    return response

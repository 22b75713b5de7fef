"""Before the visit: where the patient is. One tap when the clinic knows it; leaving it out keeps nobody out."""

import msgspec
from aiohttp import web

from telesession.domain.errors import Refused
from telesession.domain.ids import ParticipantId
from telesession.domain.seats import Seat
from telesession.server import seat_cookie
from telesession.server.forms import Form, Problem
from telesession.server.keys import ARRIVALS, INVITATIONS, TEMPLATES

FIELDS = {"place": "place", "phone": "phone"}


async def ask(request: web.Request) -> web.Response:
    """The two questions."""
    return await _form(request, Form({}), None)


async def answer(request: web.Request) -> web.Response:
    """Keep the answers and go on to the visit."""
    form, seat = await Form.of(request), await _seat(request)
    place = form.text("place") if form.text("where") != "usual" else ""
    phone = form.text("phone") if form.text("number") != "usual" else ""
    try:
        await request.app[ARRIVALS].report(seat, place, phone)
    except Refused as no:
        return await _form(request, form, no)
    skip = "?check=skip" if request.query.get("check") == "skip" else ""
    raise web.HTTPSeeOther(f"/visit/{seat.participant}{skip}")


async def tell(request: web.Request) -> web.Response:
    """Whom to ask for and where to send help, for the therapist in the visit."""
    found = await request.app[ARRIVALS].bedside(await _seat(request))
    return web.Response(body=msgspec.json.encode(found), content_type="application/json")


async def _form(request: web.Request, form: Form, no: Refused | None) -> web.Response:
    seat = await _seat(request)
    knows_place, knows_phone = await request.app[ARRIVALS].known(seat)
    page = {
        "typed": form,
        "problem": no and Problem(no, FIELDS, "place"),
        "knows_place": knows_place,
        "knows_phone": knows_phone,
        "onward": f"/visit/{seat.participant}{'?check=skip' if request.query.get('check') == 'skip' else ''}",
    }
    return request.app[TEMPLATES].render(request, "join/arrival.html", page, status=200 if no is None else 422)


async def _seat(request: web.Request) -> Seat:
    participant = ParticipantId(request.match_info["participant"])
    return await request.app[INVITATIONS].seat(participant, seat_cookie.browser_key(request))

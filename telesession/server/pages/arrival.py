"""Before the visit: consent, and where one is. One tap where the clinic knows; leaving it out keeps nobody out."""

from urllib.parse import quote

import msgspec
from aiohttp import web

from telesession.domain.arrivals import Arrived
from telesession.domain.audit import Actor
from telesession.domain.consent import BEFORE_TREATMENT, current
from telesession.domain.errors import Refused
from telesession.domain.ids import ParticipantId
from telesession.domain.seats import Seat
from telesession.server import seat_cookie
from telesession.server.address import place_of
from telesession.server.forms import Form, Problem
from telesession.server.i18n import reader_of
from telesession.server.keys import ARRIVALS, CONSENTS, INVITATIONS, SETTINGS, TEMPLATES
from telesession.services.arrivals import Asks
from telesession.services.consents import Said

FIELDS = {"place": "place", "phone": "phone", "contact_name": "contact_name", "contact_phone": "contact_phone"}


def asks_of(request: web.Request) -> Asks:
    """What the clinic has patients asked."""
    settings = request.app[SETTINGS]
    return Asks(settings.asks_where_patients_are, settings.asks_for_consent)


async def ask(request: web.Request) -> web.Response:
    """The questions."""
    return await _form(request, Form({}), None)


async def answer(request: web.Request) -> web.Response:
    """Keep the answers and go on to the visit."""
    form, seat = await Form.of(request), await _seat(request)
    patient = await request.app[ARRIVALS].patient_of(seat)
    try:
        if said := _agreed(form, reader_of(request).language):
            by = Actor(seat.participant, seat.role, place_of(request))
            await request.app[CONSENTS].record(patient, said, by, seat.visit)
        if asks_of(request).where:
            await request.app[ARRIVALS].report(seat, _arrived(form))
    except Refused as no:
        return await _form(request, form, no)
    raise web.HTTPSeeOther(_onward(request, seat))


async def tell(request: web.Request) -> web.Response:
    """Whom to ask for and where to send help, for the therapist in the visit."""
    found = await request.app[ARRIVALS].bedside(await _seat(request), place_of(request))
    return web.Response(body=msgspec.json.encode(found), content_type="application/json")


def _agreed(form: Form, language: str) -> list[Said]:
    """A yes for each box that was ticked, to the words that stood beside it."""
    ticked = {part: f"agree_{part}" for part in BEFORE_TREATMENT if form.is_ticked(f"agree_{part}")}
    return [Said(part, True, form.text(field), language) for part, field in ticked.items()]


def _arrived(form: Form) -> Arrived:
    def unless_usual(group: str, name: str) -> str:
        return "" if form.text(group) == "usual" else form.text(name)

    return Arrived(
        unless_usual("where", "place"),
        unless_usual("number", "phone"),
        unless_usual("contact", "contact_name"),
        unless_usual("contact", "contact_phone"),
    )


def _onward(request: web.Request, seat: Seat) -> str:
    skip = "?check=skip" if request.query.get("check") == "skip" else ""
    return f"/visit/{quote(seat.participant)}{skip}"


async def _form(request: web.Request, form: Form, no: Refused | None) -> web.Response:
    seat = await _seat(request)
    known, asks = await request.app[ARRIVALS].known(seat), asks_of(request)
    page = {
        "typed": form,
        "problem": no and Problem(no, FIELDS, "main"),
        "knows": known,
        "asks_where": asks.where,
        "wordings": [(part, current(part)) for part in known.not_agreed] if asks.consent else [],
        "onward": _onward(request, seat),
    }
    return request.app[TEMPLATES].render(request, "join/arrival.html", page, status=200 if no is None else 422)


async def _seat(request: web.Request) -> Seat:
    participant = ParticipantId(request.match_info["participant"])
    return await request.app[INVITATIONS].seat(participant, seat_cookie.browser_key(request))

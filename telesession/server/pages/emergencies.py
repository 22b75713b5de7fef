"""Emergency access: the question why, what it opens, and the list at which an administrator looks."""

from aiohttp import web

from telesession.domain.emergencies import EmergencyId
from telesession.domain.errors import Refused
from telesession.domain.ids import PatientId, VisitId
from telesession.server import forms
from telesession.server.actors import actor_of
from telesession.server.forms import Form, Problem
from telesession.server.keys import ARRIVALS, EMERGENCIES, SCHEDULING, SETTINGS, STAFF, TEMPLATES
from telesession.server.pages.language import own_path

FIELDS = {"reason": "reason"}


async def ask(request: web.Request) -> web.Response:
    """Why, in one field; `?next=` is where they were going."""
    return _form(request, Form({"next": request.query.get("next", "")}), None)


async def begin(request: web.Request) -> web.Response:
    """Take the reason and go on to where they were going."""
    form, patient = await Form.of(request), PatientId(request.match_info["patient"])
    try:
        await request.app[EMERGENCIES].begin(patient, form.text("reason"), actor_of(request))
    except Refused as no:
        return _form(request, form, no)
    goal = own_path(form.text("next"))
    return forms.see_other(f"/patients/{patient}" if goal == "/" else goal)


async def card(request: web.Request) -> web.Response:
    """Where the patient of an appointment is and whom to phone, for staff who are not in the visit."""
    visit = VisitId(request.match_info["visit"])
    told = await request.app[ARRIVALS].card(visit, actor_of(request))
    appointment = await request.app[SCHEDULING].appointment(visit)
    page = {"told": told, "appointment": appointment, "zone": request.app[SETTINGS].time_zone}
    return request.app[TEMPLATES].render(request, "emergencies/card.html", page)


async def show(request: web.Request) -> web.Response:
    """Every access, those nobody looked at first."""
    return await _list(request, None)


async def review(request: web.Request) -> web.Response:
    """An administrator looked at one."""
    try:
        await request.app[EMERGENCIES].review(EmergencyId(request.match_info["emergency"]), actor_of(request))
    except Refused as no:
        return await _list(request, no)
    return forms.see_other("/emergencies")


def _form(request: web.Request, form: Form, no: Refused | None) -> web.Response:
    page = {"typed": form, "problem": no and Problem(no, FIELDS, "reason")}
    return request.app[TEMPLATES].render(request, "emergencies/ask.html", page, status=200 if no is None else 422)


async def _list(request: web.Request, no: Refused | None) -> web.Response:
    page = {
        "told": await request.app[EMERGENCIES].list_newest(),
        "me": request[STAFF].id,
        "problem": no and Problem(no, {}, "main"),
        "zone": request.app[SETTINGS].time_zone,
    }
    return request.app[TEMPLATES].render(request, "emergencies/list.html", page, status=200 if no is None else 422)

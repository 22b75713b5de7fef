"""Booking, and everything that is done with one appointment."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from telesession.domain.appointments import Appointment, AppointmentStatus, version
from telesession.domain.attendance import Slot
from telesession.domain.errors import Refused
from telesession.domain.ids import PatientId, StaffId, VisitId
from telesession.domain.messages import Role
from telesession.domain.patients import Details, Patient
from telesession.domain.series import moment, weekly
from telesession.domain.staff import Staff
from telesession.server import qr, seat_cookie
from telesession.server.actors import actor_of
from telesession.server.forms import Form, Problem, fresh_once
from telesession.server.i18n import reader_of
from telesession.server.keys import (
    ACCOUNTS,
    INVITATIONS,
    NOTIFICATIONS,
    NOW,
    PATIENTS,
    SCHEDULING,
    SESSION,
    SETTINGS,
    STAFF,
    TEMPLATES,
)
from telesession.server.pages import recordings
from telesession.services.scheduling import Overlap, Wanted

LENGTHS = (15, 20, 30, 45, 60, 90)
USUAL_START = "09:00"
HALF_HOUR = timedelta(minutes=30)
LATE_BY = (5, 10, 15, 20, 30)
FIELDS = {
    "name": "name",
    "email": "email",
    "phone": "phone",
    "already_over": "time",
    "day": "day",
    "time": "time",
    "minutes": "minutes",
    "bad_length": "minutes",
    "count": "count",
    "every": "every",
    "unknown_time_zone": "time_zone",
    "overlap": "may_overlap",
}
"""Beside which field a refusal stands, by how its code begins."""

NEW = "new"
SAME_NAME = Refused("name_known", "You know somebody of this name. Is it the same person?")


async def ask(request: web.Request) -> web.Response:
    """The form that books. `?patient=` fills in somebody known, `?day=` the day."""
    settings, now = request.app[SETTINGS], request.app[NOW]()
    local = now.astimezone(ZoneInfo(settings.time_zone))
    day = request.query.get("day") or local.date().isoformat()
    typed = {
        "day": day,
        "time": _next_half_hour(local) if day == local.date().isoformat() else USUAL_START,
        "minutes": "30",
        "count": "1",
        "every": "1",
        "time_zone": settings.time_zone,
        "therapist": request[STAFF].id,
        "once": fresh_once(),
    }
    if "patient" in request.query:
        typed["patient"] = request.query["patient"]
    return await _form(request, Form(typed), None)


async def book(request: web.Request) -> web.Response:
    """Book what the form says, or show it again with what is wrong; nothing is booked by half, or twice."""
    form = await Form.of(request)
    if known := await _of_same_name(request, form):
        if before := await _booked_before(request, form):
            raise _to_booked(before)  # the first of two has just added them
        return await _form(request, form, SAME_NAME, known)
    try:
        booked = await request.app[SCHEDULING].book_series(await _wanted(request, form), actor_of(request))
    except Refused as no:
        return await _form(request, form, no)
    raise _to_booked([one.appointment for one in booked])


async def _booked_before(request: web.Request, form: Form) -> list[Appointment]:
    """Whoever presses twice on a slow line sends the same form twice."""
    once = form.once(request[STAFF].id)
    return await request.app[SCHEDULING].booked_before(once) if once else []


def _to_booked(booked: Sequence[Appointment]) -> web.HTTPSeeOther:
    return web.HTTPSeeOther(f"/appointments/{booked[0].id}?booked={len(booked)}")


async def show(request: web.Request) -> web.Response:
    """One appointment: when, who, how it stands, its links, and what can be done with it."""
    return await _page(request, None, None)


async def standing(request: web.Request) -> web.Response:
    """What of its page changes while it is open, for a page that keeps itself true: neither links nor forms."""
    slot = await request.app[SCHEDULING].slot(_visit(request))
    return request.app[TEMPLATES].render(request, "appointments/standing.html", await _standing(request, slot))


async def move(request: web.Request) -> web.Response:
    """Move it; the patient is told, the links of the old time open no longer."""
    form = await Form.of(request)
    try:
        starts_at = moment(form.clock("day", "time"), request.app[SETTINGS].time_zone)
        length = timedelta(minutes=form.whole("minutes"))
        await request.app[SCHEDULING].move(
            _visit(request),
            starts_at,
            length,
            may_overlap=form.is_ticked("may_overlap"),
            seen=form.text("seen") or None,
            by=actor_of(request),
        )
    except Refused as no:
        return await _page(request, form, no)
    raise web.HTTPSeeOther(f"/appointments/{_visit(request)}?moved=1")


async def cancel(request: web.Request) -> web.Response:
    """Call it off; the patient is told."""
    seen = (await Form.of(request)).text("seen")
    await request.app[SCHEDULING].cancel(_visit(request), actor_of(request), seen=seen or None)
    raise web.HTTPSeeOther(f"/appointments/{_visit(request)}")


async def miss(request: web.Request) -> web.Response:
    """Note that the patient did not come."""
    await request.app[SCHEDULING].miss(_visit(request), actor_of(request))
    raise web.HTTPSeeOther(f"/appointments/{_visit(request)}")


async def late(request: web.Request) -> web.Response:
    """Tell the patient by how much the therapist is late."""
    form = await Form.of(request)
    await request.app[NOTIFICATIONS].late(_visit(request), form.whole("late"), actor_of(request))
    raise web.HTTPSeeOther(f"/appointments/{_visit(request)}")


async def open_visit(request: web.Request) -> web.Response:
    """Take the therapist's seat in the visit with this browser, and go there."""
    granted = await request.app[INVITATIONS].take_seat(
        _visit(request), seat_cookie.browser_key(request), actor_of(request), request[SESSION].id
    )
    response = web.Response(status=303, headers={"Location": f"/visit/{granted.seat.participant}"})
    seat_cookie.keep(request, response, granted.browser_key)
    return response


async def _wanted(request: web.Request, form: Form) -> Wanted:
    settings = request.app[SETTINGS]
    starts = weekly(form.clock("day", "time"), settings.time_zone, form.whole("count"), form.whole("every"))
    therapist = await _therapist(request, form.text("therapist"))
    patient: PatientId | Details
    if chosen := _chosen(form):
        known = await request.app[PATIENTS].get(chosen, actor_of(request))
        patient, zone = known.id, known.details.time_zone
    else:
        zone = form.text("time_zone")
        patient = Details(form.text("name"), email=form.text("email"), phone=form.text("phone"), time_zone=zone)
    return Wanted(
        starts,
        timedelta(minutes=form.whole("minutes")),
        therapist.name,
        patient,
        zone or settings.time_zone,
        therapist.id,
        may_overlap=form.is_ticked("may_overlap"),
        once=form.once(request[STAFF].id),
    )


def _chosen(form: Form) -> PatientId | None:
    """The patient whom the form names, of the record or of those who have the name that was typed."""
    named = form.text("patient") or form.text("who")
    return None if named in ("", NEW) else PatientId(named)


async def _of_same_name(request: web.Request, form: Form) -> list[Patient]:
    """Whom the clinic knows by the name that was typed, unless it was said whether it is one of them."""
    name = form.text("name").casefold()
    if not name or form.text("patient") or form.text("who"):
        return []
    found = await request.app[PATIENTS].find(name, actor_of(request))
    return [one for one in found if one.details.name.casefold() == name]


def _next_half_hour(local: datetime) -> str:
    """A time to begin with; the last one of a day is before midnight."""
    begun = local.replace(minute=local.minute // 30 * 30, second=0, microsecond=0)
    return f"{begun if (begun + HALF_HOUR).date() > local.date() else begun + HALF_HOUR:%H:%M}"


async def _therapist(request: web.Request, chosen: str) -> Staff:
    for one in await request.app[ACCOUNTS].list_therapists():
        if one.id == StaffId(chosen):
            return one
    raise Refused("therapist_wrong", "Please choose a therapist.")


async def _form(
    request: web.Request, form: Form, no: Refused | None, same_name: Sequence[Patient] = ()
) -> web.Response:
    known = form.text("patient")
    return request.app[TEMPLATES].render(
        request,
        "appointments/book.html",
        {
            "typed": form,
            "problem": no and Problem(no, FIELDS, "name"),
            "taken": no.taken if isinstance(no, Overlap) else (),
            "same_name": same_name,
            "patient": await request.app[PATIENTS].get(PatientId(known), actor_of(request)) if known else None,
            "therapists": [(one.id, one.name) for one in await request.app[ACCOUNTS].list_therapists()],
            "lengths": _choices(request, LENGTHS),
            "zone": request.app[SETTINGS].time_zone,
        },
        status=200 if no is None else 422,
    )


async def _page(request: web.Request, form: Form | None, no: Refused | None) -> web.Response:
    settings, visit = request.app[SETTINGS], _visit(request)
    slot = await request.app[SCHEDULING].slot(visit)
    minutes = round((slot.appointment.ends_at - slot.appointment.starts_at).total_seconds() / 60)
    starts_at = slot.appointment.starts_at.astimezone(ZoneInfo(settings.time_zone))
    now_planned = Form({"day": f"{starts_at:%Y-%m-%d}", "time": f"{starts_at:%H:%M}", "minutes": str(minutes)})
    links = await request.app[SCHEDULING].links(visit, actor_of(request))
    patient = links.get(Role.PATIENT)
    link = patient and f"{settings.origin}/join/{patient.token}"
    is_open = _is_open(slot)
    return request.app[TEMPLATES].render(
        request,
        "appointments/show.html",
        {
            **await _standing(request, slot),
            "link": link if is_open else None,
            "code": patient and patient.code,
            "is_code_good": patient is not None and patient.is_code_good,
            "join_address": f"{settings.origin}/join",
            "qr": qr.for_other_devices(link) if link and is_open else None,
            "typed": form or now_planned,
            "problem": no and Problem(no, FIELDS, "time"),
            "taken": no.taken if isinstance(no, Overlap) else (),
            "lengths": _choices(request, LENGTHS),
            "late_by": _choices(request, LATE_BY),
            "recordings": await recordings.of_visit(request, visit),
            "done": request.query.get("done", ""),
            "minutes": minutes,
        },
        status=200 if no is None else 422,
    )


async def _standing(request: web.Request, slot: Slot) -> dict[str, Any]:
    """How it stands now, as its templates want it."""
    return {
        "slot": slot,
        "appointment": slot.appointment,
        "version": version(slot.appointment),
        "is_open": _is_open(slot),
        "has_begun": request.app[NOW]() >= slot.appointment.starts_at,
        "told": await request.app[NOTIFICATIONS].list_for_visit(slot.appointment.id),
        "zone": request.app[SETTINGS].time_zone,
    }


def _is_open(slot: Slot) -> bool:
    return slot.appointment.status in (AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED)


def _choices(request: web.Request, lengths: Sequence[int]) -> list[tuple[int, str]]:
    return [(minutes, reader_of(request).plural("{count} minute", "{count} minutes", minutes)) for minutes in lengths]


def _visit(request: web.Request) -> VisitId:
    return VisitId(request.match_info["visit"])

"""Appointments for other software: book, list, read, move, cancel."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from telesession.domain import appointments as rules
from telesession.domain.api_keys import Scope
from telesession.domain.appointments import AppointmentStatus
from telesession.domain.errors import NotFound, Refused
from telesession.domain.ids import PatientId, VisitId
from telesession.domain.messages import Role
from telesession.domain.names import clean_name
from telesession.domain.series import weekly
from telesession.server.actors import actor_of
from telesession.server.api import exchange, wire
from telesession.server.api.problems import Declined
from telesession.server.keys import API_KEY, LISTING, NOW, PATIENTS, SCHEDULING, SETTINGS
from telesession.services import scheduling
from telesession.services.scheduling import Wanted

OPEN = (AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED)


async def book(request: web.Request) -> web.Response:
    """Book an appointment or a series, or nothing at all."""
    text = await exchange.body(request)

    async def do() -> web.Response:
        wanted = await _wanted(request, exchange.read(text, wire.NewAppointment))
        booked = await request.app[SCHEDULING].book_series(wanted, actor_of(request))
        shown = [await _shown(request, one.appointment) for one in booked]
        is_single = len(shown) == 1
        return exchange.answer(
            wire.Booked(shown),
            status=201,
            version=shown[0].version if is_single else None,
            location=f"/api/v1/appointments/{shown[0].id}" if is_single else None,
        )

    return await exchange.once(request, text, do)


async def find(request: web.Request) -> web.Response:
    """A page of those between `?from=`, now unless given, and `?to=`."""
    exchange.known_parameters(request, "from", "to", "patient", "cursor", "limit")
    begin = exchange.queried_moment(request, "from") or request.app[NOW]()
    end = exchange.queried_moment(request, "to")
    patient, after = exchange.text_parameter(request, "patient", 64), ""
    if (place := exchange.place_of(request, tuple[datetime, str])) is not None:
        begin, after = place
        if begin.tzinfo is None or begin.year not in exchange.YEARS:
            raise Declined(400, "parameter_wrong", "Hand the cursor back as it came.", "cursor")
    page = await request.app[LISTING].appointments(
        begin, end, None if patient is None else PatientId(patient), after, exchange.limit(request), actor_of(request)
    )
    going_on = None
    if page.has_more:
        last = page.found[-1]
        going_on = exchange.cursor_of(last.starts_at.isoformat(), last.id)
    return exchange.answer(wire.Appointments([_plain(one) for one in page.found], going_on))


async def show(request: web.Request) -> web.Response:
    """One appointment, with its links for keys that may change it."""
    appointment = await request.app[SCHEDULING].appointment(_id(request))
    await request.app[LISTING].note_read(appointment.id, actor_of(request))
    return await _answered(request, appointment)


async def move(request: web.Request) -> web.Response:
    """Give it another time or length."""
    before = await request.app[SCHEDULING].appointment(_id(request))
    seen = exchange.seen_version(request, rules.version(before))
    wanted = exchange.read(await exchange.body(request), wire.AppointmentMove)
    if wanted.starts_at is None and wanted.minutes is None:
        raise Declined(422, "nothing_to_change", "Give starts_at, minutes, or both.", "/starts_at")
    starts_at = before.starts_at if wanted.starts_at is None else exchange.moment(wanted.starts_at, "/starts_at")
    length = None if wanted.minutes is None else timedelta(minutes=wanted.minutes)
    moved = await request.app[SCHEDULING].move(
        before.id, starts_at, length, may_overlap=wanted.may_overlap, seen=seen, by=actor_of(request)
    )
    return await _answered(request, moved.appointment)


async def cancel(request: web.Request) -> web.Response:
    """Call it off. Doing so twice is harmless."""

    async def do() -> web.Response:
        before = await request.app[SCHEDULING].appointment(_id(request))
        seen = exchange.seen_version(request, rules.version(before), is_needed=False)
        cancelled = await request.app[SCHEDULING].cancel(before.id, actor_of(request), seen=seen)
        return await _answered(request, cancelled)

    return await exchange.once(request, b"", do)


async def _wanted(request: web.Request, wish: wire.NewAppointment) -> Wanted:
    settings = request.app[SETTINGS]
    first = exchange.moment(wish.starts_at, "/starts_at")
    starts = [first]
    if wish.series is not None:
        local = first.astimezone(ZoneInfo(settings.time_zone)).replace(tzinfo=None)
        starts += weekly(local, settings.time_zone, wish.series.count, wish.series.every_weeks)[1:]
    try:
        patient = await request.app[PATIENTS].get(wish.patient, actor_of(request))
    except NotFound:
        raise Declined(422, "patient_unknown", "There is no such patient.", "/patient") from None
    return Wanted(
        starts,
        timedelta(minutes=wish.minutes),
        await _therapist_name(request, wish),
        patient.id,
        scheduling.known_zone(wish.time_zone or patient.details.time_zone or settings.time_zone),
        wish.therapist,
        may_overlap=wish.may_overlap,
    )


async def _therapist_name(request: web.Request, wish: wire.NewAppointment) -> str:
    known = None
    if wish.therapist is not None:
        known = await request.app[LISTING].therapist_name(wish.therapist)
        if known is None:
            raise Declined(422, "therapist_unknown", "There is no such therapist.", "/therapist")
    if not wish.therapist_name and known is not None:
        return known
    try:
        return clean_name(wish.therapist_name)
    except Refused as no:
        raise Declined(422, f"therapist_{no.code}", no.text, "/therapist_name") from None


async def _answered(request: web.Request, appointment: rules.Appointment) -> web.Response:
    version = rules.version(appointment)
    if request.method in ("GET", "HEAD") and exchange.is_unchanged(request, version):
        return web.Response(status=304, headers={"ETag": f'"{version}"'})
    return exchange.answer(await _shown(request, appointment), version=version)


async def _shown(request: web.Request, appointment: rules.Appointment) -> wire.Appointment:
    links = None
    if Scope.WRITE_APPOINTMENTS in request[API_KEY].scopes and appointment.status in OPEN:
        origin = request.app[SETTINGS].origin
        found = await request.app[SCHEDULING].links(appointment.id, actor_of(request))
        ours = {role: wire.Link(f"{origin}/join/{link.token}", link.code) for role, link in found.items()}
        links = wire.Links(ours.get(Role.THERAPIST), ours.get(Role.PATIENT))
    return _plain(appointment, links)


def _plain(appointment: rules.Appointment, links: wire.Links | None = None) -> wire.Appointment:
    return wire.Appointment(
        id=appointment.id,
        version=rules.version(appointment),
        status=appointment.status,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        time_zone=appointment.time_zone,
        patient=appointment.patient,
        therapist=appointment.therapist,
        therapist_name=appointment.therapist_name,
        series=appointment.series,
        changed_at=appointment.changed_at,
        links=links,
    )


def _id(request: web.Request) -> VisitId:
    return VisitId(request.match_info["appointment"])

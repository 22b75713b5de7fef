"""Patients for other software: add, find, read, replace."""

from aiohttp import web
from msgspec.structs import asdict

from telesession.domain import patients as rules
from telesession.domain.ids import PatientId
from telesession.domain.patients import Details
from telesession.server.actors import actor_of
from telesession.server.api import exchange, wire
from telesession.server.api.problems import Declined
from telesession.server.keys import CATALOGUES, LISTING, PATIENTS
from telesession.services.scheduling import known_zone


async def register(request: web.Request) -> web.Response:
    """Add a patient."""
    text = await exchange.body(request)

    async def do() -> web.Response:
        details = _details(request, exchange.read(text, wire.PatientRecord))
        patient = await request.app[PATIENTS].register(details, actor_of(request))
        version, place = str(patient.revision), f"/api/v1/patients/{patient.id}"
        return exchange.answer(_shown(patient), status=201, version=version, location=place)

    return await exchange.once(request, text, do)


async def find(request: web.Request) -> web.Response:
    """A page of those who are meant by `?q=`, or of all."""
    exchange.known_parameters(request, "q", "cursor", "limit")
    after = exchange.place_of(request, tuple[str])
    query = exchange.text_parameter(request, "q", 200) or ""
    page = await request.app[LISTING].patients(
        query, after[0] if after else "", exchange.limit(request), actor_of(request)
    )
    going_on = exchange.cursor_of(page.found[-1].id) if page.has_more else None
    return exchange.answer(wire.Patients([_shown(one) for one in page.found], going_on))


async def show(request: web.Request) -> web.Response:
    """One patient."""
    patient = await request.app[PATIENTS].get(_id(request), actor_of(request))
    if exchange.is_unchanged(request, str(patient.revision)):
        return web.Response(status=304, headers={"ETag": f'"{patient.revision}"'})
    return exchange.answer(_shown(patient), version=str(patient.revision))


async def replace(request: web.Request) -> web.Response:
    """Replace the record of a patient."""
    before = await request.app[PATIENTS].get(_id(request), actor_of(request))
    exchange.seen_version(request, str(before.revision))
    details = _details(request, exchange.read(await exchange.body(request), wire.PatientRecord))
    after = await request.app[PATIENTS].change(before.id, details, before.revision, actor_of(request))
    return exchange.answer(_shown(after), version=str(after.revision))


def _details(request: web.Request, record: wire.PatientRecord) -> Details:
    offered = {one.language for one in request.app[CATALOGUES].offered}
    if record.language and record.language not in offered:
        names = ", ".join(sorted(offered))
        raise Declined(422, "language_unknown", f"The service speaks {names}.", "/language")
    zone = known_zone(record.time_zone) if record.time_zone else ""
    return Details(**(asdict(record) | {"time_zone": zone}))


def _shown(patient: rules.Patient) -> wire.Patient:
    return wire.Patient(
        id=patient.id,
        version=str(patient.revision),
        created_at=patient.created_at,
        changed_at=patient.changed_at,
        **asdict(patient.details),
    )


def _id(request: web.Request) -> PatientId:
    return PatientId(request.match_info["patient"])

"""The people in the clinic's care, as staff find, read and change them."""

from aiohttp import web

from telesession.domain.consent import BEFORE_TREATMENT, Part, current
from telesession.domain.errors import Refused
from telesession.domain.ids import PatientId
from telesession.domain.patients import Details
from telesession.server.actors import actor_of
from telesession.server.forms import Form, Problem, fresh_once
from telesession.server.i18n import reader_of
from telesession.server.keys import CATALOGUES, CONSENTS, EMERGENCIES, PATIENTS, SCHEDULING, SETTINGS, STAFF, TEMPLATES
from telesession.server.pages import recordings
from telesession.services.consents import Said

FIELDS = {
    name: name
    for name in (
        "emergency_name", "emergency_phone", "name", "email", "phone", "born_on", "address", "notes",
    )
} | {"unknown_time_zone": "time_zone", "changed_meanwhile": "changed"}  # fmt: skip
"""Beside which field a refusal stands, by how its code begins."""


async def find(request: web.Request) -> web.Response:
    """Who is meant by `?q=`; without it, who was changed last."""
    query = request.query.get("q", "")[:200]
    found = await request.app[PATIENTS].find(query, actor_of(request))
    return request.app[TEMPLATES].render(request, "patients/find.html", {"query": query, "found": found})


async def ask(request: web.Request) -> web.Response:
    """An empty form for somebody new."""
    return _form(request, Form({"name": request.query.get("name", ""), "once": fresh_once()}), None, None)


async def register(request: web.Request) -> web.Response:
    """Add somebody, or show the form again with what is wrong."""
    form = await Form.of(request)
    try:
        once = form.once(request[STAFF].id)
        patient = await request.app[PATIENTS].register(_details(form), actor_of(request), once)
    except Refused as no:
        return _form(request, form, no, None)
    raise web.HTTPSeeOther(f"/patients/{patient.id}?saved=1")


async def show(request: web.Request) -> web.Response:
    """One patient: the record to change, and their appointments."""
    patient = await request.app[PATIENTS].get(_patient(request), actor_of(request))
    details = patient.details
    typed = {name: str(getattr(details, name) or "") for name in Details.__struct_fields__}
    typed["revision"] = str(patient.revision)
    slots = await request.app[SCHEDULING].list_of_patient(patient.id)
    more = {
        "recordings": await recordings.of_patient(request, patient.id),
        "emergencies": await request.app[EMERGENCIES].list_of_patient(patient.id),
        "consents": (await request.app[CONSENTS].state(patient.id)).standing,
        "mine": await request.app[EMERGENCIES].find_open(patient.id, request[STAFF].id),
    }
    return _form(request, Form(typed), None, patient.id, appointments=slots, heading=details.name, **more)


async def change(request: web.Request) -> web.Response:
    """Replace the record, unless somebody else changed it since it was opened."""
    form, patient = await Form.of(request), _patient(request)
    await request.app[EMERGENCIES].require_record(patient, actor_of(request))  # also before a bad form is shown again
    try:
        await request.app[PATIENTS].change(patient, _details(form), form.whole("revision"), actor_of(request))
    except Refused as no:
        slots = await request.app[SCHEDULING].list_of_patient(patient)
        kept = await recordings.of_patient(request, patient)
        return _form(request, form, no, patient, appointments=slots, recordings=kept, heading=form.text("name"))
    raise web.HTTPSeeOther(f"/patients/{patient}?saved=1")


async def agree(request: web.Request) -> web.Response:
    """Keep what the patient said to staff about one part: yes or no."""
    form, patient = await Form.of(request), _patient(request)
    try:
        part = Part(form.text("part"))
    except ValueError:
        raise Refused(
            "unknown_text", "This text has changed since you opened the page. Please read it again."
        ) from None
    said = Said(part, form.text("answer") == "yes", form.text("version"), reader_of(request).language)
    await request.app[CONSENTS].record(patient, [said], actor_of(request))
    raise web.HTTPSeeOther(f"/patients/{patient}?saved=1#consent")


def _details(form: Form) -> Details:
    texts = {name: form.text(name) for name in Details.__struct_fields__ if name != "born_on"}
    return Details(**texts, born_on=form.optional_day("born_on"))


def _form(
    request: web.Request, form: Form, no: Refused | None, patient: PatientId | None, **more: object
) -> web.Response:
    page: dict[str, object] = {
        "typed": form,
        "problem": no and Problem(no, FIELDS, "name"),
        "patient": patient,
        "appointments": [],
        "recordings": [],
        "emergencies": [],
        "mine": None,
        "consents": {},
        "wordings": [(part, current(part)) for part in BEFORE_TREATMENT],
        "heading": "",
        "zone": request.app[SETTINGS].time_zone,
        "tongues": [("", "-"), *((one.language, one.native_name) for one in request.app[CATALOGUES].offered)],
    }
    status = 200 if no is None else 422
    return request.app[TEMPLATES].render(request, "patients/form.html", page | more, status=status)


def _patient(request: web.Request) -> PatientId:
    return PatientId(request.match_info["patient"])

"""Everything that the API can do, in one table: the routes are made from it, and so is its description."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from msgspec import Struct

from telesession.domain.api_keys import Scope
from telesession.server.api import appointments, patients, therapists, wire
from telesession.server.api.exchange import LARGEST_PAGE, PAGE, TAGS

ROOT = "/api/v1"

Schema = dict[str, Any]


class Parameter(Struct, frozen=True):
    """Something of the query or a header, by which a request says more than by its body."""

    name: str
    place: str
    text: str
    schema: Schema
    example: str = ""
    is_required: bool = False


class Operation(Struct, frozen=True):
    """One thing that the API can do."""

    name: str
    method: str
    path: str
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    scope: Scope
    summary: str
    text: str
    gives: type[Struct]
    takes: type[Struct] | None = None
    status: int = 200
    parameters: tuple[Parameter, ...] = ()
    answers_with: tuple[str, ...] = ()
    """Headers of the answer."""
    problems: tuple[int, ...] = ()
    """Beside those that every operation has."""

    @property
    def url(self) -> str:
        """The whole path, as the router has it."""
        return ROOT + self.path


_TEXT: Schema = {"type": "string", "maxLength": 200}
_MOMENT: Schema = {"type": "string", "format": "date-time"}

_TAGS: Schema = {"type": "string", "pattern": f"^({TAGS.pattern})$"}

IF_MATCH = Parameter(
    "If-Match", "header", "The ETag of the version that you have seen, or `*` for any. Without it: 428.",
    _TAGS, '"1"', is_required=True,
)  # fmt: skip
IF_MATCH_OR_ANY = Parameter(
    "If-Match", "header", "The ETag of the version that you have seen; without it, any.",
    _TAGS, '"0-booked"',
)  # fmt: skip
IF_NONE_MATCH = Parameter(
    "If-None-Match", "header", "The ETag of the version that you have: 304 when it is the newest.",
    {"type": "string"}, '"1"',
)  # fmt: skip
ONCE = Parameter(
    "Idempotency-Key", "header",
    "A UUID of yours, new for each thing to do. Sent again within 24 hours, the request is not done again and hears "
    "the first answer, with `Idempotent-Replayed: true`. Refused requests leave the key unused.",
    {"type": "string", "pattern": "^[!-~]{1,255}$"},
)  # fmt: skip
CURSOR = Parameter(
    "cursor", "query", "`next` of the page before.", {"type": "string", "maxLength": 400, "pattern": "^[A-Za-z0-9_-]+$"}
)
LIMIT = Parameter(
    "limit", "query", f"How many a page holds; {PAGE} unless given.",
    {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE}, str(PAGE),
)  # fmt: skip

OPERATIONS = (
    Operation(
        "listPatients", "GET", "/patients", patients.find, Scope.READ_PATIENTS, "Find patients",
        "Those who are meant by `q`: beginnings of their names, mail, phone or its last four digits, date of birth. "
        "Without `q`, everybody. Queries end in the logs of proxies: do not search by more than you need.",
        wire.Patients, parameters=(Parameter("q", "query", "What one knows of them.", _TEXT, "morgan"), CURSOR, LIMIT),
        problems=(400,),
    ),
    Operation(
        "registerPatient", "POST", "/patients", patients.register, Scope.WRITE_PATIENTS, "Add a patient",
        "The answer names the id by which appointments are booked.", wire.Patient, wire.PatientRecord, 201,
        parameters=(ONCE,), answers_with=("ETag", "Location"), problems=(400, 409, 413, 415, 422),
    ),
    Operation(
        "showPatient", "GET", "/patients/{patient}", patients.show, Scope.READ_PATIENTS, "Read a patient",
        "The record with its version.", wire.Patient, parameters=(IF_NONE_MATCH,), answers_with=("ETag",),
        problems=(400, 404),
    ),
    Operation(
        "replacePatient", "PUT", "/patients/{patient}", patients.replace, Scope.WRITE_PATIENTS, "Replace a patient",
        "The whole record: what is left out is emptied.", wire.Patient, wire.PatientRecord, parameters=(IF_MATCH,),
        answers_with=("ETag",), problems=(400, 404, 412, 413, 415, 422, 428),
    ),
    Operation(
        "listTherapists", "GET", "/therapists", therapists.find, Scope.READ_APPOINTMENTS, "List therapists",
        "Those with an open account: an appointment that names one by id is on their schedule.",
        wire.Therapists, parameters=(CURSOR, LIMIT), problems=(400,),
    ),
    Operation(
        "listAppointments", "GET", "/appointments", appointments.find, Scope.READ_APPOINTMENTS, "List appointments",
        "Those that start from `from` and before `to`, the earliest first; cancelled ones too. A cursor goes on where "
        "its page ended: send the other parameters again with it.",
        wire.Appointments,
        parameters=(
            Parameter("from", "query", "The earliest start; now unless given.", _MOMENT, "2026-12-01T00:00:00Z"),
            Parameter("to", "query", "Starts before this; no end unless given.", _MOMENT, "2026-12-08T00:00:00Z"),
            Parameter("patient", "query", "Of this patient alone, by id.", {"type": "string", "maxLength": 64}),
            CURSOR, LIMIT,
        ),
        problems=(400,),
    ),
    Operation(
        "bookAppointment", "POST", "/appointments", appointments.book, Scope.WRITE_APPOINTMENTS,
        "Book an appointment or a series",
        "All of a series or none. With another appointment of therapist or patient at the same time: 409 `overlap`, "
        "unless `may_overlap`.",
        wire.Booked, wire.NewAppointment, 201, parameters=(ONCE,), answers_with=("ETag", "Location"),
        problems=(400, 409, 413, 415, 422),
    ),
    Operation(
        "showAppointment", "GET", "/appointments/{appointment}", appointments.show, Scope.READ_APPOINTMENTS,
        "Read an appointment", "With its links, for keys that have appointments:write too.", wire.Appointment,
        parameters=(IF_NONE_MATCH,), answers_with=("ETag",), problems=(400, 404),
    ),
    Operation(
        "moveAppointment", "PATCH", "/appointments/{appointment}", appointments.move, Scope.WRITE_APPOINTMENTS,
        "Move an appointment", "The links of the old time open no longer; the answer has the new ones.",
        wire.Appointment, wire.AppointmentMove, parameters=(IF_MATCH,), answers_with=("ETag",),
        problems=(400, 404, 409, 412, 413, 415, 422, 428),
    ),
    Operation(
        "cancelAppointment", "POST", "/appointments/{appointment}/cancel", appointments.cancel,
        Scope.WRITE_APPOINTMENTS, "Cancel an appointment",
        "Its links say so from then on, and whoever is in is out within seconds. Twice is harmless.",
        wire.Appointment, parameters=(IF_MATCH_OR_ANY, ONCE), answers_with=("ETag",),
        problems=(400, 404, 409, 412, 422),
    ),
)  # fmt: skip

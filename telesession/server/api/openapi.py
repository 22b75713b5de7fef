"""The description of the API in OpenAPI 3.1, made from the table of operations and the types of the wire."""

import re
from http import HTTPStatus
from typing import Any

import msgspec

from telesession.domain.webhooks import WebhookEvent
from telesession.server.api.operations import OPERATIONS, ROOT, Operation, Parameter
from telesession.server.api.problems import CONTENT_TYPE, Problem
from telesession.server.api.wire import Happened

VERSION = "1.0.0"
"""Of the API, not of the release."""

ALWAYS = (401, 403, 429, 500, 503)
"""What every operation may answer."""

HEADERS = {
    "ETag": "The version of what is answered; of a series there is none.",
    "Location": "Where to find it again.",
    "WWW-Authenticate": "How to say who asks.",
    "Retry-After": "Seconds to wait.",
}
PROBLEM_TEXTS = {
    400: "The body is not JSON, or a parameter cannot be read.",
    401: "There is no such key, or it was taken back.",
    403: "The key was not made for this.",
    404: "There is no such thing.",
    409: "As things stand it cannot be done.",
    412: "It was changed since the version in If-Match.",
    413: "The body is larger than 64 KiB.",
    415: "The body is not application/json.",
    422: "The body is JSON and says something that cannot be.",
    428: "If-Match is missing.",
    429: "The key asks too often.",
    500: "The service failed; its log knows `request_id`.",
    503: "Nothing can be saved or looked up just now.",
}

LINKS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "registerPatient": ("patient", "/id", ("showPatient", "replacePatient", "bookAppointment")),
    "bookAppointment": (
        "appointment", "/appointments/0/id", ("showAppointment", "moveAppointment", "cancelAppointment"),
    ),
}  # fmt: skip
"""Where an id of an answer serves next."""

WEBHOOK_TEXTS = {
    WebhookEvent.APPOINTMENT_BOOKED: "An appointment was booked; each of a series by itself.",
    WebhookEvent.APPOINTMENT_MOVED: "It has another time or length.",
    WebhookEvent.APPOINTMENT_CANCELLED: "It was called off, also because the patient was erased.",
    WebhookEvent.APPOINTMENT_MISSED: "Staff noted that the patient did not come.",
    WebhookEvent.VISIT_WAITING: "A patient waits to be let in, and none did before.",
    WebhookEvent.VISIT_STARTED: "The first other person was let in.",
    WebhookEvent.VISIT_ENDED: "The therapist has ended the visit.",
}
WEBHOOK_HEADERS = {
    "webhook-id": "Names the message; the same when it is sent again.",
    "webhook-timestamp": "When it was sent, in seconds since 1970.",
    "webhook-signature": "One or more of `v1,BASE64`, separated by spaces.",
}

_REFERENCE = "#/components/schemas/{name}"


def document(origin: str) -> dict[str, Any]:
    """The whole description, for a service at `origin`."""
    types = [one.takes for one in OPERATIONS if one.takes] + [one.gives for one in OPERATIONS] + [Problem, Happened]
    _, schemas = msgspec.json.schema_components(dict.fromkeys(types), ref_template=_REFERENCE)
    paths: dict[str, dict[str, Any]] = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "telesession",
            "version": VERSION,
            "summary": "Patients and appointments of a clinic, for its other software.",
            "description": "Times are RFC 3339 with an offset. Every no is a problem (RFC 9457) with a stable `code`.",
        },
        "servers": [{"url": origin + ROOT}],
        "security": [{"key": []}],
        "paths": paths,
        "webhooks": {event.value: {"post": _webhook(event)} for event in WebhookEvent},
        "components": {
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The secret that `telesession api-key add` printed, `tsk_...`.",
                }
            },
            "schemas": schemas,
            "responses": {f"Problem{status}": _problem(status) for status in PROBLEM_TEXTS},
        },
    }


def _operation(one: Operation) -> dict[str, Any]:
    content = {"application/json": {"schema": _schema(one.gives)}}
    done: dict[str, Any] = {"description": HTTPStatus(one.status).phrase, "content": content}
    if one.answers_with:
        done["headers"] = {name: _header(name) for name in one.answers_with}
    if one.name in LINKS:
        name, place, operations = LINKS[one.name]
        done["links"] = {after: _link(after, name, f"$response.body#{place}") for after in operations}
    answers: dict[str, Any] = {str(one.status): done}
    if any(parameter.name == "If-None-Match" for parameter in one.parameters):
        answers["304"] = {"description": "You have the newest version.", "headers": {"ETag": _header("ETag")}}
    for status in sorted((*ALWAYS, *one.problems)):
        answers[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    described: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "description": f"{one.text}\n\nThe key needs `{one.scope}`.",
        "tags": [one.path.split("/")[1]],
        "parameters": [*_in_path(one), *map(_parameter, one.parameters)],
        "responses": answers,
    }
    if one.takes is not None:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _schema(one.takes)}},
        }
    return described


def _link(after: str, name: str, value: str) -> dict[str, Any]:
    """Where an id goes next: into the path of an operation, or into its body."""
    path = next(one.path for one in OPERATIONS if one.name == after)
    where = {"parameters": {name: value}} if f"{{{name}}}" in path else {"requestBody": {name: value}}
    return {"operationId": after, **where}


def _webhook(event: WebhookEvent) -> dict[str, Any]:
    return {
        "operationId": event.value,
        "summary": WEBHOOK_TEXTS[event],
        "description": "Signed as Standard Webhooks defines it; see docs/reference/webhooks.md.",
        "security": [],
        "parameters": [
            {"name": name, "in": "header", "required": True, "description": text, "schema": {"type": "string"}}
            for name, text in WEBHOOK_HEADERS.items()
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _schema(Happened)}}},
        "responses": {
            "2XX": {"description": "Taken."},
            "410": {"description": "Gone: nothing more is sent until an administrator says so."},
            "default": {"description": "Not taken: it is sent again."},
        },
    }


def _in_path(one: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1, "maxLength": 64}}
        for name in re.findall(r"{(\w+)}", one.path)
    ]


def _parameter(one: Parameter) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": one.name,
        "in": one.place,
        "required": one.is_required,
        "description": one.text,
        "schema": one.schema,
    }
    if one.example:
        described["example"] = int(one.example) if one.schema["type"] == "integer" else one.example
    return described


def _problem(status: int) -> dict[str, Any]:
    described: dict[str, Any] = {
        "description": PROBLEM_TEXTS[status],
        "content": {CONTENT_TYPE: {"schema": _schema(Problem)}},
    }
    name = {401: "WWW-Authenticate", 429: "Retry-After"}.get(status)
    return described | ({"headers": {name: _header(name)}} if name else {})


def _header(name: str) -> dict[str, Any]:
    return {"description": HEADERS[name], "schema": {"type": "string"}}


def _schema(kind: type[msgspec.Struct]) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(name=kind.__name__)}

"""What the API says and takes: types of its own, so that a change of the rules is no change of the wire by accident."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from telesession.domain.appointments import AppointmentStatus
from telesession.domain.ids import PatientId, StaffId, VisitId
from telesession.domain.patients import MAX_ADDRESS_LENGTH, MAX_EMAIL_LENGTH, MAX_NOTES_LENGTH
from telesession.domain.series import MOST
from telesession.domain.webhooks import WebhookEvent

_PHONE = r"^$|^[+0-9(][0-9 ().\-/]{4,40}$"
_ZONE = "An IANA name, such as Europe/Madrid; empty for the clinic's."

Moment = Annotated[
    datetime,
    Meta(
        tz=True,
        description="RFC 3339 with an offset; answers are in UTC.",
        examples=["2026-12-01T10:00:00+01:00"],
    ),
]
Minutes = Annotated[int, Meta(ge=5, le=480, description="How long it lasts.", examples=[30])]
Name = Annotated[str, Meta(min_length=1, max_length=64, examples=["Pat Morgan"])]
Email = Annotated[
    str, Meta(max_length=MAX_EMAIL_LENGTH, description="Empty when not known.", examples=["pat@example.org"])
]
Phone = Annotated[
    str,
    Meta(
        max_length=41,
        pattern=_PHONE,
        description="With the country's code; kept as digits alone. Empty when not known.",
        examples=["+34 600 123 456"],
    ),
]
Line = Annotated[str, Meta(max_length=MAX_ADDRESS_LENGTH, description="Empty when not known.")]
Language = Annotated[
    str,
    Meta(
        max_length=16,
        pattern=r"^$|^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$",
        description="Of messages to the patient, such as en; empty for the clinic's first.",
        examples=["en"],
    ),
]
TimeZone = Annotated[str, Meta(max_length=64, description=_ZONE, examples=["Europe/Madrid"])]
Notes = Annotated[str, Meta(max_length=MAX_NOTES_LENGTH, description="For staff alone.")]
Version = Annotated[
    str, Meta(description='Names this state: `"` + version + `"` is the ETag that If-Match takes.', examples=["1"])
]
Cursor = Annotated[str | None, Meta(description="For `?cursor=`, to get the next page; null on the last.")]


class PatientRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that is kept about a patient. What is left out is emptied: a PUT replaces the record."""

    name: Name
    email: Email = ""
    phone: Phone = ""
    born_on: date | None = None
    language: Language = ""
    time_zone: TimeZone = ""
    address: Annotated[
        str, Meta(max_length=MAX_ADDRESS_LENGTH, description="Where help would be sent during a visit.")
    ] = ""
    emergency_name: Line = ""
    emergency_phone: Phone = ""
    notes: Notes = ""


class Patient(Struct, frozen=True):
    """A patient as kept."""

    id: PatientId
    version: Version
    created_at: Moment
    changed_at: Moment
    name: str
    email: str
    phone: str
    born_on: date | None
    language: str
    time_zone: str
    address: str
    emergency_name: str
    emergency_phone: str
    notes: str


class Patients(Struct, frozen=True):
    """A page of patients, in no order that means anything."""

    patients: list[Patient]
    next: Cursor


class Therapist(Struct, frozen=True):
    """Somebody with whom one may book, as patients read their name."""

    id: Annotated[StaffId, Meta(description="For `therapist` of a new appointment.")]
    name: str


class Therapists(Struct, frozen=True):
    """A page of therapists, in no order that means anything."""

    therapists: list[Therapist]
    next: Cursor


class Series(Struct, frozen=True, forbid_unknown_fields=True):
    """Appointments that repeat at the same time of the clinic's clock."""

    count: Annotated[int, Meta(ge=2, le=MOST, examples=[6])]
    every_weeks: Annotated[int, Meta(ge=1, le=4)] = 1


class NewAppointment(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be booked. `therapist` or `therapist_name` has to be there."""

    patient: Annotated[PatientId, Meta(description="The id of a patient.")]
    starts_at: Moment
    minutes: Minutes
    therapist: Annotated[
        StaffId | None, Meta(description="The id of a therapist with an account, who then sees it on the schedule.")
    ] = None
    therapist_name: Annotated[
        str,
        Meta(
            max_length=64,
            description="As the patient reads it; the account's name unless given.",
            examples=["Tess Tyler"],
        ),
    ] = ""
    time_zone: Annotated[
        str, Meta(max_length=64, description="The patient's, an IANA name; as in the record unless given.")
    ] = ""
    series: Series | None = None
    may_overlap: Annotated[
        bool, Meta(description="Book although therapist or patient have another appointment then.")
    ] = False


class AppointmentMove(Struct, frozen=True, forbid_unknown_fields=True):
    """Another time, another length, or both. What is left out stays."""

    starts_at: Moment | None = None
    minutes: Minutes | None = None
    may_overlap: bool = False


class Link(Struct, frozen=True):
    """What opens the visit for one person. Whoever has it may knock."""

    url: str
    code: Annotated[str, Meta(description="For whoever types it from a printed letter.")]


class Links(Struct, frozen=True):
    """The links that open now; null for one that was taken back."""

    therapist: Link | None
    patient: Link | None


class Appointment(Struct, frozen=True):
    """An appointment as it stands. `links` are there for keys with appointments:write, while it can be visited."""

    id: VisitId
    version: Version
    status: AppointmentStatus
    starts_at: Moment
    ends_at: Moment
    time_zone: Annotated[str, Meta(description="The patient's.")]
    patient: PatientId
    therapist: StaffId | None
    therapist_name: str
    series: Annotated[str | None, Meta(description="The same for appointments that were booked together.")]
    changed_at: Moment
    links: Links | None = None


class About(Struct, frozen=True):
    """What a webhook's message is about."""

    appointment: VisitId


class Happened(Struct, frozen=True):
    """What a webhook is sent. There may be more types and more fields some day: take them without complaint."""

    type: WebhookEvent
    timestamp: Annotated[Moment, Meta(description="When it happened.")]
    data: About


class Booked(Struct, frozen=True):
    """What was booked: one appointment, or all of a series."""

    appointments: list[Appointment]


class Appointments(Struct, frozen=True):
    """A page of appointments, the earliest first."""

    appointments: list[Appointment]
    next: Cursor

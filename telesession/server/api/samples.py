"""An example of everything that the API takes and gives, for its descriptions. A test sends them to the service."""

from datetime import UTC, date, datetime

from msgspec import Struct
from msgspec.structs import replace

from telesession.domain.appointments import AppointmentStatus
from telesession.domain.ids import PatientId, StaffId, VisitId
from telesession.server.api import wire

_BOOKED_AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
_STARTS_AT = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)
_PAT = PatientId("1f0c9be0d6f24a6c8b1f6f6f4c3c7b52")
_TESS = StaffId("646a1f0e7b2c4d5e9f80a1b2c3d4e5f6")
_VISIT = VisitId("7a3b5d0e9c1f4e2a8d6c4b2a09182736")

_RECORD = wire.PatientRecord(
    name="Pat Morgan",
    email="pat@example.org",
    phone="+34600123456",
    born_on=date(1961, 5, 4),
    language="en",
    time_zone="Europe/Madrid",
    address="12 Mill Lane, Riverside",
    emergency_name="Ann Morgan",
    emergency_phone="+34600123457",
)
_PATIENT = wire.Patient(
    id=_PAT,
    version="1",
    created_at=_BOOKED_AT,
    changed_at=_BOOKED_AT,
    name=_RECORD.name,
    email=_RECORD.email,
    phone=_RECORD.phone,
    born_on=_RECORD.born_on,
    language=_RECORD.language,
    time_zone=_RECORD.time_zone,
    address=_RECORD.address,
    emergency_name=_RECORD.emergency_name,
    emergency_phone=_RECORD.emergency_phone,
    notes="",
)
_APPOINTMENT = wire.Appointment(
    id=_VISIT,
    version="0-booked",
    status=AppointmentStatus.BOOKED,
    starts_at=_STARTS_AT,
    ends_at=_STARTS_AT.replace(minute=30),
    time_zone="Europe/Madrid",
    patient=_PAT,
    therapist=None,
    therapist_name="Tess Tyler",
    series=None,
    changed_at=_BOOKED_AT,
    links=wire.Links(
        therapist=wire.Link("https://visits.example.org/join/pX3kAbW9...", "7K4M-2QXD"),
        patient=wire.Link("https://visits.example.org/join/Vq81LmZt...", "9F2T-C6HW"),
    ),
)

_SAMPLES: dict[type[Struct], Struct] = {
    wire.PatientRecord: _RECORD,
    wire.Patient: _PATIENT,
    wire.Patients: wire.Patients([_PATIENT], None),
    wire.Therapists: wire.Therapists([wire.Therapist(_TESS, "Tess Tyler")], None),
    wire.NewAppointment: wire.NewAppointment(
        patient=_PAT,
        starts_at=_STARTS_AT,
        minutes=30,
        therapist_name="Tess Tyler",
        series=wire.Series(count=6),
    ),
    wire.AppointmentMove: wire.AppointmentMove(starts_at=_STARTS_AT.replace(hour=15), minutes=45),
    wire.Appointment: _APPOINTMENT,
    wire.Booked: wire.Booked([_APPOINTMENT]),
    wire.Appointments: wire.Appointments([replace(_APPOINTMENT, links=None)], None),
}


def sample(kind: type[Struct]) -> Struct:
    """One of `kind`."""
    return _SAMPLES[kind]

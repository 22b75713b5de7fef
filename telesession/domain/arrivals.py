"""Where a patient is during a visit, so that help finds them, and who they are, so that it is nobody else."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from telesession.domain.consent import Part
from telesession.domain.errors import Refused
from telesession.domain.messages import Name
from telesession.domain.names import clean_line
from telesession.domain.patients import MAX_ADDRESS_LENGTH, Details, clean_phone

ASKED_DIGITS = 3

Line = Annotated[str, Meta(max_length=MAX_ADDRESS_LENGTH)]


class Arrival(Struct, frozen=True):
    """What the patient said. Empty text: as the clinic has it."""

    at: datetime
    place: Line = ""
    phone: Line = ""
    contact_name: Line = ""
    contact_phone: Line = ""


class Arrived(Struct, frozen=True):
    """What a patient typed, as they typed it. Empty text: as the clinic has it."""

    place: str = ""
    phone: str = ""
    contact_name: str = ""
    contact_phone: str = ""


class Bedside(Struct, frozen=True):
    """What the therapist has at hand about the patient of the visit; empty text where nobody knows."""

    name: Name
    born_on: date | None
    phone_ends: Line
    """The last digits in the record, to ask for where it has no date of birth."""
    place: Line
    """Where to send help."""
    phone: Line
    contact_name: Line
    contact_phone: Line
    confirmed_at: datetime | None
    """When the patient said so; None: only the clinic's record says it."""
    not_agreed: tuple[Part, ...]
    """To what the patient has not agreed as it reads today."""


def arrival(at: datetime, typed: Arrived, details: Details) -> Arrival:
    """What a patient said of a place that the clinic knows (empty text) or of another.

    Raises `Refused` where nothing is said and nothing known, or where it is no number. Nobody needs a contact.
    """
    contact_name = clean_line(typed.contact_name)
    contact_phone = clean_phone("contact_phone", typed.contact_phone)
    said = Arrival(at, clean_line(typed.place), clean_phone("phone", typed.phone), contact_name, contact_phone)
    if len(contact_name) > MAX_ADDRESS_LENGTH:
        raise Refused("contact_name_too_long", "This text is too long. Please shorten it.")
    if len(said.place) > MAX_ADDRESS_LENGTH:
        raise Refused("place_too_long", "This text is too long. Please shorten it.")
    if not (said.place or details.address):
        raise Refused("place_missing", "Please say where you are now.")
    if not (said.phone or details.phone):
        raise Refused("phone_missing", "Please give a number on which the clinic can call you back.")
    return said


def bedside(said: Arrival | None, details: Details, not_agreed: tuple[Part, ...]) -> Bedside:
    """Where: what the patient said, else what the record says. Who: the record alone, never what anybody just typed."""
    is_other = said is not None and (said.contact_name or said.contact_phone)
    return Bedside(
        name=details.name,
        born_on=details.born_on,
        phone_ends="" if details.born_on else details.phone[-ASKED_DIGITS:],
        place=(said and said.place) or details.address,
        phone=(said and said.phone) or details.phone,
        contact_name=said.contact_name if said and is_other else details.emergency_name,
        contact_phone=said.contact_phone if said and is_other else details.emergency_phone,
        confirmed_at=None if said is None else said.at,
        not_agreed=not_agreed,
    )

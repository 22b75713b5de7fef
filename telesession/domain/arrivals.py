"""Where a patient is during a visit, so that help finds them: one tap when the clinic knows the place."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from telesession.domain.errors import Refused
from telesession.domain.names import clean_line
from telesession.domain.patients import MAX_ADDRESS_LENGTH, Details, clean_phone

Line = Annotated[str, Meta(max_length=MAX_ADDRESS_LENGTH)]


class Arrival(Struct, frozen=True):
    """What the patient said. Empty text: as the clinic has it."""

    at: datetime
    place: Line = ""
    phone: Line = ""


class Whereabouts(Struct, frozen=True):
    """What the therapist needs when something happens; empty text where nobody knows."""

    place: Line
    phone: Line
    contact_name: Line
    contact_phone: Line
    confirmed_at: datetime | None
    """When the patient said so; None: only the clinic's record says it."""


def arrival(at: datetime, place: str, phone: str, details: Details) -> Arrival:
    """What a patient said of a place that the clinic knows (empty text) or of another.

    Raises `Refused` where nothing is said and nothing known, or where it is no number.
    """
    said = Arrival(at, clean_line(place), clean_phone("phone", phone))
    if len(said.place) > MAX_ADDRESS_LENGTH:
        raise Refused("place_too_long", "This text is too long. Please shorten it.")
    if not (said.place or details.address):
        raise Refused("place_missing", "Please say where you are now.")
    if not (said.phone or details.phone):
        raise Refused("phone_missing", "Please give a number on which the clinic can call you back.")
    return said


def whereabouts(said: Arrival | None, details: Details) -> Whereabouts:
    """What holds for this visit: what the patient said, else what the record says."""
    return Whereabouts(
        place=(said and said.place) or details.address,
        phone=(said and said.phone) or details.phone,
        contact_name=details.emergency_name,
        contact_phone=details.emergency_phone,
        confirmed_at=None if said is None else said.at,
    )

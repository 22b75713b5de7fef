"""Patients: what the clinic keeps about a person in its care. They have no account and never sign in."""

import re
import unicodedata
from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import asdict, replace

from telesession.domain.errors import Refused
from telesession.domain.ids import PatientId
from telesession.domain.messages import Name
from telesession.domain.names import clean_line, clean_name

MAX_EMAIL_LENGTH = 254
MAX_NOTES_LENGTH = 4_000
MAX_ADDRESS_LENGTH = 300
OLDEST_YEARS = 130

Language = Annotated[str, Meta(max_length=16)]
Line = Annotated[str, Meta(max_length=MAX_ADDRESS_LENGTH)]
Notes = Annotated[str, Meta(max_length=MAX_NOTES_LENGTH)]

_EMAIL = re.compile(r"[^@\s<>()\",:;\\\[\]]+@[^@\s<>()\",:;\\\[\]]+\.[^@\s.<>()\",:;\\\[\]]+")
_PHONE = re.compile(r"\+?[0-9]{5,15}")
_EXACT = re.compile(r"\S+@\S+|\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b")
"""Mail addresses and dates of birth."""
_DIGITS = re.compile(r"(?<!\w)\+?[0-9][0-9\s().\-/]*[0-9](?!\w)")
_PUNCTUATION = re.compile(r"[\s().\-/]+")


class Details(Struct, frozen=True):
    """Everything about a patient that is sealed. Empty text: not known."""

    name: Name
    email: Line = ""
    phone: Line = ""
    """Digits alone, with `+` before a country code (E.164); as `clean` leaves it."""
    born_on: date | None = None
    language: Language = ""
    """As offered by the service; empty: the clinic's first."""
    time_zone: Line = ""
    """IANA name; empty: the clinic's."""
    address: Line = ""
    """Where help would be sent: where the patient usually is during visits."""
    emergency_name: Line = ""
    emergency_phone: Line = ""
    notes: Notes = ""
    """For staff alone."""


class Patient(Struct, frozen=True):
    """`revision` counts the changes, so that nobody overwrites what somebody else just wrote."""

    id: PatientId
    details: Details
    created_at: datetime
    changed_at: datetime
    revision: int = 1


def clean(details: Details, today: date) -> Details:
    """The details as they are kept; raises `Refused`, whose code begins with the name of the field that is wrong."""
    return replace(
        details,
        name=clean_name(details.name),
        email=clean_email(details.email),
        phone=clean_phone("phone", details.phone),
        born_on=_clean_birth(details.born_on, today),
        address=_bounded("address", clean_line(details.address), MAX_ADDRESS_LENGTH),
        emergency_name=_bounded("emergency_name", clean_line(details.emergency_name), MAX_ADDRESS_LENGTH),
        emergency_phone=clean_phone("emergency_phone", details.emergency_phone),
        notes=_bounded("notes", _clean_text(details.notes), MAX_NOTES_LENGTH),
    )


def changed(patient: Patient, details: Details, seen_revision: int, now: datetime) -> Patient:
    """The patient with other details; raises `Refused` when somebody else changed them since `seen_revision`."""
    if seen_revision != patient.revision:
        raise Refused(
            "changed_meanwhile", "Somebody else has changed this record since you opened it. Look at theirs first."
        )
    if asdict(details) == asdict(patient.details):
        return patient
    return replace(patient, details=details, changed_at=now, revision=patient.revision + 1)


def clean_email(text: str) -> str:
    """A mail address as it is kept, or nothing; raises `Refused`."""
    email = clean_line(text)
    if email and (len(email) > MAX_EMAIL_LENGTH or not _EMAIL.fullmatch(email)):
        raise Refused("email_wrong", "This is not a mail address. It should look like name@example.org.")
    return email


def terms(details: Details) -> frozenset[str]:
    """By what a patient is found: the beginnings of each word of the name, mail, end of the phone, date of birth."""
    found = {word[:length] for word in _words(details.name) for length in range(2, len(word) + 1)}
    found |= {word for word in _words(details.name) if len(word) == 1}
    if details.email:
        found.add(details.email.casefold())
    if details.phone:
        found.add(details.phone[-4:])
        found.add(details.phone)
    if details.born_on:
        found.add(details.born_on.isoformat())
    return frozenset(found)


def sought(query: str) -> frozenset[str]:
    """The terms that somebody who types `query` means; a patient has to have all of them. Empty: nothing to find."""
    text = clean_line(query)
    exact = {found.casefold() for found in _EXACT.findall(text)}
    rest = _EXACT.sub(" ", text)
    phones = {_PUNCTUATION.sub("", run) for run in _DIGITS.findall(rest)}
    return frozenset(exact | phones | set(_words(_DIGITS.sub(" ", rest))))


def _words(text: str) -> list[str]:
    """Words without accents and case: whoever types "jose" means José."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return [word for word in re.split(r"[^\w]+", plain.casefold()) if word]


def clean_phone(field: str, text: str) -> str:
    """A phone number as it is kept, or nothing; raises `Refused` with a code of `field`."""
    phone = _PUNCTUATION.sub("", clean_line(text))
    if phone.startswith("00"):
        phone = f"+{phone[2:]}"
    if phone and not _PHONE.fullmatch(phone):
        raise Refused(f"{field}_wrong", "This is not a phone number. It should look like +34 600 123 456.")
    return phone


def _clean_birth(born_on: date | None, today: date) -> date | None:
    if (born_on is not None and not 0 <= today.year - born_on.year <= OLDEST_YEARS) or (born_on and born_on > today):
        raise Refused("born_on_wrong", "Please check the date of birth.")
    return born_on


def _clean_text(text: str) -> str:
    """Several lines, each without invisible signs."""
    return "\n".join(clean_line(line) for line in text.splitlines()).strip()


def _bounded(field: str, text: str, most: int) -> str:
    if len(text) > most:
        raise Refused(f"{field}_too_long", "This text is too long. Please shorten it.")
    return text

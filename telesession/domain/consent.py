"""What patients agree to: each part on its own, each text with a version, given and withdrawn at any time."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NewType

from msgspec import Meta, Struct

from telesession.domain.errors import Refused
from telesession.domain.ids import PatientId, Text64, VisitId

ConsentId = NewType("ConsentId", Text64)


class Part(StrEnum):
    """What one can say yes or no to, separately."""

    TELEHEALTH = "telehealth"
    LIMITS = "limits"
    PRIVACY = "privacy"
    RECORDING = "recording"
    """Asked in the visit, anew for each recording: a yes to one is no yes to the next."""


BEFORE_TREATMENT = (Part.TELEHEALTH, Part.LIMITS, Part.PRIVACY)
"""What is asked once, before the first visit."""


class Wording(Struct, frozen=True):
    """What the patient reads. A changed sentence is a new version: the yes to the old one does not count for it."""

    version: Annotated[str, Meta(max_length=32)]
    sentences: tuple[str, ...]
    """English, keys of the catalogue."""


WORDINGS: Mapping[Part, tuple[Wording, ...]] = {
    Part.TELEHEALTH: (
        Wording(
            "2026-12",
            (
                "I agree to be treated by video instead of in the clinic.",
                "I can say no, stop at any time and ask for an appointment at the clinic instead.",
            ),
        ),
    ),
    Part.LIMITS: (
        Wording(
            "2026-12",
            (
                "I understand that the therapist cannot touch or examine me as in the clinic.",
                "I understand that video is not for emergencies, and that the connection can fail.",
                "I will exercise only where I am safe, and stop when something hurts.",
            ),
        ),
    ),
    Part.PRIVACY: (
        Wording(
            "2026-12",
            (
                "I agree that the clinic keeps what it needs for my treatment: my record, my appointments, and what is "
                "written during a visit.",
                "Nothing is recorded unless I agree to it then. Picture and sound are not kept.",
                "I will be where nobody overhears us, or I accept that somebody may.",
            ),
        ),
    ),
    Part.RECORDING: (
        Wording(
            "2026-12",
            (
                "I agree that picture and sound of this visit are recorded, for the purpose and the time shown here.",
                "I can say no or stop it at any time. My treatment goes on just the same.",
            ),
        ),
    ),
}
"""All versions ever used, the oldest first: what somebody agreed to can be read as long as it counts."""


class Consent(Struct, frozen=True):
    """One yes, or one no that takes back a yes."""

    id: ConsentId
    patient: PatientId
    part: Part
    text_version: str
    language: Annotated[str, Meta(max_length=16)]
    is_given: bool
    by: Annotated[str, Meta(max_length=64)]
    """Whose screen it was said on: the patient's seat, or the staff who wrote it down."""
    at: datetime
    visit: VisitId | None = None


def current(part: Part) -> Wording:
    """The text that counts today."""
    return WORDINGS[part][-1]


def wording(part: Part, version: str) -> Wording:
    """The text that somebody agreed to; raises `Refused` when there never was one of that version."""
    for one in WORDINGS[part]:
        if one.version == version:
            return one
    raise Refused("unknown_text", "This text has changed since you opened the page. Please read it again.")


def require_readable(part: Part, version: str) -> None:
    """Raise `Refused` unless `version` is what patients are shown today: nobody agrees to what is no longer said."""
    if version != current(part).version:
        raise Refused("unknown_text", "This text has changed since you opened the page. Please read it again.")


def standing(said: Iterable[Consent]) -> dict[Part, Consent]:
    """What counts of everything that was said, in the order in which it was: the last word on each part."""
    return {one.part: one for one in said}


def missing(said: Iterable[Consent]) -> tuple[Part, ...]:
    """The parts to which the patient has not agreed as they read today."""
    last = standing(said)
    return tuple(
        part
        for part in BEFORE_TREATMENT
        if not (part in last and last[part].is_given and last[part].text_version == current(part).version)
    )

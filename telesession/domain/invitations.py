"""Invitations: who may open which visit's door, and when. Neither token nor code is stored, only their digests."""

import hashlib
import re
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from telesession.domain.appointments import Appointment, AppointmentStatus, require_open
from telesession.domain.errors import Refused
from telesession.domain.ids import InvitationId, ParticipantId, VisitId
from telesession.domain.messages import Name, Relation, Role

OPENS_BEFORE = timedelta(minutes=60)
CLOSES_AFTER = timedelta(minutes=120)
FORGOTTEN_AFTER = timedelta(hours=24)
"""After the end. From then on a link tells nothing about its appointment but that it has expired."""

TOKEN_BYTES = 24
BROWSER_KEY_BYTES = 32
MAX_SEATS = 5
"""Browsers that may hold a seat through one invitation."""

Digest = Annotated[bytes, Meta(min_length=32, max_length=32)]

CODE_BYTES = 5
MAX_CODE_TRIES = 5

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE = str.maketrans("OIL", "011")
"""What people read where a code has none of these letters."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
_BROWSER_KEY = re.compile(r"[A-Za-z0-9_-]{43}")


class Invitation(Struct, frozen=True):
    """Lets one person into one visit in one role. It opens and closes with the appointment, so moving that moves it."""

    id: InvitationId
    visit: VisitId
    role: Role
    name: Name
    token_digest: Digest
    created_at: datetime
    relation: Relation | None = None
    invited_by: ParticipantId | None = None
    """The therapist's seat that invited a guest; None when the clinic did."""
    revoked_at: datetime | None = None
    code_failures: int = 0
    """How often its short code came with another date of birth."""
    is_replaced: bool = False
    """Revoked because the appointment moved: the newer message has the link that opens."""


class LinkRefused(Refused):
    """A link that does not open now. `appointment` is there when the page may show it (all but unknown and expired)."""

    def __init__(self, refusal: Refused, appointment: Appointment | None = None) -> None:
        super().__init__(refusal.code, refusal.text)
        self.appointment = appointment


def mint(
    invitation: InvitationId,
    visit: VisitId,
    role: Role,
    name: Name,
    *,
    entropy: bytes,
    created_at: datetime,
    relation: Relation | None = None,
    invited_by: ParticipantId | None = None,
) -> tuple[str, Invitation]:
    """Make an invitation and its token, which goes into the link and nowhere else.

    `entropy` comes from the patient's key (ADR 82), so that a reminder can carry the same link again and erasing the
    patient ends it.
    """
    if len(entropy) != TOKEN_BYTES:
        raise ValueError(f"a token takes {TOKEN_BYTES} bytes of entropy")
    token = readable(entropy)
    minted = Invitation(
        id=invitation,
        visit=visit,
        role=role,
        name=name,
        token_digest=digest(token),
        created_at=created_at,
        relation=relation,
        invited_by=invited_by,
    )
    return token, minted


def short_code(entropy: bytes) -> str:
    """40 of these bits as a code that one types from a letter: eight letters and digits that look like no other.

    Crockford's base 32, as in ABCD-2345; only together with the date of birth does it open anything.
    """
    number = int.from_bytes(entropy[:CODE_BYTES], "big")
    signs = [_CROCKFORD[number >> shift & 31] for shift in range(35, -5, -5)]
    return "".join(signs[:4]) + "-" + "".join(signs[4:])


def read_code(text: str) -> str | None:
    """The code that somebody typed, in the form that `short_code` gives; None when it cannot be one."""
    typed = re.sub(r"[\s-]", "", text).upper().translate(_ALIKE)
    if len(typed) != 8 or not set(typed) <= set(_CROCKFORD):
        return None
    return f"{typed[:4]}-{typed[4:]}"


def unknown_code() -> Refused:
    """What a code says that nobody has, and one with another date of birth: the two are never told apart."""
    return Refused(
        "code_wrong", "We do not know this code together with this date of birth. Please compare both with your letter."
    )


def require_tries(invitation: Invitation) -> None:
    """Raise `Refused` when the short code of the invitation was tried too often; its link still opens."""
    if invitation.code_failures >= MAX_CODE_TRIES:
        raise Refused("code_spent", "This code was tried too often. Please ask your clinic for a new link.")


def readable(entropy: bytes) -> str:
    """Random bytes as a token or key that fits a URL and a cookie (base64url, RFC 4648 section 5, no padding)."""
    return urlsafe_b64encode(entropy).decode("ascii").rstrip("=")


def digest(secret: str) -> bytes:
    """What is stored instead of a token or a browser key.

    Both carry 192 random bits or more, so plain SHA-256 cannot be searched; looking one up by its digest gives a
    watch on the clock nothing to learn, since nobody can choose digests.
    """
    return hashlib.sha256(secret.encode("ascii")).digest()


def is_token(text: str) -> bool:
    """Whether `text` could be a token at all. Asked before any is looked up."""
    return _TOKEN.fullmatch(text) is not None


def is_browser_key(text: str) -> bool:
    """Whether `text` could be a browser key at all."""
    return _BROWSER_KEY.fullmatch(text) is not None


def opens_at(appointment: Appointment) -> datetime:
    """From this moment on a link lets people in."""
    return appointment.starts_at - OPENS_BEFORE


def closes_at(appointment: Appointment) -> datetime:
    """From this moment on a link lets nobody in."""
    return appointment.ends_at + CLOSES_AFTER


def require_use(appointment: Appointment, now: datetime) -> None:
    """Raise `Refused` if a new link to this appointment would never open."""
    require_open(appointment)
    if now >= closes_at(appointment):
        raise Refused("too_late", "This appointment is over.")


def check(invitation: Invitation, appointment: Appointment, now: datetime) -> None:
    """Raise `LinkRefused` unless the invitation opens the appointment's door at `now`."""
    if now >= appointment.ends_at + FORGOTTEN_AFTER:
        raise LinkRefused(Refused("expired", "This link has expired. Please ask your clinic for a new one."))
    refusal = _refusal(invitation, appointment, now)
    if refusal is not None:
        raise LinkRefused(refusal, appointment)


def _refusal(invitation: Invitation, appointment: Appointment, now: datetime) -> Refused | None:
    if invitation.revoked_at is not None:
        return _revocation(invitation, appointment)
    if appointment.status is AppointmentStatus.CANCELLED:
        return _CANCELLED
    if appointment.status in (AppointmentStatus.FULFILLED, AppointmentStatus.NOSHOW):
        return Refused("ended", "This appointment has ended.")
    if now < opens_at(appointment):
        return Refused("too_early", "It is too early to join. This link opens one hour before the appointment.")
    if now >= closes_at(appointment):
        return Refused("too_late", "This appointment is over. Please contact your clinic if you missed it.")
    return None


def _revocation(invitation: Invitation, appointment: Appointment) -> Refused:
    if appointment.status is AppointmentStatus.CANCELLED:
        return _CANCELLED
    if invitation.is_replaced:
        return Refused("moved", "This appointment has a new time. Please use the link in your newest message.")
    return Refused("revoked", "This link is no longer in use. Please use the newest link from your clinic.")


_CANCELLED = Refused("cancelled", "This appointment was cancelled. Please contact your clinic for a new time.")


def unknown_link() -> LinkRefused:
    """What a link says that nobody minted."""
    return LinkRefused(Refused("unknown_link", "This link is not valid. Please check that it is complete."))


def revoked(invitation: Invitation, at: datetime, *, is_replaced: bool = False) -> Invitation:
    """The invitation taken back. Taking it back twice keeps the first moment and the first reason."""
    if invitation.revoked_at is not None:
        return invitation
    return replace(invitation, revoked_at=at, is_replaced=is_replaced)

"""Staff: who works at the clinic, and what each of them may do."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from telesession.domain.errors import Refused
from telesession.domain.ids import StaffId
from telesession.domain.messages import Name
from telesession.domain.patients import clean_email

LINK_LASTS = timedelta(days=3)
LINK_BYTES = 24


class StaffRole(StrEnum):
    ADMINISTRATOR = "administrator"
    THERAPIST = "therapist"
    FRONT_DESK = "front_desk"


class Staff(Struct, frozen=True):
    """Somebody with an account. `email` is what they sign in with: lower case, one account each."""

    id: StaffId
    role: StaffRole
    name: Name
    email: Annotated[str, Meta(max_length=254)]
    created_at: datetime
    disabled_at: datetime | None = None


class Access(Struct, frozen=True):
    """The ways in which somebody can sign in now, and what stands in their way."""

    has_password: bool
    has_totp: bool
    passkeys: int
    link_until: datetime | None = None
    """Until then a link waits for them by which they choose a password or a passkey."""
    is_locked: bool = False

    @property
    def is_possible(self) -> bool:
        """They have chosen a password or a passkey."""
        return self.has_password or self.passkeys > 0

    @property
    def is_strong(self) -> bool:
        """A stolen password alone does not open the account."""
        return self.passkeys > 0 or self.has_totp


def clean_sign_in_email(text: str) -> str:
    """The address of an account as it is kept; raises `Refused`."""
    email = clean_email(text).casefold()
    if not email:
        raise Refused("email_missing", "Please enter an email address.")
    return email


def typed_email(text: str) -> str:
    """What somebody who signs in typed, in the form in which addresses are kept; never refused: it may be anything."""
    return " ".join(text.split())[:254].casefold()


def require_other(actor: str, staff: StaffId) -> None:
    """Raise `Refused` when an administrator would shut themselves out: that takes another one."""
    if actor == staff:
        raise Refused("own_account", "You cannot do this to your own account. Ask another administrator.")


def disabled(staff: Staff, now: datetime) -> Staff:
    """The account closed; doing it twice keeps the first moment."""
    return staff if staff.disabled_at else replace(staff, disabled_at=now)


def enabled(staff: Staff) -> Staff:
    """The account open again."""
    return replace(staff, disabled_at=None)


def require_link(staff: Staff, until: datetime | None, now: datetime) -> None:
    """Raise `Refused` unless a link that is good until `until` opens this account at `now`."""
    if staff.disabled_at is not None or until is None:
        raise unknown_link()
    if now >= until:
        raise Refused("welcome_expired", "This link has expired. Please ask an administrator for a new one.")


def unknown_link() -> Refused:
    """What a link says that nobody made, or that was used."""
    return Refused("welcome_unknown", "This link is not in use. If you used it before, please sign in instead.")


def gives_care(one: Staff) -> bool:
    """Whether appointments can be booked with them."""
    return one.role is not StaffRole.FRONT_DESK and one.disabled_at is None

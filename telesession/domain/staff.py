"""Staff: who works at the clinic, and what each of them may do."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from telesession.domain.ids import StaffId
from telesession.domain.messages import Name


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

"""Seats in the database: which browser sits where. Browser keys are not stored: only their digests."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import exists, func, insert, select

from telesession.domain.ids import InvitationId, ParticipantId
from telesession.store.database import Transaction
from telesession.store.schema import seats


class Binding(Struct, frozen=True):
    """One browser bound to one invitation, as the participant that it is."""

    participant: ParticipantId
    invitation: InvitationId
    browser_digest: bytes
    bound_at: datetime


async def add(tx: Transaction, binding: Binding) -> None:
    """Store a new binding."""
    await tx.execute(insert(seats), asdict(binding))


async def find(tx: Transaction, invitation: InvitationId, browser_digest: bytes) -> ParticipantId | None:
    """The participant that this browser is through `invitation`."""
    wanted = select(seats.c.participant).where(
        seats.c.invitation == invitation, seats.c.browser_digest == browser_digest
    )
    participant = (await tx.execute(wanted)).scalar_one_or_none()
    return None if participant is None else ParticipantId(participant)


async def find_invitation(tx: Transaction, participant: ParticipantId, browser_digest: bytes) -> InvitationId | None:
    """The invitation through which this browser became `participant`; None when it is not."""
    wanted = select(seats.c.invitation).where(
        seats.c.participant == participant, seats.c.browser_digest == browser_digest
    )
    invitation = (await tx.execute(wanted)).scalar_one_or_none()
    return None if invitation is None else InvitationId(invitation)


async def count_for_invitation(tx: Transaction, invitation: InvitationId) -> int:
    """How many browsers are bound to `invitation`."""
    return (await tx.execute(select(func.count()).where(seats.c.invitation == invitation))).scalar_one()


async def is_known(tx: Transaction, browser_digest: bytes) -> bool:
    """Whether any seat is bound to this browser: whether the key came from us."""
    return (await tx.execute(select(exists().where(seats.c.browser_digest == browser_digest)))).scalar_one()

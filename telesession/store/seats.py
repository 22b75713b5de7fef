"""Seats in the database: which browser sits where. Browser keys are not stored: only their digests."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import exists, func, insert, or_, select

from telesession.domain.appointments import AppointmentStatus
from telesession.domain.ids import InvitationId, ParticipantId, VisitId
from telesession.domain.messages import Reason
from telesession.store.database import Transaction
from telesession.store.schema import appointments, invitations, seats


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


async def list_shut_out(tx: Transaction, visits: Sequence[VisitId]) -> dict[ParticipantId, Reason]:
    """The seats in `visits` whose invitation was revoked or whose appointment was cancelled, and which of the two."""
    wanted = (
        select(seats.c.participant, invitations.c.revoked_at)
        .join(invitations, invitations.c.id == seats.c.invitation)
        .join(appointments, appointments.c.id == invitations.c.visit)
        .where(
            invitations.c.visit.in_(visits),
            or_(invitations.c.revoked_at.is_not(None), appointments.c.status == AppointmentStatus.CANCELLED),
        )
    )
    return {
        ParticipantId(row.participant): Reason.CANCELLED if row.revoked_at is None else Reason.REVOKED
        for row in await tx.execute(wanted)
    }

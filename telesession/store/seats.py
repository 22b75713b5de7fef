"""Seats in the database: which browser sits where. Browser keys are not stored: only their digests."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import exists, func, insert, or_, select, update

from telesession.domain.appointments import AppointmentStatus
from telesession.domain.ids import InvitationId, ParticipantId, SessionId, StaffId, VisitId
from telesession.domain.messages import Reason
from telesession.store.database import Transaction
from telesession.store.schema import appointments, invitations, seats


class Binding(Struct, frozen=True):
    """One browser bound to one invitation, as the participant that it is."""

    participant: ParticipantId
    invitation: InvitationId
    browser_digest: bytes
    bound_at: datetime
    staff: StaffId | None = None
    """Whose account took it; None when a link did."""
    session: SessionId | None = None
    """The session that it hangs on."""


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
    """The invitation through which this browser became `participant`; None when it is not, or is no longer."""
    wanted = select(seats.c.invitation).where(
        seats.c.participant == participant, seats.c.browser_digest == browser_digest, seats.c.ended_at.is_(None)
    )
    invitation = (await tx.execute(wanted)).scalar_one_or_none()
    return None if invitation is None else InvitationId(invitation)


async def retake(tx: Transaction, participant: ParticipantId, who: StaffId | None, session: SessionId | None) -> None:
    """The seat of `participant` is good again, and hangs on this session, or on none: a link took it."""
    values = {"staff": who, "session": session, "ended_at": None}
    await tx.execute(update(seats).where(seats.c.participant == participant).values(values))


async def follow(tx: Transaction, session: SessionId, to: SessionId) -> None:
    """What hung on one session of an account hangs on another."""
    await tx.execute(update(seats).where(seats.c.session == session).values(session=to))


async def end(tx: Transaction, who: StaffId, now: datetime, *, session: SessionId | None = None) -> None:
    """Take the seats back that this account took: all of them, or those that hang on one session."""
    wanted = update(seats).where(seats.c.staff == who, seats.c.ended_at.is_(None)).values(ended_at=now)
    await tx.execute(wanted if session is None else wanted.where(seats.c.session == session))


async def end_others(tx: Transaction, who: StaffId, now: datetime, but: SessionId) -> None:
    """Take the seats back that this account took, except those that hang on one session."""
    wanted = update(seats).where(seats.c.staff == who, seats.c.ended_at.is_(None), seats.c.session != but)
    await tx.execute(wanted.values(ended_at=now))


async def count_for_invitation(tx: Transaction, invitation: InvitationId) -> int:
    """How many browsers are bound to `invitation`."""
    return (await tx.execute(select(func.count()).where(seats.c.invitation == invitation))).scalar_one()


async def is_known(tx: Transaction, browser_digest: bytes) -> bool:
    """Whether any seat is bound to this browser: whether the key came from us."""
    return (await tx.execute(select(exists().where(seats.c.browser_digest == browser_digest)))).scalar_one()


async def list_shut_out(tx: Transaction, visits: Sequence[VisitId]) -> dict[ParticipantId, Reason]:
    """The seats in `visits` that are good no longer: revoked, cancelled with the appointment, or their holder out."""
    wanted = (
        select(seats.c.participant, seats.c.ended_at, invitations.c.revoked_at)
        .join(invitations, invitations.c.id == seats.c.invitation)
        .join(appointments, appointments.c.id == invitations.c.visit)
        .where(
            invitations.c.visit.in_(visits),
            or_(
                invitations.c.revoked_at.is_not(None),
                appointments.c.status == AppointmentStatus.CANCELLED,
                seats.c.ended_at.is_not(None),
            ),
        )
    )
    return {ParticipantId(row.participant): _reason(row.revoked_at, row.ended_at) for row in await tx.execute(wanted)}


def _reason(revoked_at: datetime | None, ended_at: datetime | None) -> Reason:
    if revoked_at is not None:
        return Reason.REVOKED
    return Reason.CANCELLED if ended_at is None else Reason.NO_SEAT

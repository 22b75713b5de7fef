"""Invitations in the database. Tokens are not: only their digests."""

from typing import Any

from msgspec.structs import asdict
from sqlalchemy import Row, func, insert, select, update

from telesession.domain.errors import NotFound
from telesession.domain.ids import InvitationId, ParticipantId, VisitId
from telesession.domain.invitations import Invitation
from telesession.domain.messages import Relation, Role
from telesession.store.database import Transaction
from telesession.store.schema import invitations

COLUMNS = (
    invitations.c.id,
    invitations.c.visit,
    invitations.c.role,
    invitations.c.name,
    invitations.c.relation,
    invitations.c.invited_by,
    invitations.c.token_digest,
    invitations.c.created_at,
    invitations.c.revoked_at,
)


async def add(tx: Transaction, invitation: Invitation) -> None:
    """Store a new invitation."""
    await tx.execute(insert(invitations), asdict(invitation))


async def find(tx: Transaction, token_digest: bytes, *, for_change: bool = False) -> Invitation | None:
    """The invitation whose token has this digest. `for_change` keeps others from changing it meanwhile."""
    wanted = select(*COLUMNS).where(invitations.c.token_digest == token_digest)
    row = (await tx.execute(wanted.with_for_update() if for_change else wanted)).one_or_none()
    return None if row is None else _invitation(row)


async def get(tx: Transaction, invitation: InvitationId, *, for_change: bool = False) -> Invitation:
    """The invitation of this id; raises `NotFound`."""
    wanted = select(*COLUMNS).where(invitations.c.id == invitation)
    row = (await tx.execute(wanted.with_for_update() if for_change else wanted)).one_or_none()
    if row is None:
        raise NotFound
    return _invitation(row)


async def save(tx: Transaction, invitation: Invitation) -> None:
    """Replace the stored invitation of the same id."""
    await tx.execute(update(invitations).where(invitations.c.id == invitation.id).values(asdict(invitation)))


async def list_for_visit(tx: Transaction, visit: VisitId) -> list[Invitation]:
    """All invitations to `visit`, revoked ones too, the oldest first."""
    wanted = select(*COLUMNS).where(invitations.c.visit == visit).order_by(invitations.c.created_at, invitations.c.id)
    return [_invitation(row) for row in await tx.execute(wanted)]


async def count_open_guests(tx: Transaction, visit: VisitId) -> int:
    """How many guests of `visit` hold an invitation that was not revoked."""
    wanted = select(func.count()).where(
        invitations.c.visit == visit, invitations.c.role == Role.GUEST, invitations.c.revoked_at.is_(None)
    )
    return (await tx.execute(wanted)).scalar_one()


def _invitation(row: Row[*tuple[Any, ...]]) -> Invitation:
    return Invitation(
        id=InvitationId(row.id),
        visit=VisitId(row.visit),
        role=Role(row.role),
        name=row.name,
        token_digest=row.token_digest,
        created_at=row.created_at,
        relation=None if row.relation is None else Relation(row.relation),
        invited_by=None if row.invited_by is None else ParticipantId(row.invited_by),
        revoked_at=row.revoked_at,
    )

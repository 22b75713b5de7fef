"""Invitations in the database, the names sealed. Tokens and codes are not there: only their digests."""

from typing import Any

from sqlalchemy import Row, func, insert, select, update

from telesession.domain.errors import NotFound
from telesession.domain.ids import InvitationId, ParticipantId, VisitId
from telesession.domain.invitations import Digest, Invitation
from telesession.domain.messages import Relation, Role
from telesession.store import keys
from telesession.store.database import Transaction, vault_of
from telesession.store.schema import invitations
from telesession.store.vault import Cipher

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
    invitations.c.is_replaced,
    invitations.c.code_failures,
)


async def add(tx: Transaction, invitation: Invitation, code: str) -> None:
    """Store a new invitation and the digest of its short code."""
    cipher = await keys.of_visit(tx, invitation.visit)
    await tx.execute(insert(invitations), {**_fields(invitation, cipher), "code_digest": _digest(tx, code)})


async def find(tx: Transaction, token_digest: bytes, *, for_change: bool = False) -> Invitation | None:
    """The invitation whose token has this digest. `for_change` keeps others from changing it meanwhile."""
    wanted = select(*COLUMNS).where(invitations.c.token_digest == token_digest)
    row = (await tx.execute(wanted.with_for_update() if for_change else wanted)).one_or_none()
    return await _open(tx, row)


async def find_by_code(tx: Transaction, code: str) -> Invitation | None:
    """The invitation of this short code, as `rules.short_code` writes it."""
    wanted = select(*COLUMNS).where(invitations.c.code_digest == _digest(tx, code))
    return await _open(tx, (await tx.execute(wanted)).one_or_none())


async def get(tx: Transaction, invitation: InvitationId, *, for_change: bool = False) -> Invitation:
    """The invitation of this id; raises `NotFound`."""
    wanted = select(*COLUMNS).where(invitations.c.id == invitation)
    found = await _open(tx, (await tx.execute(wanted.with_for_update() if for_change else wanted)).one_or_none())
    if found is None:
        raise NotFound
    return found


async def save(tx: Transaction, invitation: Invitation) -> None:
    """Replace the stored invitation of the same id."""
    fields = _fields(invitation, await keys.of_visit(tx, invitation.visit))
    await tx.execute(update(invitations).where(invitations.c.id == invitation.id).values(fields))


async def list_for_visit(tx: Transaction, visit: VisitId) -> list[Invitation]:
    """All invitations to `visit`, revoked ones too, the oldest first."""
    wanted = select(*COLUMNS).where(invitations.c.visit == visit).order_by(invitations.c.created_at, invitations.c.id)
    rows = (await tx.execute(wanted)).all()
    if not rows:
        return []
    cipher = await keys.of_visit(tx, visit)
    return [_invitation(row, cipher) for row in rows]


async def count_open_guests(tx: Transaction, visit: VisitId) -> int:
    """How many guests of `visit` hold an invitation that was not revoked."""
    wanted = select(func.count()).where(
        invitations.c.visit == visit, invitations.c.role == Role.GUEST, invitations.c.revoked_at.is_(None)
    )
    return (await tx.execute(wanted)).scalar_one()


async def _open(tx: Transaction, row: Row[*tuple[Any, ...]] | None) -> Invitation | None:
    """The invitation of `row`; None when its patient was erased, as if it had never been."""
    if row is None:
        return None
    ciphers = await keys.of_visits(tx, [row.visit])
    return _invitation(row, ciphers[row.visit]) if row.visit in ciphers else None


def _digest(tx: Transaction, code: str) -> Digest:
    """40 bits can be searched, so their digest is keyed."""
    return vault_of(tx).clinic.derive(f"short code:{code}")


def _fields(invitation: Invitation, cipher: Cipher) -> dict[str, Any]:
    fields = {column.name: getattr(invitation, column.name) for column in COLUMNS}
    return fields | {"name": cipher.seal(invitation.name.encode(), _place(invitation.id))}


def _place(invitation: str) -> str:
    return f"invitations.name:{invitation}"


def _invitation(row: Row[*tuple[Any, ...]], cipher: Cipher) -> Invitation:
    return Invitation(
        id=InvitationId(row.id),
        visit=VisitId(row.visit),
        role=Role(row.role),
        name=cipher.open(row.name, _place(row.id)).decode(),
        token_digest=row.token_digest,
        created_at=row.created_at,
        relation=None if row.relation is None else Relation(row.relation),
        invited_by=None if row.invited_by is None else ParticipantId(row.invited_by),
        revoked_at=row.revoked_at,
        is_replaced=row.is_replaced,
        code_failures=row.code_failures,
    )

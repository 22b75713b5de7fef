"""Links to a visit: made from the patient's key, so that the same link can be said again and is stored nowhere."""

from collections.abc import Callable
from datetime import datetime

from telesession.domain import invitations as rules
from telesession.domain.audit import SERVICE, Action, Actor, Draft
from telesession.domain.ids import InvitationId, ParticipantId, VisitId
from telesession.domain.invitations import TOKEN_BYTES, Invitation
from telesession.domain.messages import Relation, Role
from telesession.domain.names import clean_name
from telesession.services.identity import fresh_id
from telesession.store import audit, invitations, keys
from telesession.store.database import Transaction


async def mint(
    tx: Transaction,
    visit: VisitId,
    role: Role,
    name: str,
    now: datetime,
    random_bytes: Callable[[int], bytes],
    *,
    relation: Relation | None = None,
    invited_by: ParticipantId | None = None,
    by: Actor = SERVICE,
) -> str:
    """Invite somebody to `visit`; answers with the token of their link. Raises `NotFound` when nobody is to be seen."""
    invitation = InvitationId(fresh_id(random_bytes))
    cipher = await keys.of_visit(tx, visit)
    token, minted = rules.mint(
        invitation,
        visit,
        role,
        clean_name(name),
        entropy=cipher.derive(_purpose("token", invitation))[:TOKEN_BYTES],
        created_at=now,
        relation=relation,
        invited_by=invited_by,
    )
    await invitations.add(tx, minted, rules.short_code(cipher.derive(_purpose("code", invitation))))
    await audit.add(tx, Draft(by, Action.LINK_MINTED, invitation), now)
    return token


async def token_of(tx: Transaction, invitation: Invitation) -> str:
    """The token of an invitation, the same as when it was minted."""
    cipher = await keys.of_visit(tx, invitation.visit)
    return rules.readable(cipher.derive(_purpose("token", invitation.id))[:TOKEN_BYTES])


async def code_of(tx: Transaction, invitation: Invitation) -> str:
    """The short code of an invitation, as one prints it in a letter."""
    cipher = await keys.of_visit(tx, invitation.visit)
    return rules.short_code(cipher.derive(_purpose("code", invitation.id)))


async def open_one(tx: Transaction, visit: VisitId, role: Role) -> Invitation | None:
    """The newest invitation of somebody in `role` that was not revoked."""
    listed = await invitations.list_for_visit(tx, visit)
    return next((one for one in reversed(listed) if one.role is role and one.revoked_at is None), None)


async def revoke_all(
    tx: Transaction, visit: VisitId, now: datetime, *, is_replaced: bool = False, by: Actor = SERVICE
) -> None:
    """Take all links to `visit` back."""
    for one in await invitations.list_for_visit(tx, visit):
        await revoke(tx, one, now, is_replaced=is_replaced, by=by)


async def revoke(
    tx: Transaction, invitation: Invitation, now: datetime, *, is_replaced: bool = False, by: Actor = SERVICE
) -> None:
    """Take one link back; harmless when it was already."""
    if invitation.revoked_at is None:
        await invitations.save(tx, rules.revoked(invitation, now, is_replaced=is_replaced))
        await audit.add(tx, Draft(by, Action.LINK_REVOKED, invitation.id), now)


def _purpose(what: str, invitation: InvitationId) -> str:
    return f"{what}:{invitation}"

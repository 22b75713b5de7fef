"""A seat: who somebody is in one visit, as the service knows it before any rule of the room is asked."""

from msgspec import Struct

from telesession.domain.ids import InvitationId, ParticipantId, VisitId
from telesession.domain.messages import Name, Relation, Role


class Seat(Struct, frozen=True):
    """One person on one device in one visit. Made when an invitation is redeemed; it never changes afterwards."""

    participant: ParticipantId
    visit: VisitId
    invitation: InvitationId
    role: Role
    name: Name
    relation: Relation | None = None

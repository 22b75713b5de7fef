"""From a link to a seat: looking is free, redeeming binds a browser, and every return is checked again."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from telesession.domain import invitations as rules
from telesession.domain.appointments import Appointment
from telesession.domain.attendance import Devices
from telesession.domain.audit import SERVICE, SOMEBODY, Action, Actor, Draft
from telesession.domain.errors import NotFound, Refused
from telesession.domain.ids import InvitationId, ParticipantId, SessionId, StaffId, VisitId
from telesession.domain.invitations import Invitation, LinkRefused
from telesession.domain.messages import Reason, Relation, Role
from telesession.domain.seats import Seat
from telesession.services import links
from telesession.services.emergencies import require_record
from telesession.services.identity import fresh_id
from telesession.store import appointments, audit, invitations, patients, seats
from telesession.store.database import Database, Transaction

MAX_GUEST_INVITATIONS = 10
"""Open ones in one visit. Far more than the two guests that a visit holds, and an end to a runaway script."""

VISITS_AT_ONCE = 500
"""In one question to the database, which takes only so many parameters."""


REFUSAL_EVERY = timedelta(minutes=1)
"""So often at most does the audit say that one link was refused: whoever tries again and again fills no disk."""


class Opened(Struct, frozen=True):
    """What a link leads to."""

    invitation: Invitation
    appointment: Appointment


class Pass(Struct, frozen=True):
    """A seat, and the key that this browser keeps in its cookie to come back to it."""

    seat: Seat
    browser_key: str


class Invitations:
    def __init__(self, database: Database, now: Callable[[], datetime], random_bytes: Callable[[int], bytes]) -> None:
        self._database = database
        self._now = now
        self._random_bytes = random_bytes

    async def peek(self, token: str) -> Opened:
        """What the link of `token` opens; raises `LinkRefused` when it does not. Looking changes nothing."""
        async with self._database.reading() as tx:
            return await self._open(tx, token)

    async def peek_early(self, token: str) -> Opened:
        """The same, also before the door opens."""
        async with self._database.reading() as tx:
            return await self._open(tx, token, may_be_early=True)

    async def is_elsewhere(self, opened: Opened, browser_key: str | None) -> bool:
        """Whether only other browsers took a seat by this link so far."""
        key = browser_key if browser_key is not None and rules.is_browser_key(browser_key) else None
        async with self._database.reading() as tx:
            if key is not None and await seats.find(tx, opened.invitation.id, rules.digest(key)) is not None:
                return False
            return await seats.count_for_invitation(tx, opened.invitation.id) > 0

    async def note_check(self, token: str, devices: Devices) -> None:
        """Keep how the patient's devices did in a check; raises `LinkRefused` when the link never opens."""
        async with self._database.transaction() as tx:
            opened = await self._open(tx, token, may_be_early=True)
            if opened.invitation.role is Role.PATIENT:
                await appointments.note_check(tx, opened.appointment.id, devices, self._now())

    async def redeem(
        self, token: str, browser_key: str | None, by: Actor = SOMEBODY, session: SessionId | None = None
    ) -> Pass:
        """Give this browser its seat: the one that it has, or a new one.

        Another browser is another participant and asks to come in for itself. Raises `LinkRefused`, or `Refused` when
        as many browsers sit on this invitation as may. `by` tells from where; who it is, the link tells, unless they
        are signed in by `session`: then the seat hangs on it.
        """
        try:
            await self.peek(token)  # whoever brings no good link never waits for, nor holds up, those who write
        except LinkRefused as no:
            await self._note_refusal(token, no.code, by)
            raise
        async with self._database.transaction() as tx:
            opened = await self._open(tx, token, for_change=True)
            key = await self._own_key(tx, browser_key)
            participant = await self._bind(tx, opened.invitation, rules.digest(key), by, session)
            if opened.invitation.role is Role.PATIENT:
                await appointments.note_opened(tx, opened.appointment.id, self._now())
            person = replace(by, id=participant, role=opened.invitation.role) if by.id == SOMEBODY.id else by
            await audit.add(tx, Draft(person, Action.LINK_USED, opened.invitation.id), self._now())
        return Pass(_seat(participant, opened.invitation), key)

    async def redeem_code(self, code: str, born_on: date, browser_key: str | None, by: Actor = SOMEBODY) -> Pass:
        """Give this browser its seat by the code of a printed letter and the patient's date of birth.

        Raises `Refused`, the same whether the code or the date is wrong, and once a code was tried too often.
        """
        token = await self._token_of_code(code, born_on)
        if token is None:
            raise rules.unknown_code()
        return await self.redeem(token, browser_key, by)

    async def _token_of_code(self, code: str, born_on: date) -> str | None:
        """The token that goes with a code; None, and one try less, when the date of birth is another."""
        typed = rules.read_code(code)
        if typed is None:
            return None
        async with self._database.transaction() as tx:
            invitation = await invitations.find_by_code(tx, typed)
            if invitation is None or invitation.role is not Role.PATIENT:
                return None
            rules.require_tries(invitation)
            appointment = await appointments.get(tx, invitation.visit)
            known = (await patients.get(tx, appointment.patient)).details.born_on
            if known == born_on:
                return await links.token_of(tx, invitation)
            await invitations.save(tx, replace(invitation, code_failures=invitation.code_failures + 1))
        return None

    async def take_seat(
        self, visit: VisitId, browser_key: str | None, by: Actor, session: SessionId | None = None
    ) -> Pass:
        """Give the browser of a therapist who is signed in their seat in `visit`, as their link would.

        It lasts until somebody signs this session out or closes the account (ADR 160).
        Raises `NotFound` when there is no such visit, `LinkRefused` when its door is closed now, `NotInCharge` when the
        patient is somebody else's.
        """
        async with self._database.reading() as tx:
            invitation = await links.open_one(tx, visit, Role.THERAPIST)
            if invitation is None:
                raise NotFound
            await require_record(tx, (await appointments.get(tx, visit)).patient, by, self._now())
            token = await links.token_of(tx, invitation)
        return await self.redeem(token, browser_key, by, session)

    async def seat(self, participant: ParticipantId, browser_key: str | None) -> Seat:
        """The seat of `participant`, for the browser that holds it.

        Raises `NotFound` for any other browser, and `LinkRefused` once the invitation opens the door no longer.
        """
        if browser_key is None or not rules.is_browser_key(browser_key):
            raise NotFound
        async with self._database.reading() as tx:
            bound = await seats.find_invitation(tx, participant, rules.digest(browser_key))
            if bound is None:
                raise NotFound
            invitation = await invitations.get(tx, bound)
            appointment = await appointments.get(tx, invitation.visit)
        rules.check(invitation, appointment, self._now())
        return _seat(participant, invitation)

    async def list_shut_out(self, visits: Sequence[VisitId]) -> dict[ParticipantId, Reason]:
        """The seats in `visits` that were good once and are not: taken back, called off, or their holder is out."""
        shut_out: dict[ParticipantId, Reason] = {}
        async with self._database.reading() as tx:
            for first in range(0, len(visits), VISITS_AT_ONCE):
                shut_out |= await seats.list_shut_out(tx, visits[first : first + VISITS_AT_ONCE])
        return shut_out

    async def invite_guest(self, by: Seat, name: str, relation: Relation, place: str = SOMEBODY.place) -> str:
        """Invite a guest for the therapist who holds the seat `by`; answers with the token of the guest's link."""
        if by.role is not Role.THERAPIST:
            raise Refused("not_allowed", "Only the therapist can invite guests.")
        async with self._database.transaction() as tx:
            own = await invitations.get(tx, by.invitation, for_change=True)
            rules.check(own, await appointments.get(tx, by.visit), self._now())
            if await invitations.count_open_guests(tx, by.visit) >= MAX_GUEST_INVITATIONS:
                raise Refused("too_many_guests", "This visit has as many invited guests as it can have.")
            actor = Actor(by.participant, by.role, place)
            return await self._mint(tx, by.visit, Role.GUEST, name, relation, by.participant, actor)

    async def invite(
        self, visit: VisitId, role: Role, name: str, relation: Relation | None = None, by: Actor = SERVICE
    ) -> str:
        """Make one more link to `visit` in the clinic's name.

        Raises `NotFound` when there is no such visit, and `Refused` when a link to it would never open, or when it
        would be a recorder's: nobody invites those.
        """
        if role is Role.RECORDER:
            raise Refused("not_allowed", "Nobody can invite a recorder.")
        async with self._database.transaction() as tx:
            rules.require_use(await appointments.get(tx, visit, for_change=True), self._now())
            return await self._mint(tx, visit, role, name, relation, None, by)

    async def list_for_visit(self, visit: VisitId) -> list[Invitation]:
        """All invitations to `visit`, the oldest first."""
        async with self._database.reading() as tx:
            return await invitations.list_for_visit(tx, visit)

    async def revoke(self, invitation: InvitationId, by: Actor = SERVICE) -> None:
        """Take an invitation back: neither its link nor the seats got through it open the door any more."""
        async with self._database.transaction() as tx:
            found = await invitations.get(tx, invitation, for_change=True)
            await links.revoke(tx, found, self._now(), by=by)

    async def _note_refusal(self, token: str, code: str, by: Actor) -> None:
        """Only of links that we made: what strangers guess is counted in the log of requests."""
        if not rules.is_token(token):
            return
        async with self._database.reading() as tx:
            found = await invitations.find(tx, rules.digest(token))
            if found is None:
                return
            last = await audit.last_of(tx, Action.LINK_REFUSED, found.id)
        if last is not None and self._now() - last < REFUSAL_EVERY:
            return
        async with self._database.transaction() as tx:
            await audit.add(tx, Draft(by, Action.LINK_REFUSED, found.id, code), self._now())

    async def _open(
        self, tx: Transaction, token: str, *, for_change: bool = False, may_be_early: bool = False
    ) -> Opened:
        if not rules.is_token(token):
            raise rules.unknown_link()
        invitation = await invitations.find(tx, rules.digest(token), for_change=for_change)
        if invitation is None or invitation.role is Role.RECORDER:
            raise rules.unknown_link()  # a recorder's seat is taken in `services/recordings.py` alone
        appointment = await appointments.get(tx, invitation.visit)
        now = self._now()
        rules.check(invitation, appointment, max(now, rules.opens_at(appointment)) if may_be_early else now)
        return Opened(invitation, appointment)

    async def _own_key(self, tx: Transaction, brought: str | None) -> str:
        """The key that the browser brought if it is one of ours; a planted or foreign one is replaced."""
        if brought is not None and rules.is_browser_key(brought) and await seats.is_known(tx, rules.digest(brought)):
            return brought
        return rules.readable(self._random_bytes(rules.BROWSER_KEY_BYTES))

    async def _bind(
        self, tx: Transaction, invitation: Invitation, browser_digest: bytes, by: Actor, session: SessionId | None
    ) -> ParticipantId:
        who = None if session is None else StaffId(by.id)
        bound = await seats.find(tx, invitation.id, browser_digest)
        if bound is not None:
            await seats.retake(tx, bound, who, session)
            return bound
        if await seats.count_for_invitation(tx, invitation.id) >= rules.MAX_SEATS:
            raise Refused(
                "too_many_devices",
                "This link was opened on too many devices. Please use one of them, or ask your clinic for a new link.",
            )
        participant = ParticipantId(fresh_id(self._random_bytes))
        await seats.add(tx, seats.Binding(participant, invitation.id, browser_digest, self._now(), who, session))
        return participant

    async def _mint(
        self,
        tx: Transaction,
        visit: VisitId,
        role: Role,
        name: str,
        relation: Relation | None,
        invited_by: ParticipantId | None,
        by: Actor,
    ) -> str:
        return await links.mint(
            tx, visit, role, name, self._now(), self._random_bytes, relation=relation, invited_by=invited_by, by=by
        )


def _seat(participant: ParticipantId, invitation: Invitation) -> Seat:
    return Seat(participant, invitation.visit, invitation.id, invitation.role, invitation.name, invitation.relation)

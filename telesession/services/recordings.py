"""Recordings as the service sees them: the recorder's seat, and what is kept of who agreed and what was recorded."""

from collections.abc import Callable, Sequence
from datetime import datetime

from telesession.domain import invitations as rules
from telesession.domain.audit import DONE, SERVICE, Action, Actor, Draft
from telesession.domain.consent import Consent, ConsentId, Part
from telesession.domain.errors import NotFound
from telesession.domain.ids import InvitationId, ParticipantId, VisitId
from telesession.domain.invitations import BROWSER_KEY_BYTES, TOKEN_BYTES
from telesession.domain.messages import (
    AnyEvent,
    RecordingAnswered,
    RecordingAsked,
    RecordingEnded,
    RecordingPartBegan,
    Role,
)
from telesession.domain.room import Room
from telesession.domain.seats import Seat
from telesession.services import links
from telesession.services.identity import fresh_id
from telesession.services.invitations import Pass
from telesession.store import appointments, audit, consents, invitations, keys, seats
from telesession.store.database import Database, Transaction
from telesession.store.visit_log import Logged

NAME = "Recorder"


class Recordings:
    def __init__(self, database: Database, now: Callable[[], datetime], random_bytes: Callable[[int], bytes]) -> None:
        self._database = database
        self._now = now
        self._random_bytes = random_bytes

    async def seat(self, visit: VisitId, number: int) -> Pass:
        """The recorder's seat for recording `number` of `visit`: the same each time, until the recording is over.

        It is invited like everybody, and this is the only door that takes such an invitation. Raises `NotFound` when
        there is no such visit, `LinkRefused` once its door is closed.
        """
        async with self._database.transaction() as tx:
            appointment = await appointments.get(tx, visit, for_change=True)
            cipher = await keys.of_visit(tx, visit)
            invitation = _invitation_id(visit, number)
            token = await recorder_token(tx, visit, number)
            key = rules.readable(cipher.derive(f"recorder key:{invitation}")[:BROWSER_KEY_BYTES])
            known = await invitations.find(tx, rules.digest(rules.readable(token)))
            if known is None:
                _, known = rules.mint(invitation, visit, Role.RECORDER, NAME, entropy=token, created_at=self._now())
                await invitations.add(tx, known, rules.short_code(cipher.derive(f"recorder code:{invitation}")))
                await audit.add(tx, Draft(SERVICE, Action.LINK_MINTED, invitation), self._now())
            rules.check(known, appointment, self._now())
            digest = rules.digest(key)
            participant = await seats.find(tx, invitation, digest)
            if participant is None:
                participant = ParticipantId(fresh_id(self._random_bytes))
                await seats.add(tx, seats.Binding(participant, invitation, digest, self._now()))
        return Pass(Seat(participant, visit, invitation, Role.RECORDER, known.name), key)

    async def note(
        self, room: Room, visit: VisitId, lines: Sequence[Logged], place_of: Callable[[ParticipantId], str]
    ) -> None:
        """Keep who agreed and what was recorded, where it stays longer than the log; what is kept already stays once.

        When a recording is over, its recorder's seat is taken back.
        """
        lines = [line for line in lines if _is_kept(line.entry.event)]
        if not lines:
            return  # no transaction for nothing: others wait for their turn to write
        async with self._database.transaction() as tx:
            for line in lines:
                by = _actor(room, line.participant, place_of(line.participant))
                await self._note(tx, by, visit, line)

    async def _note(self, tx: Transaction, by: Actor, visit: VisitId, line: Logged) -> None:
        match line.entry.event:
            case RecordingAsked(text_version=text_version):
                said = RecordingAnswered(line.entry.seq, line.participant, True, text_version, "")
                await self._note_answer(tx, by, visit, line, said)
            case RecordingAnswered() as said:
                await self._note_answer(tx, by, visit, line, said)
            case RecordingPartBegan(recording=number):
                await self._audit(tx, Draft(by, Action.RECORDING_STARTED, f"{visit}:{number}"))
            case RecordingEnded(recording=number, fault=fault):
                outcome = DONE if fault is None else fault
                await self._audit(tx, Draft(by, Action.RECORDING_STOPPED, f"{visit}:{number}", outcome))
                await self._take_seat_back(tx, visit, number)

    async def _note_answer(
        self, tx: Transaction, by: Actor, visit: VisitId, line: Logged, said: RecordingAnswered
    ) -> None:
        action = Action.CONSENT_GIVEN if said.is_agreed else Action.CONSENT_WITHDRAWN
        subject = f"{visit}:{said.recording}:{line.entry.seq}:{said.text_version}"
        is_new = await self._audit(tx, Draft(by, action, subject))
        if not is_new or by.role != Role.PATIENT:
            return  # what others agree to is in the audit, with its version; the patient's record holds the patient's
        appointment = await appointments.get(tx, visit)
        consent = Consent(
            id=ConsentId(fresh_id(self._random_bytes)),
            patient=appointment.patient,
            part=Part.RECORDING,
            text_version=said.text_version,
            language=said.language,
            is_given=said.is_agreed,
            by=said.participant,
            at=line.entry.at,
            visit=visit,
        )
        await consents.add(tx, consent)

    async def _audit(self, tx: Transaction, draft: Draft) -> bool:
        """Write a line unless it is there; whether it was not."""
        if await audit.last_of(tx, draft.action, draft.subject) is not None:
            return False
        await audit.add(tx, draft, self._now())
        return True

    async def _take_seat_back(self, tx: Transaction, visit: VisitId, number: int) -> None:
        try:
            invitation = await invitations.get(tx, _invitation_id(visit, number), for_change=True)
        except NotFound:
            return  # nobody ever came to record
        await links.revoke(tx, invitation, self._now(), by=SERVICE)


def _is_kept(event: AnyEvent) -> bool:
    match event:
        case RecordingPartBegan(part=part):
            return part == 1
        case _:
            return isinstance(event, RecordingAsked | RecordingAnswered | RecordingEnded)


async def recorder_token(tx: Transaction, visit: VisitId, number: int) -> bytes:
    """What a link to the recorder's seat would carry. Nobody is ever told, and no door takes it."""
    cipher = await keys.of_visit(tx, visit)
    return cipher.derive(f"recorder token:{_invitation_id(visit, number)}")[:TOKEN_BYTES]


def _invitation_id(visit: VisitId, number: int) -> InvitationId:
    return InvitationId(f"{visit}-recorder-{number}")


def _actor(room: Room, participant: ParticipantId, place: str) -> Actor:
    known = room.participants.get(participant)  # a recorder that could not be started never came
    return Actor(participant, Role.RECORDER if known is None else known.role, place)

"""The room is a fold over its log: `decide` says what happens and may refuse, `evolve` applies what happened."""

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from telesession.domain.agreement import held, present
from telesession.domain.clips import NO_CLIPS, Clips
from telesession.domain.errors import Refused
from telesession.domain.ids import InvitationId, ParticipantId
from telesession.domain.messages import (
    Admit,
    Admitted,
    AnyCommand,
    AnyEvent,
    CameBack,
    ChatLine,
    ChatSent,
    Decline,
    Declined,
    DevicesReported,
    DeviceState,
    EndVisit,
    Entry,
    Knock,
    Knocked,
    Leave,
    Left,
    Name,
    Notice,
    NoticeSent,
    Practice,
    PracticeCommand,
    Recording,
    RecordingCommand,
    RecordingEvent,
    Relation,
    Remove,
    Removed,
    ReportDevices,
    Returned,
    Role,
    RoomCommand,
    SendChat,
    SendNotice,
    Standing,
    VisitEnded,
    WentAway,
)
from telesession.domain.permissions import standings_for
from telesession.domain.practice import FindExercise, decide_practice, evolve_practice, names_in, no_exercises
from telesession.domain.recording import decide_recording, evolve_recording, is_wanted
from telesession.domain.seats import Seat

MAX_ADMITTED = 4
"""A full mesh: each participant sends to every other, and a phone cannot send to more than three."""

MAX_CHAT_LINES = 1_000
MAX_CHAT_CHARACTERS = 100_000
"""What one person may write in one visit. Everybody who comes back is sent the whole chat, so it must have an end."""


class Participant(Struct, frozen=True):
    """Somebody who has knocked at least once."""

    id: ParticipantId
    invitation: InvitationId
    role: Role
    name: Name
    relation: Relation | None
    standing: Standing
    since: datetime
    microphone: DeviceState = DeviceState.OFF
    camera: DeviceState = DeviceState.OFF
    notices: tuple[Notice, ...] = ()
    admitted_seq: int | None = None
    """Number of the first admission since anybody sent them away: what was said before it stays unseen."""
    answers_only: bool = False
    """A program that cannot yield to another's offer: it is polite only to others like it."""
    may_return: bool = False
    """Admitted and not sent away since: leaving and coming back needs no second admission."""
    away_since: datetime | None = None
    """Waiting, and out of touch since then."""


class Room(Struct, frozen=True):
    """The live state of a visit after event number `seq`."""

    seq: int = 0
    participants: dict[ParticipantId, Participant] = {}
    chat: tuple[ChatLine, ...] = ()
    practice: Practice = Practice()
    recording: Recording | None = None
    """The last one that was asked for."""
    began_at: datetime | None = None
    """When the first one was admitted to the therapist: from then on they talk."""
    ended_at: datetime | None = None


def standing_of(room: Room, participant: ParticipantId) -> Standing:
    """Where somebody stands; `ARRIVING` for whoever has not knocked yet."""
    known = room.participants.get(participant)
    return Standing.ARRIVING if known is None else known.standing


def admitted(room: Room) -> list[Participant]:
    """Everybody who is in the visit now, in the order in which they first knocked."""
    return [one for one in room.participants.values() if one.standing is Standing.ADMITTED]


def people_in(room: Room) -> list[Participant]:
    """Everybody who is in the visit now, the recorder aside."""
    return [one for one in admitted(room) if one.role is not Role.RECORDER]


def absences(
    room: Room, connected: Collection[ParticipantId], missing: Collection[ParticipantId]
) -> list[WentAway | CameBack]:
    """What is new of those who wait: who of them has been `missing` for too long, and who is `connected` again."""
    waiting = [] if room.ended_at else [one for one in room.participants.values() if one.standing is Standing.WAITING]
    gone: list[WentAway | CameBack] = [
        WentAway(one.id) for one in waiting if one.away_since is None and one.id in missing
    ]
    return gone + [CameBack(one.id) for one in waiting if one.away_since is not None and one.id in connected]


def may_signal(room: Room, sender: ParticipantId, receiver: ParticipantId) -> bool:
    """Signals pass only between two different admitted participants of a visit that has not ended.

    With the recorder only while everybody has agreed to the recording.
    """
    pair = [room.participants.get(sender), room.participants.get(receiver)]
    return (
        room.ended_at is None
        and sender != receiver
        and all(one is not None and one.standing is Standing.ADMITTED for one in pair)
        and (is_wanted(room.recording) or not any(one is not None and one.role is Role.RECORDER for one in pair))
    )


def may_watch(room: Room, seat: Seat, clip: str) -> bool:
    """A therapist sees all clips of the visit, others once admitted what is shown, planned or given to them."""
    if seat.role is Role.THERAPIST:
        return True
    if seat.role is Role.RECORDER:
        return False
    is_in = room.ended_at is None and standing_of(room, seat.participant) is Standing.ADMITTED
    return is_in and clip in names_in(room.practice)


def decide(
    room: Room,
    actor: Seat,
    command: AnyCommand,
    library: FindExercise = no_exercises,
    clips: Clips = NO_CLIPS,
    keep_recordings_days: int | None = None,
) -> list[AnyEvent]:
    """Say what happens if `actor` asks for `command`: nothing when it is so already; `Refused` if it may not be.

    `keep_recordings_days` is None where the clinic does not record.
    """
    _check_allowed(room, actor, command)
    if isinstance(command, RecordingCommand):
        events: list[AnyEvent] = [
            *decide_recording(room.recording, present(room), actor.participant, command, keep_recordings_days)
        ]
    else:
        events = _decide(room, actor, command, library, clips)
    return held(room, events, evolve)


def _decide(  # noqa: C901  one case a command
    room: Room, actor: Seat, command: RoomCommand | PracticeCommand, library: FindExercise, clips: Clips
) -> list[AnyEvent]:
    match command:
        case Knock(answers_only=answers_only):
            return _knock(room, actor, answers_only)
        case Admit(participant=participant, is_sure=is_sure):
            return _admit(room, actor, _known(room, participant), is_sure=is_sure)
        case Decline(participant=participant):
            return _decline(actor, _known(room, participant))
        case Remove(participant=participant):
            return _remove(actor, _known(room, participant))
        case Leave():
            return [Left(actor.participant)]
        case SendNotice(participant=participant, text=text):
            return _notice(actor, _known(room, participant), text)
        case SendChat(text=text):
            _check_chat_goes_on(room, actor, text)
            return [ChatSent(actor.participant, text)]
        case ReportDevices(microphone=microphone, camera=camera):
            me = room.participants[actor.participant]
            if (me.microphone, me.camera) == (microphone, camera):
                return []
            return [DevicesReported(actor.participant, microphone, camera)]
        case EndVisit():
            return [VisitEnded(by=actor.participant)]
        case _:
            return [*decide_practice(room.practice, actor.participant, command, library, clips)]


def _check_allowed(room: Room, actor: Seat, command: AnyCommand) -> None:
    if room.ended_at is not None:
        raise Refused("ended", "This visit has ended.")
    standings = standings_for(actor.role, type(command))
    if not standings:
        raise Refused("not_allowed", "Only the therapist can do that.")
    if standing_of(room, actor.participant) not in standings:
        raise Refused("not_now", "That is not possible right now. Please wait until the therapist lets you in.")


def _known(room: Room, participant: ParticipantId) -> Participant:
    known = room.participants.get(participant)
    if known is None:
        raise Refused("unknown_participant", "This person is not here.")
    return known


def _knock(room: Room, actor: Seat, answers_only: bool) -> list[AnyEvent]:
    me = room.participants.get(actor.participant)
    if me is not None and me.standing is not Standing.LEFT:
        return []
    if actor.role is Role.RECORDER:
        _check_recorder_is_wanted(room)
    if me is not None and me.may_return:
        _check_there_is_place(room, actor.role, actor.invitation)
        return [Returned(me.id)]
    knocked = Knocked(
        actor.participant, actor.invitation, actor.role, actor.name, actor.relation, answers_only=answers_only
    )
    if actor.role not in (Role.THERAPIST, Role.RECORDER):
        return [knocked]
    return [knocked, *_let_in(room, actor.participant, actor.role, actor.invitation, by=actor.participant)]


def _check_recorder_is_wanted(room: Room) -> None:
    """Everybody's agreement is what admits a recorder, and one is enough."""
    if not is_wanted(room.recording) or present(room).has_recorder:
        raise Refused("not_wanted", "Nothing is to be recorded here now.")


def _admit(room: Room, actor: Seat, them: Participant, *, is_sure: bool) -> list[AnyEvent]:
    if them.role is Role.RECORDER:
        raise Refused("not_a_person", "The recorder comes by itself once everybody has agreed to a recording.")
    match them.standing:
        case Standing.ADMITTED:
            return []
        case Standing.LEFT:
            raise Refused("has_left", "This person has left. They can come back with the same link.")
        case _:
            if not is_sure and _shares_link(room, them):
                raise Refused("other_device", "Another device uses the same link. Make sure who is at this one.")
            return _let_in(room, them.id, them.role, them.invitation, by=actor.participant)


def _shares_link(room: Room, them: Participant) -> bool:
    """Whether somebody else came by the same link and is in or waits: a link can be passed on, or stolen."""
    others = (one for one in room.participants.values() if one.id != them.id and one.invitation == them.invitation)
    return any(one.standing in {Standing.ADMITTED, Standing.WAITING} for one in others)


def _let_in(
    room: Room, participant: ParticipantId, role: Role, invitation: InvitationId, by: ParticipantId
) -> list[AnyEvent]:
    _check_there_is_place(room, role, invitation)
    moved: list[AnyEvent] = [Left(one.id, moved=True) for one in admitted(room) if one.invitation == invitation]
    return [*moved, Admitted(participant, by)]


def _check_there_is_place(room: Room, role: Role, invitation: InvitationId) -> None:
    """A therapist always gets in, the others while the mesh can carry it; one's own other device does not count.

    The recorder sends nothing, so it takes nobody's place.
    """
    others = [one for one in people_in(room) if one.invitation != invitation]
    if role in (Role.PATIENT, Role.GUEST) and len(others) >= MAX_ADMITTED:
        raise Refused("room_full", "This visit is full. Somebody has to leave before another person can join.")


def _decline(actor: Seat, them: Participant) -> list[AnyEvent]:
    if them.standing is Standing.DECLINED:
        return []
    if them.standing is not Standing.WAITING:
        raise Refused("not_waiting", "This person is not in the waiting room.")
    return [Declined(them.id, by=actor.participant)]


def _remove(actor: Seat, them: Participant) -> list[AnyEvent]:
    if them.standing is Standing.REMOVED:
        return []
    if them.id == actor.participant:
        raise Refused("not_oneself", "You cannot remove yourself. You can leave or end the visit.")
    if them.standing is not Standing.ADMITTED:
        raise Refused("not_admitted", "This person is not in the visit.")
    return [Removed(them.id, by=actor.participant)]


def _notice(actor: Seat, them: Participant, text: str) -> list[AnyEvent]:
    if them.standing is not Standing.WAITING:
        raise Refused("not_waiting", "This person is not in the waiting room.")
    return [NoticeSent(them.id, text, by=actor.participant)]


def _check_chat_goes_on(room: Room, actor: Seat, text: str) -> None:
    own = [len(line.text) for line in room.chat if line.participant == actor.participant]
    if len(own) >= MAX_CHAT_LINES or sum(own) + len(text) > MAX_CHAT_CHARACTERS:
        raise Refused("chat_full", "You have written as much as the chat of one visit can hold.")


def evolve(room: Room, entry: Entry) -> Room:  # noqa: C901  one case an event
    """Apply what happened. Total: a fact cannot be refused."""
    event, at = entry.event, entry.at
    room = replace(room, seq=entry.seq)
    match event:
        case Knocked():
            return _with(room, _newcomer(room, event, at))
        case Admitted(participant=participant):
            return _admitted(room, participant, at)
        case Declined(participant=participant):
            return _stands(room, participant, Standing.DECLINED, at, may_return=False)
        case Removed(participant=participant):
            room = _stands(room, participant, Standing.REMOVED, at, may_return=False)
            return _with(room, replace(room.participants[participant], admitted_seq=None))
        case Left(participant=participant, moved=moved):
            welcome = room.participants[participant].may_return and not moved
            return _stands(room, participant, Standing.LEFT, at, may_return=welcome)
        case Returned(participant=participant):
            return _stands(room, participant, Standing.ADMITTED, at, may_return=True)
        case WentAway(participant=participant):
            return _with(room, replace(room.participants[participant], away_since=at))
        case CameBack(participant=participant):
            return _with(room, replace(room.participants[participant], away_since=None))
        case NoticeSent(participant=participant, text=text):
            them = room.participants[participant]
            return _with(room, replace(them, notices=(*them.notices, Notice(at, text))))
        case ChatSent(participant=participant, text=text):
            name = room.participants[participant].name
            return replace(room, chat=(*room.chat, ChatLine(entry.seq, at, participant, name, text)))
        case DevicesReported(participant=participant, microphone=microphone, camera=camera):
            return _with(room, replace(room.participants[participant], microphone=microphone, camera=camera))
        case VisitEnded():
            return replace(room, ended_at=at)
        case _ if isinstance(event, RecordingEvent):
            return replace(room, recording=evolve_recording(room.recording, entry, event))
        case _:
            return replace(room, practice=evolve_practice(room.practice, entry, event))


def _newcomer(room: Room, event: Knocked, at: datetime) -> Participant:
    before = room.participants.get(event.participant)
    if before is not None:
        again = replace(before, standing=Standing.WAITING, since=at, notices=(), away_since=None)
        return replace(again, answers_only=event.answers_only)
    return Participant(
        event.participant,
        event.invitation,
        event.role,
        event.name,
        event.relation,
        Standing.WAITING,
        since=at,
        answers_only=event.answers_only,
    )


def _admitted(room: Room, participant: ParticipantId, at: datetime) -> Room:
    room = _stands(room, participant, Standing.ADMITTED, at, may_return=True)
    them = room.participants[participant]
    first = room.seq if them.admitted_seq is None else them.admitted_seq
    room = replace(room, began_at=begun(room.began_at, them.role, at))
    return _with(room, replace(them, admitted_seq=first))


def begun(began_at: datetime | None, role: Role, at: datetime) -> datetime | None:
    """When the visit began, once somebody with that role was admitted `at`."""
    return at if began_at is None and role in (Role.PATIENT, Role.GUEST) else began_at


def _stands(room: Room, participant: ParticipantId, standing: Standing, at: datetime, *, may_return: bool) -> Room:
    before = room.participants[participant]
    them = replace(before, standing=standing, since=at, may_return=may_return, away_since=None)
    return _with(room, them)


def _with(room: Room, participant: Participant) -> Room:
    return replace(room, participants={**room.participants, participant.id: participant})

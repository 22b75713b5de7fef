"""Who may see what: `view` is all that one person may see now, `letter` is what they are told of one event.

`apply` is what a browser does with an event (`web/static/js/visit/view.js` mirrors it). The rule that holds for
everybody at any time: the view they had, with the letters they got, is the fresh view.
"""

from msgspec.structs import replace

from telesession.domain.ids import ParticipantId
from telesession.domain.messages import (
    Admitted,
    CameBack,
    ChatLine,
    ChatSent,
    Declined,
    DevicesReported,
    Entry,
    ExertionReported,
    Knocked,
    Left,
    Notice,
    NoticeSent,
    OutsideView,
    ParticipantView,
    PlanSet,
    Practice,
    PracticeEvent,
    RecordingEvent,
    Removed,
    Returned,
    Role,
    Standing,
    View,
    VisitView,
    WentAway,
)
from telesession.domain.practice import evolve_practice
from telesession.domain.recording import evolve_recording
from telesession.domain.room import Participant, Room, begun, standing_of

_RANK = {Role.RECORDER: -1, Role.THERAPIST: 0, Role.PATIENT: 1, Role.GUEST: 2}


def view(room: Room, viewer: ParticipantId) -> View:
    """All that `viewer` may see of the room now."""
    me = room.participants.get(viewer)
    if me is None:
        return OutsideView(Standing.ARRIVING, None, (), room.ended_at is not None)
    if me.standing is not Standing.ADMITTED or room.ended_at is not None:
        return OutsideView(me.standing, me.since, me.notices, room.ended_at is not None)
    return VisitView(
        you=viewer,
        participants=tuple(_seen(me, one) for one in room.participants.values() if _sees(me, one)),
        chat=_chat_seen(me, room.chat),
        practice=_practice_seen(me, room.practice),
        began_at=room.began_at,
        recording=room.recording,
    )


def letter(before: Room, after: Room, entry: Entry, reader: ParticipantId) -> Entry | View | None:
    """What `reader` is told when `entry` turned `before` into `after`: nothing, the event, or a fresh view.

    A fresh view comes when the reader's rights changed or somebody appears or disappears for them.
    """
    if standing_of(before, reader) is not standing_of(after, reader) or before.ended_at != after.ended_at:
        return view(after, reader)
    me = after.participants.get(reader)
    if me is None or me.standing is not Standing.ADMITTED:
        return entry if isinstance(entry.event, NoticeSent) and entry.event.participant == reader else None
    if isinstance(entry.event, Knocked):
        return view(after, reader) if me.role is Role.THERAPIST else None
    if _cast(before, me) != _cast(after, me):
        return view(after, reader)
    return entry if _concerns(after, entry, me) else None


def apply(seen: View, entry: Entry) -> View:  # noqa: C901  one case an event
    """The view after one event of a letter; an event that a view has no place for leaves it as it was."""
    match seen, entry.event:
        case OutsideView(notices=notices), NoticeSent(text=text):
            return replace(seen, notices=(*notices, Notice(entry.at, text)))
        case VisitView(chat=chat), ChatSent(participant=participant, text=text):
            name = next(one.name for one in seen.participants if one.id == participant)
            return replace(seen, chat=(*chat, ChatLine(entry.seq, entry.at, participant, name, text)))
        case VisitView(), DevicesReported(participant=participant, microphone=microphone, camera=camera):
            return _change(seen, participant, microphone=microphone, camera=camera)
        case VisitView(), Admitted(participant=participant):
            role = next(one.role for one in seen.participants if one.id == participant)
            seen = replace(seen, began_at=begun(seen.began_at, role, entry.at))
            return _change(seen, participant, standing=Standing.ADMITTED, since=entry.at, away_since=None)
        case VisitView(), Returned(participant=participant):
            return _change(seen, participant, standing=Standing.ADMITTED, since=entry.at, away_since=None)
        case VisitView(), Declined():
            return _change(seen, entry.event.participant, standing=Standing.DECLINED, since=entry.at, away_since=None)
        case VisitView(), Removed():
            return _change(seen, entry.event.participant, standing=Standing.REMOVED, since=entry.at, away_since=None)
        case VisitView(), Left():
            return _change(seen, entry.event.participant, standing=Standing.LEFT, since=entry.at, away_since=None)
        case VisitView(), WentAway(participant=participant):
            return _change(seen, participant, away_since=entry.at)
        case VisitView(), CameBack(participant=participant):
            return _change(seen, participant, away_since=None)
        case VisitView(practice=practice), event if isinstance(event, PracticeEvent):
            return replace(seen, practice=evolve_practice(practice, entry, event))
        case VisitView(recording=recording), event if isinstance(event, RecordingEvent):
            return replace(seen, recording=evolve_recording(recording, entry, event))
        case _:
            return seen


def _chat_seen(viewer: Participant, chat: tuple[ChatLine, ...]) -> tuple[ChatLine, ...]:
    """What was said since they came; to the recorder nothing."""
    if viewer.role is Role.RECORDER:
        return ()
    return tuple(line for line in chat if line.seq > (viewer.admitted_seq or 0))


def _practice_seen(viewer: Participant, practice: Practice) -> Practice:
    """The plan and what was said of pain are the therapist's to see. The recorder needs none of it."""
    if viewer.role is Role.RECORDER:
        return Practice()
    return practice if viewer.role is Role.THERAPIST else replace(practice, planned=(), exertions=())


def is_polite(viewer: Participant, other: Participant) -> bool:
    """Whether `viewer` yields to `other` when both offer at once.

    Whoever only answers never does, a recorder for instance; of the others the therapist never, patients to therapists
    alone, guests also to guests of a lower id.
    """
    return _yields(viewer) > _yields(other)


def _yields(one: Participant) -> tuple[bool, int, ParticipantId]:
    only_answers = one.answers_only or one.role is Role.RECORDER
    return not only_answers, _RANK[one.role], one.id


def _sees(viewer: Participant, other: Participant) -> bool:
    return viewer.role is Role.THERAPIST or other.standing is Standing.ADMITTED


def _cast(room: Room, viewer: Participant) -> list[ParticipantId]:
    return [one.id for one in room.participants.values() if _sees(viewer, one)]


def _concerns(room: Room, entry: Entry, viewer: Participant) -> bool:
    """Whether an event that moves nobody in or out of sight changes what `viewer` sees."""
    match entry.event:
        case event if isinstance(event, RecordingEvent):
            return True
        case PlanSet() | ExertionReported():
            return viewer.role is Role.THERAPIST
        case event if isinstance(event, PracticeEvent | ChatSent) and viewer.role is Role.RECORDER:
            return False
        case event if isinstance(event, PracticeEvent | ChatSent):
            return True
        case DevicesReported(participant=participant):
            return _sees(viewer, room.participants[participant])
        case NoticeSent():
            return False
        case _:
            return viewer.role is Role.THERAPIST


def _seen(viewer: Participant, other: Participant) -> ParticipantView:
    return ParticipantView(
        id=other.id,
        role=other.role,
        # A recorder tells its tracks apart by role: it need not know who they are.
        name=other.role if viewer.role is Role.RECORDER else other.name,
        relation=other.relation,
        standing=other.standing,
        since=other.since,
        microphone=other.microphone,
        camera=other.camera,
        is_polite=is_polite(viewer, other),
        invitation=other.invitation,
        away_since=other.away_since,
    )


def _change(seen: VisitView, participant: ParticipantId, **changes: object) -> VisitView:
    return replace(
        seen,
        participants=tuple(replace(one, **changes) if one.id == participant else one for one in seen.participants),
    )

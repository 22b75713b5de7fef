"""The cast of every test: therapist Tess, patient Pat (on two devices), guests, stranger Sam; what they may do."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from telesession.domain.errors import Refused
from telesession.domain.ids import CommandId, InvitationId, ParticipantId, VisitId
from telesession.domain.messages import (
    Admit,
    AnyCommand,
    Decline,
    DeviceState,
    EndVisit,
    Entry,
    Knock,
    Leave,
    Relation,
    Remove,
    ReportDevices,
    Role,
    SendChat,
    SendNotice,
)
from telesession.domain.room import Room, decide, evolve
from telesession.domain.seats import Seat

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
VISIT = VisitId("visit-1")


def seat(name: str, role: Role, device: str = "", relation: Relation | None = None) -> Seat:
    """A seat of `name`; another `device` of the same person shares the invitation."""
    slug = name.lower()
    return Seat(ParticipantId(f"p-{slug}{device}"), VISIT, InvitationId(f"i-{slug}"), role, name, relation)


TESS = seat("Tess", Role.THERAPIST)
PAT = seat("Pat", Role.PATIENT)
PATS_TABLET = seat("Pat", Role.PATIENT, device="-tablet")
GUS = seat("Gus", Role.GUEST, relation=Relation.INTERPRETER)
GIA = seat("Gia", Role.GUEST, relation=Relation.RELATIVE)
GIL = seat("Gil", Role.GUEST, relation=Relation.STUDENT)
SAM = seat("Sam", Role.GUEST)
CAST = (TESS, PAT, PATS_TABLET, GUS, GIA, GIL, SAM)

_ids = st.integers(min_value=0, max_value=10**9).map(lambda n: CommandId(f"c{n}"))
_somebody = st.sampled_from([one.participant for one in CAST])
_text = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
_state = st.sampled_from(DeviceState)

commands: st.SearchStrategy[AnyCommand] = st.one_of(
    st.builds(Knock, id=_ids),
    st.builds(Admit, id=_ids, participant=_somebody),
    st.builds(Decline, id=_ids, participant=_somebody),
    st.builds(Remove, id=_ids, participant=_somebody),
    st.builds(Leave, id=_ids),
    st.builds(SendNotice, id=_ids, participant=_somebody, text=_text),
    st.builds(SendChat, id=_ids, text=_text),
    st.builds(ReportDevices, id=_ids, microphone=_state, camera=_state),
    st.builds(EndVisit, id=_ids),
)
# Everybody knocks often and the therapist admits often, so that runs get past the door.
_likely = st.one_of(
    st.tuples(st.sampled_from(CAST), st.builds(Knock, id=_ids)),
    st.tuples(st.just(TESS), st.builds(Admit, id=_ids, participant=_somebody)),
)
steps = st.lists(st.one_of(_likely, st.tuples(st.sampled_from(CAST), commands)), max_size=30)


def play(room: Room, actor: Seat, command: AnyCommand) -> tuple[Room, list[Entry]]:
    """The room after `command`, and the new lines of its log; nothing changes when it is refused."""
    try:
        events = decide(room, actor, command)
    except Refused:
        return room, []
    entries = [
        Entry(room.seq + n, NOON + timedelta(seconds=room.seq + n), event) for n, event in enumerate(events, start=1)
    ]
    for entry in entries:
        room = evolve(room, entry)
    return room, entries


def room_after(*script: tuple[Seat, AnyCommand]) -> Room:
    """The room after a script in which nothing is refused."""
    room = Room()
    for actor, command in script:
        assert decide(room, actor, command), (actor.name, command)
        room, _ = play(room, actor, command)
    return room


def knock(n: int = 0) -> Knock:
    return Knock(id=CommandId(f"k{n}"))


def admit(who: Seat) -> Admit:
    return Admit(id=CommandId("a"), participant=who.participant)


def visit_with(*others: Seat) -> Room:
    """Tess is in, and has admitted `others`."""
    return room_after((TESS, knock()), *[step for one in others for step in ((one, knock()), (TESS, admit(one)))])

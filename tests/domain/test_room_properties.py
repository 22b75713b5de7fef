"""What holds for every room, whatever people do and in whatever order. These properties never go."""

import contextlib
from datetime import timedelta

import msgspec
from hypothesis import given

from telesession.domain.errors import Refused
from telesession.domain.ids import ParticipantId
from telesession.domain.messages import (
    Admitted,
    AnyCommand,
    Declined,
    DemonstrationPushed,
    Entry,
    NoticeSent,
    OutsideView,
    PushDemonstration,
    Removed,
    ReportExertion,
    Role,
    SendChat,
    SendNotice,
    Standing,
    SteerDemonstration,
    View,
    VisitEnded,
)
from telesession.domain.room import MAX_ADMITTED, Room, absences, admitted, decide, evolve, may_signal, standing_of
from telesession.domain.seats import Seat
from telesession.domain.view import apply, is_polite, letter, view
from tests.domain.cast import CAST, NOON, clips, library, play, steps

SEEN_AS_NEW = (SendChat, SendNotice, PushDemonstration, SteerDemonstration, ReportExertion)
"""Said again, these are said again, unless they carry the same id: pushing anew begins anew."""

Steps = list[tuple[Seat, AnyCommand]]
EVERYBODY = [one.participant for one in CAST]


def history(script: Steps) -> list[tuple[Room, Room, Entry]]:
    """Each event of a run with the room before and after it."""
    room, seen = Room(), []
    for actor, command in script:
        before = room
        room, entries = play(room, actor, command)
        entries += came_and_went(room)
        for entry in entries:
            room = after = evolve(before, entry)
            seen.append((before, after, entry))
            before = after
    return seen


def came_and_went(room: Room) -> list[Entry]:
    """The service sees, every third time, that nobody is connected, and every fifth that everybody is."""
    connected, missing = (EVERYBODY, []) if room.seq % 5 == 0 else ([], EVERYBODY if room.seq % 3 == 0 else [])
    events = absences(room, connected, missing)
    return [Entry(room.seq + n, NOON + timedelta(minutes=room.seq + n), event) for n, event in enumerate(events, 1)]


@given(steps)
def test_replaying_the_log_through_json_gives_the_same_room(script: Steps) -> None:
    past = history(script)
    live = past[-1][1] if past else Room()

    log = [msgspec.json.encode(entry) for _, _, entry in past]
    replayed = Room()
    for line in log:
        replayed = evolve(replayed, msgspec.json.decode(line, type=Entry))

    assert replayed == live


@given(steps)
def test_events_are_numbered_from_one_without_gaps(script: Steps) -> None:
    assert [entry.seq for _, _, entry in history(script)] == list(range(1, len(history(script)) + 1))


@given(steps)
def test_only_a_therapist_in_the_visit_opens_doors_and_closes_them(script: Steps) -> None:
    for before, after, entry in history(script):
        if isinstance(entry.event, Admitted | Declined | Removed | VisitEnded | NoticeSent):
            by = after.participants[entry.event.by]
            entered_alone = isinstance(entry.event, Admitted) and entry.event.participant == by.id
            if by.role is Role.RECORDER:
                assert isinstance(entry.event, Admitted | Removed)
                assert entry.event.participant == by.id
                continue
            assert by.role is Role.THERAPIST
            assert entered_alone or standing_of(before, by.id) is Standing.ADMITTED


@given(steps)
def test_only_what_a_therapist_pushed_is_ever_shown(script: Steps) -> None:
    for before, after, entry in history(script):
        shown, was = after.practice.demonstration, before.practice.demonstration
        if shown is not None and (was is None or shown.number != was.number):
            assert isinstance(entry.event, DemonstrationPushed)
            assert after.participants[entry.event.by].role is Role.THERAPIST
            assert (shown.exercise, shown.dosage, shown.aim) == (
                entry.event.exercise,
                entry.event.dosage,
                entry.event.aim,
            )
            found = clips().get(shown.exercise)
            is_shown_as_it_is = found is not None and found.playable is not None and shown.clip is not None
            assert is_shown_as_it_is or library(shown.exercise, shown.version) is not None


@given(steps)
def test_nothing_plays_while_somebody_has_pressed_stop(script: Steps) -> None:
    for _, after, _ in history(script):
        shown = after.practice.demonstration
        assert after.practice.stop is None or shown is None or not shown.is_playing


@given(steps)
def test_for_everybody_the_view_with_its_letters_is_the_fresh_view(script: Steps) -> None:
    seen: dict[ParticipantId, View] = {one: view(Room(), one) for one in EVERYBODY}
    for before, after, entry in history(script):
        for one in EVERYBODY:
            told = letter(before, after, entry, one)
            if isinstance(told, Entry):
                seen[one] = apply(seen[one], told)
            elif told is not None:
                seen[one] = told
            assert seen[one] == view(after, one)


@given(steps)
def test_nobody_is_told_what_does_not_change_their_view(script: Steps) -> None:
    for before, after, entry in history(script):
        for one in EVERYBODY:
            if letter(before, after, entry, one) is not None and standing_of(after, one) is not Standing.ADMITTED:
                assert view(before, one) != view(after, one)


@given(steps)
def test_whoever_is_not_admitted_learns_nothing_about_the_others(script: Steps) -> None:
    for before, after, entry in history(script):
        for me in CAST:
            if standing_of(after, me.participant) is Standing.ADMITTED and after.ended_at is None:
                continue
            told = letter(before, after, entry, me.participant)
            assert told is None or isinstance(told, OutsideView) or _is_notice_for(told, me.participant)
            outside = view(after, me.participant)
            assert isinstance(outside, OutsideView)
            mine = after.participants.get(me.participant)
            assert outside.notices == (mine.notices if mine else ())


def _is_notice_for(told: object, me: ParticipantId) -> bool:
    return isinstance(told, Entry) and isinstance(told.event, NoticeSent) and told.event.participant == me


@given(steps)
def test_others_see_only_who_is_admitted_and_a_therapist_sees_everybody(script: Steps) -> None:
    for _, after, _ in history(script):
        for me in admitted(after):
            seen = view(after, me.id)
            if isinstance(seen, OutsideView):
                continue
            shown = {one.id for one in seen.participants}
            everybody = set(after.participants)
            assert shown == (everybody if me.role is Role.THERAPIST else {one.id for one in admitted(after)})


@given(steps)
def test_a_mesh_stays_small_and_a_person_is_in_it_once(script: Steps) -> None:
    for _, after, _ in history(script):
        inside = admitted(after)
        assert len([one for one in inside if one.role in (Role.PATIENT, Role.GUEST)]) <= MAX_ADMITTED
        # Between two events of one command the old device may just have moved out, never both be in.
        assert len({one.invitation for one in inside}) == len(inside)


@given(steps)
def test_doing_it_twice_is_harmless(script: Steps) -> None:
    """A command asked again at once changes nothing; words are told apart by their id, elsewhere."""
    room = Room()
    for actor, command in script:
        room, entries = play(room, actor, command)
        if entries and not isinstance(command, SEEN_AS_NEW):
            again, more = play(room, actor, command)
            assert more == []
            assert again == room


@given(steps)
def test_after_the_end_nothing_happens_and_nothing_passes(script: Steps) -> None:
    for before, after, _ in history(script):
        assert before.ended_at is None
        if after.ended_at is not None:
            assert not any(may_signal(after, a, b) for a in EVERYBODY for b in EVERYBODY)
            assert all(isinstance(view(after, one), OutsideView) for one in EVERYBODY)


@given(steps)
def test_of_two_people_exactly_one_is_polite(script: Steps) -> None:
    for _, after, _ in history(script):
        people = list(after.participants.values())
        for one in people:
            for other in people:
                assert one.id == other.id or is_polite(one, other) != is_polite(other, one)


@given(steps)
def test_whoever_only_answers_is_polite_to_nobody_else(script: Steps) -> None:
    for _, after, _ in history(script):
        people = list(after.participants.values())
        for one in people:
            for other in people:
                if one.answers_only and not other.answers_only:
                    assert not is_polite(one, other)


@given(steps)
def test_deciding_changes_nothing(script: Steps) -> None:
    room = Room()
    for actor, command in script:
        frozen = msgspec.json.encode(room)
        with contextlib.suppress(Refused):
            decide(room, actor, command, library, clips())
        assert msgspec.json.encode(room) == frozen
        room, _ = play(room, actor, command)

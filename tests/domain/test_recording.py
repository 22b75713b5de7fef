"""A recording, from the question to its end: nothing is recorded of anybody who has not agreed to it."""

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from telesession.domain.consent import Part, current
from telesession.domain.errors import Refused
from telesession.domain.ids import CommandId, ParticipantId
from telesession.domain.messages import (
    Admitted,
    AnswerRecording,
    AnyCommand,
    AnyEvent,
    AskRecording,
    AttendRecording,
    BeginPart,
    EndVisit,
    Entry,
    FailRecording,
    Fault,
    Leave,
    Left,
    PauseReason,
    Purpose,
    Recording,
    RecordingAnswered,
    RecordingAsked,
    RecordingAttended,
    RecordingEnded,
    RecordingPartBegan,
    RecordingPaused,
    RecordingReady,
    RecordingState,
    Remove,
    Removed,
    Returned,
    Role,
    SendChat,
    Standing,
    StopRecording,
    View,
    VisitEnded,
    VisitView,
)
from telesession.domain.permissions import ALLOWED, standings_for
from telesession.domain.room import Room, admitted, decide, evolve, may_signal, may_watch, people_in, standing_of
from telesession.domain.seats import Seat
from telesession.domain.view import apply, is_polite, letter, view
from tests.domain.cast import (
    CAST,
    GUS,
    HEEL_SLIDE,
    KEEP_DAYS,
    PAT,
    PATS_TABLET,
    REC,
    TESS,
    admit,
    knock,
    play,
    seat,
    visit_with,
)

ASK = AskRecording(id=CommandId("ask"), purpose=Purpose.MOVEMENT)
READ = current(Part.RECORDING).version
LEAVE = Leave(id=CommandId("l"))
END = EndVisit(id=CommandId("e"))


def answer(room: Room, *, is_agreed: bool, version: str = READ) -> AnswerRecording:
    number = recording_of(room).number
    return AnswerRecording(
        id=CommandId("a"), recording=number, is_agreed=is_agreed, text_version=version, language="en"
    )


def stop(room: Room) -> StopRecording:
    return StopRecording(id=CommandId("s"), recording=recording_of(room).number)


def begin(room: Room) -> BeginPart:
    return BeginPart(id=CommandId("b"), recording=recording_of(room).number)


def attend(room: Room, *, is_attended: bool) -> AttendRecording:
    return AttendRecording(id=CommandId("t"), recording=recording_of(room).number, is_attended=is_attended)


def fail(room: Room, fault: Fault = Fault.DISK_FULL) -> FailRecording:
    return FailRecording(id=CommandId("f"), recording=recording_of(room).number, fault=fault)


def recording_of(room: Room) -> Recording:
    assert room.recording is not None
    return room.recording


def events(room: Room, actor: Seat, command: AnyCommand) -> list[AnyEvent]:
    return decide(room, actor, command, keep_recordings_days=KEEP_DAYS)


def kinds(room: Room, actor: Seat, command: AnyCommand) -> list[type[AnyEvent]]:
    return [type(event) for event in events(room, actor, command)]


def refusal(room: Room, actor: Seat, command: AnyCommand) -> str:
    with pytest.raises(Refused) as refused:
        events(room, actor, command)
    return refused.value.code


def after(room: Room, actor: Seat, command: AnyCommand) -> Room:
    assert events(room, actor, command), "nothing happens"
    return play(room, actor, command)[0]


def asked(*others: Seat) -> Room:
    return after(visit_with(*others), TESS, ASK)


def agreed(*others: Seat) -> Room:
    room = asked(*others)
    for one in others:
        room = after(room, one, answer(room, is_agreed=True))
    return room


def running(*others: Seat) -> Room:
    room = after(agreed(*others), REC, knock())
    return after(room, REC, begin(room))


def test_nothing_is_recorded_where_the_clinic_does_not_record() -> None:
    with pytest.raises(Refused) as refused:
        decide(visit_with(PAT), TESS, ASK)
    assert refused.value.code == "recording_off"


def test_a_therapist_asks_for_a_purpose_and_agrees_by_that() -> None:
    room = asked(PAT)

    recording = recording_of(room)
    assert (recording.purpose, recording.keep_days, recording.number) == (Purpose.MOVEMENT, KEEP_DAYS, room.seq)
    assert recording.state is RecordingState.WAITING
    assert [(one.participant, one.is_agreed) for one in recording.answers] == [(TESS.participant, True)]


def test_asking_for_the_same_twice_asks_once_and_for_something_else_has_to_wait() -> None:
    room = asked(PAT)

    assert events(room, TESS, ASK) == []
    assert refusal(room, TESS, AskRecording(id=CommandId("x"), purpose=Purpose.TEACHING)) == "recording_asked"


def test_alone_there_is_nothing_to_record() -> None:
    assert refusal(visit_with(), TESS, ASK) == "nobody_to_record"


def test_once_everybody_has_agreed_the_recorder_may_come_and_begins() -> None:
    room = asked(PAT, GUS)
    assert kinds(room, PAT, answer(room, is_agreed=True)) == [RecordingAnswered]
    room = after(room, PAT, answer(room, is_agreed=True))
    assert refusal(room, REC, knock()) == "not_wanted"
    assert kinds(room, GUS, answer(room, is_agreed=True)) == [RecordingAnswered, RecordingReady]
    room = after(room, GUS, answer(room, is_agreed=True))

    room = after(room, REC, knock())
    assert standing_of(room, REC.participant) is Standing.ADMITTED
    assert recording_of(room).state is RecordingState.READY
    assert events(room, REC, begin(room)) == [RecordingPartBegan(recording_of(room).number, part=1)]
    room = after(room, REC, begin(room))
    assert recording_of(room).state is RecordingState.RUNNING
    assert events(room, REC, begin(room)) == []


def test_one_no_is_enough_and_costs_nothing() -> None:
    room = after(asked(PAT, GUS), GUS, answer(asked(PAT, GUS), is_agreed=False))
    room = after(room, PAT, answer(room, is_agreed=True))

    assert recording_of(room).state is RecordingState.WAITING
    assert refusal(room, REC, knock()) == "not_wanted"
    assert standing_of(room, GUS.participant) is Standing.ADMITTED
    room = after(room, GUS, answer(room, is_agreed=True))  # and they may change their mind
    assert recording_of(room).state is RecordingState.READY


def test_nobody_agrees_to_a_text_that_is_not_shown_any_more_but_everybody_may_say_no() -> None:
    room = asked(PAT)

    assert refusal(room, PAT, answer(room, is_agreed=True, version="1999-01")) == "unknown_text"
    assert kinds(room, PAT, answer(room, is_agreed=False, version="1999-01")) == [RecordingAnswered]


def test_everybody_agrees_to_the_words_that_were_asked_about_and_the_log_tells_which() -> None:
    (event,) = events(visit_with(PAT), TESS, ASK)
    assert isinstance(event, RecordingAsked)
    assert event.text_version == recording_of(asked(PAT)).text_version == READ

    before_the_change = replace(recording_of(asked(PAT)), text_version="1999-01")
    room = replace(asked(PAT), recording=before_the_change)
    assert refusal(room, PAT, answer(room, is_agreed=True)) == "unknown_text"


def test_whoever_takes_back_their_yes_stops_it_at_once() -> None:
    room = running(PAT)

    told = events(room, PAT, answer(room, is_agreed=False))
    assert told[0] == RecordingPaused(recording_of(room).number, PauseReason.CONSENT)
    assert isinstance(told[1], RecordingAnswered)
    room = after(room, PAT, answer(room, is_agreed=False))
    assert recording_of(room).state is RecordingState.WAITING
    assert refusal(room, REC, begin(room)) == "not_agreed"


def test_it_stops_before_a_newcomer_is_in_and_goes_on_when_they_agree() -> None:
    room = after(running(PAT), GUS, knock())
    assert recording_of(room).state is RecordingState.RUNNING  # whoever waits is not seen by anybody

    assert kinds(room, TESS, admit(GUS)) == [RecordingPaused, Admitted]
    room = after(room, TESS, admit(GUS))
    assert kinds(room, GUS, answer(room, is_agreed=True)) == [RecordingAnswered, RecordingReady]
    room = after(room, GUS, answer(room, is_agreed=True))
    assert events(room, REC, begin(room)) == [RecordingPartBegan(recording_of(room).number, part=2)]


def test_a_newcomer_who_leaves_again_is_waited_for_no_longer() -> None:
    room = after(running(PAT), GUS, knock())
    room = after(room, TESS, admit(GUS))

    assert kinds(room, GUS, LEAVE) == [Left, RecordingReady]


def test_whoever_agreed_and_comes_back_is_not_asked_again_on_the_same_device() -> None:
    room = after(running(PAT), PAT, LEAVE)

    assert kinds(room, PAT, knock()) == [Returned]


def test_another_device_of_somebody_who_agreed_is_asked_again() -> None:
    room = after(running(PAT), PATS_TABLET, knock())

    told = events(room, TESS, admit(PATS_TABLET, is_sure=True))
    assert [type(event) for event in told] == [Left, RecordingPaused, Admitted]


def test_without_a_therapist_nothing_is_recorded() -> None:
    room = running(PAT)

    assert events(room, TESS, LEAVE)[0] == RecordingPaused(recording_of(room).number, PauseReason.THERAPIST_LEFT)
    room = after(room, TESS, LEAVE)
    assert kinds(room, TESS, knock()) == [Returned, RecordingReady]


def test_without_a_therapist_connected_nothing_is_recorded_and_no_yes_begins_it() -> None:
    room = running(PAT)
    left = RecordingPaused(recording_of(room).number, PauseReason.THERAPIST_LEFT)

    assert events(room, REC, attend(room, is_attended=False)) == [
        left,
        RecordingAttended(recording_of(room).number, is_attended=False),
    ]
    room = after(room, REC, attend(room, is_attended=False))
    assert events(room, REC, attend(room, is_attended=False)) == []
    assert refusal(room, REC, begin(room)) == "not_agreed"
    room = after(room, PAT, answer(room, is_agreed=False))
    assert kinds(room, PAT, answer(room, is_agreed=True)) == [RecordingAnswered]
    room = after(room, PAT, answer(room, is_agreed=True))
    assert kinds(room, REC, attend(room, is_attended=True)) == [RecordingAttended, RecordingReady]
    assert refusal(room, TESS, attend(room, is_attended=True)) == "not_allowed"


def test_a_lost_recorder_is_told_and_comes_back_with_a_new_part() -> None:
    room = running(PAT)

    assert events(room, REC, LEAVE) == [
        RecordingPaused(recording_of(room).number, PauseReason.RECORDER_LOST),
        Left(REC.participant),
    ]
    room = after(room, REC, LEAVE)
    assert recording_of(room).pause is PauseReason.RECORDER_LOST
    assert kinds(room, REC, knock()) == [Returned]
    room = after(room, REC, knock())
    room = after(room, REC, begin(room))
    assert (recording_of(room).state, recording_of(room).parts) == (RecordingState.RUNNING, 2)
    assert recording_of(room).pause is None


def test_the_time_of_all_parts_is_counted_and_no_pause() -> None:
    room = running(PAT)
    began = recording_of(room).running_since
    room = after(room, PAT, answer(room, is_agreed=False))  # one second a line, in tests
    room = after(room, PAT, answer(room, is_agreed=True))
    room = after(room, REC, begin(room))
    room = after(room, TESS, stop(room))

    assert began is not None
    assert recording_of(room).recorded_s == 2.0
    assert recording_of(room).running_since is None


def test_the_therapist_stops_it_and_the_recorder_is_out_for_good() -> None:
    room = running(PAT)

    assert kinds(room, TESS, stop(room)) == [RecordingEnded, Removed]
    room = after(room, TESS, stop(room))
    assert recording_of(room).state is RecordingState.ENDED
    assert standing_of(room, REC.participant) is Standing.REMOVED
    assert refusal(room, REC, knock()) == "not_now"
    assert refusal(room, PAT, answer(room, is_agreed=True)) == "no_recording"
    assert kinds(room, TESS, ASK) == [RecordingAsked]


def test_taking_the_question_back_ends_it_before_it_began() -> None:
    room = asked(PAT)

    assert events(room, TESS, stop(room)) == [RecordingEnded(recording_of(room).number, by=TESS.participant)]


def test_putting_the_recorder_out_is_stopping_it_and_nobody_can_let_it_in() -> None:
    room = running(PAT)
    remove = Remove(id=CommandId("r"), participant=REC.participant)

    assert kinds(room, TESS, remove) == [RecordingEnded, Removed]
    assert refusal(after(room, TESS, remove), TESS, admit(REC)) == "not_a_person"


def test_a_fault_ends_the_recording_and_not_the_visit() -> None:
    room = running(PAT)
    told = events(room, REC, fail(room))
    assert told[0] == RecordingEnded(recording_of(room).number, by=REC.participant, fault=Fault.DISK_FULL)

    room = after(room, REC, fail(room))
    assert recording_of(room).fault is Fault.DISK_FULL
    assert room.ended_at is None
    assert {one.id for one in admitted(room)} == {TESS.participant, PAT.participant}


def test_a_recorder_that_cannot_even_come_says_so_from_outside() -> None:
    room = agreed(PAT)

    assert kinds(room, REC, fail(room, Fault.RECORDER_FAILED)) == [RecordingEnded]


def test_it_ends_with_the_visit() -> None:
    assert kinds(running(PAT), TESS, END) == [RecordingEnded, VisitEnded]


def test_nobody_but_the_recorder_can_do_what_it_does() -> None:
    room = running(PAT)

    for one in (TESS, PAT):
        assert refusal(room, one, begin(room)) == "not_allowed"
        assert refusal(room, one, fail(room)) == "not_allowed"
    assert refusal(room, PAT, stop(room)) == "not_allowed"
    assert refusal(room, PAT, ASK) == "not_allowed"


def test_a_recorder_can_do_nothing_else() -> None:
    own = {command for command in ALLOWED if standings_for(Role.RECORDER, command)}

    assert {command.__struct_config__.tag for command in own} == {
        "participant.knock",
        "participant.leave",
        "recording.begin_part",
        "recording.attend",
        "recording.fail",
    }


def test_a_recorder_is_told_what_it_needs_and_no_more() -> None:
    room = after(running(PAT), TESS, SendChat(id=CommandId("c"), text="How is your back?"))

    seen = view(room, REC.participant)
    assert isinstance(seen, VisitView)
    assert seen.chat == ()
    assert [one.name for one in seen.participants] == ["therapist", "patient", "recorder"]
    assert not may_watch(room, REC, HEEL_SLIDE)
    assert all(is_polite(room.participants[one.participant], room.participants[REC.participant]) for one in (TESS, PAT))


def test_one_recorder_is_enough() -> None:
    assert refusal(running(PAT), seat("Other", Role.RECORDER), knock()) == "not_wanted"


def test_nothing_passes_to_a_recorder_while_it_is_paused() -> None:
    room = running(PAT)
    assert may_signal(room, PAT.participant, REC.participant)

    paused = after(room, PAT, answer(room, is_agreed=False))
    assert standing_of(paused, REC.participant) is Standing.ADMITTED
    assert not may_signal(paused, PAT.participant, REC.participant)
    assert not may_signal(paused, REC.participant, TESS.participant)
    assert may_signal(paused, PAT.participant, TESS.participant)


# Whatever people do: these never go.

Act = Callable[[Room], AnyCommand | None]


def _about(make: Callable[[Room], AnyCommand]) -> Act:
    return lambda room: None if room.recording is None else make(room)


_PEOPLE = (TESS, PAT, PATS_TABLET, GUS)
_acts: st.SearchStrategy[tuple[Seat, Act]] = st.one_of(
    st.tuples(st.sampled_from((*_PEOPLE, REC)), st.just(lambda _: knock())),
    st.tuples(st.sampled_from(_PEOPLE), st.just(_about(lambda room: answer(room, is_agreed=True)))),
    st.tuples(st.just(REC), st.just(_about(begin))),
    st.tuples(st.just(TESS), st.just(lambda _: ASK)),
    st.tuples(st.just(TESS), st.sampled_from(_PEOPLE).map(lambda one: lambda _: admit(one, is_sure=True))),
    st.tuples(st.sampled_from(_PEOPLE), st.just(_about(lambda room: answer(room, is_agreed=False)))),
    st.tuples(st.sampled_from((*_PEOPLE, REC)), st.just(lambda _: LEAVE)),
    st.tuples(
        st.just(TESS),
        st.sampled_from((*_PEOPLE, REC)).map(
            lambda one: lambda _: Remove(id=CommandId("r"), participant=one.participant)
        ),
    ),
    st.tuples(st.just(TESS), st.just(_about(stop))),
    st.tuples(st.just(REC), st.just(_about(fail))),
    st.tuples(st.just(REC), st.booleans().map(lambda one: _about(lambda room: attend(room, is_attended=one)))),
    st.tuples(st.just(TESS), st.just(lambda _: END)),
)
scripts = st.lists(_acts, max_size=40)
STARTS = st.sampled_from([Room(), visit_with(PAT), visit_with(PAT, GUS), running(PAT), running(PAT, GUS)])


def history(room: Room, script: list[tuple[Seat, Act]]) -> list[tuple[Room, Room, Entry]]:
    """Each event of a run with the room before and after it."""
    seen = []
    for actor, act in script:
        command = act(room)
        if command is None:
            continue
        before = room
        room, entries = play(room, actor, command)
        for entry in entries:
            later = evolve(before, entry)
            seen.append((before, later, entry))
            before = later
    return seen


@given(STARTS, scripts)
def test_recording_implies_that_everybody_present_has_agreed(start: Room, script: list[tuple[Seat, Act]]) -> None:
    """In every state, also between two events of one turn: the screens, the recorder and the wire show no other."""
    for _, room, _ in history(start, script):
        recording = room.recording
        if recording is None or recording.state not in (RecordingState.READY, RecordingState.RUNNING):
            continue
        said_yes = {one.participant for one in recording.answers if one.is_agreed}
        assert {one.id for one in people_in(room)} <= said_yes
        assert any(one.role is Role.THERAPIST for one in admitted(room))
        assert recording.is_attended
        assert room.ended_at is None
        if recording.state is RecordingState.RUNNING:
            assert standing_of(room, REC.participant) is Standing.ADMITTED


@given(STARTS, scripts)
def test_a_yes_is_what_somebody_said_of_this_recording_and_nobody_for_them(
    start: Room, script: list[tuple[Seat, Act]]
) -> None:
    """The number of a recording is that of the question, so a yes to one never counts for the next."""
    for before, room, entry in history(start, script):
        if room.recording is None or room.recording == before.recording:
            continue
        was = before.recording.answers if before.recording and before.recording.number == room.recording.number else ()
        for one in set(room.recording.answers) - set(was):
            if isinstance(entry.event, RecordingAsked):
                assert (one.participant, one.is_agreed) == (entry.event.by, True)
            else:
                assert isinstance(entry.event, RecordingAnswered)
                assert entry.event.recording == room.recording.number
                assert (one.participant, one.is_agreed) == (entry.event.participant, entry.event.is_agreed)


@given(STARTS, scripts)
def test_a_recorder_comes_only_when_everybody_has_agreed_and_goes_with_its_recording(
    start: Room, script: list[tuple[Seat, Act]]
) -> None:
    for before, room, _ in history(start, script):
        is_in, was_in = (standing_of(one, REC.participant) is Standing.ADMITTED for one in (room, before))
        if is_in and not was_in:
            assert recording_of(room).state is RecordingState.READY
        signals = [may_signal(room, REC.participant, one.participant) for one in _PEOPLE]
        if any(signals):
            assert recording_of(room).state in (RecordingState.READY, RecordingState.RUNNING)


@given(STARTS, scripts)
def test_for_everybody_the_view_with_its_letters_is_the_fresh_view_while_it_records(
    start: Room, script: list[tuple[Seat, Act]]
) -> None:
    everybody = [one.participant for one in CAST]
    seen: dict[ParticipantId, View] = {one: view(start, one) for one in everybody}
    for before, room, entry in history(start, script):
        for one in everybody:
            told = letter(before, room, entry, one)
            if isinstance(told, Entry):
                seen[one] = apply(seen[one], told)
            elif told is not None:
                seen[one] = told
            assert seen[one] == view(room, one)


@given(STARTS, scripts)
def test_its_log_through_json_gives_the_same_room(start: Room, script: list[tuple[Seat, Act]]) -> None:
    past = history(start, script)
    replayed = start
    for _, _, entry in past:
        replayed = evolve(replayed, msgspec.json.decode(msgspec.json.encode(entry), type=Entry))
    assert replayed == (past[-1][1] if past else start)

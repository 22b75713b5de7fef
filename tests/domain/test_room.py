"""The door, step by step."""

import pytest

from telesession.domain.errors import Refused
from telesession.domain.ids import CommandId
from telesession.domain.messages import (
    Admitted,
    AnyCommand,
    Decline,
    EndVisit,
    Knocked,
    Leave,
    Left,
    Remove,
    Returned,
    Role,
    SendChat,
    SendNotice,
    Standing,
    VisitView,
)
from telesession.domain.permissions import ALLOWED
from telesession.domain.room import MAX_CHAT_CHARACTERS, MAX_CHAT_LINES, Room, decide, standing_of
from telesession.domain.seats import Seat
from telesession.domain.view import view
from tests.domain.cast import GIA, GIL, GUS, PAT, PATS_TABLET, SAM, TESS, admit, knock, play, room_after, visit_with

LEAVE = Leave(id=CommandId("l"))
END = EndVisit(id=CommandId("e"))


def refusal(room: Room, actor: Seat, command: AnyCommand) -> str:
    with pytest.raises(Refused) as refused:
        decide(room, actor, command)
    return refused.value.code


def test_a_therapist_walks_in_and_a_patient_waits() -> None:
    assert [type(event) for event in decide(Room(), TESS, knock())] == [Knocked, Admitted]
    assert [type(event) for event in decide(Room(), PAT, knock())] == [Knocked]


def test_the_therapist_lets_a_waiting_patient_in() -> None:
    room = room_after((TESS, knock()), (PAT, knock()), (TESS, admit(PAT)))

    assert standing_of(room, PAT.participant) is Standing.ADMITTED


def test_nobody_but_a_therapist_opens_the_door() -> None:
    room = room_after((TESS, knock()), (PAT, knock()))

    assert refusal(room, PAT, admit(PAT)) == "not_allowed"
    assert refusal(room, GUS, admit(PAT)) == "not_allowed"


def test_somebody_who_never_knocked_cannot_be_let_in() -> None:
    assert refusal(visit_with(), TESS, admit(SAM)) == "unknown_participant"


def test_a_declined_knock_can_be_taken_back_by_the_therapist_alone() -> None:
    room = room_after((TESS, knock()), (PAT, knock()), (TESS, Decline(id=CommandId("d"), participant=PAT.participant)))

    assert refusal(room, PAT, knock()) == "not_now"
    room, _ = play(room, TESS, admit(PAT))
    assert standing_of(room, PAT.participant) is Standing.ADMITTED


def test_whoever_leaves_comes_back_without_knocking_again() -> None:
    room, _ = play(visit_with(PAT), PAT, LEAVE)

    assert [type(event) for event in decide(room, PAT, knock())] == [Returned]


def test_a_visit_begins_when_the_first_one_is_let_in_and_not_anew_when_they_come_back() -> None:
    alone = room_after((TESS, knock()), (PAT, knock()))
    together, _ = play(alone, TESS, admit(PAT))
    gone, _ = play(together, PAT, LEAVE)
    back, _ = play(gone, PAT, knock())

    assert alone.began_at is None
    assert together.began_at is not None
    assert back.began_at == together.began_at
    assert back.participants[PAT.participant].since > together.began_at


def test_whoever_leaves_the_waiting_room_knocks_again() -> None:
    room = room_after((PAT, knock()), (PAT, LEAVE))

    assert [type(event) for event in decide(room, PAT, knock())] == [Knocked]


def test_whoever_was_removed_stays_out_until_the_therapist_lets_them_back() -> None:
    room, _ = play(visit_with(PAT), TESS, Remove(id=CommandId("r"), participant=PAT.participant))

    assert refusal(room, PAT, knock()) == "not_now"
    room, _ = play(room, TESS, admit(PAT))
    assert standing_of(room, PAT.participant) is Standing.ADMITTED


def test_a_second_device_only_knocks_and_admitting_it_moves_the_person() -> None:
    room, _ = play(visit_with(PAT), PATS_TABLET, knock())
    assert standing_of(room, PAT.participant) is Standing.ADMITTED
    assert standing_of(room, PATS_TABLET.participant) is Standing.WAITING

    assert decide(room, TESS, admit(PATS_TABLET, is_sure=True)) == [
        Left(PAT.participant, moved=True),
        Admitted(PATS_TABLET.participant, by=TESS.participant),
    ]


def test_while_two_devices_use_one_link_neither_is_admitted_unless_the_therapist_is_sure() -> None:
    both_wait = room_after((TESS, knock()), (PAT, knock()), (PATS_TABLET, knock()))

    for device in (PAT, PATS_TABLET):
        assert refusal(both_wait, TESS, admit(device)) == "other_device"
        assert decide(both_wait, TESS, admit(device, is_sure=True))


def test_a_device_that_is_no_longer_there_needs_no_second_thought() -> None:
    for gone in ((PAT, LEAVE), (TESS, Decline(id=CommandId("d"), participant=PAT.participant))):
        room = room_after((TESS, knock()), (PAT, knock()), gone, (PATS_TABLET, knock()))

        assert decide(room, TESS, admit(PATS_TABLET)) == [Admitted(PATS_TABLET.participant, by=TESS.participant)]


def test_a_device_that_was_moved_away_from_has_to_knock_again() -> None:
    room, _ = play(visit_with(PAT), PATS_TABLET, knock())
    room, _ = play(room, TESS, admit(PATS_TABLET, is_sure=True))

    assert [type(event) for event in decide(room, PAT, knock())] == [Knocked]


def test_a_fifth_person_finds_the_visit_full_until_somebody_leaves() -> None:
    room, _ = play(visit_with(PAT, GUS, GIA), GIL, knock())

    assert refusal(room, TESS, admit(GIL)) == "room_full"
    room, _ = play(room, GUS, LEAVE)
    assert decide(room, TESS, admit(GIL))


def test_chat_is_for_those_inside_and_a_newcomer_does_not_read_what_came_before() -> None:
    before = SendChat(id=CommandId("c1"), text="before Gus came")
    after = SendChat(id=CommandId("c2"), text="now he is here")
    room = visit_with(PAT)
    assert refusal(room, GUS, before) == "not_now"
    script: list[tuple[Seat, AnyCommand]] = [(PAT, before), (GUS, knock()), (TESS, admit(GUS)), (PAT, after)]
    for actor, command in script:
        room, _ = play(room, actor, command)

    seen = view(room, GUS.participant)
    assert isinstance(seen, VisitView)
    assert [line.text for line in seen.chat] == ["now he is here"]


def test_what_was_written_while_somebody_was_removed_stays_unseen_when_they_are_let_back() -> None:
    room = visit_with(PAT, GUS)
    script: list[tuple[Seat, AnyCommand]] = [
        (TESS, Remove(id=CommandId("r"), participant=GUS.participant)),
        (PAT, SendChat(id=CommandId("c1"), text="between you and me")),
        (TESS, admit(GUS)),
        (PAT, SendChat(id=CommandId("c2"), text="welcome back")),
    ]
    for actor, command in script:
        room, _ = play(room, actor, command)

    seen = view(room, GUS.participant)
    assert isinstance(seen, VisitView)
    assert [line.text for line in seen.chat] == ["welcome back"]


def test_one_person_can_write_much_and_not_without_end_and_the_others_still_can() -> None:
    room = visit_with(PAT)
    for n in range(MAX_CHAT_CHARACTERS // 2_000):
        room, _ = play(room, PAT, SendChat(id=CommandId(f"c{n}"), text="x" * 2_000))

    assert refusal(room, PAT, SendChat(id=CommandId("more"), text="x")) == "chat_full"
    assert decide(room, TESS, SendChat(id=CommandId("c"), text="That is enough, Pat."))


def test_short_lines_have_an_end_as_well() -> None:
    room = visit_with(PAT)
    for n in range(MAX_CHAT_LINES):
        room, _ = play(room, PAT, SendChat(id=CommandId(f"c{n}"), text="x"))

    assert refusal(room, PAT, SendChat(id=CommandId("more"), text="x")) == "chat_full"


def test_a_notice_reaches_only_somebody_who_waits() -> None:
    room = room_after((TESS, knock()), (PAT, knock()))
    notice = SendNotice(id=CommandId("n"), participant=PAT.participant, text="I am 5 minutes late.")

    assert decide(room, TESS, notice)
    assert refusal(visit_with(PAT), TESS, notice) == "not_waiting"


def test_the_therapist_cannot_remove_herself() -> None:
    assert refusal(visit_with(), TESS, Remove(id=CommandId("r"), participant=TESS.participant)) == "not_oneself"


def test_an_ended_visit_refuses_everything() -> None:
    room, _ = play(visit_with(PAT), TESS, END)

    script: list[tuple[Seat, AnyCommand]] = [(PAT, knock()), (TESS, admit(PAT)), (PAT, LEAVE), (TESS, END)]
    for actor, command in script:
        assert refusal(room, actor, command) == "ended"


def test_every_command_has_its_line_in_the_table_of_rights() -> None:
    assert set(ALLOWED) == set(AnyCommand.__args__)


def test_what_a_guest_and_a_patient_may_do_is_a_short_list() -> None:
    def rights(role: Role) -> set[str]:
        return {command.__name__ for command, roles in ALLOWED.items() if role in roles}

    assert rights(Role.GUEST) == {"Knock", "Leave", "ReportDevices", "SendChat", "StopExercise", "AnswerRecording"}
    assert rights(Role.PATIENT) - rights(Role.GUEST) == {
        "AnswerDemonstration",
        "PauseDemonstration",
        "ReportExertion",
        "ResumeDemonstration",
        "SetStepBack",
    }

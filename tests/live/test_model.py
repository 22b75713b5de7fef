"""A visit over a bad network: sockets drop with what is on its way, commands are sent again, the process dies.

Whatever hypothesis does to it, at the end everybody who comes back sees what the log says, and every command that was
acknowledged is in the log exactly once.
"""

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from telesession.domain.attendance import Attendance
from telesession.domain.errors import Refused
from telesession.domain.ids import CommandId, ParticipantId, VisitId
from telesession.domain.messages import (
    Admit,
    AnyCommand,
    Decline,
    EndVisit,
    Entry,
    Knock,
    Leave,
    OutsideView,
    Remove,
    SendChat,
    SendNotice,
    Shown,
    VisitView,
    Welcome,
)
from telesession.domain.room import Room, admitted, evolve
from telesession.domain.view import view
from telesession.live.ice import Ice
from telesession.live.rooms import Rooms
from tests.domain.cast import GUS, PAT, PATS_TABLET, TESS
from tests.fakes import Clock, MemoryLog, PowerCut
from tests.live.browser import Browser

T = TypeVar("T")
PEOPLE = (TESS, PAT, PATS_TABLET, GUS)
people = st.integers(0, len(PEOPLE) - 1)
SELDOM = 12
"""Per cent of the commands that are not everyday ones; the end of the visit is one of five of them."""


class Visit(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.log = MemoryLog()
        self.clock = Clock()
        self.rooms = self.fresh_process()
        self.browsers = [Browser(seat, self.rooms) for seat in PEOPLE]
        self.pending: list[list[AnyCommand]] = [[] for _ in PEOPLE]
        self.acknowledged: dict[tuple[ParticipantId, CommandId], int] = {}
        self.asked = 0

    def teardown(self) -> None:
        try:
            self.everybody_comes_back_and_agrees()
        finally:
            self.loop.close()

    def fresh_process(self) -> Rooms:
        return Rooms(self.log, self.clock, Ice(), _ignore)

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(coroutine)

    @rule(who=people)
    def connect(self, who: int) -> None:
        """Open a socket, also while an older one is still open: a second tab."""
        self.run(self.browsers[who].open())

    @rule(who=people)
    def lose_the_socket_with_all_that_is_on_its_way(self, who: int) -> None:
        self.browsers[who].drop()

    @rule(who=people, whom=people, what=st.integers(0, 100))
    def ask(self, who: int, whom: int, what: int) -> None:
        """Decide to do something; it is sent when there is a socket, and again until it is answered."""
        self.asked += 1
        self.pending[who].append(self.a_command(what, whom))

    def a_command(self, what: int, whom: int) -> AnyCommand:
        own, other = CommandId(f"c{self.asked}"), PEOPLE[whom].participant
        seldom: list[AnyCommand] = [
            Leave(id=own),
            Decline(id=own, participant=other),
            Remove(id=own, participant=other),
            SendNotice(id=own, participant=other, text="5 minutes"),
            EndVisit(id=own),
        ]
        often: list[AnyCommand] = [Knock(id=own), Admit(id=own, participant=other), SendChat(id=own, text="words")]
        return seldom[what % len(seldom)] if what < SELDOM else often[what % len(often)]

    @rule(who=people, which=st.integers(0, 5), answer_is_lost=st.booleans())
    def send(self, who: int, which: int, answer_is_lost: bool) -> None:
        """One of the unanswered commands reaches the server, in any order; the answer may not come back."""
        browser, pending = self.browsers[who], self.pending[who]
        if browser.hub is None or not pending:
            return
        command = pending[which % len(pending)]
        try:
            seq = self.run(browser.hub.command(browser.seat, command))
        except Refused:
            seq = None
        if answer_is_lost:
            return
        pending.remove(command)
        if seq is not None:
            key = (browser.seat.participant, command.id)
            is_written = key in self.written()
            assert is_written or not isinstance(command, SendChat), "a line is never without effect"
            if is_written:
                assert self.acknowledged.setdefault(key, seq) == seq

    @rule(who=people)
    def read(self, who: int) -> None:
        browser = self.browsers[who]
        if browser.outbox is not None:
            self.run(browser.read())

    @precondition(lambda self: any(browser.hub for browser in self.browsers))
    @rule(who=people, between_writing_and_telling=st.booleans())
    def the_process_dies(self, who: int, between_writing_and_telling: bool) -> None:
        browser = self.browsers[who]
        if between_writing_and_telling and browser.hub is not None and self.pending[who]:
            self.log.dies_after_append = True
            with contextlib.suppress(PowerCut, Refused):
                self.run(browser.hub.command(browser.seat, self.pending[who][0]))
            self.log.dies_after_append = False
        self.rooms = self.fresh_process()
        for each in self.browsers:
            each.hub = each.outbox = None
            each.rooms = self.rooms

    @invariant()
    def the_log_is_numbered_without_gaps(self) -> None:
        assert [line.entry.seq for line in self.log.lines] == list(range(1, len(self.log.lines) + 1))

    @invariant()
    def no_command_is_in_the_log_twice(self) -> None:
        ids = [(line.participant, line.command) for line in self.log.lines if line.command is not None]
        assert len(ids) == len(set(ids))

    @invariant()
    def a_person_is_in_the_visit_on_one_device(self) -> None:
        inside = [one.invitation for one in admitted(self.room_of_the_log())]
        assert len(inside) == len(set(inside))

    @invariant()
    def whoever_was_outside_got_nothing_but_their_own_place(self) -> None:
        """Walk through the frames each browser got: while its last view was from outside, nothing else may follow."""
        for browser in self.browsers:
            is_outside = True
            previous = None
            for frame in browser.frames:
                match frame:
                    case Welcome(view=None):
                        pass
                    case Welcome(view=seen) | Shown(view=seen):
                        is_outside = isinstance(seen, OutsideView)
                    case Entry(event=event) if is_outside:
                        assert getattr(event, "participant", None) == browser.seat.participant
                        assert event.__class__.__name__ == "NoticeSent"
                    case _:
                        pass
                if previous is not None and isinstance(frame, Shown | Welcome) and frame.view is not None:
                    came_with_ice = type(previous).__name__ == "IceServers"
                    assert came_with_ice == isinstance(frame.view, VisitView)
                previous = frame

    def everybody_comes_back_and_agrees(self) -> None:
        for who, browser in enumerate(self.browsers):
            self.run(browser.open())
            assert browser.hub is not None
            for command in self.pending[who]:
                with contextlib.suppress(Refused):
                    self.run(browser.hub.command(browser.seat, command))
        truth = self.room_of_the_log()
        for browser in self.browsers:
            self.run(browser.read())
            assert browser.view == view(truth, browser.seat.participant)
        assert self.acknowledged.items() <= self.written().items()

    def written(self) -> dict[tuple[ParticipantId, CommandId], int]:
        return {(line.participant, line.command): line.entry.seq for line in self.log.lines if line.command}

    def room_of_the_log(self) -> Room:
        room = Room()
        for line in self.log.lines:
            room = evolve(room, line.entry)
        return room


async def _ignore(_: VisitId, _seen: Attendance) -> None:
    return None


Visit.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestVisit = Visit.TestCase

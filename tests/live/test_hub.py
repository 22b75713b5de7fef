"""A room while people are in it: written before told, once, and to each what is theirs."""

import asyncio

import pytest

from telesession.domain.attendance import Attendance
from telesession.domain.errors import Refused
from telesession.domain.ids import CommandId, VisitId
from telesession.domain.messages import (
    Admit,
    ChatSent,
    DeviceState,
    Done,
    EndVisit,
    Entry,
    Goodbye,
    IceServers,
    Leave,
    OutsideView,
    Presence,
    Quality,
    QualityReport,
    Reason,
    Remove,
    ReportDevices,
    SendChat,
    Shown,
    SignalFrom,
    Standing,
    VisitView,
    Welcome,
)
from telesession.domain.seats import Seat
from telesession.live.ice import Ice
from telesession.live.outbox import MAX_FRAMES
from telesession.live.ports import NoteAttendance
from telesession.live.rooms import Rooms
from telesession.store.visit_log import Logged
from tests.domain.cast import GUS, PAT, SAM, TESS, VISIT, knock
from tests.fakes import Clock, MemoryLog
from tests.live.browser import Browser


async def command(browser: Browser, asked: object) -> int:
    assert browser.hub is not None
    return await browser.hub.command(browser.seat, asked)  # type: ignore[arg-type]


async def enter(rooms: Rooms, seat: Seat) -> Browser:
    browser = await Browser(seat, rooms).open()
    await command(browser, knock())
    return browser


async def admitted_pair(rooms: Rooms) -> tuple[Browser, Browser]:
    tess, pat = await enter(rooms, TESS), await enter(rooms, PAT)
    await command(tess, Admit(id=CommandId("admit-pat"), participant=PAT.participant))
    await tess.read()
    await pat.read()
    return tess, pat


def chat(n: int, text: str = "Hello") -> SendChat:
    return SendChat(id=CommandId(f"chat-{n}"), text=text)


def report(n: int) -> ReportDevices:
    return ReportDevices(id=CommandId(f"r{n}"), microphone=DeviceState.ON, camera=tuple(DeviceState)[n % 2])


async def test_a_command_is_written_before_anybody_is_told(rooms: Rooms, log: MemoryLog) -> None:
    tess, pat = await admitted_pair(rooms)
    log.is_full = True

    with pytest.raises(Refused, match="storage"):
        await command(tess, chat(1))
    assert await pat.read() == []
    log.is_full = False
    await command(tess, chat(1))
    assert isinstance((await pat.read())[0], Entry)


async def test_a_command_sent_again_is_answered_with_its_first_outcome(rooms: Rooms, log: MemoryLog) -> None:
    tess, pat = await admitted_pair(rooms)

    first = await command(tess, chat(1))
    await command(pat, chat(2))
    assert await command(tess, chat(1)) == first
    assert len([line for line in log.lines if isinstance(line.entry.event, ChatSent)]) == 2


async def test_a_command_sent_again_after_a_restart_has_happened_once(
    rooms: Rooms, log: MemoryLog, clock: Clock
) -> None:
    tess, _ = await admitted_pair(rooms)
    first = await command(tess, chat(1))

    after = await Browser(TESS, Rooms(log, clock, Ice(), _ignore)).open()
    assert await command(after, chat(1)) == first


async def test_two_processes_share_a_visit_by_the_log_alone(rooms: Rooms, log: MemoryLog, clock: Clock) -> None:
    tess, pat = await admitted_pair(rooms)
    elsewhere = await Browser(PAT, Rooms(log, clock, Ice(), _ignore)).open()
    await command(tess, chat(1, "written by the first"))

    await command(elsewhere, chat(2, "written by the second"))
    await elsewhere.read()
    assert isinstance(elsewhere.view, VisitView)
    assert [line.text for line in elsewhere.view.chat] == ["written by the first", "written by the second"]
    del pat


async def test_whoever_waits_hears_nothing_but_their_own_place(rooms: Rooms) -> None:
    tess = await enter(rooms, TESS)
    pat = await enter(rooms, PAT)
    gus = await enter(rooms, GUS)
    await command(tess, Admit(id=CommandId("a"), participant=GUS.participant))
    await command(gus, chat(1, "secret"))
    assert tess.hub is not None
    tess.hub.signal(TESS, PAT.participant, QualityReport(Quality.GOOD))

    frames = await pat.read()

    assert [type(frame) for frame in frames] == [Welcome, Shown, Done]
    assert isinstance(pat.view, OutsideView)
    assert pat.view.standing is Standing.WAITING


async def test_ice_servers_come_with_admission_just_before_the_view(rooms: Rooms) -> None:
    tess, pat = await enter(rooms, TESS), await enter(rooms, PAT)
    await pat.read()
    await command(tess, Admit(id=CommandId("a"), participant=PAT.participant))

    kinds = [type(frame) for frame in await pat.read()]

    assert kinds == [IceServers, Shown, Presence]


async def test_a_signal_passes_between_two_who_are_admitted_and_names_its_sender(rooms: Rooms) -> None:
    tess, pat = await admitted_pair(rooms)
    assert tess.hub is not None

    tess.hub.signal(TESS, PAT.participant, QualityReport(Quality.WEAK))
    assert await pat.read() == [SignalFrom(TESS.participant, QualityReport(Quality.WEAK))]
    tess.hub.signal(SAM, PAT.participant, QualityReport(Quality.WEAK))
    assert await pat.read() == []


async def test_a_newer_tab_takes_the_seat_over_and_the_older_is_told(rooms: Rooms) -> None:
    _, older = await admitted_pair(rooms)
    newer = await Browser(PAT, rooms).open()
    await newer.read()

    assert (await older.read())[-1] == Goodbye(Reason.SUPERSEDED, None)
    assert isinstance(newer.view, VisitView)
    older.drop()
    await command(newer, chat(1))
    assert any(isinstance(frame, Entry) for frame in await newer.read())


async def test_a_page_left_behind_takes_nothing_from_the_one_that_was_opened_later(rooms: Rooms) -> None:
    left, later = Browser(PAT, rooms, opened_ms=1), Browser(PAT, rooms, opened_ms=2)
    await left.open()
    left.drop()  # it cannot be told that there is another page now
    await later.open()

    await left.open()
    await left.read()
    await later.read()
    assert left.saw(Goodbye)
    assert not later.saw(Goodbye)

    left.drop()
    await Browser(PAT, rooms, opened_ms=3).open()
    await later.read()
    assert later.saw(Goodbye)


class StaleLog(MemoryLog):
    """Answers with what it had when it was asked, however long that takes."""

    answers: asyncio.Event | None = None

    async def read(self, visit: VisitId, after: int = 0) -> list[Logged]:
        found = await super().read(visit, after)
        if (answers := self.answers) is not None:
            await answers.wait()
        return found


async def test_a_room_that_changed_while_it_was_read_is_read_on(clock: Clock, when_attended: NoteAttendance) -> None:
    log = StaleLog()
    rooms = Rooms(log, clock, Ice(), when_attended)
    log.answers = asyncio.Event()
    tess = asyncio.create_task(Browser(TESS, rooms).open())
    await asyncio.sleep(0)
    answers, log.answers = log.answers, None
    pat = await Browser(PAT, rooms).open()
    assert pat.hub is not None
    await pat.hub.command(PAT, knock())
    pat.drop()

    answers.set()
    await tess
    back = await Browser(PAT, rooms).open()
    await back.read()
    assert isinstance(back.view, OutsideView)
    assert back.view.standing is Standing.WAITING


async def test_coming_back_gets_the_letters_that_were_missed(rooms: Rooms) -> None:
    tess, pat = await admitted_pair(rooms)
    pat.drop()
    await command(tess, chat(1, "are you there?"))
    await pat.open()

    frames = await pat.read()

    welcome = next(frame for frame in frames if isinstance(frame, Welcome))
    assert welcome.view is None
    assert isinstance(pat.view, VisitView)
    assert [line.text for line in pat.view.chat] == ["are you there?"]


async def test_coming_back_to_other_rights_gets_a_fresh_view(rooms: Rooms) -> None:
    tess, pat = await admitted_pair(rooms)
    pat.drop()
    await command(tess, Remove(id=CommandId("r"), participant=PAT.participant))
    await pat.open()

    frames = await pat.read()

    assert isinstance(pat.view, OutsideView)
    assert frames[-1] == Goodbye(Reason.REMOVED, None)
    assert not any(isinstance(frame, IceServers) for frame in frames)


async def test_a_number_from_the_future_gets_a_fresh_view(rooms: Rooms) -> None:
    _, pat = await admitted_pair(rooms)
    pat.drop()
    pat.seq, pat.view = 999, None
    await pat.open()
    await pat.read()

    assert isinstance(pat.view, VisitView)


async def test_presence_says_who_has_a_socket_open(rooms: Rooms) -> None:
    tess, pat = await admitted_pair(rooms)
    pat.drop()
    assert (await tess.read())[-1] == Presence((TESS.participant,))
    await pat.open()
    assert (await tess.read())[-1] == Presence((TESS.participant, PAT.participant))


async def test_the_end_closes_every_socket_and_the_appointment(rooms: Rooms, ended: list[VisitId]) -> None:
    tess, pat = await admitted_pair(rooms)
    arriving = await Browser(GUS, rooms).open()

    await command(tess, EndVisit(id=CommandId("e")))

    for browser in (tess, pat, arriving):
        frames = await browser.read()
        assert isinstance(browser.view, OutsideView)
        assert browser.view.is_ended
        assert frames[-1] == Goodbye(Reason.ENDED, None)
    assert ended == [VISIT]


async def test_the_appointment_is_closed_before_anybody_is_told_of_the_end(log: MemoryLog, clock: Clock) -> None:
    told: list[object] = []

    async def note(_visit: VisitId, seen: Attendance) -> None:
        if seen.is_ended:
            told.extend(await pat.read())

    tess, pat = await admitted_pair(Rooms(log, clock, Ice(), note))
    await command(tess, EndVisit(id=CommandId("e")))
    assert told == []


async def test_an_end_that_cannot_be_noted_has_happened_all_the_same_and_is_noted_later(
    log: MemoryLog, clock: Clock
) -> None:
    noted: list[VisitId] = []
    is_down = True

    async def note(visit: VisitId, _seen: Attendance) -> None:
        if is_down:
            raise Refused("storage", "We cannot save that right now.")
        noted.append(visit)

    rooms = Rooms(log, clock, Ice(), note)
    tess, pat = await admitted_pair(rooms)
    await command(tess, EndVisit(id=CommandId("e")))

    assert Done(CommandId("e"), len(log.lines)) in await tess.read()
    assert (await pat.read())[-1] == Goodbye(Reason.ENDED, None)
    tess.drop()
    pat.drop()
    is_down = False
    await Browser(TESS, rooms).open()
    assert noted == [VISIT]


async def test_whoever_missed_more_than_the_outbox_holds_gets_a_fresh_view(rooms: Rooms) -> None:
    tess, pat = await admitted_pair(rooms)
    for count, text in ((MAX_FRAMES + 20, "Hello"), (45, "\U0001f600" * 2_000)):
        pat.drop()
        for n in range(count):
            await command(tess, chat(n, text) if count == 45 else report(n))
            await tess.read()
        await pat.open()

        welcome = next(frame for frame in await pat.read() if isinstance(frame, Welcome))
        assert welcome.view is not None
        assert not pat.saw(Goodbye)


async def test_one_person_cannot_fill_the_log(rooms: Rooms, log: MemoryLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("telesession.live.hub.MOST_EVENTS", 10)
    tess, pat = await admitted_pair(rooms)
    for n in range(9):
        await command(pat, report(n))

    with pytest.raises(Refused, match="used_up"):
        await command(pat, report(9))
    assert len([line for line in log.lines if line.participant == PAT.participant]) == 10
    await command(pat, Leave(id=CommandId("l")))
    await command(tess, report(1))


async def test_a_slow_reader_is_closed_and_slows_nobody(rooms: Rooms) -> None:
    tess, pat = await admitted_pair(rooms)
    for n in range(MAX_FRAMES + 1):
        await command(tess, chat(n))
        await tess.read()

    assert await pat.read() == [Goodbye(Reason.SLOW, 0)]
    assert pat.outbox is not None
    assert pat.outbox.closing is Reason.SLOW


async def test_turn_credentials_are_renewed_before_they_expire(log: MemoryLog, clock: Clock) -> None:
    ice = Ice(turn_urls=("turn:turn.example.org",), turn_secret="s" * 32, turn_ttl_s=0)
    rooms = Rooms(log, clock, ice, _ignore)
    tess = await enter(rooms, TESS)
    await tess.read()
    assert tess.outbox is not None

    await anext(aiter(tess.outbox))  # the next frame is a renewal, without anybody doing anything

    tess.drop()


async def test_draining_sends_everybody_away_to_come_back(rooms: Rooms) -> None:
    _, pat = await admitted_pair(rooms)
    tess = await Browser(TESS, rooms).open()
    leaving = rooms.drain()
    pat_and_tess = (pat, tess)

    async def read_and_go() -> None:
        for browser in pat_and_tess:
            last = (await browser.read())[-1]
            assert isinstance(last, Goodbye)
            assert last.reason is Reason.DRAINING
            assert last.retry_after_ms is not None
            browser.drop()

    await asyncio.gather(leaving, read_and_go())
    late = await Browser(PAT, rooms).open()
    assert [type(frame) for frame in await late.read()] == [Goodbye]


async def test_whoever_is_on_the_way_in_when_draining_begins_is_sent_away_too(rooms: Rooms, log: MemoryLog) -> None:
    log.opens = asyncio.Event()
    pat = Browser(PAT, rooms)
    entering = asyncio.create_task(pat.open())
    await asyncio.sleep(0)
    await rooms.drain()
    log.opens.set()
    await entering

    last = (await pat.read())[-1]
    assert isinstance(last, Goodbye)
    assert last.reason is Reason.DRAINING


async def test_an_empty_room_is_forgotten_and_found_again_in_its_log(rooms: Rooms) -> None:
    tess, pat = await admitted_pair(rooms)
    await command(tess, chat(1, "still here"))
    tess.drop()
    pat.drop()
    assert rooms.visits == 0

    pat.seq = None
    await pat.open()
    await pat.read()
    assert isinstance(pat.view, VisitView)
    assert [line.text for line in pat.view.chat] == ["still here"]


async def test_leaving_is_told_to_the_others_and_the_way_back_is_open(rooms: Rooms) -> None:
    tess, pat = await admitted_pair(rooms)
    await command(pat, Leave(id=CommandId("l")))
    await tess.read()
    await pat.read()
    assert isinstance(tess.view, VisitView)
    assert isinstance(pat.view, OutsideView)
    assert pat.view.standing is Standing.LEFT

    await command(pat, knock(2))
    await pat.read()
    assert isinstance(pat.view, VisitView)


async def _ignore(_: VisitId, _seen: Attendance) -> None:
    return None


async def test_events_happen_at_whole_milliseconds_since_browsers_know_no_finer(
    rooms: Rooms, log: MemoryLog, clock: Clock
) -> None:
    clock.now = clock.now.replace(microsecond=123_999)
    await enter(rooms, TESS)

    assert {line.entry.at.microsecond for line in log.lines} == {123_000}

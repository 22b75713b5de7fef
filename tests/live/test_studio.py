"""A recorder for whoever wants one, again when it dies, and nobody is told that a visit is recorded when it is not."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

import pytest
from msgspec import Struct

from telesession.domain.consent import Part, current
from telesession.domain.errors import Refused
from telesession.domain.ids import CommandId, VisitId
from telesession.domain.messages import (
    Admit,
    AnswerRecording,
    AskRecording,
    BeginPart,
    Fault,
    PauseReason,
    Purpose,
    Recording,
    RecordingAnswered,
    RecordingAsked,
    RecordingEnded,
    RecordingPartBegan,
    RecordingState,
    Standing,
    StopRecording,
    VisitView,
)
from telesession.domain.room import Room, standing_of
from telesession.domain.seats import Seat
from telesession.live.hub import Hub
from telesession.live.ice import Ice
from telesession.live.ports import NoteAttendance, PlaceOf
from telesession.live.rooms import Rooms
from telesession.live.studio import Patience, Studio
from telesession.store.visit_log import Logged
from tests.domain.cast import PAT, REC, TESS, VISIT, knock
from tests.fakes import Booth, Clock, MemoryLog
from tests.live.browser import Browser

SOON = Patience(restarts_s=(0.0, 0.0), steady_s=0.0, grace_s=0.0)


class Taken(Struct, frozen=True):
    seat: Seat
    browser_key: str


class Notes:
    """What the studio had kept."""

    def __init__(self) -> None:
        self.kept: list[Logged] = []
        self.is_full = False
        self.opens: asyncio.Event | None = None
        """While it is not set, whoever has something kept waits."""

    async def __call__(self, _room: Room, visit: VisitId, lines: Sequence[Logged], _place_of: PlaceOf) -> None:
        assert visit == VISIT
        if self.opens is not None:
            await self.opens.wait()
        if self.is_full:
            raise Refused("storage", "The disk is full.")
        self.kept += lines

    @property
    def kinds(self) -> list[type]:
        return [type(line.entry.event) for line in self.kept]


async def find_seat(visit: VisitId, _number: int) -> Taken:
    assert visit == VISIT
    return Taken(REC, "k" * 43)


@pytest.fixture
def booth() -> Booth:
    return Booth()


@pytest.fixture
def notes() -> Notes:
    return Notes()


Opens = Callable[[], Rooms]


@pytest.fixture
async def opens(
    booth: Booth, notes: Notes, log: MemoryLog, clock: Clock, when_attended: NoteAttendance
) -> AsyncIterator[Opens]:
    """A process of the service, over the same log each time."""
    studios: list[Studio] = []

    def one() -> Rooms:
        studios.append(Studio(booth, find_seat, notes, 30, SOON))
        return Rooms(log, clock, Ice(), when_attended, studio=studios[-1])

    yield one
    for studio in studios:
        await studio.close()


@pytest.fixture
def rooms(opens: Opens) -> Rooms:
    return opens()


def hub_of(browser: Browser) -> Hub:
    assert browser.hub is not None
    return browser.hub


def recording_of(browser: Browser) -> Recording:
    recording = hub_of(browser).room.recording
    assert recording is not None
    return recording


async def enter(rooms: Rooms, seat: Seat) -> Browser:
    browser = await Browser(seat, rooms).open()
    await hub_of(browser).command(seat, knock(hub_of(browser).room.seq))
    return browser


async def agreed_pair(rooms: Rooms) -> tuple[Browser, Browser]:
    """Tess and Pat, who have agreed to be recorded."""
    tess, pat = await enter(rooms, TESS), await enter(rooms, PAT)
    hub = hub_of(tess)
    await hub.command(TESS, Admit(id=CommandId("admit"), participant=PAT.participant))
    await hub.command(TESS, AskRecording(id=CommandId(f"ask-{hub.room.seq}"), purpose=Purpose.MOVEMENT))
    await agree(hub)
    return tess, pat


async def agree(hub: Hub, *, is_agreed: bool = True) -> None:
    number = hub.room.recording.number if hub.room.recording else 0
    own = CommandId(f"answer-{hub.room.seq}")
    version = current(Part.RECORDING).version
    answer = AnswerRecording(id=own, recording=number, is_agreed=is_agreed, text_version=version, language="en")
    await hub.command(PAT, answer)


async def begin(recorder: Browser) -> None:
    number = recording_of(recorder).number
    await hub_of(recorder).command(REC, BeginPart(id=CommandId(f"b-{hub_of(recorder).room.seq}"), recording=number))


async def until_not(browser: Browser, state: RecordingState) -> None:
    """Until this browser has been told that it stands like this no more."""
    async with asyncio.timeout(5):
        while not isinstance(browser.view, VisitView) or getattr(browser.view.recording, "state", None) is state:
            await browser.read()
            await asyncio.sleep(0)


async def until(browser: Browser, state: RecordingState, pause: PauseReason | None = None) -> Recording:
    """The recording, once this browser has been told that it stands like this."""
    async with asyncio.timeout(5):
        while True:
            await browser.read()
            recording = browser.view.recording if isinstance(browser.view, VisitView) else None
            if recording is not None and (recording.state, recording.pause) == (state, pause):
                return recording
            await asyncio.sleep(0)


async def test_a_recorder_is_sent_for_when_everybody_has_agreed_and_not_before(rooms: Rooms, booth: Booth) -> None:
    tess, pat = await enter(rooms, TESS), await enter(rooms, PAT)
    hub = hub_of(tess)
    await hub.command(TESS, Admit(id=CommandId("admit"), participant=PAT.participant))
    await hub.command(TESS, AskRecording(id=CommandId("ask"), purpose=Purpose.TEACHING))
    await asyncio.sleep(0)
    assert booth.orders.empty()

    await agree(hub)
    order = await booth.orders.get()
    assert (order.visit, order.participant, order.purpose, order.keep_days) == (VISIT, REC.participant, "teaching", 30)
    assert order.recording == recording_of(pat).number
    assert "kkk" not in repr(order)


async def test_a_recorder_that_dies_is_told_and_another_one_comes(rooms: Rooms, booth: Booth) -> None:
    _, pat = await agreed_pair(rooms)
    await booth.orders.get()
    recorder = await enter(rooms, REC)
    await begin(recorder)
    await until(pat, RecordingState.RUNNING)

    recorder.drop()
    booth.end()
    await until(pat, RecordingState.READY, PauseReason.RECORDER_LOST)
    await booth.orders.get()
    recorder = await enter(rooms, REC)
    await begin(recorder)
    assert (await until(pat, RecordingState.RUNNING)).parts == 2


async def test_a_recorder_that_dies_while_its_beginning_is_still_being_noted_is_told_all_the_same(
    rooms: Rooms, booth: Booth, notes: Notes
) -> None:
    _, pat = await agreed_pair(rooms)
    await booth.orders.get()
    recorder = await enter(rooms, REC)
    notes.opens = asyncio.Event()
    beginning = asyncio.create_task(begin(recorder))
    await until(pat, RecordingState.RUNNING)

    recorder.drop()
    try:
        await until(pat, RecordingState.READY, PauseReason.RECORDER_LOST)
        assert not beginning.done()
    finally:
        notes.opens.set()
        await beginning
    assert RecordingPartBegan in notes.kinds


async def test_a_recorder_whose_process_has_ended_is_lost_also_while_its_socket_is_not_known_to_be_closed(
    rooms: Rooms, booth: Booth
) -> None:
    _, pat = await agreed_pair(rooms)
    await booth.orders.get()
    await begin(await enter(rooms, REC))
    await until(pat, RecordingState.RUNNING)

    booth.end()
    await until(pat, RecordingState.READY, PauseReason.RECORDER_LOST)


async def test_a_recorder_that_hangs_is_lost_until_it_gives_a_sign_of_life_and_comes_back(
    rooms: Rooms, booth: Booth
) -> None:
    _, pat = await agreed_pair(rooms)
    await booth.orders.get()
    recorder = await enter(rooms, REC)
    await begin(recorder)
    await until(pat, RecordingState.RUNNING)

    booth.be_silent(is_silent=True)
    await until(pat, RecordingState.READY, PauseReason.RECORDER_LOST)
    booth.be_silent(is_silent=False)
    await hub_of(recorder).command(REC, knock(hub_of(recorder).room.seq))
    await begin(recorder)
    assert (await until(pat, RecordingState.RUNNING)).parts == 2
    assert booth.orders.empty(), "it is the same one"


async def test_recorders_that_begin_and_die_at_once_are_given_up_the_last_of_them_alone_in_their_process(
    booth: Booth, notes: Notes, log: MemoryLog, clock: Clock, when_attended: NoteAttendance
) -> None:
    studio = Studio(booth, find_seat, notes, 30, Patience(restarts_s=(0.0, 0.0)))
    rooms = Rooms(log, clock, Ice(), when_attended, studio=studio)
    _, pat = await agreed_pair(rooms)
    alone = []
    for _ in range(3):
        alone.append((await booth.orders.get()).is_alone)
        recorder = await enter(rooms, REC)
        await begin(recorder)
        await until(pat, RecordingState.RUNNING)
        recorder.drop()
        booth.end()
        await until_not(pat, RecordingState.RUNNING)

    ended = await until(pat, RecordingState.ENDED)
    assert (ended.fault, ended.parts, alone) == (Fault.RECORDER_FAILED, 3, [False, False, True])
    await studio.close()


async def test_a_recorder_that_never_manages_to_begin_is_given_up_and_everybody_is_told(
    rooms: Rooms, booth: Booth
) -> None:
    booth.is_broken = True
    _, pat = await agreed_pair(rooms)

    assert (await until(pat, RecordingState.ENDED)).fault is Fault.RECORDER_FAILED
    assert booth.orders.qsize() == 3


async def test_a_recorder_that_does_not_go_by_itself_is_stopped(rooms: Rooms, booth: Booth) -> None:
    tess, pat = await agreed_pair(rooms)
    order = await booth.orders.get()
    recorder = await enter(rooms, REC)
    await begin(recorder)

    await hub_of(tess).command(TESS, StopRecording(id=CommandId("stop"), recording=order.recording))
    await until(pat, RecordingState.ENDED)
    async with asyncio.timeout(5):
        assert await booth.stopped.get() == order
    assert standing_of(hub_of(tess).room, REC.participant) is Standing.REMOVED


async def test_the_next_recording_gets_a_recorder_too(rooms: Rooms, booth: Booth) -> None:
    tess, _ = await agreed_pair(rooms)
    order = await booth.orders.get()
    hub = hub_of(tess)
    await hub.command(TESS, StopRecording(id=CommandId("stop"), recording=order.recording))
    await hub.command(TESS, AskRecording(id=CommandId("again"), purpose=Purpose.MOVEMENT))
    await agree(hub)

    async with asyncio.timeout(5):
        assert (await booth.orders.get()).recording > order.recording


async def test_after_a_crash_of_the_service_nobody_is_told_that_it_records(opens: Opens, booth: Booth) -> None:
    rooms = opens()
    await agreed_pair(rooms)
    await booth.orders.get()
    await begin(await enter(rooms, REC))

    pat = await Browser(PAT, opens()).open()
    await until(pat, RecordingState.READY, PauseReason.RECORDER_LOST)
    async with asyncio.timeout(5):
        await booth.orders.get()


async def test_when_everybody_has_lost_their_line_the_recorder_does_not_stay(rooms: Rooms, booth: Booth) -> None:
    tess, pat = await agreed_pair(rooms)
    await booth.orders.get()
    recorder = await enter(rooms, REC)
    await begin(recorder)
    tess.drop()
    pat.drop()
    recorder.drop()

    async with asyncio.timeout(5):
        await booth.stopped.get()


async def test_without_any_therapist_connected_it_pauses_until_one_is_back(
    booth: Booth, notes: Notes, log: MemoryLog, clock: Clock, when_attended: NoteAttendance
) -> None:
    studio = Studio(booth, find_seat, notes, 30, Patience(unattended_s=0.0))
    rooms = Rooms(log, clock, Ice(), when_attended, studio=studio)
    tess, pat = await agreed_pair(rooms)
    await booth.orders.get()
    await begin(await enter(rooms, REC))
    await until(pat, RecordingState.RUNNING)

    tess.drop()
    await until(pat, RecordingState.WAITING, PauseReason.THERAPIST_LEFT)
    assert standing_of(hub_of(pat).room, TESS.participant) is Standing.ADMITTED, "whose pictures may well go on"
    await Browser(TESS, rooms).open()
    await until(pat, RecordingState.READY)
    await studio.close()


async def test_a_therapist_who_loads_the_page_again_interrupts_nothing(rooms: Rooms, booth: Booth) -> None:
    tess, pat = await agreed_pair(rooms)
    await booth.orders.get()
    await begin(await enter(rooms, REC))
    await until(pat, RecordingState.RUNNING)

    tess.drop()
    for _ in range(50):
        await asyncio.sleep(0)
    await Browser(TESS, rooms).open()
    assert recording_of(pat).state is RecordingState.RUNNING


async def test_closing_the_studio_stops_its_recorders(
    booth: Booth, notes: Notes, log: MemoryLog, clock: Clock, when_attended: NoteAttendance
) -> None:
    studio = Studio(booth, find_seat, notes, 30, SOON)
    await agreed_pair(Rooms(log, clock, Ice(), when_attended, studio=studio))
    order = await booth.orders.get()

    await studio.close()
    assert booth.stopped.get_nowait() == order


async def test_what_could_not_be_kept_is_kept_with_what_comes_next(rooms: Rooms, notes: Notes) -> None:
    notes.is_full = True
    tess, _ = await agreed_pair(rooms)
    assert notes.kept == []

    notes.is_full = False
    number = recording_of(tess).number
    await hub_of(tess).command(TESS, StopRecording(id=CommandId("stop"), recording=number))
    assert RecordingAsked in notes.kinds
    assert RecordingAnswered in notes.kinds
    assert notes.kinds[-1] is RecordingEnded


async def test_a_clinic_without_a_studio_records_nothing(
    log: MemoryLog, clock: Clock, when_attended: NoteAttendance
) -> None:
    rooms = Rooms(log, clock, Ice(), when_attended)
    with pytest.raises(Refused) as refused:
        await agreed_pair(rooms)
    assert refused.value.code == "recording_off"

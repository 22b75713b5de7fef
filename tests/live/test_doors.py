"""Invitations are taken back while people are in: who is told what, and what becomes of the room."""

import asyncio
from collections.abc import Mapping, Sequence

from telesession.domain.errors import Refused
from telesession.domain.ids import CommandId, ParticipantId, VisitId
from telesession.domain.messages import Admit, Goodbye, Lateness, Left, Reason, SendChat, Standing, VisitView
from telesession.live import doors
from telesession.live.rooms import Rooms
from tests.domain.cast import GUS, PAT, TESS, VISIT, knock
from tests.fakes import MemoryLog
from tests.live.browser import Browser


async def in_visit(rooms: Rooms) -> tuple[Browser, Browser]:
    tess, pat = await Browser(TESS, rooms).open(), await Browser(PAT, rooms).open()
    for browser in (tess, pat):
        assert browser.hub is not None
        await browser.hub.command(browser.seat, knock())
    assert tess.hub is not None
    await tess.hub.command(TESS, Admit(id=CommandId("a"), participant=PAT.participant))
    await tess.read()
    await pat.read()
    return tess, pat


async def test_whoever_is_shut_out_is_told_why_and_the_others_see_them_leave(rooms: Rooms) -> None:
    tess, pat = await in_visit(rooms)

    await rooms.shut_out({PAT.participant: Reason.REVOKED})

    assert (await pat.read())[-1] == Goodbye(Reason.REVOKED, None)
    await tess.read()
    assert isinstance(tess.view, VisitView)
    assert {one.id: one.standing for one in tess.view.participants}[PAT.participant] is Standing.LEFT
    assert tess.outbox is not None
    assert tess.outbox.closing is None


async def test_whoever_lost_their_socket_leaves_the_room_all_the_same(rooms: Rooms, log: MemoryLog) -> None:
    """Their media may still run, and the others' browsers end it when they hear of the leaving."""
    tess, pat = await in_visit(rooms)
    pat.drop()

    for _ in range(3):
        await rooms.shut_out({PAT.participant: Reason.REVOKED})

    assert [line.entry.event for line in log.lines[-2:]][-1] == Left(PAT.participant)
    assert sum(isinstance(line.entry.event, Left) for line in log.lines) == 1
    del tess


async def test_nobody_can_have_left_beforehand(rooms: Rooms, log: MemoryLog) -> None:
    """What was done once under an id is not done again, so an id that the service uses has to be nobody's to guess."""
    _, pat = await in_visit(rooms)
    assert pat.hub is not None
    for ahead in range(1, 4):
        said = SendChat("Goodbye", id=CommandId(f"shut-out-{pat.hub.room.seq + ahead}"))
        await pat.hub.command(PAT, said)

    await rooms.shut_out({PAT.participant: Reason.REVOKED})
    assert log.lines[-1].entry.event == Left(PAT.participant)


async def test_whoever_has_not_knocked_is_shut_out_too_and_leaves_no_trace(rooms: Rooms, log: MemoryLog) -> None:
    await in_visit(rooms)
    gus = await Browser(GUS, rooms).open()
    lines = len(log.lines)

    await rooms.shut_out({GUS.participant: Reason.CANCELLED})

    assert (await gus.read())[-1] == Goodbye(Reason.CANCELLED, None)
    assert len(log.lines) == lines


async def test_a_full_disk_keeps_nobody_in_and_the_leaving_is_noted_later(rooms: Rooms, log: MemoryLog) -> None:
    _, pat = await in_visit(rooms)
    log.is_full = True
    await rooms.shut_out({PAT.participant: Reason.REVOKED})
    assert (await pat.read())[-1] == Goodbye(Reason.REVOKED, None)

    log.is_full = False
    await rooms.shut_out({PAT.participant: Reason.REVOKED})
    assert log.lines[-1].entry.event == Left(PAT.participant)


async def test_a_patient_who_is_erased_this_moment_stops_nobody_who_watches_the_doors(
    rooms: Rooms, log: MemoryLog
) -> None:
    _, pat = await in_visit(rooms)
    log.is_erased = True

    await rooms.shut_out({PAT.participant: Reason.CANCELLED})

    assert (await pat.read())[-1] == Goodbye(Reason.CANCELLED, None)


async def test_the_watch_asks_about_open_visits_only_and_outlives_a_database_that_is_away(rooms: Rooms) -> None:
    asked: list[Sequence[VisitId]] = []
    third = asyncio.Event()

    async def list_shut_out(visits: Sequence[VisitId]) -> Mapping[ParticipantId, Reason]:
        asked.append(visits)
        if len(asked) == 1:
            raise Refused("storage", "We cannot look that up right now.")
        if len(asked) == 3:
            third.set()
        return {PAT.participant: Reason.CANCELLED}

    watching = asyncio.create_task(doors.watch(rooms, list_shut_out, every_s=0))
    for _ in range(20):
        await asyncio.sleep(0)
    assert asked == [], "nobody is here"
    _, pat = await in_visit(rooms)
    async with asyncio.timeout(5):
        await third.wait()
    watching.cancel()

    assert asked[0] == [VISIT]
    assert (await pat.read())[-1] == Goodbye(Reason.CANCELLED, None)


async def test_whoever_waits_is_told_how_late_the_therapist_is_until_the_visit_begins(rooms: Rooms) -> None:
    tess, pat = await Browser(TESS, rooms).open(), await Browser(PAT, rooms).open()
    for browser in (tess, pat):
        assert browser.hub is not None
        await browser.hub.command(browser.seat, knock())
        await browser.read()

    for minutes in (10, 10, 20):
        rooms.note_late({VISIT: minutes})
    assert lateness(await pat.read()) == [10, 20]

    pat.drop()
    await pat.open()
    assert lateness(await pat.read()) == [20], "it is known to whoever comes back"

    gus = await Browser(GUS, rooms).open()
    assert tess.hub is not None
    await tess.hub.command(TESS, Admit(id=CommandId("a"), participant=PAT.participant))
    rooms.note_late({VISIT: 20})
    assert lateness(await gus.read()) == [20, 0]
    assert lateness(await tess.read()) == lateness(await pat.read()) == []


def lateness(frames: Sequence[object]) -> list[int]:
    return [frame.minutes for frame in frames if isinstance(frame, Lateness)]

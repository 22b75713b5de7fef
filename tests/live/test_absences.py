"""Somebody who waits closes the page, or loses their line: when the room counts them as gone, and as back."""

import pytest

from telesession.domain.attendance import attendance
from telesession.domain.errors import Refused
from telesession.domain.ids import VisitId
from telesession.domain.messages import CameBack, SendNotice, Standing, VisitView, WentAway
from telesession.domain.room import Room
from telesession.live.absences import GRACE_S, Absences
from telesession.live.ice import Ice
from telesession.live.ports import NoteAttendance
from telesession.live.rooms import Rooms
from tests.domain.cast import GUS, PAT, TESS, VISIT, knock
from tests.fakes import Clock, MemoryLog
from tests.live.browser import Browser


class Watch:
    """Looks at moments that a test chooses. Like the schedule, it knows who waited when the last process ended."""

    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms
        self.now_s = 0.0
        self.is_away = False
        self.absences = Absences(rooms, self._list_waiting, lambda: self.now_s)

    async def _list_waiting(self) -> list[VisitId]:
        if self.is_away:
            raise Refused("storage", "We cannot look that up right now.")
        room = await self.rooms.look_into(VISIT)
        return [VISIT] if attendance(room).waiting_since else []

    async def at(self, now_s: float) -> Room:
        self.now_s = now_s
        await self.absences.look()
        return await self.rooms.look_into(VISIT)


async def arrive(browser: Browser) -> Browser:
    await browser.open()
    assert browser.hub is not None
    await browser.hub.command(browser.seat, knock())
    return browser


async def come_back(browser: Browser) -> None:
    """What the socket does."""
    await browser.open()
    assert browser.hub is not None
    await browser.hub.note_absences()


def away(log: MemoryLog) -> list[type]:
    return [type(line.entry.event) for line in log.lines if isinstance(line.entry.event, WentAway | CameBack)]


async def test_whoever_waits_and_is_gone_for_longer_than_the_grace_waits_no_longer(rooms: Rooms) -> None:
    pat, watch = await arrive(Browser(PAT, rooms)), Watch(rooms)
    pat.drop()

    assert attendance(await watch.at(0)).waiting_since is not None
    assert attendance(await watch.at(GRACE_S - 1)).waiting_since is not None
    gone = attendance(await watch.at(GRACE_S))
    assert gone.waiting_since is None
    assert gone.away_since is not None


async def test_a_page_that_is_loaded_again_is_never_gone(rooms: Rooms, log: MemoryLog) -> None:
    pat, watch = await arrive(Browser(PAT, rooms)), Watch(rooms)
    for now_s in range(0, 200, 20):
        pat.drop()
        await watch.at(now_s)
        await pat.open()
        await watch.at(now_s + GRACE_S / 2)

    assert away(log) == []


async def test_who_comes_back_waits_as_long_as_before_and_knocks_not_again(
    rooms: Rooms, log: MemoryLog, clock: Clock
) -> None:
    tess, pat, watch = await arrive(Browser(TESS, rooms)), await arrive(Browser(PAT, rooms)), Watch(rooms)
    assert tess.hub is not None
    await tess.hub.command(TESS, SendNotice(id=knock(9).id, participant=PAT.participant, text="Soon."))
    before = attendance(tess.hub.room)
    pat.drop()
    await watch.at(0)
    clock.pass_by(minutes=1)
    await watch.at(60)
    await tess.read()
    assert isinstance(tess.view, VisitView)
    [seen] = [one for one in tess.view.participants if one.id == PAT.participant]
    assert (seen.standing, seen.away_since) == (Standing.WAITING, clock()), "the therapist sees who is no longer there"

    await come_back(pat)

    assert attendance(tess.hub.room) == before
    assert [one.text for one in tess.hub.room.participants[PAT.participant].notices] == ["Soon."]
    assert away(log) == [WentAway, CameBack]
    await watch.at(200)
    assert away(log) == [WentAway, CameBack], "nothing is written while nothing changes"


async def test_a_guest_is_gone_like_a_patient_while_somebody_is_there_to_see_it(rooms: Rooms) -> None:
    await arrive(Browser(TESS, rooms))
    gus, watch = await arrive(Browser(GUS, rooms)), Watch(rooms)
    gus.drop()
    await watch.at(0)

    assert (await watch.at(GRACE_S)).participants[GUS.participant].away_since is not None


async def test_a_new_process_knows_who_was_gone_and_finds_who_does_not_come_back(
    rooms: Rooms, log: MemoryLog, clock: Clock, when_attended: NoteAttendance
) -> None:
    pat = await arrive(Browser(PAT, rooms))
    del pat  # their page stays open as long as the process lives
    later = Watch(Rooms(log, clock, Ice(), when_attended))

    assert attendance(await later.at(0)).waiting_since is not None, "there is the same grace to come back"
    assert attendance(await later.at(GRACE_S)).away_since is not None
    last = Watch(Rooms(log, clock, Ice(), when_attended))
    assert attendance(await last.at(0)).away_since is not None
    await come_back(Browser(PAT, last.rooms))
    assert attendance(await last.at(1)).waiting_since is not None


@pytest.mark.parametrize("trouble", ["is_full", "is_erased"])
async def test_what_cannot_be_written_now_is_tried_again(rooms: Rooms, log: MemoryLog, trouble: str) -> None:
    pat, watch = await arrive(Browser(PAT, rooms)), Watch(rooms)
    await arrive(Browser(TESS, rooms))
    pat.drop()
    await watch.at(0)
    setattr(log, trouble, True)
    watch.is_away = True
    await watch.at(GRACE_S)
    assert away(log) == []

    setattr(log, trouble, False)
    await watch.at(GRACE_S + 5)
    assert away(log) == [WentAway]

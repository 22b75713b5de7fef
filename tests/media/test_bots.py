"""A whole visit without a browser: virtual therapist and patient through the real service, by the public protocol."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession

from telesession.domain.dosage import Dosage
from telesession.domain.ids import ParticipantId
from telesession.domain.messages import (
    AnySignal,
    ClockPong,
    ConnectionWanted,
    Reason,
    SendChat,
    ServerFrame,
    VisitView,
)
from telesession.media.bots import PHONE, WHERE, Bot, VirtualPatient, VirtualTherapist
from telesession.media.loss import NO_LOSS, Loss
from telesession.media.patient import BACK, NO_ID, Away
from telesession.media.peer import Peers
from telesession.media.therapist import Prescribed
from telesession.media.wire import Line, Place, open_session, take_seat
from tests.browser.clinic import Clinic, ClinicProcess, opened
from tests.domain.cast import NOON, PAT
from tests.media.test_patient import room
from tests.network.coturn import OPEN_TO_LOOPBACK, Coturn

LIMIT_S = 30
ASKS = {"TELESESSION_ASKS_WHERE_PATIENTS_ARE": "true", "TELESESSION_ASKS_FOR_CONSENT": "true"}
PONG = ClockPong(0, 0, 0)
NOWHERE = Place(PAT.participant, "", "", "", NOON, 0)
ONE_SHORT_SET = (Prescribed("sit-to-stand", 1, Dosage(sets=1, reps=1, tempo=1.5)),)


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Coturn]:
    running = Coturn(tmp_path, OPEN_TO_LOOPBACK)
    yield running
    running.stop()


def exertions(tess: Bot) -> list[tuple[str, int]]:
    """The sets of which the therapist knows how they were."""
    view = tess.line.view
    said = view.practice.exertions if isinstance(view, VisitView) else ()
    return [(one.exercise, one.set) for one in said if one.pain is not None and one.effort is not None]


def chat(bot: Bot) -> list[str]:
    view = bot.line.view
    return [line.text for line in view.chat] if isinstance(view, VisitView) else []


@asynccontextmanager
async def pair(
    clinic: Clinic, plan: tuple[Prescribed, ...] = (), ends_after_s: float | None = None, loss: Loss = NO_LOSS
) -> AsyncIterator[tuple[VirtualTherapist, VirtualPatient]]:
    """Both, with their seats taken."""
    async with open_session() as tess, open_session() as pat:
        therapist = VirtualTherapist(tess, await take_seat(tess, clinic.therapist), plan, ends_after_s)
        patient = VirtualPatient(pat, await take_seat(pat, clinic.patient, WHERE, PHONE), loss=loss)
        yield therapist, patient


async def test_a_whole_visit_on_a_line_that_loses_packets_in_bursts(tmp_path: Path) -> None:
    bad_line = Loss(5, burst=2)
    async with (
        opened(tmp_path, ASKS) as clinic,
        pair(clinic, ONE_SHORT_SET, loss=bad_line) as (tess, pat),
        asyncio.timeout(LIMIT_S),
    ):
        visit = asyncio.gather(tess.run(), pat.run())
        await tess.until(lambda: bool(exertions(tess)))
        assert exertions(tess) == [("sit-to-stand", 1)]
        assert chat(tess) == ["Hello! I can see and hear you."]
        came, lost = await pat.peers.packets()
        assert set(await visit) == {Reason.ENDED}

    assert 0.02 < lost / (lost + came) < 0.1
    for bot in (tess, pat):
        assert bot.refusals == []
        assert bot.seen.pictures > 5
        assert bot.seen.sounds > 50


async def write(bot: Bot, text: str) -> None:
    await bot.line.ask(SendChat(text, id=NO_ID))


async def sees_pictures(bot: Bot) -> None:
    """More come from now on."""
    goal = bot.seen.pictures + 5
    await bot.until(lambda: bot.seen.pictures >= goal)


@pytest.mark.slow
async def test_two_programs_meet_by_the_relay_where_everything_else_is_refused(relay: Coturn, tmp_path: Path) -> None:
    async with (
        opened(tmp_path, relay.settings) as clinic,
        pair(clinic, ends_after_s=600) as (tess, pat),
        asyncio.timeout(LIMIT_S),
    ):
        visit = asyncio.gather(tess.run(), pat.run())
        await sees_pictures(tess)
        await sees_pictures(pat)
        visit.cancel()


class EndingLine(Line):
    """A line to nobody: it notes what is said while it is open, and brings one more frame while it closes."""

    def __init__(self, http: ClientSession, hear: Callable[[ServerFrame], None]) -> None:
        super().__init__(http, NOWHERE, hear)
        self.view = room()
        self.hear, self.said = hear, asyncio.Queue[AnySignal]()
        self.is_up = True

    def signal(self, to: ParticipantId, signal: AnySignal) -> bool:  # noqa: ARG002  there is one other
        if self.is_up:
            self.said.put_nowait(signal)
        return self.is_up

    async def drop(self, for_s: float) -> None:  # noqa: ARG002  the test has it come back
        self.is_up = False
        self.hear(PONG)
        await asyncio.sleep(0)


async def test_whatever_comes_while_it_hangs_up_the_patient_asks_for_pictures_at_once_when_it_is_back() -> None:
    async with open_session() as http, asyncio.timeout(LIMIT_S):
        pat = VirtualPatient(http, NOWHERE)
        pat.line = line = EndingLine(http, pat._hear)
        pat.peers = Peers(pat, line.signal, lambda: 1)
        line.hear(PONG)
        assert await line.said.get() == ConnectionWanted(0)

        await pat._act(Away(1.0))
        line.is_up = True
        line.hear(PONG)
        await asyncio.sleep(0)
        assert line.said.get_nowait() == ConnectionWanted(0)
        await pat.peers.close()


@pytest.mark.long
async def test_both_come_back_after_a_drop_and_after_a_killed_service_with_nothing_lost(tmp_path: Path) -> None:
    clinic = await ClinicProcess(tmp_path).start()
    async with pair(clinic, ends_after_s=600) as (tess, pat), asyncio.timeout(2 * LIMIT_S):
        visit = asyncio.gather(tess.run(), pat.run())
        await sees_pictures(tess)
        await write(tess, "Please drop")
        await tess.until(lambda: BACK in chat(tess))
        await sees_pictures(tess)
        await sees_pictures(pat)

        await clinic.kill()
        asked = asyncio.create_task(write(tess, "Are you ready?"))
        await sees_pictures(tess)
        await clinic.start()
        await asked
        await tess.until(lambda: "Yes, I am ready." in chat(tess))
        assert chat(tess).count("Are you ready?") == 1
        await sees_pictures(pat)

        visit.cancel()
        await clinic.stop()

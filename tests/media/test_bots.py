"""A whole visit without a browser: virtual therapist and patient through the real service, by the public protocol."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from telesession.domain.dosage import Dosage
from telesession.domain.messages import Reason, SendChat, VisitView
from telesession.media.bots import PHONE, WHERE, Bot, VirtualPatient, VirtualTherapist
from telesession.media.loss import NO_LOSS, Loss
from telesession.media.patient import BACK, NO_ID
from telesession.media.therapist import Prescribed
from telesession.media.wire import open_session, take_seat
from tests.browser.clinic import Clinic, ClinicProcess, opened
from tests.network.coturn import OPEN_TO_LOOPBACK, Coturn

LIMIT_S = 30
ASKS = {"TELESESSION_ASKS_WHERE_PATIENTS_ARE": "true", "TELESESSION_ASKS_FOR_CONSENT": "true"}
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

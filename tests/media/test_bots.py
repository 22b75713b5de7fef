"""A whole visit without a browser: virtual therapist and patient through the real service, by the public protocol."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from telesession.domain.dosage import Dosage
from telesession.domain.messages import Reason, VisitView
from telesession.media.bots import PHONE, WHERE, Bot, VirtualPatient, VirtualTherapist
from telesession.media.loss import Loss
from telesession.media.therapist import Prescribed
from telesession.media.wire import open_session, take_seat
from tests.browser.clinic import opened

LIMIT_S = 30
ONE_SHORT_SET = (Prescribed("sit-to-stand", 1, Dosage(sets=1, reps=1, tempo=1.5)),)


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
    folder: Path, plan: tuple[Prescribed, ...] = (), loss: Loss | None = None
) -> AsyncIterator[tuple[VirtualTherapist, VirtualPatient]]:
    """Both, with their seats taken."""
    async with opened(folder, {}) as clinic, open_session() as tess, open_session() as pat:
        therapist = VirtualTherapist(tess, await take_seat(tess, clinic.therapist), plan)
        patient = VirtualPatient(pat, await take_seat(pat, clinic.patient, WHERE, PHONE), loss=loss or Loss(0))
        yield therapist, patient


async def test_a_whole_visit_on_a_line_that_loses_packets_in_bursts(tmp_path: Path) -> None:
    async with pair(tmp_path, ONE_SHORT_SET, Loss(5, burst=2)) as (tess, pat), asyncio.timeout(LIMIT_S):
        visit = asyncio.gather(tess.run(), pat.run())
        await tess.until(lambda: bool(exertions(tess)))
        assert exertions(tess) == [("sit-to-stand", 1)]
        assert chat(tess) == ["Hello! I can see and hear you."]
        came, lost = await pat.peers.packets()
        assert set(await visit) == {Reason.ENDED}

    assert 0.02 < lost / (lost + came) < 0.1
    for bot in (tess, pat):
        assert bot.refusals == []
        assert bot.seen.pictures > 20
        assert bot.seen.sounds > 100

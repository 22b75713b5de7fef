"""Both sides offer at once, again and again: perfect negotiation must leave everything as it was."""

import asyncio

import pytest

from tests.browser.clinic import PHONE, Clinic
from tests.browser.conftest import Sit
from tests.browser.peers import Peers

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TIMES = 10


@pytest.mark.long
async def test_offers_that_cross_change_nothing(clinic: Clinic, sit: Sit) -> None:
    tess, pat = await sit(), await sit(viewport=PHONE)
    both = await Peers.of(tess), await Peers.of(pat)
    await tess.open(clinic.therapist)
    await pat.open(clinic.patient)
    await tess.press("Admit")
    await tess.sees_moving_pictures()
    await pat.sees_moving_pictures()
    before = [(await peers.places(), await peers.credentials()) for peers in both]

    for _ in range(TIMES):
        await asyncio.gather(*(person.page.evaluate("telesession.makeGlare()") for person in (tess, pat)))
        for peers in both:
            await peers.are_stable()

    assert [(await peers.places(), await peers.credentials()) for peers in both] == before
    offers = [sum(signal.get("kind") == "offer" for signal in peers.signals) for peers in both]
    assert min(offers) >= TIMES / 2, "offers have crossed"
    for person in (tess, pat):
        await person.keeps_seeing_pictures()

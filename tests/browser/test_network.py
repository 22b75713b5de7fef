"""A visit whose network breaks: everything runs in a network namespace of its own, so that it can be cut."""

import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.browser.clinic import CHROMIUM, FAKE_DEVICES, FLAGS, PATIENCE_MS, PHONE, Clinic, ClinicProcess, Person
from tests.browser.conftest import Sit, sitting
from tests.browser.peers import Peers
from tests.network.namespace import Namespace, namespace, why_not

pytestmark = [pytest.mark.browser, pytest.mark.netns, pytest.mark.asyncio(loop_scope="session")]

HEALED_S = 10
"""An ICE restart takes 0.4 s on a quiet machine; tests run on busy ones."""


@pytest.fixture(scope="module")
def network() -> Iterator[Namespace]:
    if reason := why_not():
        pytest.skip(reason)
    with namespace() as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser(network: Namespace, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    inside = network.script(tmp_path_factory.mktemp("network") / "chromium", CHROMIUM)
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=inside, args=[*FLAGS, *FAKE_DEVICES])
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def clinic(network: Namespace, tmp_path: Path) -> AsyncIterator[Clinic]:
    running = await ClinicProcess(tmp_path, within=network.within).start()
    yield running
    await running.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def sit(browser: Browser) -> AsyncIterator[Sit]:
    async with sitting(browser) as sit_down:
        yield sit_down


async def meet(clinic: Clinic, sit: Sit) -> tuple[Person, Person, Peers]:
    tess, pat = await sit(), await sit(viewport=PHONE)
    peers = await Peers.of(tess)
    await tess.open(clinic.therapist)
    await pat.open(clinic.patient)
    await tess.press("Admit")
    await tess.sees_moving_pictures()
    await pat.sees_moving_pictures()
    return tess, pat, peers


async def back_after_s(*people: Person) -> float:
    """How long until everybody sees new pictures."""
    began = time.monotonic()
    for person in people:
        await person.keeps_seeing_pictures(5)
    return time.monotonic() - began


@pytest.mark.long
async def test_four_and_twenty_seconds_without_udp_are_healed_on_the_same_connection_and_chat_goes_on(
    network: Namespace, clinic: Clinic, sit: Sit
) -> None:
    tess, pat, peers = await meet(clinic, sit)
    async with network.cut(4):
        pass
    assert await back_after_s(tess, pat) < HEALED_S, "a short cut costs nobody the visit"
    restarts = await peers.restarts()
    before, made = await peers.credentials(), await peers.made()

    async with network.cut(20):
        for person in (tess, pat):
            await expect(person.page.get_by_text("Reconnecting").first).to_be_visible(timeout=PATIENCE_MS)
        await tess.says("Can you read me?")
        await pat.reads("Can you read me?")
        await pat.says("I can read, not see")
        await tess.reads("I can read, not see")

    assert await back_after_s(tess, pat) < HEALED_S
    assert await peers.restarts() > restarts
    assert await peers.credentials() != before
    assert await peers.made() == made, "the connection is the same"
    await expect(tess.page.get_by_text("Reconnecting")).to_have_count(0, timeout=PATIENCE_MS)

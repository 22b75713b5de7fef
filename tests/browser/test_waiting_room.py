"""The waiting room and its doors: scanned, declined, undone, moved to another device, reloaded, too late."""

import aiohttp
import pytest
from playwright.async_api import expect

from tests.browser.clinic import PATIENCE_MS, PHONE, Clinic, Person
from tests.browser.conftest import Sit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.long
async def test_a_decline_can_be_taken_back(clinic: Clinic, sit: Sit) -> None:
    tess, pat = await sit(), await sit(viewport=PHONE)
    await tess.open(clinic.therapist)
    await pat.open(clinic.patient)

    await tess.press("Decline")
    await pat.sees_heading("Ana Ruiz cannot see you right now")
    await expect(pat.page.get_by_role("link", name="Phone the clinic")).to_be_visible()

    await tess.press("Undo and let in")
    await pat.sees_moving_pictures()
    await tess.sees_moving_pictures()


async def test_a_scanner_of_the_link_spoils_nothing_a_reload_keeps_the_place_and_a_second_device_only_knocks(
    clinic: Clinic, sit: Sit
) -> None:
    """One visit from the mail to the tablet; on the way a message reaches whoever waits."""
    scanner, tess, pat = await sit(), await sit(), await sit(viewport=PHONE)
    await scan(clinic.patient, scanner)

    await pat.open(clinic.patient)
    await pat.sees_heading("You are in the waiting room")
    await tess.open(clinic.therapist)
    await tess.sees_button("Admit")
    await expect(tess.page.get_by_role("button", name="Admit", exact=True)).to_have_count(1, timeout=PATIENCE_MS)
    standings = await tess.page.evaluate(
        "telesession.state().view.participants.filter(({ role }) => role === 'patient').map((one) => one.standing)"
    )
    assert standings == ["waiting"], "Pat alone, and outside"

    await tess.page.get_by_text("Send a message").click()
    await tess.press("I am 5 minutes late.")
    await expect(pat.page.get_by_text("I am 5 minutes late.").first).to_be_visible(timeout=PATIENCE_MS)

    await pat.page.reload()
    await pat.sees_heading("You are in the waiting room")
    await expect(tess.page.get_by_role("button", name="Admit", exact=True)).to_have_count(1)
    await tess.press("Admit")
    await pat.sees_moving_pictures()
    await tess.sees_moving_pictures()

    tablet = await sit()
    await tablet.open(clinic.patient)
    await tablet.sees_heading("You are in the waiting room")
    await expect(tess.page.get_by_text("Another device uses the same link")).to_be_visible(timeout=PATIENCE_MS)
    await pat.keeps_seeing_pictures()

    await tess.page.get_by_text("Admit", exact=True).click()
    await tess.press("I am sure: let this device in")
    await tablet.sees_moving_pictures()
    await expect(pat.page.locator("video[data-participant]")).to_have_count(0, timeout=PATIENCE_MS)
    await expect(tess.page.locator("video[data-participant]")).to_have_count(1, timeout=PATIENCE_MS)
    await tess.sees_moving_pictures()


async def scan(link: str, scanner: Person) -> None:
    """What protects a mailbox does: it looks, opens the page and presses its button."""
    async with aiohttp.ClientSession() as http:
        for method in ("HEAD", "GET"):
            async with http.request(method, link) as answer:
                assert answer.status == 200
    await scanner.page.goto(link)
    await scanner.page.locator("main button:visible").first.click()
    await scanner.sees_heading("Check your camera and sound")


async def test_whoever_waits_is_told_that_the_visit_has_ended(clinic: Clinic, sit: Sit) -> None:
    tess, pat, late = await sit(), await sit(viewport=PHONE), await sit(viewport=PHONE)
    await tess.open(clinic.therapist)
    await pat.open(clinic.patient)
    await tess.press("End visit")
    await tess.page.get_by_role("dialog").get_by_role("button", name="End visit").click()

    for person in (tess, pat):
        await person.sees_heading("The visit has ended")
    await late.page.goto(clinic.patient)
    await expect(late.page.get_by_role("heading").first).to_contain_text("ended")
    await expect(late.page.get_by_role("button", name="Skip the check")).to_have_count(0)
    await expect(late.page.get_by_role("button", name="Check my camera and sound")).to_have_count(0)

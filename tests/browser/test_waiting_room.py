"""The waiting room and its doors: declined, undone, moved to another device, reloaded, too late."""

import pytest
from playwright.async_api import expect

from tests.browser.clinic import PATIENCE_MS, PHONE, Clinic
from tests.browser.conftest import Sit, meet

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


async def test_a_message_reaches_whoever_waits(clinic: Clinic, sit: Sit) -> None:
    tess, pat = await sit(), await sit(viewport=PHONE)
    await tess.open(clinic.therapist)
    await pat.open(clinic.patient)
    await tess.page.get_by_text("Send a message").click()
    await tess.press("I am 5 minutes late.")

    await expect(pat.page.get_by_text("I am 5 minutes late.").first).to_be_visible(timeout=PATIENCE_MS)


async def test_a_second_device_only_knocks_and_takes_the_place_when_admitted(clinic: Clinic, sit: Sit) -> None:
    tess, pat = await meet(clinic, sit)
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


async def test_a_reload_keeps_the_place_in_the_waiting_room(clinic: Clinic, sit: Sit) -> None:
    tess, pat = await sit(), await sit(viewport=PHONE)
    await pat.open(clinic.patient)
    await pat.sees_heading("You are in the waiting room")
    await tess.open(clinic.therapist)
    await tess.sees_button("Admit")

    await pat.page.reload()

    await pat.sees_heading("You are in the waiting room")
    await expect(tess.page.get_by_role("button", name="Admit", exact=True)).to_have_count(1)
    await tess.press("Admit")
    await pat.sees_moving_pictures()


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

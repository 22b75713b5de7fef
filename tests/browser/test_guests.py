"""A third person joins: invited within the visit, seen and heard by both."""

import pytest
from playwright.async_api import expect

from tests.browser.clinic import PATIENCE_MS, PHONE, Clinic, Person
from tests.browser.conftest import Sit, meet

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def invite(tess: Person, name: str) -> str:
    """Tess makes a link by the way of the menu; answers with it."""
    dialog = tess.page.get_by_role("dialog")
    await tess.press("More")
    await dialog.get_by_role("button", name="People and guests").click()
    await dialog.get_by_role("button", name="Invite a guest").click()
    await dialog.get_by_label("Name of the guest").fill(name)
    await dialog.get_by_label("Interpreter").check()
    await dialog.get_by_role("button", name="Make the link").click()
    link = await dialog.get_by_label("Link for the guest").input_value()
    await dialog.get_by_role("button", name="Done").click()
    return link


async def test_a_guest_joins_and_everybody_sees_both_others(clinic: Clinic, sit: Sit) -> None:
    tess, pat = await meet(clinic, sit)
    link = await invite(tess, "Gus Moreno")
    gus = await sit(viewport=PHONE)
    await gus.open(link)
    await gus.sees_heading("You are in the waiting room")
    await expect(gus.page.get_by_text("Pat Morgan")).to_have_count(0)

    await tess.press("Admit")

    for person in (gus, tess, pat):
        await person.sees_moving_pictures(2)
    await gus.says("I will translate")
    await pat.reads("I will translate")

    await tess.page.get_by_role("button", name="Remove Gus Moreno").click()
    await gus.sees_heading("You are no longer in the visit")
    for person in (tess, pat):
        await expect(person.page.locator("video[data-participant]")).to_have_count(1, timeout=PATIENCE_MS)
        await person.keeps_seeing_pictures()

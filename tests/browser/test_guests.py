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


@pytest.mark.long
async def test_two_guests_join_and_all_four_see_each_other(clinic: Clinic, sit: Sit) -> None:
    tess, pat = await meet(clinic, sit)
    guests: list[Person] = []
    for name in ("Gus Moreno", "Mia Lee"):
        guests.append(await sit(viewport=PHONE))
        await guests[-1].open(await invite(tess, name))
        await guests[-1].sees_heading("You are in the waiting room")
        await expect(guests[-1].page.get_by_text("Pat Morgan")).to_have_count(0)
        await tess.press("Admit")
    gus, mia = guests

    for person in (gus, mia, tess, pat):
        await person.sees_moving_pictures(3)
    await gus.says("I will translate")
    await pat.reads("I will translate")

    await tess.page.locator(".person", has_text="Gus Moreno").locator("summary").click()
    await tess.press("Remove from the visit")
    await gus.sees_heading("You are no longer in the visit")
    for person in (tess, pat, mia):
        await expect(person.page.locator("video[data-participant]")).to_have_count(2, timeout=PATIENCE_MS)
        await person.keeps_seeing_pictures()

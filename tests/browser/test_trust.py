"""How two people know that nobody stands between them, also once a page was loaded again."""

import pytest
from playwright.async_api import expect

from tests.browser.clinic import PATIENCE_MS, PHONE, Clinic, Person
from tests.browser.conftest import Sit, meet
from tests.browser.in_between import between

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.long
async def test_with_somebody_in_between_both_see_moving_pictures_and_other_words(clinic: Clinic, sit: Sit) -> None:
    async with between(await sit(), await sit(viewport=PHONE)) as (sam, tess, pat):
        await tess.open(clinic.therapist)
        await pat.open(clinic.patient)
        await tess.press("Admit")
        await sam.step_in()
        await tess.sees_moving_pictures()
        await pat.sees_moving_pictures()

        assert await words(tess) != await words(pat)


async def words(person: Person) -> list[str]:
    """The four words that this person sees."""
    await person.press("More")
    await person.press("How this visit is protected")
    found = person.page.locator(".trust-word")
    await expect(found).to_have_count(4, timeout=PATIENCE_MS)
    return await found.all_inner_texts()


async def test_both_read_the_same_four_words_and_others_after_a_reload_from_which_one_comes_straight_back(
    clinic: Clinic, sit: Sit
) -> None:
    """Also when both reload at once."""
    tess, pat = await meet(clinic, sit)
    await tess.says("before the reload")

    read = await words(tess)
    assert await words(pat) == read
    await expect(tess.page.locator(".trust-line")).to_contain_text("DTLS 1.")

    await pat.page.reload()
    await pat.sees_moving_pictures()
    await tess.page.wait_for_function(
        "(old) => { const now = [...document.querySelectorAll('.trust-word')].map((one) => one.innerText);"
        " return now.length === 4 && String(now) !== String(old); }",
        arg=read,
        timeout=PATIENCE_MS,
    )
    await expect(tess.page.get_by_text("was encrypted anew")).to_have_count(0)

    await pat.reads("before the reload")
    await expect(pat.page.get_by_role("button", name="Tap to hear")).to_have_count(0)
    await tess.keeps_seeing_pictures()
    await pat.page.reload(wait_until="commit")
    await tess.page.reload(wait_until="commit")

    await tess.sees_moving_pictures()
    await pat.sees_moving_pictures()

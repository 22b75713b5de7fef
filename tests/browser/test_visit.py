"""From a link to two people who see and hear each other, in real browsers."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.browser.clinic import Clinic, ClinicProcess, Person
from tests.browser.conftest import Sit, meet

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_service_dies_and_comes_back_and_the_pictures_never_stop(
    clinic_process: ClinicProcess, sit: Sit
) -> None:
    tess, pat = await meet(clinic_process, sit)
    await tess.says("before the power cut")
    await pat.reads("before the power cut")

    await clinic_process.kill()
    await asyncio.gather(pat.keeps_seeing_pictures(24), tess.keeps_seeing_pictures(24))
    await clinic_process.start()
    await pat.says("after the power cut")

    await tess.reads("before the power cut")
    await tess.reads("after the power cut")
    await tess.keeps_seeing_pictures()


async def test_one_leaves_and_comes_back_without_knocking_moves_to_another_tab_and_the_end_is_the_end_for_both(
    clinic: Clinic, sit: Sit
) -> None:
    tess, pat = await meet(clinic, sit)
    await pat.press("Leave")
    await pat.page.get_by_role("dialog").get_by_role("button", name="Leave").click()
    await expect(tess.page.locator("video[data-participant]")).to_have_count(0)

    await pat.open(clinic.patient)
    await pat.sees_moving_pictures()
    await tess.sees_moving_pictures()

    second = Person(pat.context, await pat.context.new_page())
    await second.page.goto(pat.page.url)
    await second.sees_moving_pictures()
    await tess.keeps_seeing_pictures()
    await expect(pat.page.locator("video[data-participant]")).to_have_count(0)
    await expect(pat.page.get_by_role("heading")).to_contain_text(["another"])

    await tess.press("End visit")
    await tess.page.get_by_role("dialog").get_by_role("button", name="End visit").click()
    await expect(second.page.get_by_role("heading").first).to_contain_text("ended")
    await second.page.goto(clinic.patient)
    await expect(second.page.get_by_role("heading").first).to_contain_text("ended")

"""The therapist's panel, from the first letter of a search to what goes home, in real browsers."""

import pytest
from playwright.async_api import expect

from tests.browser.clinic import PATIENCE_MS, Clinic, Person
from tests.browser.conftest import Sit, meet

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def finds(tess: Person, words: str, name: str) -> None:
    await tess.page.get_by_role("searchbox", name="Find an exercise").fill(words)
    await tess.page.locator(".panel .exercise", has_text=name).first.click()


async def demonstration(person: Person, field: str) -> object:
    return await person.page.evaluate(f"() => telesession.state().view.practice.demonstration?.{field}")


async def says(tess: Person, text: str) -> None:
    await expect(tess.page.locator(".panel").get_by_text(text, exact=True)).to_be_visible(timeout=PATIENCE_MS)


async def test_an_exercise_is_found_dosed_shown_steered_and_given_to_take_home(clinic: Clinic, sit: Sit) -> None:
    tess, pat = await meet(clinic, sit)

    await finds(tess, "glute", "Bridge")
    await tess.press("Times: more")
    await expect(tess.page.locator("[data-shown]")).to_have_count(0)
    await expect(pat.page.get_by_text("Bridge")).to_have_count(0)

    await tess.page.get_by_role("button", name="Show to").click()
    await pat.sees_heading("Bridge")
    await says(tess, "Pat Morgan sees pictures instead of movement")
    assert (await demonstration(pat, "dosage"))["reps"] == 11  # type: ignore[index]

    await tess.press("Pause")
    await pat.sees_button("Go on")
    await tess.page.get_by_role("slider").focus()
    await tess.page.keyboard.press("End")
    await pat.page.wait_for_function(
        "() => telesession.state().view.practice.demonstration.anchor_s > 5", timeout=PATIENCE_MS
    )

    await tess.press("Start together")
    await pat.page.wait_for_function(
        "() => telesession.state().beat?.phase === 'get_ready' && telesession.state().beat.left_s <= 5",
        timeout=PATIENCE_MS,
    )

    await tess.press("Add to the home programme")
    await says(tess, "In the home programme")
    await tess.page.locator(".panel").get_by_role("button", name="Take it out again").click()
    await tess.sees_button("Add to the home programme")

    await tess.press("Stop showing")
    await expect(pat.page.get_by_role("heading", name="Bridge")).to_be_hidden(timeout=PATIENCE_MS)


async def test_what_the_patient_says_is_heard_and_stop_stands_still(clinic: Clinic, sit: Sit) -> None:
    tess, pat = await meet(clinic, sit)
    await finds(tess, "clamshell", "Clamshell")
    await tess.page.get_by_role("button", name="Show to").click()
    await pat.sees_heading("Clamshell")

    await pat.press("It hurts")
    await says(tess, "Pat Morgan says: It hurts")

    await tess.page.locator(".panel-stop").click()
    await pat.sees_heading("Ana Ruiz pressed Stop")
    assert await demonstration(pat, "is_playing") is False
    await tess.press("All is well: go on")
    await expect(pat.page.get_by_role("heading", name="Ana Ruiz pressed Stop")).to_be_hidden(timeout=PATIENCE_MS)


async def test_a_plan_is_shown_from_the_keyboard_alone(clinic: Clinic, sit: Sit) -> None:
    tess, pat = await meet(clinic, sit)
    await finds(tess, "bridge", "Bridge")
    await tess.press("Favourite")
    await tess.press("Add to the plan")
    await tess.press("All exercises")
    await finds(tess, "sit to stand", "Sit to stand")
    await tess.press("Add to the plan")
    await tess.press("All exercises")

    await tess.page.keyboard.press("Alt+1")
    await pat.sees_heading("Bridge")
    await tess.page.keyboard.press("Alt+ArrowUp")
    await pat.page.wait_for_function(
        "() => telesession.state().view.practice.demonstration.dosage.reps === 11", timeout=PATIENCE_MS
    )
    await tess.page.keyboard.press("Alt+Space")
    await pat.sees_button("Go on")
    await tess.page.keyboard.press("Alt+.")
    await pat.sees_heading("Sit to stand")

"""The therapist's panel, from the first letter of a search to what goes home, in real browsers."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.clinic import PATIENCE_MS, Clinic, Person
from tests.browser.conftest import Pair, Sit, meet
from tests.browser.keyboard import tabs_to

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def finds(tess: Person, words: str, name: str) -> None:
    await tess.page.get_by_role("searchbox", name="Find an exercise").fill(words)
    await tess.page.locator(".panel .exercise", has_text=name).first.click()


async def demonstration(person: Person, field: str) -> object:
    return await person.page.evaluate(f"() => telesession.state().view.practice.demonstration?.{field}")


async def says(tess: Person, text: str) -> None:
    await expect(tess.page.locator(".panel").get_by_text(text, exact=True)).to_be_visible(timeout=PATIENCE_MS)


async def test_an_exercise_is_seen_in_the_list_found_dosed_shown_steered_and_given_to_take_home(pair: Pair) -> None:
    tess, pat = pair
    pictures = tess.page.locator(".exercise img")
    await expect(pictures.nth(2)).to_be_visible(timeout=PATIENCE_MS)
    await tess.page.wait_for_function("() => document.querySelectorAll('.exercise img')[2].naturalWidth > 0")

    await finds(tess, "glute", "Bridge")
    await tess.press("Times: more")
    await expect(tess.page.locator("[data-shown]")).to_have_count(0)
    await expect(pat.page.get_by_text("Bridge")).to_have_count(0)
    await pat.page.wait_for_function(
        "() => 'bridge.1' in telesession.state().exercises", timeout=PATIENCE_MS
    )  # fetched ahead, and not a word of it

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


async def test_what_the_patient_says_is_heard_and_stop_stands_still(pair: Pair) -> None:
    tess, pat = pair
    await finds(tess, "clamshell", "Clamshell")
    await tess.page.get_by_role("button", name="Show to").click()
    await pat.sees_heading("Clamshell")

    await pat.press("It hurts")
    await says(tess, "Pat Morgan says: It hurts")

    await tess.press("Stop")
    await pat.sees_heading("Ana Ruiz pressed Stop")
    assert await demonstration(pat, "is_playing") is False
    await tess.press("All is well: go on")
    await expect(pat.page.get_by_role("heading", name="Ana Ruiz pressed Stop")).to_be_hidden(timeout=PATIENCE_MS)


async def holds(person: Person, fact: str) -> None:
    """A fact about the demonstration, as this person's page knows it."""
    await person.page.wait_for_function(
        f"() => {{ const shown = telesession.state().view.practice.demonstration; return {fact}; }}",
        timeout=PATIENCE_MS,
    )


async def test_without_a_mouse_an_exercise_is_found_shown_turned_and_stopped(pair: Pair) -> None:
    tess, pat = pair
    keys = tess.page.keyboard
    await tabs_to(tess, "Find an exercise")
    await keys.type("clamshell")
    await tabs_to(tess, "Clamshell")
    await keys.press("Enter")
    await tabs_to(tess, "Times: more")
    await keys.press("Space")
    await tabs_to(tess, "Show to")
    await keys.press("Enter")
    await pat.sees_heading("Clamshell")
    await holds(pat, "shown.dosage.reps === 11")

    await tabs_to(tess, "Again and again")
    await keys.press("Enter")
    await holds(pat, "shown.mode === 'once'")
    await tabs_to(tess, "From further right")
    await keys.press("Enter")
    await holds(pat, "shown.aim.around === 30")

    await tabs_to(tess, "Stop")
    await keys.press("Enter")
    await pat.sees_heading("Ana Ruiz pressed Stop")
    run = tess.page.get_by_role("button", name=re.compile("^(Go on|Play again)$"))
    await expect(run).to_have_attribute("aria-disabled", "true")
    await tabs_to(tess, "All is well: go on")
    await keys.press("Enter")
    await expect(pat.page.get_by_role("heading", name="Ana Ruiz pressed Stop")).to_be_hidden(timeout=PATIENCE_MS)


@pytest.mark.long
async def test_a_hand_on_the_figure_turns_the_patients_picture_too(clinic: Clinic, sit: Sit) -> None:
    tess, pat = await meet(clinic, sit, "no-preference")
    await tess.page.emulate_media(reduced_motion="no-preference")
    await finds(tess, "bridge", "Bridge")
    await tess.page.get_by_role("button", name="Show to").click()
    await tess.press("Pause")  # two moving figures are much for one processor
    figure = tess.page.locator("[data-shown] > canvas")
    box = await figure.bounding_box(timeout=2 * PATIENCE_MS)
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    mouse = tess.page.mouse
    await mouse.move(x, y)
    await mouse.down()
    await mouse.move(x - 80, y + 50, steps=8)
    await mouse.up()

    await holds(pat, "shown.aim.around === 40 && shown.aim.above === 20")
    await tess.page.wait_for_function("() => telesession.state().panel.orbit === null", timeout=PATIENCE_MS)
    await tess.press("From further right")
    await holds(pat, "shown.aim.around === 70 && shown.aim.above === 20")


async def test_one_more_repetition_leaves_everybody_where_they_are(pair: Pair) -> None:
    tess, pat = pair
    await finds(tess, "bridge", "Bridge")
    await tess.page.get_by_role("button", name="Show to").click()
    await pat.sees_heading("Bridge")
    await tess.press("Pause")
    await tess.page.evaluate(
        """() => {
            const { number } = telesession.state().view.practice.demonstration;
            const how = { mode: "together", is_playing: false, position_s: 195, rate: 1, lead_s: 0 };
            return telesession.ask({ type: "demonstration.steer", demonstration: number, ...how });
        }"""
    )
    await expect(pat.page.locator(".count-where")).to_contain_text("Set 2 of 3", timeout=PATIENCE_MS)
    before = await pat.page.locator(".count-where").inner_text()

    await tess.page.keyboard.press("Alt+ArrowUp")
    await holds(pat, "shown.dosage.reps === 11")
    assert await pat.page.locator(".count-where").inner_text() == before.replace("of 10", "of 11")


async def test_a_plan_is_shown_from_the_keyboard_alone(pair: Pair) -> None:
    tess, pat = pair
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

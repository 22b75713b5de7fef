"""An exercise from the therapist's command to the patient's screen and back, in real browsers."""

import re
from typing import Any

import pytest
from playwright.async_api import Error, expect

from tests.browser.clinic import PATIENCE_MS, Clinic, ClinicProcess, Person
from tests.browser.conftest import Pair, Sit, meet

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DOSAGE = {"sets": 3, "reps": 10, "hold_s": 3, "rest_s": 60, "side": "both"}
LATER_REPETITION = re.compile(r"Repetition ([2-9]|10) of 10")
PAINTED_BYTES = 4_000
"""A picture of an empty canvas is far smaller."""


async def ask(person: Person, command: dict[str, Any]) -> None:
    """Give a command as this person's page would; waits until it is done, raises when it is refused."""
    await person.page.evaluate("(command) => telesession.ask(command)", command)


async def push(person: Person, dosage: dict[str, Any] = DOSAGE) -> None:
    await ask(
        person,
        {
            "type": "demonstration.push",
            "exercise": "bridge",
            "version": 1,
            "dosage": dosage,
            "aim": {"view": "lateral_right"},
        },
    )


async def shown(person: Person) -> dict[str, Any]:
    found: dict[str, Any] = await person.page.evaluate("telesession.state().view.practice.demonstration")
    return found


async def start_together(tess: Person) -> None:
    number = (await shown(tess))["number"]
    how = {"mode": "together", "is_playing": True, "position_s": 0, "lead_s": 0}
    await ask(tess, {"type": "demonstration.steer", "demonstration": number, **how})


async def learns(tess: Person, rendering: str) -> None:
    """The therapist's page is told what becomes of the demonstration at the patient."""
    await tess.page.wait_for_function(
        "(rendering) => Object.values(telesession.state().renderings).includes(rendering)",
        arg=rendering,
        timeout=2 * PATIENCE_MS,
        polling=250,
    )


async def sees_the_figure(pat: Person) -> None:
    await pat.page.wait_for_function(
        "() => ['playing', 'loaded'].includes(telesession.state().rendering)", timeout=2 * PATIENCE_MS, polling=250
    )
    box = await pat.page.evaluate(
        """() => {
            const { x, y, width, height } = document.querySelector("[data-shown] > canvas").getBoundingClientRect();
            return { x, y, width, height };
        }"""
    )
    assert len(await pat.page.screenshot(clip=box, timeout=2 * PATIENCE_MS)) > PAINTED_BYTES


NO_WEBGL = """() => {
    const real = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
        return kind.startsWith("webgl") ? null : real.call(this, kind, ...more);
    };
}"""


async def test_a_push_is_painted_paused_and_there_again_after_a_reload_also_without_webgl(
    clinic: Clinic, sit: Sit
) -> None:
    tess, pat = await meet(clinic, sit, "no-preference")

    await push(tess)
    await pat.sees_heading("Bridge")
    await sees_the_figure(pat)
    await learns(tess, "playing")

    await pat.page.get_by_role("button", name="Pause", exact=True).dispatch_event("click")
    await pat.sees_button("Go on")
    await learns(tess, "loaded")
    stands = await shown(tess)
    assert stands["is_playing"] is False

    await pat.page.reload()
    await pat.sees_heading("Bridge")
    await sees_the_figure(pat)
    assert await shown(pat) == stands

    await pat.page.add_init_script(f"({NO_WEBGL})()")
    await pat.page.reload()
    await expect(pat.page.get_by_role("list", name="Step by step")).to_be_visible(timeout=2 * PATIENCE_MS)
    await expect(pat.page.locator("[data-shown]")).to_have_count(0)
    await learns(tess, "stills")
    assert await shown(pat) == stands


@pytest.mark.long
async def test_the_count_goes_on_through_a_power_cut(clinic_process: ClinicProcess, sit: Sit) -> None:
    tess, pat = await meet(clinic_process, sit)
    await push(tess)
    await start_together(tess)
    await expect(pat.page.get_by_text("Repetition 1 of 10")).to_be_visible(timeout=PATIENCE_MS)
    before = await shown(pat)

    await clinic_process.kill()
    await clinic_process.start()
    await pat.page.wait_for_function("() => telesession.state().link === 'open'", timeout=PATIENCE_MS)

    await expect(pat.page.get_by_text(LATER_REPETITION)).to_be_visible(timeout=PATIENCE_MS)
    assert await shown(pat) == before
    await pat.press("Pause")
    await pat.sees_button("Go on")


async def test_pain_and_effort_come_to_the_therapist_after_a_set(pair: Pair) -> None:
    tess, pat = pair
    await push(tess, {"sets": 1, "reps": 1, "hold_s": 0, "tempo": 1.5})
    await start_together(tess)

    await pat.sees_heading("How was it?")
    await pat.page.locator("label", has=pat.page.get_by_role("radio", name="4: Some pain")).click()
    await pat.page.get_by_role("radio", name="5: Moderate").focus()
    await pat.page.keyboard.press("ArrowRight")
    await pat.page.get_by_role("button", name="Tell").click()

    await tess.page.wait_for_function(
        "() => telesession.state().view.practice.exertions.length === 1", timeout=PATIENCE_MS
    )
    said = await tess.page.evaluate("telesession.state().view.practice.exertions[0]")
    assert (said["pain"], said["effort"], said["set"]) == (4, 6, 1)
    await tess.page.get_by_text("So far in this visit").click()
    record = tess.page.locator(".so-far")
    await expect(record).to_contain_text("Bridge")
    await expect(record).to_contain_text(re.compile(r"shown \d+ times?"))
    await expect(record).to_contain_text("pain 4 of 10, effort 6 of 10")
    await expect(pat.page.get_by_role("heading", name="How was it?")).to_have_count(0)


async def test_one_press_says_how_it_is(pair: Pair) -> None:
    tess, pat = pair
    await push(tess)

    await pat.press("It hurts")
    await expect(pat.page.get_by_role("button", name="It hurts", pressed=True)).to_be_visible(timeout=PATIENCE_MS)
    assert (await shown(tess))["answer"] == "hurts"


async def test_stop_freezes_and_opens_the_card_on_both_sides(pair: Pair) -> None:
    tess, pat = pair
    await push(tess)
    await pat.press("Stop")
    await pat.sees_heading("You pressed Stop")
    await expect(tess.page.get_by_role("alertdialog")).to_contain_text("pressed Stop", timeout=PATIENCE_MS)
    assert (await shown(tess))["is_playing"] is False

    await tess.press("All is well: go on")
    await expect(pat.page.get_by_role("alertdialog")).to_have_count(0)
    assert (await shown(pat))["is_playing"] is False


async def test_a_patient_cannot_push_and_hears_why(pair: Pair) -> None:
    tess, pat = pair

    with pytest.raises(Error):
        await push(pat)
    assert await shown(pat) is None
    assert await shown(tess) is None


async def test_whoever_wants_less_motion_gets_stills_and_the_therapist_is_told(pair: Pair) -> None:
    tess, pat = pair

    await push(tess)
    await expect(pat.page.get_by_role("list", name="Step by step")).to_be_visible(timeout=PATIENCE_MS)
    await expect(pat.page.locator("[data-shown]")).to_have_count(0)
    await learns(tess, "stills")


async def test_where_to_put_the_camera_and_reading_from_far_away(pair: Pair) -> None:
    tess, pat = pair

    await ask(tess, {"type": "camera_card.set", "card": "lying"})
    await pat.sees_heading("Lying down: where to put your camera")
    await pat.press("Done")
    await expect(pat.page.get_by_role("heading", name="Lying down: where to put your camera")).to_have_count(0)

    await ask(tess, {"type": "step_back.set", "is_on": True})
    await push(tess)
    await start_together(tess)
    digits = pat.page.locator(".count-number")
    await expect(digits).to_be_visible(timeout=PATIENCE_MS)
    assert await digits.evaluate("(one) => Number.parseFloat(getComputedStyle(one).fontSize)") >= 100
    await pat.press("Show the controls")
    await pat.sees_button("Mute")

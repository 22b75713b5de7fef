"""A therapist who is alone tries a whole visit with the virtual patient: one button, one real browser."""

import pytest
from playwright.async_api import expect

from tests.browser.clinic import PATIENCE_MS, Clinic
from tests.browser.conftest import Sit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TWO_SHORT_SETS = """() => telesession.ask({
    type: "demonstration.push", exercise: "heel-raise", version: 1,
    dosage: { sets: 2, reps: 1, hold_s: 0, rest_s: 1, tempo: 1.5 }, aim: { view: "lateral_right" },
})"""
TOGETHER = """(number) => telesession.ask({
    type: "demonstration.steer", demonstration: number, mode: "together", is_playing: true, position_s: 0,
})"""

LOOK_WHETHER = """(words) => {
    new MutationObserver(() => {
        window.wasRead ||= document.querySelector(".shown-edge")?.textContent.includes(words);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
"""It is there for five seconds only, which a busy machine may take to look once."""

MOVES = """() => {
    const before = window.pictures;
    window.pictures = document.querySelector("video[data-participant]")?.getVideoPlaybackQuality().totalVideoFrames;
    return window.pictures > before;
}"""
"""From one look to the next: a new connection counts its pictures from none."""


@pytest.mark.long
async def test_a_whole_visit_alone(clinic: Clinic, sit: Sit) -> None:
    tess = await sit(reduced_motion="reduce")
    await tess.page.goto(clinic.url)
    async with tess.context.expect_page() as opening:
        await tess.press("Try a visit with the virtual patient")
    tess.page = await opening.value
    await tess.press("Skip the check")
    await tess.press("Admit")
    await tess.sees_moving_pictures()
    await tess.reads("Hello! I can see and hear you.")

    shown = await tess.page.evaluate(TWO_SHORT_SETS)
    seen, answer = tess.page.locator(".shown-edge"), tess.page.locator(".said-answer")
    await expect(seen).to_have_text("Virtual Patient sees this", timeout=PATIENCE_MS)
    await expect(answer).to_have_text("Virtual Patient says: I get it", timeout=PATIENCE_MS)
    await tess.page.evaluate(TOGETHER, shown)
    await expect(tess.page.locator(".said")).to_contain_text("Set 1: pain", timeout=PATIENCE_MS)
    await tess.says("It hurts")
    await expect(answer).to_have_text("Virtual Patient says: It hurts", timeout=PATIENCE_MS)
    await tess.reads("It hurts now.")

    await tess.press("More")
    await tess.press("How this visit is protected")
    pictures = tess.page.locator(".trust-picture")
    await expect(pictures).to_have_count(4, timeout=PATIENCE_MS)
    words = " ".join(await pictures.all_inner_texts())
    await tess.page.keyboard.press("Escape")
    await tess.says("Which words do you see?")
    await tess.reads(words)

    await tess.page.evaluate(LOOK_WHETHER, "has lost the connection")
    await tess.says("Please drop")
    await tess.page.wait_for_function("() => window.wasRead", timeout=PATIENCE_MS)
    await expect(seen).to_have_text("Virtual Patient sees this", timeout=PATIENCE_MS)
    await tess.reads("I am back. My connection was gone for a moment.")
    await tess.page.wait_for_function(MOVES, timeout=PATIENCE_MS)

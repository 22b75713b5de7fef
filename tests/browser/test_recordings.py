"""A recording in a real browser: what two browsers sent is watched with sound, its right length and its moments."""

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.clinic import PATIENCE_MS, Clinic, Person
from tests.browser.conftest import Sit, meet
from tests.browser.test_demonstration import ask, push
from tests.browser.test_recording import sign

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

FILMS = """() => [...document.querySelectorAll("video")].map((film) => ({
    at: film.currentTime, length: film.duration, width: film.videoWidth, isPaused: film.paused,
}))"""


@pytest.fixture
def clinic_settings() -> dict[str, str]:
    return {"TELESESSION_RECORDING": "true"}


async def films(person: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await person.page.evaluate(FILMS)
    return found


async def all_films(person: Person, condition: str) -> None:
    """Until this is so of both."""
    await person.page.wait_for_function(
        f"() => [...document.querySelectorAll('video')].filter((film) => {condition}).length === 2",
        timeout=2 * PATIENCE_MS,
    )


async def record(tess: Person, pat: Person) -> float:
    """Some seconds of a visit, with an exercise that is shown and the pain that it gave; how many."""
    await tess.press("More")
    await tess.press("Record this visit")
    await tess.press("Ask everybody")
    await pat.press("I agree")
    await expect(sign(tess)).to_contain_text("encrypted to the server", timeout=2 * PATIENCE_MS)
    await push(tess)
    report = {"type": "exertion.report", "demonstration": 0, "set": 1, "pain": 4, "effort": None}
    number = await pat.page.evaluate("() => telesession.state().view.practice.demonstration.number")
    await ask(pat, report | {"demonstration": number})
    await expect(sign(tess)).to_contain_text(re.compile(r"0:(0[4-9]|[1-5]\d)"), timeout=PATIENCE_MS)
    await tess.press("Stop recording")
    await expect(sign(tess)).to_have_count(0)
    recorded_s: float = await pat.page.evaluate("() => telesession.state().view.recording.recorded_s")
    return recorded_s


async def test_what_two_browsers_sent_is_watched_with_sound_and_from_any_moment(clinic: Clinic, sit: Sit) -> None:
    tess, pat = await meet(clinic, sit)
    recorded_s = await record(tess, pat)

    await tess.page.goto(f"{clinic.url}/sign-in?next=/schedule")
    await tess.page.get_by_label("Email address").fill(clinic.email)
    await tess.page.get_by_label("Password").fill(clinic.password)
    await tess.press("Sign in")
    await tess.page.locator(".slot > a").first.click()
    await tess.page.locator("#recordings a").click()
    await tess.page.get_by_label("Why do you want to watch it?").fill("Prepare the next appointment")
    await tess.press("Watch the recording")
    await all_films(tess, "film.readyState > 1")
    for film in await films(tess):
        assert abs(film["length"] - recorded_s) < 2
        assert film["width"] > 0

    moments = tess.page.locator(".recorded-moments button")
    await expect(moments).to_have_text([re.compile(r"0:\d\d Bridge"), re.compile(r"0:\d\d Pain 4 of 10")])
    at_s = float(await moments.first.get_attribute("data-at") or 0)
    await moments.first.click()
    await all_films(tess, f"film.currentTime > {at_s + 0.5}")
    one, other = await films(tess)
    assert abs(one["at"] - other["at"]) < 0.5
    await all_films(tess, "film.getVideoPlaybackQuality().totalVideoFrames > 5")
    await all_films(tess, "film.webkitAudioDecodedByteCount > 1_000")

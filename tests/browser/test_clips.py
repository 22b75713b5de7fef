"""The clinic's own demonstrations, from a file or a camera to both screens, in real browsers."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.clinic import PATIENCE_MS, Person, opened
from tests.browser.conftest import Pair, sitting
from tests.browser.test_demonstration import learns
from tests.media.films import film, padded

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SECONDS = 6.0
AWAY_MS = """() => {
    const { demonstration } = telesession.state().view.practice;
    const { is_playing, anchor_at, anchor_s, rate, clip } = demonstration;
    const { currentTime } = document.querySelector("[data-clip]");
    const elapsed_s = is_playing ? (telesession.now_ms() - Date.parse(anchor_at)) / 1000 : 0;
    const away_s = (anchor_s + rate * elapsed_s) % clip.duration_s - currentTime;
    return 1000 * (away_s - Math.round(away_s / clip.duration_s) * clip.duration_s);
}"""
"""How far a screen's picture is behind the room's clock."""

MOVES = """() => {
    const video = document.querySelector("[data-clip]");
    window.first ??= video.getVideoPlaybackQuality().totalVideoFrames;
    return video.getVideoPlaybackQuality().totalVideoFrames > window.first + 5;
}"""


async def chooses(tess: Person, file: Path) -> None:
    await tess.page.locator(".clip-file input").set_input_files(file)


async def uploads(tess: Person, file: Path, title: str) -> None:
    await chooses(tess, file)
    await tess.page.get_by_label("Title").fill(title)
    await tess.press("Upload")


async def comes_near(person: Person) -> None:
    """Its picture moves, and is where the room's clock is; a processor without rest needs a moment for both."""
    await person.page.wait_for_function(MOVES, timeout=2 * PATIENCE_MS)
    await person.page.wait_for_function(f"() => Math.abs(({AWAY_MS})()) < 50", timeout=2 * PATIENCE_MS)


async def shown(person: Person) -> dict[str, Any]:
    found: dict[str, Any] = await person.page.evaluate("() => telesession.state().view.practice.demonstration")
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def alone(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Person]:
    """Tess in a visit to which nobody comes, for what nobody else has to see."""
    async with opened(tmp_path_factory.mktemp("clinic"), {}) as clinic, sitting(browser) as sit_down:
        tess = await sit_down(reduced_motion="reduce")
        await tess.open(clinic.therapist)
        yield tess


async def shows(tess: Person, title: str) -> None:
    door = tess.page.get_by_role("button", name=f"Show to Pat Morgan {title}")
    await door.click(timeout=2 * PATIENCE_MS)


async def test_an_uploaded_clip_plays_on_both_screens_at_once(pair: Pair, tmp_path: Path) -> None:
    tess, pat = pair
    file = film(tmp_path / "heel_slide.mp4", size=(320, 240), seconds=SECONDS, per_s=25)

    await chooses(tess, file)
    await expect(tess.page.get_by_label("Title")).to_have_value("heel slide")
    await tess.page.get_by_label("Title").fill("Heel slide for Pat")
    await tess.press("Upload")
    await shows(tess, "Heel slide for Pat")

    await pat.sees_heading("Heel slide for Pat")
    await learns(tess, "playing")
    await comes_near(tess)
    await comes_near(pat)
    here, there = await tess.page.evaluate(AWAY_MS), await pat.page.evaluate(AWAY_MS)
    assert abs(here - there) < 100

    await pat.press("Pause")
    await tess.sees_button("Go on")
    await learns(tess, "loaded")
    for person in (tess, pat):
        await person.page.wait_for_function(f"() => Math.abs(({AWAY_MS})()) < 25", timeout=PATIENCE_MS)
    stands = await shown(tess)

    await pat.page.reload()
    await pat.sees_heading("Heel slide for Pat")
    await pat.page.wait_for_function(
        f"() => document.querySelector('[data-clip]')?.readyState >= 2 && Math.abs(({AWAY_MS})()) < 25",
        timeout=2 * PATIENCE_MS,
    )
    assert await shown(pat) == stands

    await tess.press("Stop showing")
    await tess.press("Delete Heel slide for Pat")
    await tess.press("Delete for good Heel slide for Pat")
    await expect(tess.page.locator(".clip", has_text="Heel slide for Pat")).to_have_count(0, timeout=PATIENCE_MS)


async def test_a_clip_is_kept_for_all_visits_found_planned_and_given_to_take_home_like_an_exercise(
    pair: Pair, tmp_path: Path
) -> None:
    tess, pat = pair
    await uploads(tess, film(tmp_path / "heel.mp4", seconds=SECONDS), "Towel slide")
    await tess.press("Keep for all visits Towel slide")
    await expect(tess.page.get_by_label("Title in all visits")).to_have_value("Towel slide")
    await tess.press("Keep it")
    await expect(tess.page.locator(".clips-of-clinic", has_text="1 video")).to_be_visible(timeout=PATIENCE_MS)

    await tess.page.get_by_role("searchbox", name="Find an exercise").fill("slide tow")
    await tess.page.locator(".exercise", has_text="Towel slide").click()
    await tess.press("Sets: more")
    await tess.press("Times: more")
    await tess.press("Add to the plan")
    await tess.press("Add to the home programme")
    await expect(tess.page.locator(".panel").get_by_text("In the home programme")).to_be_visible(timeout=PATIENCE_MS)

    await tess.press("All exercises")
    await tess.press("Show Towel slide")
    await pat.sees_heading("Towel slide")
    await expect(pat.page.locator(".demonstration-dose")).to_have_text("2 sets of 2")


@pytest.mark.long
async def test_what_is_no_video_is_refused_in_words(alone: Person, tmp_path: Path) -> None:
    tess = alone
    text = tmp_path / "notes.txt"
    text.write_text("Bend the knee slowly.")
    await chooses(tess, text)
    await expect(tess.page.get_by_role("alert").get_by_text("This file is not a video")).to_be_visible()

    renamed = text.rename(tmp_path / "notes.mp4")
    await uploads(tess, renamed, "Notes")
    await expect(tess.page.locator(".clip").get_by_text("This file is not a video")).to_be_visible(timeout=PATIENCE_MS)
    await expect(tess.page.get_by_role("button", name="Show to")).to_have_count(0)


@pytest.mark.long
async def test_an_upload_goes_on_where_it_was_after_the_line_was_lost(alone: Person, tmp_path: Path) -> None:
    tess = alone
    file = padded(film(tmp_path / "long.mp4"), 300_000)
    offsets: list[str] = []

    async def lose_the_second(route: Any) -> None:
        is_piece = route.request.method == "PUT"
        if is_piece:
            offsets.append(route.request.url.rpartition("=")[2])
        await (route.abort("connectionreset") if is_piece and len(offsets) == 2 else route.continue_())

    await tess.page.route("**/upload*", lose_the_second)
    await uploads(tess, file, "Long")
    await tess.sees_button("Show to the patient Long")
    assert offsets[1] == offsets[2] != "0"
    await tess.page.unroute("**/upload*")
    tess.complaints = [one for one in tess.complaints if "ERR_CONNECTION_RESET" not in one]


async def test_a_therapist_records_with_the_camera_that_is_on_and_the_patient_keeps_seeing_it(pair: Pair) -> None:
    tess, pat = pair
    asked = await tess.page.evaluate_handle(
        """() => {
            const asked = { times: 0 };
            const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
            navigator.mediaDevices.getUserMedia = (wishes) => { asked.times += 1; return real(wishes); };
            return asked;
        }"""
    )
    await tess.press("Record a demonstration")
    await expect(tess.page.get_by_label("With sound")).not_to_be_checked()
    await tess.press("Start recording")
    await tess.page.get_by_text("Recording: 0:01 of 3:00").wait_for(timeout=PATIENCE_MS)
    await tess.press("Stop recording")

    await tess.page.get_by_label("Title").fill("Squat")
    await tess.press("Keep and upload")
    await shows(tess, "Squat")
    await pat.sees_heading("Squat")
    await comes_near(pat)
    assert await asked.evaluate("(asked) => asked.times") == 0
    await pat.keeps_seeing_pictures()


@pytest.mark.long
async def test_a_camera_that_is_switched_off_is_not_recorded_any_longer(alone: Person) -> None:
    tess = alone
    await tess.press("Record a demonstration")
    await tess.press("Start recording")
    await tess.page.get_by_text("Recording: 0:01 of 3:00").wait_for(timeout=PATIENCE_MS)
    await tess.page.get_by_role("button", name="Turn camera off").click()
    await tess.press("Throw it away")
    await expect(tess.page.get_by_text("To record one, turn your camera on.")).to_be_visible()

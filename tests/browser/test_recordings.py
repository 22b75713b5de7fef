"""A recording in a real browser: with sound, its right length, both films together, and the moments to go to."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import expect

from telesession import demo
from telesession.clock import utc_now
from telesession.config import load
from telesession.domain.ids import VisitId
from telesession.server import serving
from telesession.server.keys import DATABASE, DEMO_LINKS
from tests.browser.clinic import PATIENCE_MS, PLAIN, Person
from tests.browser.conftest import Sit
from tests.services import footage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

FILMS = """() => [...document.querySelectorAll("video")].map((film) => ({
    at: film.currentTime, length: film.duration, width: film.videoWidth, isPaused: film.paused,
    heard: film.webkitAudioDecodedByteCount, seen: film.getVideoPlaybackQuality().totalVideoFrames,
}))"""


@pytest_asyncio.fixture(loop_scope="session")
async def app(tmp_path: Path) -> AsyncIterator[web.Application]:
    """A clinic to try, in which a visit was recorded."""
    settings, taken = demo.prepare(load(PLAIN), tmp_path, port=0, certs=None)
    app = await demo.seeded(settings)
    visit = VisitId(msgspec.json.decode((tmp_path / "demo.json").read_bytes())["visit"])
    async with serving.opened(app, taken):
        await footage.record(app[DATABASE], utc_now, tmp_path, visit)
        yield app


async def films(person: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await person.page.evaluate(FILMS)
    return found


async def signs_in(person: Person, app: web.Application, goal: str) -> None:
    links = app[DEMO_LINKS]
    await person.page.goto(f"{links['url']}/sign-in?next={goal}")
    await person.page.get_by_label("Email address").fill(links["email"])
    await person.page.get_by_label("Password").fill(links["password"])
    await person.press("Sign in")


async def test_a_recording_is_watched_with_sound_and_from_any_moment(app: web.Application, sit: Sit) -> None:
    tess = await sit()
    await signs_in(tess, app, "/schedule")
    await tess.page.locator(".slot > a").first.click()
    await tess.page.locator("#recordings a").click()
    await tess.page.get_by_label("Why do you want to watch it?").fill("Prepare the next appointment")
    await tess.press("Watch the recording")
    await tess.page.wait_for_function(
        "() => [...document.querySelectorAll('video')].filter((film) => film.readyState > 0).length === 2"
    )
    pat, _ = await films(tess)
    assert (round(pat["length"], 1), pat["width"]) == (3.0, 320)

    await expect(tess.page.locator(".recorded-moments button")).to_have_text(["0:01 Bridge", "0:02 Pain 4 of 10"])
    await tess.page.get_by_role("button", name="Bridge").click()
    await tess.page.wait_for_function(
        "() => [...document.querySelectorAll('video')].every((film) => film.currentTime > 1.3)", timeout=PATIENCE_MS
    )
    pat, other = await films(tess)
    assert 1.3 < pat["at"] < 3.1
    assert abs(pat["at"] - other["at"]) < 0.5
    await tess.page.wait_for_function(
        "() => [...document.querySelectorAll('video')].every((film) => film.paused)", timeout=PATIENCE_MS
    )
    pat, other = await films(tess)
    assert pat["seen"] > 10
    assert pat["heard"] > 100
    assert other["heard"] > 100
    assert other["seen"] == 0, "the therapist had no camera"

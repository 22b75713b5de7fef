"""Cameras and microphones that are refused, missing, muted: the visit goes on, and both sides know."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.clinic import FAKE_DEVICES, FLAGS, PATIENCE_MS, PHONE, WINDOWED, Clinic, Person
from tests.browser.conftest import Sit, meet, sitting

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NO_DEVICES = ["--use-fake-ui-for-media-stream"]
ASKS_AND_IS_REFUSED = ["--use-fake-device-for-media-stream", "--deny-permission-prompts"]


@pytest.fixture
def devices() -> list[str]:
    """Override by parametrizing: how Pat's own browser stands to cameras and microphones."""
    return FAKE_DEVICES


@pytest_asyncio.fixture(loop_scope="session")
async def sit_elsewhere(browser: Browser, devices: list[str]) -> AsyncIterator[Sit]:
    """At another Chromium, started with `devices`."""
    chromium = await browser.browser_type.launch(executable_path=WINDOWED, args=[*FLAGS, *devices])
    async with sitting(chromium) as sit_down:
        yield sit_down
    await chromium.close()


async def sees(person: Person, text: str) -> None:
    await expect(person.page.get_by_text(text).locator("visible=true").first).to_be_visible(timeout=PATIENCE_MS)


@pytest.mark.parametrize("devices", [ASKS_AND_IS_REFUSED])
async def test_whoever_is_refused_everything_joins_by_chat_and_the_therapist_knows(
    clinic: Clinic, sit: Sit, sit_elsewhere: Sit
) -> None:
    tess, pat = await sit(), await sit_elsewhere(viewport=PHONE, permissions=[])
    await tess.open(clinic.therapist)
    await pat.page.goto(clinic.patient)
    await pat.press("Check my camera and sound")
    await pat.press("Use my camera and microphone")
    await pat.sees_heading("Your camera and microphone are blocked")
    await sees(pat, "Click the icon to the left of the address.")
    await pat.press("Go on with chat only")
    await pat.sees_heading("You are in the waiting room")

    await sees(tess, "Pat Morgan's camera is off")
    await tess.press("Admit")
    await pat.sees_moving_pictures()
    await pat.says("I can only write")
    await tess.reads("I can only write")


@pytest.mark.parametrize("devices", [ASKS_AND_IS_REFUSED])
async def test_a_blocked_camera_leaves_the_sound_and_the_therapist_is_told(
    clinic: Clinic, sit: Sit, sit_elsewhere: Sit
) -> None:
    tess, pat = await sit(), await sit_elsewhere(viewport=PHONE, permissions=["microphone"])
    await tess.open(clinic.therapist)
    await pat.open(clinic.patient)
    await sees(pat, "Your camera is blocked")

    await sees(tess, "Pat Morgan's camera is blocked")
    await tess.press("Admit")
    await pat.sees_moving_pictures()
    await sees(tess, "Pat Morgan's camera is blocked")
    await hears_something(tess)
    await pat.press("Go on with sound only")
    await sees(tess, "Pat Morgan's camera is off")


@pytest.mark.long
@pytest.mark.parametrize("devices", [NO_DEVICES])
async def test_a_computer_without_any_device_joins_by_chat(clinic: Clinic, sit: Sit, sit_elsewhere: Sit) -> None:
    tess, pat = await sit(), await sit_elsewhere()
    await tess.open(clinic.therapist)
    await pat.open(clinic.patient)
    await sees(pat, "We found no camera and no microphone")

    await sees(tess, "Pat Morgan has no camera")
    await tess.press("Admit")
    await pat.sees_moving_pictures()
    await sees(tess, "Pat Morgan has no camera")
    await pat.press("Go on with chat only")
    await expect(pat.page.get_by_role("textbox")).to_be_visible()
    await pat.says("I hear and see you")
    await tess.reads("I hear and see you")


async def devices_of(person: Person) -> list[str]:
    """What the page says of the microphone and the camera."""
    states: list[str] = await person.page.evaluate(
        "(({ microphone, camera }) => [microphone.state, camera.state])(telesession.state().devices)"
    )
    return states


async def test_a_camera_that_is_taken_away_is_taken_back_and_one_that_is_switched_off_or_muted_is_seen_by_the_other(
    clinic: Clinic, sit: Sit
) -> None:
    tess, pat = await meet(clinic, sit)
    await pat.page.evaluate("""() => {
        const [track] = telesession.state().devices.stream.getVideoTracks();
        track.stop();
        track.dispatchEvent(new Event("ended"));
    }""")
    await tess.keeps_seeing_pictures()
    assert await devices_of(pat) == ["on", "on"]

    await pat.press("Mute")
    await sees(tess, "Pat Morgan is muted")
    await pat.press("Unmute")
    await expect(tess.page.get_by_text("Pat Morgan is muted").locator("visible=true")).to_have_count(
        0, timeout=PATIENCE_MS
    )

    await pat.press("Turn camera off")
    await sees(tess, "Pat Morgan's camera is off")
    assert await pat.page.evaluate("telesession.state().devices.stream.getVideoTracks().length") == 0, (
        "its light is out"
    )
    await pat.press("Turn camera on")
    await tess.keeps_seeing_pictures()
    await expect(tess.page.get_by_text("Pat Morgan's camera is off").locator("visible=true")).to_have_count(
        0, timeout=PATIENCE_MS
    )


async def hears_something(person: Person) -> None:
    """The sound of the first other participant is not silence."""
    await person.page.wait_for_function(
        """async () => {
            const stream = document.querySelector("video[data-participant]")?.srcObject;
            if (!stream?.getAudioTracks().length) return false;
            const context = new AudioContext();
            const analyser = context.createAnalyser();
            context.createMediaStreamSource(stream).connect(analyser);
            const samples = new Float32Array(analyser.fftSize);
            const ends = performance.now() + 3_000;
            let loudest = 0;
            while (performance.now() < ends && loudest < 0.01) {
                await new Promise((done) => setTimeout(done, 50));
                analyser.getFloatTimeDomainData(samples);
                loudest = Math.max(loudest, ...samples.map(Math.abs));
            }
            await context.close();
            return loudest >= 0.01;
        }""",
        timeout=PATIENCE_MS,
    )

"""What comes of cameras and microphones before two pages send to each other, and of a camera that was busy."""

import pytest

from tests.browser.clinic import PATIENCE_MS, PHONE, Clinic, Person
from tests.browser.conftest import Sit
from tests.browser.peers import Peers

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

_BUSY = """window.isBusy = true;
{
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
        if (wanted.video && window.isBusy) throw new DOMException("Could not start video source", "NotReadableError");
        return real(wanted);
    };
}"""


async def knows(person: Person, role: str, microphone: str, camera: str) -> None:
    """The room has told this person what the devices of the other one do."""
    await person.page.wait_for_function(
        """([role, microphone, camera]) => telesession.state().view.participants?.some(
            (one) => one.role === role && one.microphone === microphone && one.camera === camera)""",
        arg=[role, microphone, camera],
        timeout=PATIENCE_MS,
    )


@pytest.mark.long
async def test_a_busy_camera_is_tried_again_and_then_seen(clinic: Clinic, sit: Sit) -> None:
    tess, pat = await sit(), await sit(viewport=PHONE)
    await pat.page.add_init_script(_BUSY)
    await tess.open(clinic.therapist)
    await pat.open(clinic.patient)
    await tess.press("Admit")
    await knows(tess, "patient", "on", "busy")

    await pat.page.evaluate("window.isBusy = false")
    await pat.page.get_by_role("button", name="Try again").first.click()
    await knows(tess, "patient", "on", "on")
    await tess.sees_moving_pictures()


async def test_nothing_is_captured_or_sent_before_the_door_opens(clinic: Clinic, sit: Sit) -> None:
    pat = await sit(viewport=PHONE)
    peers = await Peers.of(pat)
    await pat.open(clinic.patient)
    await pat.sees_heading("You are in the waiting room")
    await pat.page.wait_for_function("() => telesession.state().devices.stream !== null", timeout=PATIENCE_MS)

    assert peers.signals == []

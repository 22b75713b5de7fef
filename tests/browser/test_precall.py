"""Somebody tests their line before the visit: by the link, and while they wait, there by the relay alone."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession
from playwright.async_api import expect

from telesession.server.precall_frames import SUBPROTOCOL
from tests.browser.clinic import PATIENCE_MS, PHONE, Clinic
from tests.browser.conftest import BEHIND_NAT, Sit
from tests.network.coturn import OPEN_TO_LOOPBACK, TURNSERVER, Coturn
from tests.network.test_relay import shipped

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(TURNSERVER is None, reason="needs coturn: apt-get install coturn"),
]

LISTEN = """
const Real = window.RTCPeerConnection;
window.heard = 0;
window.RTCPeerConnection = class extends Real {
  constructor(...given) {
    super(...given);
    const look = async () => {
      for (const one of (await this.getStats()).values()) {
        if (one.type !== "inbound-rtp" || one.kind !== "audio") continue;
        window.heard = Math.max(window.heard, one.totalAudioEnergy ?? 0);
      }
    };
    const looking = setInterval(() => this.signalingState === "closed" ? clearInterval(looking) : look(), 200);
  }
};
"""
"""How much sound has come back, before the page lets go of the connection."""
WEAK_BEFORE = """localStorage.setItem("precall", JSON.stringify({ verdict: "weak", at_ms: Date.now() - 60_000 }))"""


@pytest.fixture
def clinic_settings(relay: Coturn) -> dict[str, str]:
    """A relay beside the direct way."""
    return relay.settings | {"TELESESSION_ICE_RELAY_ONLY": "false", "TELESESSION_PRECALL_CHECKS": "1"}


@asynccontextmanager
async def whoever_tests_before(clinic: Clinic) -> AsyncIterator[None]:
    """Somebody has the only place, and does nothing with it."""
    asking = {"Origin": clinic.url}
    async with (
        ClientSession() as http,
        http.ws_connect(f"{clinic.therapist}/line/socket", protocols=(SUBPROTOCOL,), headers=asking) as socket,
    ):
        assert (await socket.receive_json(timeout=PATIENCE_MS / 1_000))["type"] == "begin"
        yield


async def test_a_patient_hears_themselves_and_reads_what_to_expect(clinic: Clinic, sit: Sit) -> None:
    pat = await sit(viewport=PHONE)
    await pat.page.add_init_script(LISTEN)
    await pat.page.goto(clinic.patient)
    await pat.page.get_by_role("link", name="Test your connection").press("Enter")
    title = pat.page.locator("#precall-title")
    async with whoever_tests_before(clinic):
        await pat.page.get_by_role("button", name="Start the test").press("Enter")
        await expect(title).to_be_focused()
        await expect(pat.page.get_by_text("You are next in line.")).to_be_visible(timeout=PATIENCE_MS)
    for words in ("Please say a few words now", "Now listen", "Did you hear yourself?"):
        await expect(pat.page.get_by_text(words)).to_be_visible(timeout=PATIENCE_MS)
    assert await pat.page.evaluate("window.heard") > 0, "the beeps of the fake microphone"

    await pat.page.get_by_role("button", name="Yes").press("Enter")
    await expect(pat.page.get_by_role("status").get_by_text("You heard yourself")).to_be_visible()
    await expect(title).to_be_focused()
    await pat.page.get_by_text("For whoever helps you").click()
    numbers = pat.page.locator(".precall-numbers")
    for what in ("direct", "opus, VP8", "works"):
        await expect(numbers.get_by_text(what)).to_be_visible()

    await pat.page.add_init_script("delete window.RTCPeerConnection")
    await pat.page.reload()
    await expect(pat.page.get_by_text("Please open your link in Chrome, Firefox or Safari.")).to_be_visible()
    await expect(pat.page.get_by_role("button", name="Start the test")).to_have_count(0)


@pytest.mark.long
class TestByTheRelayAlone:
    @pytest.fixture
    def clinic_settings(self, relay: Coturn) -> dict[str, str]:
        return relay.settings

    async def test_whoever_waits_tests_by_the_relay_and_a_weak_line_starts_with_sound(
        self, clinic: Clinic, sit: Sit
    ) -> None:
        pat = await sit(viewport=PHONE)
        await pat.page.add_init_script(WEAK_BEFORE)
        await pat.open(clinic.patient)
        await pat.sees_heading("You are in the waiting room")
        await expect(pat.page.get_by_text("you start with sound only")).to_be_visible()
        await pat.sees_button("Turn camera on")
        await pat.press("Start with the picture")
        await pat.sees_button("Turn camera off")

        await pat.press("Test your connection")
        await expect(pat.page.locator("#precall-title")).to_be_focused()
        await expect(pat.page.get_by_text("Did you hear yourself?")).to_be_visible(timeout=PATIENCE_MS)
        await pat.page.get_by_text("For whoever helps you").click()
        numbers = pat.page.locator(".precall-numbers")
        await expect(numbers.get_by_text("by the clinic's relay", exact=True)).to_be_visible()
        await expect(numbers.get_by_text("works")).to_be_visible()
        await pat.sees_button("Mute")  # the microphone of the visit goes on


@pytest.mark.long
class TestWhereNoUdpComesThrough:
    @pytest.fixture
    def clinic_settings(self, tmp_path: Path) -> Iterator[dict[str, str]]:
        running = Coturn(tmp_path, [*shipped(), *BEHIND_NAT, *OPEN_TO_LOOPBACK], transport="tcp")
        yield running.settings
        running.stop()

    async def test_the_way_is_the_relay_over_tcp(self, clinic: Clinic, sit: Sit) -> None:
        pat = await sit(viewport=PHONE)
        await pat.page.goto(f"{clinic.patient}/line")
        await pat.press("Start the test")
        await expect(pat.page.get_by_text("Did you hear yourself?")).to_be_visible(timeout=PATIENCE_MS)
        await pat.page.get_by_text("For whoever helps you").click()
        numbers = pat.page.locator(".precall-numbers")
        await expect(numbers.get_by_text("by the clinic's relay, over TCP", exact=True)).to_be_visible()

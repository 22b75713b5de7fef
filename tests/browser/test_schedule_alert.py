"""Nobody looks at the schedule: a patient comes, and whoever is to let them in learns of it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.clinic import FAKE_DEVICES, FLAGS, PATIENCE_MS, PHONE, WINDOWED, Clinic, Person
from tests.browser.conftest import Sit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NOBODY_LOOKS = 'Object.defineProperty(document, "hidden", { get: () => true });'
NOTICES = """async () => {
    for (;;) {
        const [registration] = await navigator.serviceWorker.getRegistrations();
        const notices = registration ? await registration.getNotifications() : [];
        const read = ({ title, body, actions }) => [title, body, actions.map((one) => one.title)];
        if (notices.length) return notices.map(read);
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}"""
"""Those that are shown, once any is."""
PRESS_ADMIT = """async () => {
    const [notification] = await registration.getNotifications();
    self.dispatchEvent(new NotificationEvent("notificationclick", { notification, action: "admit" }));
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def windowed(browser: Browser) -> AsyncIterator[Browser]:
    """Chromium with all of a desktop's browser: without a window it shows no notices."""
    chromium = await browser.browser_type.launch(executable_path=WINDOWED, args=[*FLAGS, *FAKE_DEVICES])
    yield chromium
    await chromium.close()


async def test_a_notice_names_nobody_and_its_admit_leads_to_the_patient_where_the_therapist_makes_sure(
    clinic: Clinic, sit: Sit, windowed: Browser
) -> None:
    ana, pat = await Person.sit_down(windowed, permissions=["notifications"]), await sit(viewport=PHONE)
    await ana.page.add_init_script(NOBODY_LOOKS)
    await ana.page.goto(f"{clinic.url}/schedule")
    await ana.page.get_by_label("Email address").fill(clinic.email)
    await ana.page.get_by_label("Password").fill(clinic.password)
    await ana.press("Sign in")
    await ana.sees_heading("Schedule")

    await pat.open(clinic.patient)

    async with asyncio.timeout(PATIENCE_MS / 1000):
        [[title, body, actions]] = await ana.page.evaluate(NOTICES)
    assert (title, actions) == ("A patient is waiting", ["Admit"])
    assert "Appointment at" in body
    assert "Pat" not in title + body
    [worker] = ana.context.service_workers
    await worker.evaluate(PRESS_ADMIT)

    await ana.press("Skip the check")
    await expect(ana.page.get_by_text("Ask: full name?")).to_be_visible(timeout=PATIENCE_MS)
    await ana.press("Admit")
    await pat.sees_moving_pictures()
    assert ana.complaints == []

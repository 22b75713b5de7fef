"""A therapist without a mouse, from signing in to the end of the visit; the pages that are open meanwhile stay true."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.clinic import PATIENCE_MS, PHONE, Clinic
from tests.browser.conftest import Sit
from tests.browser.keyboard import tabs_to

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_without_a_mouse_somebody_is_told_to_wait_let_in_and_said_goodbye(clinic: Clinic, sit: Sit) -> None:
    """Nothing but keys for Tess. Her appointment shows by itself that Pat came, and Pat reads that she is late."""
    tess, pat = await sit(reduced_motion="reduce"), await sit(viewport=PHONE, reduced_motion="reduce", locale="es-ES")
    keys, standing = tess.page.keyboard, tess.page.locator("#standing")
    await tess.page.goto(f"{clinic.url}/schedule")
    await tabs_to(tess, "Email address")
    await keys.type(clinic.email)
    await tabs_to(tess, "Password")
    await keys.type(clinic.password)
    await keys.press("Enter")
    await tess.sees_heading("Schedule")
    await tess.page.locator(".slot a").first.wait_for()
    await tabs_to(tess, await tess.page.locator(".slot-time").first.inner_text())
    await keys.press("Enter")
    await expect(standing).to_have_text(re.compile("Booked"))

    await pat.page.goto(clinic.patient)
    await pat.press("Omitir la comprobación")
    await expect(standing).to_have_text(re.compile(r"Waiting 0:\d\d"), timeout=PATIENCE_MS)
    await tabs_to(tess, "Running late?")
    await keys.press("ArrowDown")
    await tabs_to(tess, "Tell them")
    await keys.press("Enter")
    await expect(tess.page.locator("#late-told")).to_have_text("The patient was told: 10 minutes later.")
    late = "Ana Ruiz lleva unos 10 minutos de retraso. Usted conserva su lugar."
    await expect(pat.page.locator("#late")).to_have_text(late, timeout=PATIENCE_MS)
    await expect(pat.page.locator("[aria-live=polite], [role=status]").filter(has_text=late)).to_have_count(1)

    await tabs_to(tess, "Schedule")
    await keys.press("Enter")
    await tess.sees_heading("1 patient is waiting")
    await tabs_to(tess, "Go to the visit")
    await keys.press("Enter")
    await tess.sees_button("Skip the check")
    await tabs_to(tess, "Skip the check")
    await keys.press("Enter")
    await expect(tess.page.get_by_text("Ask: full name?")).to_be_visible(timeout=PATIENCE_MS)
    await tabs_to(tess, "Admit")
    await keys.press("Enter")
    await pat.sees_moving_pictures()
    await tess.sees_moving_pictures()
    await tabs_to(tess, "End visit")
    await keys.press("Enter")
    await tess.sees_heading("End the visit")
    await tabs_to(tess, "End visit")
    await keys.press("Enter")
    await tess.sees_heading("The visit has ended")

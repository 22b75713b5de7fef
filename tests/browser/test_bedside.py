"""Whom the therapist asks for, where help would be sent, and what happens when a link is used twice."""

import pytest
from playwright.async_api import expect

from tests.browser.clinic import PATIENCE_MS, PHONE, Clinic
from tests.browser.conftest import Sit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture
def clinic_settings() -> dict[str, str]:
    return {"TELESESSION_ASKS_WHERE_PATIENTS_ARE": "true"}


async def test_the_therapist_knows_where_help_is_needed_and_that_a_link_is_used_twice(clinic: Clinic, sit: Sit) -> None:
    tess, pat, tablet = await sit(), await sit(viewport=PHONE), await sit()
    await tess.open(clinic.therapist)
    await pat.page.goto(clinic.patient)
    await pat.press("Skip the check")
    await pat.page.get_by_label("Street, number, town").fill("7 Quay Street")
    await pat.page.get_by_label("Phone number").fill("020 7946 0999")
    await pat.press("Go on")

    await expect(tess.page.get_by_text("Ask: full name?")).to_be_visible(timeout=PATIENCE_MS)
    await tess.press("Admit")
    await tess.press("Emergency")
    card = tess.page.get_by_role("dialog", name="If something happens")
    await expect(card.get_by_text("7 Quay Street")).to_be_visible(timeout=PATIENCE_MS)
    await expect(card.get_by_role("link", name="Call them back")).to_have_attribute("href", "tel:02079460999")
    await tess.press("Close")

    await tablet.open(clinic.patient)
    await expect(tess.page.get_by_text("Another device uses the same link")).to_be_visible(timeout=PATIENCE_MS)
    await expect(tess.page.get_by_role("button", name="Admit", exact=True)).to_have_count(0)

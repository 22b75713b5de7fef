"""A patient agrees and says where they are; a colleague needs their record in an emergency; an administrator looks."""

import re
from datetime import timedelta

import pytest
from aiohttp import web
from playwright.async_api import Page, expect

from telesession.clock import utc_now
from telesession.domain.patients import Details
from telesession.domain.staff import Staff, StaffRole
from telesession.server.keys import ACCOUNTS, CONSENTS, PATIENTS, SCHEDULING, SETTINGS, WELCOME
from tests.browser.clinic import PHONE, Person
from tests.browser.conftest import Sit
from tests.browser.test_screens import serious_faults
from tests.people import HERE, PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def hire(app: web.Application, name: str, role: StaffRole) -> Staff:
    staff, link = await app[ACCOUNTS].add(name, f"{name.split()[0].lower()}@example.org", role)
    await app[WELCOME].choose_password(link, PASSWORD, HERE)
    return staff


async def sign_in(person: Person, url: str, staff: Staff) -> None:
    await person.page.goto(url)
    await person.page.get_by_label("Email address").fill(staff.email)
    await person.page.get_by_label("Password").fill(PASSWORD)
    await person.press("Sign in")


async def is_fine(page: Page) -> None:
    """axe finds nothing serious, and nothing is wider than a phone."""
    assert await serious_faults(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_consent_on_a_phone_and_a_glass_that_is_broken_and_seen(fresh: web.Application, sit: Sit) -> None:
    origin = fresh[SETTINGS].origin
    tess = await hire(fresh, "Tess Therapist", StaffRole.THERAPIST)
    tom = await hire(fresh, "Tom Therapist", StaffRole.THERAPIST)
    ada = await hire(fresh, "Ada Admin", StaffRole.ADMINISTRATOR)
    known = await fresh[PATIENTS].register(Details("Pat Morgan", phone="+34600123456", address="7 Quay Street"))
    booked = await fresh[SCHEDULING].book(
        utc_now(), timedelta(minutes=30), tess.name, known.id, "Europe/Madrid", tess.id
    )

    pat = await sit(viewport=PHONE)
    await pat.open(f"{origin}/join/{booked.patient_token}")
    await pat.sees_heading("Before you go in")
    await is_fine(pat.page)
    for box in await pat.page.get_by_label("I agree").all():
        await box.check()
    await expect(pat.page.get_by_label("Street, number, town")).to_be_hidden()
    await pat.press("Go on")
    await pat.page.wait_for_url(re.compile(r"/visit/\w+\?check=skip$"))
    assert (await fresh[CONSENTS].state(known.id)).missing == ()

    colleague = await sit(viewport=PHONE)
    await sign_in(colleague, f"{origin}/patients/{known.id}", tom)
    await colleague.sees_heading("Emergency access")
    await is_fine(colleague.page)
    await colleague.page.get_by_label("Why do you need it now?").fill("Tess is ill, and Pat waits")
    await colleague.press("Open for one hour")
    await colleague.sees_heading("Pat Morgan")
    await expect(colleague.page.get_by_text("You opened this record in an emergency")).to_be_visible()
    await is_fine(colleague.page)

    admin = await sit(viewport=PHONE)
    await sign_in(admin, f"{origin}/schedule", ada)
    await admin.page.get_by_role("link", name="Somebody used emergency access").click()
    await expect(admin.page.get_by_text("Tess is ill, and Pat waits")).to_be_visible()
    await is_fine(admin.page)
    await admin.press("I have looked at this")
    await expect(admin.page.get_by_text("Looked at on")).to_be_visible()

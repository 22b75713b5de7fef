"""The way in from a printed letter, on a small phone: a wrong date is said in plain words, the right one leads in."""

from datetime import date, timedelta

import pytest
from aiohttp import web
from playwright.async_api import expect

from telesession.clock import utc_now
from telesession.domain.messages import Role
from telesession.domain.patients import Details
from telesession.server.keys import PATIENTS, SCHEDULING, SETTINGS
from tests.browser.clinic import PATIENCE_MS, PHONE
from tests.browser.conftest import Sit
from tests.browser.test_screens import serious_faults

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.asyncio(loop_scope="session")]


async def test_a_code_and_the_date_of_birth_lead_from_the_letter_to_the_visit(fresh: web.Application, sit: Sit) -> None:
    pat = await sit(viewport=PHONE, bypass_csp=True)
    known = await fresh[PATIENTS].register(Details("Pat Ngata", born_on=date(1951, 3, 9)))
    booked = await fresh[SCHEDULING].book(utc_now(), timedelta(minutes=30), "Tess", known.id, "UTC")
    code = (await fresh[SCHEDULING].links(booked.appointment.id))[Role.PATIENT].code

    await pat.page.goto(f"{fresh[SETTINGS].origin}/join")
    await pat.page.get_by_label("Code").fill(code.lower())
    await pat.page.get_by_label("Date of birth").fill("1951-03-10")
    await pat.press("Join the appointment")
    unknown = pat.page.get_by_text("We do not know this code together with this date of birth")
    await expect(unknown.first).to_be_visible()
    assert ["422" in one for one in pat.complaints] == [True], "Chromium's own line about the answer"
    pat.complaints.clear()
    assert await serious_faults(pat.page) == []
    assert await pat.page.evaluate("document.documentElement.scrollWidth <= 360")

    await pat.page.get_by_label("Date of birth").fill("1951-03-09")
    await pat.press("Join the appointment")
    await pat.page.wait_for_url("**/visit/**", timeout=PATIENCE_MS)

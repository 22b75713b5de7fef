"""One command, every page around a visit: `python -m tests.browser.page_pictures` draws them into screenshots/pages."""

import asyncio
import tempfile
from datetime import date, timedelta
from pathlib import Path

from aiohttp import web
from playwright.async_api import Browser, async_playwright

from telesession.config import Settings
from telesession.domain.attendance import Attendance, Devices
from telesession.domain.audit import Actor
from telesession.domain.ids import VisitId
from telesession.domain.patients import Details
from telesession.domain.staff import Staff, StaffRole
from telesession.server.app import build
from telesession.server.keys import (
    ACCOUNTS,
    ARCHIVE,
    DATABASE,
    INVITATIONS,
    JOBS,
    NOTIFICATIONS,
    SCHEDULING,
    SETTINGS,
    SIGN_IN,
    WELCOME,
)
from telesession.server.serving import listen
from telesession.store.revisions import migrate
from tests.browser.clinic import CHROMIUM, FLAGS
from tests.browser.screenshots import SIZES
from tests.fakes import Clock
from tests.people import HERE, PASSWORD
from tests.services import footage

TO = Path("screenshots/pages")
LENGTH = timedelta(minutes=45)
STRANGERS = {"home", "sign-in", "welcome", "code"}
"""The pages that nobody who is signed in comes to see."""


async def paths(app: web.Application, now: Clock) -> dict[str, str]:
    """Where each page is, by the name of its picture."""
    scheduling = app[SCHEDULING]

    async def link(starts_in: timedelta, role: str = "patient") -> tuple[VisitId, str]:
        noon, now.now = now.now, now.now + min(starts_in, timedelta(0))  # nobody books the past
        start = noon + starts_in
        booked = await scheduling.book(start, LENGTH, "Ana Ruiz", Details("Pat Morgan"), "Europe/Madrid")
        now.now = noon
        token = booked.therapist_token if role == "therapist" else booked.patient_token
        return booked.appointment.id, f"/join/{token}"

    ada, welcome = await app[ACCOUNTS].add("Ada Admin", "ada@example.org", StaffRole.ADMINISTRATOR)
    await app[WELCOME].choose_password(welcome, PASSWORD, HERE)
    _, welcome = await app[ACCOUNTS].add("Ana Ruiz", "ana@example.org", StaffRole.THERAPIST)
    found = {
        "home": "/",
        "sign-in": "/sign-in",
        "welcome": f"/welcome/{welcome}",
        "not-found": "/nowhere",
        "unknown": f"/join/{'x' * 32}",
    }
    starts = {"on-time": timedelta(minutes=12), "late": timedelta(minutes=-7), "early": timedelta(hours=26)}
    for name, starts_in in {**starts, "over": timedelta(hours=-4), "expired": timedelta(days=-3)}.items():
        _, found[name] = await link(starts_in)
    _, found["therapist"] = await link(timedelta(minutes=12), "therapist")
    cancelled, found["cancelled"] = await link(timedelta(minutes=12))
    await scheduling.cancel(cancelled)
    ended, found["ended"] = await link(timedelta(minutes=12))
    await scheduling.end(ended)
    found["line"] = f"{found['on-time']}/line"
    found["device-check"] = f"{found['early']}/check"
    moved, found["moved"] = await link(timedelta(minutes=12))
    await scheduling.move(moved, now() + timedelta(days=1))
    waits, found["elsewhere"] = await link(timedelta(minutes=-2))
    await app[INVITATIONS].redeem(found["elsewhere"].rpartition("/")[2], None)
    await scheduling.note_attendance(waits, Attendance(now() - timedelta(minutes=3), devices=Devices.NO_PICTURE))
    await app[NOTIFICATIONS].late(waits, 10)
    await app[JOBS].catch_up()
    return found | await _of_staff(app, now, ada)


async def _of_staff(app: web.Application, now: Clock, ada: Staff) -> dict[str, str]:
    """The pages behind the sign-in, and the one for a printed letter."""
    known = Details("Pia Perez", "pia@example.org", "+34600123456", date(1951, 3, 9), address="7 Quay Street")
    tomorrow = now() + timedelta(days=1)
    booked = await app[SCHEDULING].book(tomorrow, LENGTH, "Ada Admin", known, "America/New_York", ada.id)
    appointment = booked.appointment
    shown = await footage.record(app[DATABASE], now, app[SETTINGS].data_dir, appointment.id)
    await app[ARCHIVE].say_why(shown, "Prepare the next appointment", Actor(ada.id, ada.role, "here"))
    return {
        "recording": f"/recordings/{shown.visit}/{shown.number}",
        "practised": f"/appointments/{appointment.id}/practised",
        "emergency-card": f"/appointments/{appointment.id}/emergency",
        "emergency-access": f"/patients/{appointment.patient}/emergency",
        "emergencies": "/emergencies",
        "authenticator": "/account/authenticator",
        "api": "/api/v1",
        "schedule": "/schedule?whose=all",
        "book": "/appointments/new",
        "appointment": f"/appointments/{appointment.id}",
        "patients": "/patients",
        "patient": f"/patients/{appointment.patient}",
        "messages": "/outbox",
        "staff": "/staff",
        "account": "/account",
        "audit": "/audit",
        "webhooks": "/webhooks",
        "code": "/join",
    }


async def draw(browser: Browser, url: str, pages: dict[str, str], language: str, session: str) -> int:
    """A picture of every page in both themes and two sizes; answers with how many."""
    drawn = 0
    for theme in ("light", "dark"):
        for size in ("phone", "desktop"):
            width, height = SIZES[size]
            context = await browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=theme,
                timezone_id="Europe/Madrid",
            )
            page = await context.new_page()
            for name, path in pages.items():
                cookies = {"language": language, "session": "" if name in STRANGERS else session}
                await context.add_cookies([{"name": one, "value": it, "url": url} for one, it in cookies.items()])
                await page.goto(url + path, wait_until="load")  # the schedule's line stays open
                await page.screenshot(path=TO / f"{name}.{language}.{size}.{theme}.png", full_page=True)
                drawn += 1
            await context.close()
    return drawn


async def main() -> None:
    """Serve a clinic with a link in every state, and draw."""
    with tempfile.TemporaryDirectory() as data:
        taken = listen("127.0.0.1", 0)
        url = f"http://localhost:{taken.getsockname()[1]}"
        settings = Settings(
            data_dir=Path(data),
            public_url=url,
            clinic_name="Riverside Physical Therapy",
            clinic_phone="+1 555 010 0199",
        )
        await migrate(settings.database)
        now = Clock()
        app = build(settings, now=now)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.SockSite(runner, taken).start()
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            pages = await paths(app, now)
            entry = await app[SIGN_IN].with_password("ada@example.org", PASSWORD, HERE)
            drawn = sum([await draw(browser, url, pages, language, entry.token) for language in ("en", "es")])
            await browser.close()
        await runner.cleanup()
    print(f"{drawn} pictures in {TO}")


if __name__ == "__main__":
    TO.mkdir(parents=True, exist_ok=True)
    asyncio.run(main())

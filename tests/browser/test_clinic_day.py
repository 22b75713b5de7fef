"""A clinic's first day: set up, booked by keyboard, invited by real mail, met, moved, called off."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Page, expect

from telesession.config import MailTls, Settings
from telesession.server import serving
from telesession.server.app import build
from telesession.server.keys import ACCOUNTS, SETTINGS
from telesession.store.revisions import migrate
from tests.browser.clinic import PHONE, Person
from tests.browser.conftest import Sit
from tests.calendars import as_a_calendar_shows
from tests.people import PASSWORD
from tests.services.correspondence import Mailbox, serve

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIL_WITHIN_S = 20


class Post(Mailbox):
    """A mail server whose mails can be waited for."""

    def __init__(self) -> None:
        super().__init__()
        self._came = asyncio.Event()

    async def handle_DATA(self, *told: object) -> str:  # noqa: N802
        answer = await super().handle_DATA(*told)  # type: ignore[arg-type]
        self._came.set()
        return answer

    async def reads(self, count: int) -> str:
        """The text of the mail that came as number `count`."""
        async with asyncio.timeout(MAIL_WITHIN_S):
            while len(self.mails) < count:
                self._came.clear()
                await self._came.wait()
        body = self.mails[count - 1].get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    def calendars(self) -> list[bytes]:
        """The calendar file of each mail that has one."""
        files = [list(mail.iter_attachments()) for mail in self.mails]
        return [one.get_content() for attached in files for one in attached]


@pytest_asyncio.fixture(loop_scope="session")
async def post() -> AsyncIterator[Post]:
    post = Post()
    server = await serve(post)
    yield post
    server.close()


@asynccontextmanager
async def opened(data: Path, post: Post) -> AsyncIterator[web.Application]:
    """A clinic without an administrator, whose mail goes to `post`."""
    taken = serving.listen("127.0.0.1", 0)
    port = taken.getsockname()[1]
    settings = Settings(
        data_dir=data,
        port=port,
        public_url=f"http://127.0.0.1:{port}",
        clinic_name="Riverside Physiotherapy",
        asks_where_patients_are=False,
        asks_for_consent=False,
        debug=True,
        smtp_host="127.0.0.1",
        smtp_port=post.port,
        smtp_tls=MailTls.NONE,
        mail_from="visits@example.org",
    )
    await migrate(settings.database)
    app = build(settings)
    async with serving.opened(app, taken):
        yield app


@pytest_asyncio.fixture(loop_scope="session")
async def fresh(tmp_path: Path, post: Post) -> AsyncIterator[web.Application]:
    async with opened(tmp_path, post) as app:
        yield app


async def set_up(app: web.Application, ada: Person) -> None:
    """Through the wizard, with a password."""
    token = await app[ACCOUNTS].setup_token()
    await ada.page.goto(f"{app[SETTINGS].origin}/setup/{token}")
    await ada.page.get_by_label("Your name").fill("Ada Admin")
    await ada.page.get_by_label("Email address").fill("ada@example.org")
    await ada.press("Go on")
    await ada.page.get_by_label("New password").fill(PASSWORD)
    await ada.press("Use this password")


async def typed(page: Page, *keys: str) -> int:
    """Presses one key after the other, or types what is no name of a key; answers with how many presses that took."""
    presses = 0
    for key in keys:
        is_key = key in {"Tab", "Enter", "Space"}
        await (page.keyboard.press(key) if is_key else page.keyboard.type(key))
        presses += 1 if is_key else len(key)
    return presses


def link_in(mail: str) -> str:
    [link] = set(re.findall(r"http://127\.0\.0\.1:\d+/join/[\w-]{32}", mail))
    return str(link)


async def test_from_the_wizard_to_the_first_visit_with_a_link_that_came_by_mail(
    fresh: web.Application, post: Post, sit: Sit
) -> None:
    """Booking takes the keyboard alone, and few presses; who waits is on the schedule, its title and its icon."""
    ada, pat = await sit(reduced_motion="reduce"), await sit(viewport=PHONE, reduced_motion="reduce")
    await set_up(fresh, ada)
    await ada.page.get_by_role("link", name="Schedule", exact=True).click()
    await ada.sees_heading("Schedule")
    await ada.page.get_by_role("link", name="Book an appointment").focus()
    await typed(ada.page, "Enter")
    await expect(ada.page.get_by_label("Name", exact=True)).to_be_focused()
    presses = await typed(ada.page, "Pat Ngata", "Tab", "pat@example.org", "Enter")
    assert presses < 30, "at two presses a second that leaves time to ask for the name"
    await ada.sees_heading("Pat Ngata")

    await pat.page.goto(link_in(await post.reads(1)))
    await expect(pat.page.get_by_role("heading", name="Video appointment with Ada Admin")).to_be_visible()
    await ada.page.goto(f"{fresh[SETTINGS].origin}/schedule?whose=all")
    await pat.press("Skip the check")
    await ada.sees_heading("1 patient is waiting")
    await expect(ada.page).to_have_title(re.compile(r"^\(1\) "))
    assert "icon-waiting" in str(await ada.page.locator('link[rel="icon"]').get_attribute("href"))
    await expect(ada.page.locator("[data-since]").first).to_have_text(re.compile(r"^0:\d\d$"))
    await ada.press("Go to the visit")
    await ada.press("Skip the check")
    await ada.press("Admit")
    await ada.sees_moving_pictures()
    await pat.sees_moving_pictures()


async def test_a_move_and_a_cancellation_reach_the_patients_calendar_and_close_the_link(
    fresh: web.Application, post: Post, sit: Sit
) -> None:
    ada, pat = await sit(), await sit(viewport=PHONE)
    await set_up(fresh, ada)
    await ada.page.goto(f"{fresh[SETTINGS].origin}/appointments/new?day=2031-03-04")
    await typed(ada.page, "Pat Ngata", "Tab", "pat@example.org", "Enter")
    first = link_in(await post.reads(1))
    await pat.page.goto(first)
    await pat.sees_heading("You are early")

    await ada.page.get_by_label("Time", exact=True).fill("16:30")
    await ada.press("Move the appointment")
    second = link_in(await post.reads(2))
    assert second != first
    await pat.page.goto(first)
    await pat.sees_heading("This appointment has a new time")

    await ada.page.get_by_text("Cancel the appointment").first.click()
    await ada.press("Cancel the appointment")
    await post.reads(3)
    await pat.page.goto(second)
    await pat.sees_heading("This appointment was cancelled")

    shown = [as_a_calendar_shows(post.calendars()[:count]) for count in (1, 2, 3)]
    title = "Video appointment"
    assert shown == [[[title, "2031-03-04T09:00:00Z"]], [[title, "2031-03-04T16:30:00Z"]], []]

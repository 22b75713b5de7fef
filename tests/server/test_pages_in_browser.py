"""The pages around a visit in a real Chromium: for every reader, any size, with scripts and without, and small."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Request, async_playwright, expect

from telesession.config import Settings
from telesession.domain.attendance import Attendance, Devices
from telesession.domain.audit import Actor
from telesession.domain.patients import Details
from telesession.domain.staff import StaffRole
from telesession.domain.webhooks import Verdict, failed
from telesession.server.i18n import MIRRORED, PSEUDO
from telesession.server.keys import (
    ACCOUNTS,
    ARCHIVE,
    DATABASE,
    JOBS,
    NOTIFICATIONS,
    SCHEDULING,
    SETTINGS,
    SIGN_IN,
    STATIC,
    WEBHOOKS,
)
from telesession.server.places import WEB
from telesession.store import webhooks
from tests.browser.clinic import CHROMIUM, DESKTOP, FLAGS, PHONE
from tests.fakes import Clock
from tests.people import HERE, PASSWORD
from tests.server.conftest import Service, running
from tests.services import footage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BUDGET_BYTES = 20_000
MOST_SCRIPTS = 12
WHEN_IT_STANDS = """new MutationObserver(() => {
    if (document.querySelector(".waiting")) window.waitsSince ??= performance.now();
}).observe(document, { childList: true, subtree: true })"""
FETCHED = """() => {
    const files = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    const weight = (some) => some.reduce((sum, file) => sum + file.transferSize, 0);
    const isBefore = ({ startTime }) => startTime < window.waitsSince;
    return [weight(files.filter(isBefore)), weight(files.filter((file) => !isBefore(file)))];
}"""
"""Bytes over the wire, with headers, of what the page asked for before and after the waiting room stood."""

SMALLEST = {"width": 320, "height": 640}
IN_APP = "Mozilla/5.0 (Linux; Android 14; wv) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36 [FB_IAB/FB4A]"

AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FOUND = """async (tags) => (await axe.run({ runOnly: tags, resultTypes: ["violations"], preload: false })).violations
    .map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(", ")}`)"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TOO_SMALL = """() => [...document.querySelectorAll("button, a.button, summary")]
    .filter((one) => one.checkVisibility())
    .filter((one) => { const box = one.getBoundingClientRect(); return box.width < 43.5 || box.height < 43.5; })
    .map((one) => one.textContent.trim())"""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return Settings(
        asks_where_patients_are=False,
        asks_for_consent=False,
        data_dir=settings.data_dir,
        clinic_name="Riverside Physiotherapy",
        clinic_phone="+44 1632 960001",
        debug=True,
    )


@pytest_asyncio.fixture(loop_scope="session")
async def service(settings: Settings, clock: Clock) -> AsyncIterator[Service]:
    async with running(settings, clock) as service:
        service.booked = await service.book()
        yield service


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One for all tests of a worker."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def browser(chromium: Browser) -> AsyncIterator[Browser]:
    """Without what an earlier test opened."""
    yield chromium
    for context in chromium.contexts:
        await context.close()


VISIT_COMES = """() => performance.getEntriesByType("resource").some(({ name }) => name.includes("inside"))"""


async def paths(service: Service) -> list[str]:
    """One page of each kind: home, landings of both roles, early, cancelled, not found, the test of a line."""
    scheduling = service.app[SCHEDULING]
    later = await scheduling.book(
        service.clock() + timedelta(days=2), timedelta(hours=1), "Tess", Details("Pat"), "Europe/Madrid"
    )
    off = await scheduling.book(service.clock(), timedelta(hours=1), "Tess", Details("Pat"), "Europe/Madrid")
    await scheduling.cancel(off.appointment.id)
    tokens = [service.booked.patient_token, service.booked.therapist_token, later.patient_token, off.patient_token]
    return ["/", "/nowhere", *(f"/join/{token}" for token in tokens), f"/join/{tokens[0]}/line"]


async def staff_paths(service: Service, page: Page) -> list[str]:
    """The pages of staff, for which `page` is signed in as an administrator; and those before that."""
    ada = await service.hire("Ada Admin", StaffRole.ADMINISTRATOR)
    tess, link = await service.app[ACCOUNTS].add("Tess Therapist", "tess@example.org", StaffRole.THERAPIST)
    entry = await service.app[SIGN_IN].with_password(ada.email, PASSWORD, HERE)
    await page.context.add_cookies([{"name": "session", "value": entry.token, "url": service.url}])
    inside = ["/account", "/account/authenticator", "/staff", f"/staff/{tess.id}", f"/staff/{ada.id}"]
    films = await recorded(service, Actor(ada.id, ada.role, "here"))
    return [*inside, *films, f"/welcome/{link}", *await desk_paths(service)]


async def desk_paths(service: Service) -> list[str]:
    """Where a clinic spends its day, with a patient who waits, one elsewhere and a message to send."""
    known = Details("Pia Patient", "pia@example.org", "+34600123456", address="7 Quay Street")
    scheduling, tomorrow = service.app[SCHEDULING], service.clock() + timedelta(days=1)
    booked = await scheduling.book(tomorrow, timedelta(hours=1), "Tess Therapist", known, "America/New_York")
    waits = Attendance(service.clock(), devices=Devices.NO_PICTURE)
    await scheduling.note_attendance(service.booked.appointment.id, waits)
    await service.app[NOTIFICATIONS].late(service.booked.appointment.id, 10)
    _, gone = await service.app[WEBHOOKS].add("https://records.example.org/incoming/telesession", [])
    async with service.app[DATABASE].transaction() as tx:
        await webhooks.save(tx, failed(gone, Verdict.DISABLE, service.clock()))
    await service.book()
    await service.app[JOBS].catch_up()
    appointment = booked.appointment
    return [
        "/schedule?whose=all", "/appointments/new", f"/appointments/{appointment.id}", "/patients", "/patients/new",
        f"/patients/{appointment.patient}", "/outbox", "/audit", "/join", f"/join/{booked.patient_token}/check",
        "/webhooks", f"/webhooks/{gone.id}",
    ]  # fmt: skip


async def recorded(service: Service, by: Actor) -> list[str]:
    """A recording before `by` has said why, and one after that."""
    database, folder = service.app[DATABASE], service.app[SETTINGS].data_dir
    visits = [service.booked.appointment.id, (await service.book()).appointment.id]
    asked, shown = [await footage.record(database, service.clock, folder, visit) for visit in visits]
    await service.app[ARCHIVE].say_why(shown, "To see that nothing is cut off", by)
    return [f"/recordings/{one.visit}/{one.number}" for one in (asked, shown)]


async def every_path(service: Service, page: Page) -> AsyncIterator[str]:
    """First as a stranger, then signed in."""
    for path in ["/setup", "/sign-in"]:
        yield path
    for path in [*await staff_paths(service, page), *await paths(service)]:
        yield path


async def in_language(page: Page, service: Service, language: str) -> None:
    await page.context.add_cookies([{"name": "language", "value": language, "url": service.url}])


@pytest.mark.parametrize(
    ("viewport", "scheme"),
    [
        pytest.param(PHONE, "light", id="phone-light"),
        pytest.param(DESKTOP, "dark", id="desktop-dark", marks=pytest.mark.long),
    ],
)
async def test_axe_finds_nothing(service: Service, browser: Browser, viewport: dict[str, int], scheme: str) -> None:
    context = await browser.new_context(viewport=viewport, color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
    page = await context.new_page()
    async for path in every_path(service, page):
        await page.goto(service.url + path)
        for details in await page.locator("details").all():
            await details.evaluate("one => { one.open = true; }")
        await page.add_script_tag(path=AXE)

        assert await page.evaluate(FOUND, TAGS) == [], path


@pytest.mark.parametrize(
    "language", [pytest.param("es", marks=pytest.mark.long), pytest.param(PSEUDO, marks=pytest.mark.long), MIRRORED]
)
async def test_nothing_is_cut_off_and_every_target_is_large(service: Service, browser: Browser, language: str) -> None:
    context = await browser.new_context(viewport=SMALLEST)  # type: ignore[arg-type]
    page = await context.new_page()
    await in_language(page, service, language)
    async for path in every_path(service, page):
        await page.goto(service.url + path)
        assert await page.evaluate(TOO_WIDE) == 0, path
        assert await page.evaluate(TOO_SMALL) == [], path
        await page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        assert await page.evaluate(TOO_WIDE) == 0, f"{path} with text twice as large"


async def test_the_landing_asks_nobody_else_and_is_small(service: Service, browser: Browser) -> None:
    page = await browser.new_page(locale="es-ES")
    asked: list[Request] = []
    page.on("requestfinished", lambda request: asked.append(request))

    await page.goto(f"{service.url}/join/{service.booked.patient_token}", wait_until="networkidle")

    sizes = [(request.url, (await request.sizes())["responseBodySize"]) for request in asked]
    assert all(url.startswith(service.url) for url, _ in sizes)
    assert sum(size for _, size in sizes) <= BUDGET_BYTES, sizes


async def test_a_patient_fetches_little_before_the_waiting_room_and_not_much_after(
    service: Service, browser: Browser
) -> None:
    if len(service.app[STATIC].preloads("js/visit/main.js")) > MOST_SCRIPTS:
        pytest.skip("the bundle is older than its sources")
    page = await browser.new_page()
    await page.add_init_script(WHEN_IT_STANDS)
    await page.goto(f"{service.url}/join/{service.booked.patient_token}", wait_until="networkidle")
    landing = sum(await page.evaluate(FETCHED))
    await page.get_by_role("button", name="Skip the check").click()
    await page.wait_for_function("() => window.waitsSince")
    await page.wait_for_function(VISIT_COMES)  # it waits for a moment in which there is nothing else to do
    await page.wait_for_load_state("networkidle")

    before, after = await page.evaluate(FETCHED)
    assert landing + before <= 60_000
    assert landing + before + after <= 120_000
    assert after > 0, "the visit has come"


async def test_the_landing_works_without_scripts(service: Service, browser: Browser) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{service.url}/join/{service.booked.patient_token}")

    await page.get_by_text("Use another device").click()
    await expect(page.get_by_text("Open the same link on the other phone")).to_be_visible()
    await page.locator("summary", has_text="English").click()
    await page.get_by_role("button", name="Español").click()
    await page.get_by_role("button", name="Comprobar mi cámara y mi sonido").click()

    assert "/visit/" in page.url
    assert (
        "Las videocitas necesitan JavaScript" in await page.content()
    )  # Chromium draws <noscript> only when truly off


async def test_inside_another_app_the_way_out_comes_first_and_the_way_on_stays(
    service: Service, browser: Browser
) -> None:
    context = await browser.new_context(user_agent=IN_APP, viewport=PHONE)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(f"{service.url}/join/{service.booked.patient_token}")

    way_out = page.get_by_role("link", name="Open in the browser")
    await expect(way_out).to_be_visible()
    assert (await way_out.get_attribute("href") or "").startswith(
        f"intent://127.0.0.1:{service.url.rpartition(':')[2]}/join/"
    )
    await expect(page.get_by_role("button", name="Check my camera and sound")).to_be_visible()


async def test_an_ordinary_browser_is_not_told_to_change(service: Service, browser: Browser) -> None:
    page = await browser.new_page()
    await page.goto(f"{service.url}/join/{service.booked.patient_token}")

    await expect(page.get_by_role("button", name="Check my camera and sound")).to_be_visible()
    await expect(page.get_by_text("Please open this page in your browser")).to_be_hidden()


async def test_the_link_can_be_copied(service: Service, browser: Browser) -> None:
    context = await browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = await context.new_page()
    link = f"/join/{service.booked.patient_token}"
    await page.goto(service.url + link)

    await page.get_by_text("Use another device").click()
    await page.get_by_role("button", name="Copy the link").click()

    await expect(page.get_by_role("status")).to_have_text("The link is copied. Paste it into your browser.")
    assert str(await page.evaluate("navigator.clipboard.readText()")).endswith(link)


async def test_a_reader_elsewhere_sees_the_time_of_their_own_clock_too(service: Service, browser: Browser) -> None:
    context = await browser.new_context(timezone_id="America/New_York", locale="en-US")
    page = await context.new_page()
    await page.goto(f"{service.url}/join/{service.booked.patient_token}")

    await expect(page.get_by_text("7:05 AM where you are now")).to_be_visible()


async def test_the_countdown_moves_by_itself(service: Service, browser: Browser) -> None:
    page = await browser.new_page()
    await page.clock.install()
    await page.goto(f"{service.url}/join/{service.booked.patient_token}")
    await expect(page.get_by_text("Starts in 5 minutes")).to_be_visible()

    await page.clock.run_for(4 * 60_000 + 20_000)

    await expect(page.get_by_text("Starts in 1 minute", exact=True)).to_be_visible()


async def test_an_early_visitor_comes_in_when_the_door_opens(service: Service, browser: Browser) -> None:
    service.clock.pass_by(hours=-1)
    page = await browser.new_page()
    await page.clock.install()
    await page.goto(f"{service.url}/join/{service.booked.patient_token}")
    await expect(page.get_by_text("Keep this page open")).to_be_visible()

    service.clock.pass_by(hours=1)
    await page.clock.run_for(5 * 60_000 + 2_000)

    await expect(page.get_by_role("button", name="Check my camera and sound")).to_be_visible()


async def test_pages_that_were_left_alone_hide_names_and_a_schedule_rings_on(
    service: Service, browser: Browser
) -> None:
    page = await (await browser.new_context()).new_page()
    [known] = [path for path in await staff_paths(service, page) if re.fullmatch("/patients/[^n].*", path)]
    record = await page.context.new_page()
    await record.clock.install()
    await record.goto(service.url + known)
    await expect(record.get_by_role("heading", name="Pia Patient")).to_be_visible()
    await page.goto(f"{service.url}/schedule")
    await expect(page.get_by_role("heading", name="1 patient is waiting")).to_be_visible()

    service.clock.pass_by(minutes=16)
    await service.app[SCHEDULING].note_attendance(service.booked.appointment.id, Attendance(service.clock()))

    await expect(page.get_by_role("heading", name="You are signed out")).to_be_visible(timeout=10_000)
    await expect(page.get_by_text("1 patient is waiting")).to_be_visible()
    await expect(page).to_have_title("(1) Somebody is waiting")
    assert "Pat Patient" not in await page.content()

    await record.clock.fast_forward(15 * 60_000)
    await expect(record.get_by_role("heading", name="You are signed out")).to_be_visible()
    assert "Pia Patient" not in await record.content()
    assert await record.get_by_role("link", name="Sign in").get_attribute("href") == f"/sign-in?next={known}"

"""One Chromium for all browser tests of a worker; a clinic of its own for each test."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, async_playwright

from telesession.config import Settings
from telesession.server import serving
from telesession.server.app import build
from telesession.store.revisions import migrate
from tests.browser.clinic import (
    CHROMIUM,
    FAKE_DEVICES,
    FLAGS,
    PATIENCE_MS,
    PHONE,
    Clinic,
    ClinicProcess,
    Person,
    opened,
)
from tests.network.coturn import OPEN_TO_LOOPBACK, Coturn
from tests.network.test_relay import shipped

BEHIND_NAT = ("external-ip=198.51.100.20/127.0.0.1", "allowed-peer-ip=127.0.0.1")
"""As in compose.yaml: nobody can reach the address that the relay tells, but the relay itself."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """With a fake camera and microphone that are always allowed."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *FAKE_DEVICES])
        yield chromium
        await chromium.close()


@pytest.fixture
def clinic_settings() -> dict[str, str]:
    """Override in a test file to run the clinic with other settings."""
    return {}


@pytest_asyncio.fixture(loop_scope="session")
async def clinic(tmp_path: Path, clinic_settings: dict[str, str]) -> AsyncIterator[Clinic]:
    async with opened(tmp_path, clinic_settings) as clinic:
        yield clinic


@pytest_asyncio.fixture(loop_scope="session")
async def clinic_process(tmp_path: Path) -> AsyncIterator[ClinicProcess]:
    """For tests that kill the service; it takes two seconds to start."""
    running = await ClinicProcess(tmp_path).start()
    yield running
    await running.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def fresh(tmp_path: Path) -> AsyncIterator[web.Application]:
    """A clinic without an administrator, reached by a name, as passkeys want it."""
    taken = serving.listen("127.0.0.1", 0)
    settings = Settings(data_dir=tmp_path, port=taken.getsockname()[1], clinic_name="Riverside Physiotherapy")
    await migrate(settings.database)
    app = build(settings)
    async with serving.opened(app, taken):
        yield app


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Coturn]:
    """The relay of `compose.yaml`, for `clinic_settings`."""
    running = Coturn(tmp_path, [*shipped(), *BEHIND_NAT, *OPEN_TO_LOOPBACK])
    yield running
    running.stop()


Sit = Callable[..., Awaitable[Person]]


@asynccontextmanager
async def sitting(browser: Browser) -> AsyncIterator[Sit]:
    """`await sit()`: another person at a browser of their own. At the end none of their pages may have complained."""
    people: list[Person] = []

    async def sit_down(**options: object) -> Person:
        people.append(await Person.sit_down(browser, **options))  # type: ignore[arg-type]
        return people[-1]

    yield sit_down
    for person in people:
        await person.context.close()
    assert [complaint for person in people for complaint in person.complaints] == []


@pytest_asyncio.fixture(loop_scope="session")
async def sit(browser: Browser) -> AsyncIterator[Sit]:
    async with sitting(browser) as sit_down:
        yield sit_down


async def meet(clinic: Clinic, sit: Sit, motion: str = "reduce") -> tuple[Person, Person]:
    """Tess and Pat in a visit. Figures move for Pat alone, and only on request: here the processor has to draw them."""
    tess, pat = await sit(reduced_motion="reduce"), await sit(viewport=PHONE, reduced_motion=motion)
    await tess.open(clinic.therapist)
    await pat.open(clinic.patient)
    await tess.press("Admit")
    await tess.sees_moving_pictures()
    await pat.sees_moving_pictures()
    return tess, pat


Pair = tuple[Person, Person]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def met(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    async with opened(tmp_path_factory.mktemp("clinic"), {}) as clinic, sitting(browser) as sit_down:
        yield await meet(clinic, sit_down)


@pytest_asyncio.fixture(loop_scope="session")
async def pair(met: Pair) -> AsyncIterator[Pair]:
    """Tess and Pat in one visit, for all tests of a file that leave nothing behind but what is shown."""
    yield met
    tess, _ = met
    await tess.page.evaluate("""() => {
        const shown = telesession.state().view.practice.demonstration;
        return shown && telesession.ask({ type: "demonstration.withdraw", demonstration: shown.number });
    }""")
    for person in met:
        await person.page.wait_for_function(
            "() => telesession.state().view.practice.demonstration === null", timeout=PATIENCE_MS
        )

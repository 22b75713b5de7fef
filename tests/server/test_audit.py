"""The page on which an administrator reads who did what, and who may not."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer, make_mocked_request
from sqlalchemy import text

from telesession.config import Settings
from telesession.domain.ids import StaffId
from telesession.domain.patients import Details
from telesession.domain.staff import Staff, StaffRole
from telesession.server.address import place_of
from telesession.server.app import build
from telesession.server.keys import DATABASE, PATIENTS, SETTINGS, STAFF
from telesession.store.revisions import migrate
from tests.fakes import Clock

ADA = Staff(StaffId("ada"), StaffRole.ADMINISTRATOR, "Ada", "ada@example.org", Clock()())


@web.middleware
async def as_ada(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    request[STAFF] = ADA
    return await handler(request)


@pytest.fixture
async def app(tmp_path: Path) -> web.Application:
    settings = Settings(data_dir=tmp_path, port=1)
    await migrate(settings.database)
    app = build(settings, now=Clock())
    app.middlewares.append(as_ada)
    return app


@pytest.fixture
async def ada(app: web.Application) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    async with TestClient(TestServer(app)) as client:
        yield client


async def page(ada: TestClient[web.Request, web.Application], path: str) -> str:
    async with ada.get(path) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.text()


async def test_the_page_shows_what_was_done_from_where_and_that_nothing_was_changed(
    ada: TestClient[web.Request, web.Application], app: web.Application
) -> None:
    pat = await app[PATIENTS].register(Details("Pat"))
    await page(ada, f"/patients/{pat.id}")

    shown = await page(ada, "/audit?action=patient.read")

    assert f'<bdi class="number">{pat.id}</bdi>' in shown
    assert "127.0.0.0/24" in shown
    assert "Pat" not in shown.replace("Patients", "")
    assert "unchanged since they were written" in shown
    assert "Nothing was found" in await page(ada, "/audit?action=patient.erased&since=2026-11-01&until=2026-12-31")


async def test_the_page_says_so_when_a_line_was_changed(
    ada: TestClient[web.Request, web.Application], app: web.Application
) -> None:
    await app[PATIENTS].register(Details("Pat"))
    async with app[DATABASE].transaction() as tx:
        await tx.execute(text("DROP TRIGGER audit_no_update"))
        await tx.execute(text("UPDATE audit SET actor = 'sam'"))

    assert "Line 1 was changed or removed" in await page(ada, "/audit")


@pytest.mark.parametrize("query", ["before=x", "before=" + "9" * 40, "action=" + "x" * 500, "actor=%00"])
async def test_odd_questions_are_answered(ada: TestClient[web.Request, web.Application], query: str) -> None:
    await page(ada, f"/audit?{query}")


@pytest.mark.parametrize(
    ("address", "forwarded", "place"),
    [
        ("198.51.100.7", "", "198.51.100.0/24"),
        ("198.51.100.7", "203.0.113.9", "198.51.100.0/24"),
        ("10.0.0.1", "203.0.113.9", "203.0.113.0/24"),
        ("10.0.0.1", "192.0.2.1, 203.0.113.9, 10.0.0.2", "203.0.113.0/24"),
        ("10.0.0.1", "nonsense", "10.0.0.0/24"),
        ("::ffff:198.51.100.7", "", "198.51.100.0/24"),
        ("2001:db8:1:2::3", "", "2001:db8:1::/48"),
        ("", "", "-"),
    ],
)
def test_a_place_is_the_network_of_the_browser_and_not_its_address(address: str, forwarded: str, place: str) -> None:
    app = web.Application()
    app[SETTINGS] = Settings(trusted_proxies=("10.0.0.0/8",))
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = make_mocked_request("GET", "/", headers=headers, app=app).clone(remote=address)

    assert place_of(request) == place

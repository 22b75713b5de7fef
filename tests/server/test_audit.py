"""The page on which an administrator reads who did what, and who may not."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import text

from telesession.config import Settings
from telesession.domain.patients import Details
from telesession.domain.staff import StaffRole
from telesession.server.app import build
from telesession.server.keys import ACCOUNTS, DATABASE, PATIENTS, WELCOME
from telesession.store.revisions import migrate
from tests.fakes import Clock
from tests.people import HERE, PASSWORD


@pytest.fixture
async def app(tmp_path: Path) -> web.Application:
    settings = Settings(data_dir=tmp_path, port=1)
    await migrate(settings.database)
    return build(settings, now=Clock())


@pytest.fixture
async def ada_id(app: web.Application) -> str:
    ada, link = await app[ACCOUNTS].add("Ada", "ada@example.org", StaffRole.ADMINISTRATOR)
    await app[WELCOME].choose_password(link, PASSWORD, HERE)
    return ada.id


@pytest.fixture
async def ada(app: web.Application, ada_id: str) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with TestClient(TestServer(app), cookie_jar=jar, headers={"Sec-Fetch-Site": "same-origin"}) as client:
        async with client.post("/sign-in", data={"email": "ada@example.org", "password": PASSWORD}) as signed_in:
            assert signed_in.status == 200
        yield client


async def page(ada: TestClient[web.Request, web.Application], path: str) -> str:
    async with ada.get(path) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.text()


async def test_the_page_shows_what_was_done_by_whom_from_where_and_that_nothing_was_changed(
    ada: TestClient[web.Request, web.Application], app: web.Application, ada_id: str
) -> None:
    pat = await app[PATIENTS].register(Details("Pat"))
    await page(ada, f"/patients/{pat.id}")

    shown = await page(ada, "/audit?action=patient.read")

    assert f'<bdi class="number">{pat.id}</bdi>' in shown
    assert "127.0.0.0/24" in shown
    assert f'<bdi>Ada</bdi> <a href="/audit?actor={ada_id}">' in shown
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

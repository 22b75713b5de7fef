"""The list of messages to patients, as staff see it; and that nobody else does."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from telesession.config import Settings
from telesession.domain.patients import Details
from telesession.domain.staff import StaffRole
from telesession.server.app import build
from telesession.server.keys import ACCOUNTS, JOBS, SCHEDULING, WELCOME
from telesession.services.scheduling import Booked
from telesession.store.revisions import migrate
from tests.fakes import Clock
from tests.people import HERE, PASSWORD
from tests.server.conftest import Service

MEAN = "<b>Pat</b>"


class Desk:
    """The service with somebody signed in, and one appointment."""

    def __init__(self, app: web.Application, http: aiohttp.ClientSession, booked: Booked) -> None:
        self.app = app
        self.http = http
        self.booked = booked

    async def page(self) -> str:
        async with self.http.get("/outbox") as answer:
            assert answer.status == 200
            return await answer.text()


@pytest.fixture
async def desk(tmp_path: Path, clock: Clock) -> AsyncIterator[Desk]:
    settings = Settings(data_dir=tmp_path, clinic_name="Riverside Physiotherapy", time_zone="Europe/Madrid")
    await migrate(settings.database)
    app = build(settings, now=clock)
    async with TestServer(app) as server:
        booked = await app[SCHEDULING].book(
            clock() + timedelta(days=3), timedelta(minutes=30), "Tess", Details(MEAN), "Europe/Madrid"
        )
        await app[JOBS].catch_up()
        fay, link = await app[ACCOUNTS].add("Fay Desk", "fay@example.org", StaffRole.FRONT_DESK)
        await app[WELCOME].choose_password(link, PASSWORD, HERE)
        jar = aiohttp.CookieJar(unsafe=True)
        ours = {"Sec-Fetch-Site": "same-origin"}
        async with aiohttp.ClientSession(server.make_url("/"), cookie_jar=jar, headers=ours) as http:
            async with http.post("/sign-in", data={"email": fay.email, "password": PASSWORD}) as signed_in:
                assert signed_in.status == 200
            yield Desk(app, http, booked)


async def test_what_the_service_cannot_send_is_there_to_copy(desk: Desk) -> None:
    page = await desk.page()

    assert "&lt;b&gt;Pat&lt;/b&gt;" in page
    assert MEAN not in page
    assert "Invitation" in page
    assert "To be sent by you" in page
    assert page.count(f"/join/{desk.booked.patient_token}") == 2, "to read and to copy"
    assert "Reminder" not in page, "not due yet"


async def test_it_can_be_sent_once_more_from_our_own_page_alone(desk: Desk) -> None:
    [path] = re.findall(r'action="(/outbox/\w+/resend)"', await desk.page())

    async with desk.http.post(path, headers={"Sec-Fetch-Site": "cross-site"}) as forged:
        assert forged.status == 403
    async with desk.http.post(path, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/outbox")
    await desk.app[JOBS].catch_up()
    assert len(re.findall(r'action="/outbox/\w+/resend"', await desk.page())) == 2


async def test_what_is_no_longer_true_is_not_sent_again(desk: Desk) -> None:
    [path] = re.findall(r'action="(/outbox/\w+/resend)"', await desk.page())
    await desk.app[SCHEDULING].cancel(desk.booked.appointment.id)

    async with desk.http.post(path) as answer:
        assert answer.status == 409
    async with desk.http.post("/outbox/nothing/resend") as answer:
        assert answer.status == 404


async def test_nobody_else_finds_anything_there(service: Service) -> None:
    sam, pat = service.somebody(), await service.pat()
    for person in (sam, pat):
        async with person.http.get("/outbox", allow_redirects=False) as answer:
            assert answer.status in (303, 401, 403, 404)
            assert "Pat Patient" not in await answer.text()
        async with person.http.post("/outbox/x/resend", allow_redirects=False) as answer:
            assert answer.status in (303, 401, 403, 404)

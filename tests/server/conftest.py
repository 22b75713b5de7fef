"""The real service on a real port of this machine, with a clock that a test can move; and people with cookies."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import aiohttp
import msgspec
import pytest
from aiohttp import web

from telesession.config import Settings
from telesession.domain.messages import Relation, Role
from telesession.domain.patients import Details
from telesession.domain.staff import Staff, StaffRole
from telesession.live.studio import Recorders
from telesession.server.app import build
from telesession.server.keys import ACCOUNTS, INVITATIONS, SCHEDULING, WELCOME
from telesession.server.serving import listen
from telesession.services.scheduling import Booked
from tests import databases
from tests.fakes import Clock
from tests.people import HERE, PASSWORD

START_IN = timedelta(minutes=5)
LENGTH = timedelta(minutes=30)


class Person:
    """Somebody with a browser of their own: a cookie jar, and the seat they got by their link."""

    def __init__(self, service: "Service") -> None:
        self.service = service
        self.http = aiohttp.ClientSession(
            service.url, cookie_jar=aiohttp.CookieJar(unsafe=True), headers={"Sec-Fetch-Site": "same-origin"}
        )
        self.visit_path = ""

    async def take_seat(self, token: str) -> "Person":
        """Open the link and press the button."""
        async with self.http.post(f"/join/{token}", data={"check": "skip"}, allow_redirects=False) as answer:
            assert answer.status == 303, await answer.text()
            self.visit_path = answer.headers["Location"].partition("?")[0]
        return self

    @property
    def participant(self) -> str:
        return self.visit_path.rpartition("/")[2]

    async def sign_in(self, staff: Staff) -> "Person":
        """As somebody of the staff, by password."""
        form = {"email": staff.email, "password": PASSWORD}
        async with self.http.post("/sign-in", data=form, allow_redirects=False) as answer:
            assert answer.status == 303, await answer.text()
        return self

    async def close(self) -> None:
        await self.http.close()


class Service:
    """The running service, its clock, and one appointment that begins in five minutes."""

    def __init__(self, app: web.Application, url: str, clock: Clock) -> None:
        self.app = app
        self.url = url
        self.clock = clock
        self.people: list[Person] = []
        self.booked: Booked

    async def book(self) -> Booked:
        return await self.app[SCHEDULING].book(
            self.clock() + START_IN, LENGTH, "Tess Therapist", Details("Pat Patient"), "Europe/Madrid"
        )

    async def hire(self, name: str, role: StaffRole = StaffRole.THERAPIST) -> Staff:
        """Somebody with an account and a password."""
        staff, link = await self.app[ACCOUNTS].add(name, f"{name.split()[0].lower()}@example.org", role)
        await self.app[WELCOME].choose_password(link, PASSWORD, HERE)
        return staff

    def somebody(self) -> Person:
        """A stranger: no cookie, no link."""
        person = Person(self)
        self.people.append(person)
        return person

    async def tess(self) -> Person:
        return await self.somebody().take_seat(self.booked.therapist_token)

    async def pat(self) -> Person:
        return await self.somebody().take_seat(self.booked.patient_token)

    async def gus(self) -> Person:
        """A guest, invited by the clinic."""
        token = await self.app[INVITATIONS].invite(
            self.booked.appointment.id, Role.GUEST, "Gus Guest", Relation.INTERPRETER
        )
        return await self.somebody().take_seat(token)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Override in a test file to run the service with other settings; the port is chosen here."""
    return Settings(
        data_dir=tmp_path,
        clinic_name="Riverside Physiotherapy",
        clinic_phone="+44 1632 960001",
        asks_where_patients_are=False,
        asks_for_consent=False,
    )


@pytest.fixture
def recorders() -> Recorders | None:
    """Override in a test file to have recordings."""
    return None


@pytest.fixture
async def service(settings: Settings, clock: Clock, recorders: Recorders | None) -> AsyncIterator[Service]:
    async with running(settings, clock, recorders=recorders) as service:
        service.booked = await service.book()
        yield service


@asynccontextmanager
async def running(
    settings: Settings,
    clock: Clock,
    before: Callable[[web.Application], None] = lambda _app: None,
    recorders: Recorders | None = None,
) -> AsyncIterator[Service]:
    """The service, started after `before` had a hand in it."""
    taken = listen("127.0.0.1", 0)
    port = taken.getsockname()[1]
    app = build(msgspec.structs.replace(settings, port=port), now=clock, recorders=recorders)
    before(app)
    await databases.make(settings.database)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.SockSite(runner, taken).start()
    service = Service(app, f"http://127.0.0.1:{port}", clock)
    try:
        yield service
    finally:
        for person in service.people:
            await person.close()
        await runner.cleanup()

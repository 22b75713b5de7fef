"""The page of webhooks, who may see it; and a whole visit as other software hears of it."""

import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import msgspec
import pytest
from markupsafe import escape

from telesession.config import Settings
from telesession.domain.staff import StaffRole
from telesession.domain.webhooks import WebhookEvent
from telesession.server.api import openapi, wire
from telesession.server.keys import JOBS, WEBHOOKS
from telesession.server.routes import DOORS
from tests.receiver import Receiver, listening
from tests.server.conftest import Person, Service
from tests.server.test_socket import admitted

FORM_OF_ALL = [("event", one.value) for one in WebhookEvent]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, webhook_private_names=("127.0.0.1",))


@pytest.fixture
async def receiver(service: Service) -> AsyncIterator[Receiver]:
    async with listening(service.clock) as receiver:
        yield receiver


@pytest.fixture
async def ada(service: Service) -> Person:
    return await service.somebody().sign_in(await service.hire("Ada Admin", StaffRole.ADMINISTRATOR))


async def page(person: Person, method: str, path: str, **more: Any) -> tuple[int, str]:
    async with person.http.request(method, path, **more) as answer:
        return answer.status, await answer.text()


async def test_a_whole_visit_is_told_as_it_goes(service: Service, receiver: Receiver) -> None:
    receiver.secret, _ = await service.app[WEBHOOKS].add(receiver.url, [])
    tess, pat = await admitted(service)
    async with tess.ws, pat.ws:
        await tess.ask("visit.end")
    await service.app[JOBS].catch_up()

    assert sorted(receiver.told) == ["visit.ended", "visit.started", "visit.waiting"]
    visit = service.booked.appointment.id
    for taken in receiver.taken:
        told = msgspec.convert(taken.json, wire.Happened, strict=False)
        assert told.data.appointment == visit
        assert set(taken.json) == {"type", "timestamp", "data"}
    described = openapi.document("https://visits.example.org")["webhooks"]
    assert set(described) == {one.value for one in WebhookEvent}


async def test_an_administrator_adds_a_webhook_tries_it_and_sends_again_what_it_missed(
    service: Service, receiver: Receiver, ada: Person
) -> None:
    status, shown = await page(ada, "POST", "/webhooks", data=[("url", receiver.url), *FORM_OF_ALL])
    assert status == 200
    receiver.secret = re.findall(r"whsec_[\w+/=]+", shown)[0]
    [path] = set(re.findall(r'href="(/webhooks/\w+)"', shown))

    assert "The test was taken" in (await page(ada, "POST", f"{path}/test"))[1]
    receiver.answers = [410]
    await service.book()
    await service.app[JOBS].catch_up()
    assert "Other software is no longer told" in (await page(ada, "GET", "/schedule"))[1]
    shown = (await page(ada, "GET", path))[1]
    assert "said that it is gone" in shown
    assert "(410)" in shown
    assert 'name="delivery"' not in shown
    status, text = await page(ada, "POST", f"{path}/redeliver", data={"delivery": ""})
    assert (status, "Enable it first" in text) == (422, True)

    await page(ada, "POST", f"{path}/enable")
    [delivery] = re.findall(r'name="delivery" value="(msg_\w+)"', (await page(ada, "GET", path))[1])
    await page(ada, "POST", f"{path}/redeliver", data={"delivery": delivery})
    await service.app[JOBS].catch_up()
    assert receiver.taken[-1].id == delivery
    assert "Taken" in (await page(ada, "GET", path))[1]
    assert "no longer told" not in (await page(ada, "GET", "/schedule"))[1]

    secret = re.findall(r"whsec_[\w+/=]+", (await page(ada, "POST", f"{path}/secret"))[1])[0]
    assert secret != receiver.secret
    await page(ada, "POST", f"{path}/remove")
    assert "Nobody yet" in (await page(ada, "GET", "/webhooks"))[1]
    assert (await page(ada, "GET", path))[0] == 404


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"url": "http://records.example.org", "event": "visit.ended"}, "has to begin with https"),
        ({"url": "https://192.168.1.1/", "event": "visit.ended"}, "inside a private network"),
        ({"url": "https://records.example.org"}, "at least one event"),
        ({"url": "https://records.example.org", "event": "visit.*"}, "no such event"),
        ({"url": '"><script>', "event": "visit.ended"}, "not an address"),
    ],
)
async def test_what_is_wrong_is_said_beside_what_was_typed(ada: Person, form: dict[str, str], said: str) -> None:
    status, shown = await page(ada, "POST", "/webhooks", data=form)
    assert status == 422
    assert said in shown
    assert "<script>" not in shown
    assert escape(form["url"]) in shown


async def test_nobody_but_an_administrator_finds_anything_there(service: Service) -> None:
    fay = await service.somebody().sign_in(await service.hire("Fay Desk", StaffRole.FRONT_DESK))
    doors = [door for door in DOORS if door.path.startswith("/webhooks")]
    assert len(doors) == 8
    for person, statuses in ((fay, {403}), (service.somebody(), {303})):
        for door in doors:
            path = door.path.replace("{webhook}", "x")
            async with person.http.request(door.method, path, allow_redirects=False) as answer:
                assert answer.status in statuses, door
    async with aiohttp.ClientSession(service.url) as stranger, stranger.post("/webhooks") as answer:
        assert answer.status == 403

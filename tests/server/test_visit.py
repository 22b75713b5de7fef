"""The visit's page and the guests that a therapist invites from it."""

import json
import re

import pytest

from telesession.domain.messages import Role
from telesession.server import qr
from telesession.server.keys import STATIC
from tests.server.conftest import Person, Service


async def facts(person: Person) -> dict[str, object]:
    async with person.http.get(person.visit_path) as answer:
        page = await answer.text()
    found = re.search(r'<script type="application/json" id="page">(.*?)</script>', page)
    assert found is not None
    read: dict[str, object] = json.loads(found[1])
    return read


async def test_the_page_tells_its_scripts_whose_seat_it_is(service: Service) -> None:
    pat = await service.pat()

    assert await facts(pat) == {
        "participant": pat.participant,
        "role": Role.PATIENT,
        "name": "Pat Patient",
        "therapist_name": "Tess Therapist",
        "clinic_name": "Riverside Physiotherapy",
        "clinic_phone": "+44 1632 960001",
        "emergency_number": "",
        "starts_at": "2026-12-01T12:05:00+00:00",
        "ends_at": "2026-12-01T12:35:00+00:00",
        "socket_path": f"{pat.visit_path}/socket",
        "guests_path": "",
        "bedside_path": "",
        "clips_path": f"{pat.visit_path}/clips",
        "schedule_path": "",
        "visit_path": "",
        "precall_path": f"{pat.visit_path}/line",
        "inside_sheets": [service.app[STATIC].url("css/visit-inside.css")],
        "exercises_url": f"/static/{service.app[STATIC].build}/exercises/",
        "opened_ms": service.clock().timestamp() * 1000,
        "keep_recordings_days": None,
        "skip_check": False,
        "debug": False,
    }


async def test_every_module_of_the_visit_is_preloaded_with_the_nonce(service: Service) -> None:
    pat = await service.pat()
    async with pat.http.get(pat.visit_path) as answer:
        page = await answer.text()
        policy = answer.headers["Content-Security-Policy"]

    nonces = set(re.findall(r'nonce="([^"]+)"', page))
    assert len(nonces) == 1
    assert f"'nonce-{nonces.pop()}'" in policy
    scripts = ["js/visit/main.js", *service.app[STATIC].preloads("js/visit/main.js")]
    assert all(script in page for script in scripts)
    for url in re.findall(r'(?:src|href)="(/static/[^"#]+)"', page):
        async with pat.http.get(url) as file:
            assert file.status == 200, url


async def test_without_scripts_the_page_says_what_is_missing(service: Service) -> None:
    pat = await service.pat()
    async with pat.http.get(pat.visit_path) as answer:
        assert "<noscript>" in await answer.text()


async def test_tess_invites_a_guest_who_gets_in_by_that_link(service: Service) -> None:
    tess = await service.tess()
    guests_path = str((await facts(tess))["guests_path"])

    async with tess.http.post(guests_path, json={"name": "Gus Guest", "relation": "interpreter"}) as answer:
        assert answer.status == 200
        invited = await answer.json()

    assert invited["qr_svg"] == "", "a phone cannot open a link to this machine's own address"
    gus = await service.somebody().take_seat(invited["url"].rpartition("/")[2])
    assert (await facts(gus))["role"] == Role.GUEST


@pytest.mark.parametrize("origin", ["http://localhost:8080", "http://127.0.0.1", "https://[::1]:8080"])
def test_only_links_that_other_devices_can_open_have_a_code(origin: str) -> None:
    assert qr.for_other_devices(f"{origin}/join/{'x' * 32}") is None
    assert str(qr.for_other_devices("https://visits.example.org/join/x")).startswith("<svg ")


async def test_only_tess_invites(service: Service) -> None:
    pat = await service.pat()
    wanted = {"name": "Gus Guest", "relation": "interpreter"}

    async with pat.http.post(f"{pat.visit_path}/guests", json=wanted) as answer:
        assert (answer.status, (await answer.json())["code"]) == (403, "not_allowed")
    tess, sam = await service.tess(), service.somebody()
    async with sam.http.post(f"{tess.visit_path}/guests", json=wanted) as answer:
        assert answer.status == 404


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[1]", b'{"name": "", "relation": "student"}', b'{"name": "Gus", "relation": "boss"}', b"\xff"],
)
async def test_a_malformed_guest_is_refused_in_words(service: Service, body: bytes) -> None:
    tess = await service.tess()
    headers = {"Content-Type": "application/json"}

    async with tess.http.post(f"{tess.visit_path}/guests", data=body, headers=headers) as answer:
        assert (answer.status, (await answer.json())["code"]) == (409, "bad_guest")

"""The pages by which staff come in, over real HTTP."""

import re

import aiohttp
import pyotp
import pytest

from telesession.domain.staff import StaffRole
from telesession.server.gate import KNOCKS_AT_ONCE
from telesession.server.keys import ACCOUNTS
from telesession.server.routes import DOORS, Door, Policy
from tests.people import PASSWORD
from tests.server.conftest import Person, Service
from tests.server.wire import Wire

FOR_STAFF = [door for door in DOORS if door.policy in (Policy.STAFF, Policy.CARE, Policy.ADMINISTRATOR)]


async def said(person: Person, method: str, path: str, **form: str) -> tuple[int, str, str]:
    """Status, where to go on, and the page."""
    async with person.http.request(method, path, data=form or None, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("Location", ""), await answer.text()


def test_a_door_without_a_policy_cannot_be_written() -> None:
    with pytest.raises(TypeError, match="policy"):
        Door("GET", "/", DOORS[0].handler)  # type: ignore[call-arg]


async def test_every_door_of_the_router_has_a_policy(service: Service) -> None:
    written = {(door.method, door.path) for door in DOORS}
    for route in service.app.router.routes():
        assert route.resource is not None
        path = route.resource.canonical.replace("/{path}", "/{path:.+}")
        assert ("GET" if route.method == "HEAD" else route.method, path) in written


async def test_sam_is_sent_to_sign_in_from_every_door_of_staff(service: Service) -> None:
    sam = service.somebody()
    for door in FOR_STAFF:
        path = re.sub(r"\{\w+\}", "x" * 32, door.path)

        status, place, _ = await said(sam, door.method, path)

        assert (status, place.partition("?")[0]) == (303, "/sign-in"), path
        async with sam.http.request(door.method, path, headers={"Accept": "application/json"}) as answer:
            assert answer.status == 401
            assert (await answer.json())["code"] == "not_signed_in"


async def test_a_therapist_is_no_administrator(service: Service) -> None:
    tess = await service.hire("Tess Therapist")
    person = await service.somebody().sign_in(tess)
    for door in DOORS:
        if door.policy is Policy.ADMINISTRATOR:
            status, _, page = await said(person, door.method, re.sub(r"\{\w+\}", tess.id, door.path))

            assert status == 403
            assert "This page is for somebody else" in page


async def test_signing_in_leads_to_where_one_wanted_to_go_and_nowhere_else(service: Service) -> None:
    tess = await service.hire("Tess Therapist")
    for wanted, place in [
        ("/account?x=1", "/account?x=1"),
        ("//evil.example", "/schedule"),
        ("https://evil.example", "/schedule"),
        ("/\\evil.example", "/schedule"),
        ("", "/schedule"),
    ]:
        person = service.somebody()
        form = {"email": tess.email, "password": PASSWORD, "next": wanted}
        assert (await said(person, "POST", "/sign-in", **form))[:2] == (303, place)


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(service: Service) -> None:
    tess = await service.hire("Tess Therapist")
    form = {"email": tess.email, "password": PASSWORD}
    async with service.somebody().http.post("/sign-in", data=form, allow_redirects=False) as answer:
        cookie = answer.headers["Set-Cookie"]

    assert cookie.startswith("session=")
    for promise in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"):
        assert promise in cookie


async def test_a_wrong_password_keeps_the_address_and_says_what_is_wrong(service: Service) -> None:
    tess = await service.hire("Tess Therapist")
    pages = []
    for email in (tess.email, "nobody@example.org"):
        status, _, page = await said(service.somebody(), "POST", "/sign-in", email=email, password="wrong")
        assert status == 422
        assert f'value="{email}"' in page
        assert "<title>Error: Sign in" in page
        pages.append(re.sub(r"nonce=\S+", "", page.replace(email, "")))

    assert "The email address or the password is not right." in pages[0]
    assert pages[0] == pages[1]


async def test_the_sixth_guess_waits_whatever_address_it_names(service: Service) -> None:
    sam = service.somebody()
    answers = [(await said(sam, "POST", "/sign-in", email="a@b.example", password="x"))[0] for _ in range(6)]

    assert answers == [422] * 5 + [429]


async def test_one_network_cannot_come_as_often_as_it_likes(service: Service) -> None:
    sam = service.somebody()
    answers = [(await said(sam, "GET", f"/welcome/{'x' * 32}"))[0] for _ in range(KNOCKS_AT_ONCE + 5)]

    assert answers[0] == 410
    assert answers[-1] == 429


async def test_with_an_app_the_password_alone_opens_nothing(service: Service) -> None:
    tess = await service.hire("Tess Therapist")
    person = await service.somebody().sign_in(tess)
    _, _, page = await said(person, "GET", "/account/authenticator")
    secret = "".join(re.findall(r"<span>([A-Z2-7]{4})</span>", page))
    code = pyotp.HOTP(secret).at(int(service.clock().timestamp()) // 30)
    assert (await said(person, "POST", "/account/authenticator", code="000000"))[0] == 422

    status, _, page = await said(person, "POST", "/account/authenticator", code=code)
    assert status == 200
    recovery = re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", page)
    assert len(recovery) == 10

    newcomer = service.somebody()
    form = {"email": tess.email, "password": PASSWORD, "next": "/account?x=1"}
    status, place, _ = await said(newcomer, "POST", "/sign-in", **form)
    assert (status, place) == (303, "/sign-in/code?next=/account%3Fx%3D1")
    assert (await said(newcomer, "GET", "/account"))[0] == 303, "not in yet"
    assert (await said(newcomer, "POST", "/sign-in/code", code=code))[0] == 422, "each code once"
    assert (await said(newcomer, "POST", "/sign-in/code", code=recovery[0], next="/account?x=1"))[:2] == (
        303,
        "/account?x=1",
    )
    assert (await said(newcomer, "GET", "/account"))[0] == 200


async def test_without_the_password_there_is_no_step_for_a_code(service: Service) -> None:
    sam = service.somebody()

    assert (await said(sam, "GET", "/sign-in/code"))[:2] == (303, "/sign-in")
    status, _, page = await said(sam, "POST", "/sign-in/code", code="123456")
    assert status == 422
    assert "Please sign in again" in page


async def test_signing_out_ends_the_session_and_clears_the_browser(service: Service) -> None:
    tess = await service.hire("Tess Therapist")
    person = await service.somebody().sign_in(tess)
    stolen = {one.key: one.value for one in person.http.cookie_jar}

    async with person.http.post("/sign-out", allow_redirects=False) as answer:
        assert answer.headers["Clear-Site-Data"] == '"cookies", "storage"'
    assert (await said(person, "GET", "/account"))[0] == 303
    async with (
        aiohttp.ClientSession(service.url, cookies=stolen) as thief,
        thief.get("/account", allow_redirects=False) as answer,
    ):
        assert answer.status == 303


async def test_what_changes_the_ways_in_asks_again_after_a_while(service: Service) -> None:
    tess = await service.hire("Tess Therapist")
    person = await service.somebody().sign_in(tess)
    for _ in range(2):
        service.clock.pass_by(minutes=8)
        assert (await said(person, "GET", "/account"))[0] == 200

    assert (await said(person, "GET", "/account/authenticator"))[1] == "/sign-in?next=/account/authenticator"
    assert (await said(person, "POST", "/account/passkeys/options"))[1] == "/sign-in?next=/account"
    status, _, page = await said(person, "GET", "/sign-in?next=/account/authenticator")
    assert status == 200
    assert f'value="{tess.email}"' in page
    await person.sign_in(tess)
    assert (await said(person, "GET", "/account/authenticator"))[0] == 200


async def test_a_changed_password_signs_all_others_out(service: Service) -> None:
    tess = await service.hire("Tess Therapist")
    here, there = await service.somebody().sign_in(tess), await service.somebody().sign_in(tess)
    new = "seven quiet lamps glow"

    status, _, page = await said(here, "POST", "/account/password", current=PASSWORD, password="short")
    assert (status, "at least 15 characters" in page) == (422, True)
    assert (await said(here, "POST", "/account/password", current="wrong", password=new))[0] == 422
    assert (await said(here, "POST", "/account/password", current=PASSWORD, password=new))[0] == 303

    assert (await said(here, "GET", "/account"))[0] == 200
    assert (await said(there, "GET", "/account"))[0] == 303
    assert (await said(there, "POST", "/sign-in", email=tess.email, password=PASSWORD))[0] == 422
    assert (await said(there, "POST", "/sign-in", email=tess.email, password=new))[0] == 303


async def test_a_clinic_is_set_up_by_whoever_has_the_link_and_once(service: Service) -> None:
    sam, ada = service.somebody(), service.somebody()
    token = await service.app[ACCOUNTS].setup_token()
    assert (await said(sam, "GET", "/"))[1] == "/setup"
    assert (await said(sam, "GET", "/setup"))[0] == 200
    assert (await said(sam, "POST", f"/setup/{'x' * 32}", name="Sam", email="sam@example.org"))[0] == 404

    status, _, page = await said(ada, "POST", f"/setup/{token}", name="Ada Admin", email="nowhere")
    assert (status, 'value="Ada Admin"' in page, "This is not a mail address" in page) == (422, True, True)
    _, welcome, _ = await said(ada, "POST", f"/setup/{token}", name="Ada Admin", email="Ada@example.org")
    assert (await said(ada, "GET", welcome))[0] == 200
    assert (await said(ada, "POST", welcome, password="password12345678"))[0] == 422
    assert (await said(ada, "POST", welcome, password=PASSWORD))[:2] == (303, "/account")

    assert (await said(ada, "GET", "/staff"))[0] == 200
    assert (await said(sam, "GET", welcome))[0] == 410
    assert (await said(sam, "GET", "/"))[0] == 200
    assert (await said(sam, "GET", f"/setup/{token}"))[:2] == (303, "/sign-in")
    assert (await said(sam, "POST", f"/setup/{token}", name="Sam", email="sam@example.org"))[0] == 409
    assert await service.app[ACCOUNTS].setup_token() is None


async def test_an_administrator_adds_helps_and_closes(service: Service) -> None:
    ada = await service.somebody().sign_in(await service.hire("Ada Admin", StaffRole.ADMINISTRATOR))
    status, _, page = await said(ada, "POST", "/staff", name="Fay Front", email="fay@example.org", role="")
    assert (status, 'value="Fay Front"' in page) == (422, True)

    _, _, page = await said(ada, "POST", "/staff", name="Fay Front", email="fay@example.org", role="front_desk")
    link = re.search(r"/welcome/[\w-]{32}", page)
    assert link is not None
    fay = service.somebody()
    assert (await said(fay, "POST", link[0], password=PASSWORD))[0] == 303
    found = await service.app[ACCOUNTS].find("fay@example.org")
    path = f"/staff/{found.id}"
    assert "Fay Front" in (await said(ada, "GET", path))[2]

    assert (await said(ada, "POST", f"{path}/role", role="therapist"))[0] == 303
    assert (await said(fay, "GET", "/account"))[0] == 303, "a new role asks for a new sign-in"
    _, _, page = await said(ada, "POST", f"{path}/reset")
    assert (await said(fay, "POST", "/sign-in", email="fay@example.org", password=PASSWORD))[0] == 422
    again = re.search(r"/welcome/[\w-]{32}", page)
    assert again is not None
    service.clock.pass_by(days=3)
    assert (await said(fay, "GET", again[0]))[0] == 410


async def test_an_administrator_ends_sessions_of_one_and_of_everybody(service: Service) -> None:
    ada = await service.somebody().sign_in(await service.hire("Ada Admin", StaffRole.ADMINISTRATOR))
    tess, fay = await service.hire("Tess Therapist"), await service.hire("Fay Front", StaffRole.FRONT_DESK)

    async def are_in() -> list[bool]:
        return [(await said(one, "GET", "/account"))[0] == 200 for one in people]

    people = [await service.somebody().sign_in(tess), await service.somebody().sign_in(fay)]
    assert (await said(people[1], "POST", f"/staff/{tess.id}/sign-out"))[0] == 403
    assert (await said(ada, "POST", f"/staff/{tess.id}/sign-out"))[0] == 303
    assert await are_in() == [False, True]

    await people[0].sign_in(tess)
    assert (await said(ada, "POST", "/staff/sign-out"))[0] == 303
    assert await are_in() == [False, False]
    assert (await said(ada, "GET", "/staff"))[0] == 200, "but for the browser of whoever did it"


async def test_nobody_closes_their_own_account(service: Service) -> None:
    admin = await service.hire("Ada Admin", StaffRole.ADMINISTRATOR)
    ada = await service.somebody().sign_in(admin)

    for what in ("disable", "reset", "role"):
        status, _, page = await said(ada, "POST", f"/staff/{admin.id}/{what}", role="therapist")
        assert (status, "your own account" in page) == (422, True)
    assert (await said(ada, "GET", "/staff"))[0] == 200


async def test_a_therapist_in_a_visit_stays_signed_in_though_not_for_ever(service: Service) -> None:
    person = await service.somebody().sign_in(await service.hire("Tess Therapist"))
    idle = await service.somebody().sign_in(await service.app[ACCOUNTS].find("tess@example.org"))
    await person.take_seat(service.booked.therapist_token)
    async with Wire(person) as wire:
        await wire.hello()
        for _ in range(3):
            service.clock.pass_by(minutes=14)
            await wire.send({"type": "clock.ping", "sent_ms": 1.0})
            await wire.until("clock.pong")
            await wire.send({"type": "clock.ping", "sent_ms": 1.0})
            await wire.until("clock.pong")

        assert (await said(person, "GET", "/account"))[0] == 200
        assert (await said(idle, "GET", "/account"))[0] == 303
        for _ in range(60):
            service.clock.pass_by(minutes=12)
            await wire.send({"type": "clock.ping", "sent_ms": 1.0})
            await wire.until("clock.pong")
        assert (await said(person, "GET", "/account"))[0] == 303

"""What holds on every URL: headers, who may come, who may change anything, and how a no looks."""

import re
from pathlib import Path

import aiohttp
import pytest

import telesession
from telesession.config import Settings
from telesession.server import middlewares, routes
from telesession.server.app import build
from telesession.server.keys import DATABASE, DRAINING, STATIC
from telesession.server.routes import DOORS, Door, Policy
from tests.server.api import software
from tests.server.conftest import Service

UNKNOWN = "x" * 32


def somewhere(door: Door, service: Service) -> str:
    """A URL behind `door`, as a stranger would try it."""
    path = door.path.replace("{build}", service.app[STATIC].build).replace("{path:.+}", "css/base.css")
    return re.sub(r"\{\w+\}", UNKNOWN, path)


async def test_every_answer_carries_the_security_headers(service: Service) -> None:
    assert [f"{door.method} {door.path}" for door in DOORS if not await carries_headers(service, door)] == []


async def carries_headers(service: Service, door: Door) -> bool:
    async with service.somebody().http.request(door.method, somewhere(door, service), allow_redirects=False) as answer:
        headers = answer.headers
    wanted = dict(middlewares.ALWAYS)
    is_page = answer.content_type not in middlewares.PARTS_OF_PAGES
    if is_page:
        wanted |= middlewares.ON_DOCUMENTS
    policy = headers.get("Content-Security-Policy", "")
    return (
        all(headers.get(name) == value for name, value in wanted.items())
        and "Server" not in headers
        and ("immutable" in headers["Cache-Control"]) is door.path.startswith("/static")
        and "Strict-Transport-Security" not in headers  # plain http may not ask for https
        and (not is_page or ("default-src 'none'" in policy and "unsafe" not in policy))
        and (not is_page or ("camera=(self)" in headers["Permissions-Policy"]) is door.is_stage)
    )


async def test_sam_gets_the_same_nothing_for_a_real_seat_as_for_none(service: Service) -> None:
    pat, sam = await service.pat(), service.somebody()

    async def asked(door: Door, participant: str) -> tuple[int, str]:
        path = door.path.replace("{participant}", participant)
        async with sam.http.request(door.method, path, headers={"Origin": service.url}) as answer:
            return answer.status, re.sub(r"[0-9a-f]{12,}|x{12,}", "", await answer.text())

    for door in [door for door in DOORS if door.policy is Policy.SEAT]:
        real, made_up = await asked(door, pat.participant), await asked(door, UNKNOWN)

        assert real == made_up, door.path
        assert real[0] >= 400, door.path
        assert "Pat" not in real[1], door.path


async def test_pat_cannot_open_the_seat_of_tess(service: Service) -> None:
    tess, pat = await service.tess(), await service.pat()

    async with pat.http.get(tess.visit_path) as answer:
        assert answer.status == 404
    async with tess.http.get(tess.visit_path) as answer:
        assert answer.status == 200


async def test_every_page_has_a_nonce_of_its_own(service: Service) -> None:
    sam = service.somebody()
    nonces = set()
    for _ in range(3):
        async with sam.http.get("/") as answer:
            found = re.search(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
            assert found is not None
            nonces.add(found[1])

    assert len(nonces) == 3
    assert all(len(nonce) == 24 for nonce in nonces), "128 bits in base64"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": ""},
        {"Origin": "https://evil.example"},
        {"Origin": ""},
        {},
    ],
)
async def test_another_site_changes_nothing(service: Service, headers: dict[str, str]) -> None:
    async with (
        aiohttp.ClientSession(service.url) as sam,
        sam.post(f"/join/{service.booked.patient_token}", headers=headers, allow_redirects=False) as answer,
    ):
        assert answer.status == 403
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("origin", ["http://127.0.0.1:{port}", "http://localhost:{port}", "null"])
async def test_older_browsers_join_by_their_origin(service: Service, origin: str) -> None:
    port = service.url.rpartition(":")[2]
    async with (
        aiohttp.ClientSession(service.url) as older,
        older.post(
            f"/join/{service.booked.patient_token}",
            headers={"Origin": origin.format(port=port)},
            allow_redirects=False,
        ) as answer,
    ):
        assert answer.status == 303


async def test_no_origin_is_not_enough_where_a_cookie_is_the_authority(service: Service) -> None:
    tess = await service.tess()
    cookies = tess.http.cookie_jar.filter_cookies(tess.http._base_url)  # type: ignore[arg-type]
    async with (
        aiohttp.ClientSession(service.url, cookies=cookies) as forged,
        forged.post(
            f"{tess.visit_path}/guests", json={"name": "Sam", "relation": "student"}, headers={"Origin": "null"}
        ) as answer,
    ):
        assert answer.status == 403


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"a" * (middlewares.MAX_BODY_BYTES + 1), "application/x-www-form-urlencoded", 413),
        (b"a" * middlewares.MAX_BODY_BYTES, "application/x-www-form-urlencoded", 303),
        (b"a=b", "multipart/form-data; boundary=x", 415),
        (b"a=b", "text/plain", 415),
    ],
)
async def test_a_body_has_a_size_and_a_type(service: Service, body: bytes, kind: str, status: int) -> None:
    async with service.somebody().http.post(
        f"/join/{service.booked.patient_token}", data=body, headers={"Content-Type": kind}, allow_redirects=False
    ) as answer:
        assert answer.status == status


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("DELETE", "/", 405)])
async def test_a_no_is_a_page_for_people_and_json_for_programs(
    service: Service, method: str, path: str, status: int
) -> None:
    sam = service.somebody()
    async with sam.http.request(method, path, headers={"Accept": "text/html"}) as answer:
        assert answer.status == status
        assert answer.content_type == "text/html"
        assert "+44 1632 960001" in await answer.text(), "there is always somebody to call"
    async with sam.http.request(method, path, headers={"Accept": "application/json"}) as answer:
        assert answer.status == status
        problem = await answer.json()
        assert problem["status"] == status
        assert re.fullmatch(r"[a-z_]+", problem["code"])


async def test_the_last_resort_tells_nothing_but_a_number(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    async with service.app[DATABASE].transaction() as tx:
        await tx.exec_driver_sql("UPDATE appointments SET time_zone = 'Canary/Nowhere'")  # which no page can show

    link = f"/join/{service.booked.patient_token}"
    async with service.somebody().http.get(link, headers={"Accept": "text/html"}) as answer:
        page = await answer.text()

    assert answer.status == 500
    number = re.search(r"\b[0-9a-f]{16}\b", page)
    assert number is not None
    logged = capsys.readouterr().out
    assert number[0] in logged, "so that the page and the log line can be brought together"
    for leak in ("Canary", "Traceback", "ZoneInfo", service.booked.patient_token):
        assert leak not in page.replace(link, "")


async def test_a_closed_link_is_a_page_of_its_own(service: Service) -> None:
    sam = service.somebody()
    async with sam.http.get(f"/join/{UNKNOWN}") as answer:
        assert answer.status == 404
        assert "Tess" not in await answer.text()
    service.clock.pass_by(hours=3)
    async with sam.http.get(f"/join/{service.booked.patient_token}") as answer:
        assert answer.status == 410
        assert "Set-Cookie" not in answer.headers


async def test_looking_changes_nothing(service: Service) -> None:
    sam = service.somebody()
    for method in ("HEAD", "GET"):
        async with sam.http.request(method, f"/join/{service.booked.patient_token}") as answer:
            assert answer.status == 200
            assert "Set-Cookie" not in answer.headers
    async with service.app[DATABASE].reading() as tx:
        assert (await tx.exec_driver_sql("SELECT count(*) FROM seats")).scalar_one() == 0


async def test_ready_until_told_to_drain(service: Service) -> None:
    balancer = service.somebody()
    async with balancer.http.get("/readyz") as answer:
        assert (answer.status, (await answer.json())["status"]) == (200, "ready")

    service.app[DRAINING].set()

    async with balancer.http.get("/readyz") as answer:
        assert (answer.status, (await answer.json())["status"]) == (503, "not ready")
    async with balancer.http.get("/healthz") as answer:
        assert answer.status == 200


async def test_not_ready_on_the_schema_of_another_version(service: Service) -> None:
    async with service.app[DATABASE].transaction() as tx:
        await tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    async with service.somebody().http.get("/readyz") as answer:
        assert answer.status == 503


class TestOverHttps:
    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        return Settings(data_dir=tmp_path, public_url="https://visits.example.org")

    async def test_browsers_are_told_to_stay_there(self, service: Service) -> None:
        async with service.somebody().http.get("/healthz") as answer:
            assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
            assert "connect-src 'self' wss://visits.example.org;" in answer.headers["Content-Security-Policy"]

    async def test_the_seat_is_bound_to_this_host(self, service: Service) -> None:
        async with service.somebody().http.post(
            f"/join/{service.booked.patient_token}", allow_redirects=False
        ) as answer:
            cookie = answer.headers["Set-Cookie"]

        assert cookie.startswith("__Host-seat=")
        for attribute in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
            assert attribute in cookie
        assert "Domain" not in cookie


def test_every_url_stands_in_the_one_table(tmp_path: Path) -> None:
    app = build(Settings(data_dir=tmp_path))

    opened = {(route.method, resource.canonical) for resource in app.router.resources() for route in resource}
    assert {place for place in opened if place[0] != "HEAD"} == set(routes._BY_PLACE)

    package = Path(telesession.__file__).parent
    for path in package.rglob("*.py"):
        if path.name != "routes.py":
            assert not re.search(
                r"\badd_(route|get|post|static)|RouteTableDef|web\.(get|post|route)\(", path.read_text()
            ), path


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded; charset=nonsense", b"check=skip"),
        ("application/x-www-form-urlencoded", b"check=\xff\xfe"),
        ("application/x-www-form-urlencoded", b"&=%ff" * 3_000),
    ],
)
async def test_a_form_that_nobody_can_read_is_the_senders_mistake(service: Service, kind: str, body: bytes) -> None:
    for path in (f"/join/{service.booked.patient_token}", "/language"):
        async with service.somebody().http.post(
            path, data=body, headers={"Content-Type": kind}, allow_redirects=False
        ) as answer:
            assert answer.status < 500, path


@pytest.mark.parametrize("body", [b"", b"[" * 16_000, b'{"name": "\xff", "relation": "student"}', b'{"name": "x"}'])
async def test_a_guest_that_nobody_can_read_is_the_senders_mistake(service: Service, body: bytes) -> None:
    tess = await service.tess()
    async with tess.http.post(
        f"{tess.visit_path}/guests", data=body, headers={"Content-Type": "application/json"}
    ) as answer:
        assert answer.status == 409
        assert (await answer.json())["code"] == "bad_guest"


async def test_a_body_that_is_not_packed_as_it_says_is_the_senders_mistake(service: Service) -> None:
    packed, nonsense = {"Content-Encoding": "gzip"}, b"x" * 32
    form = packed | {"Content-Type": "application/x-www-form-urlencoded"}
    async with service.somebody().http.post("/sign-in", data=nonsense, headers=form) as answer:
        assert answer.status == 400
    async with software(service) as program:
        heard = await program.ask(
            "POST", "/patients", data=nonsense, headers=packed | {"Content-Type": "application/json"}
        )
        assert heard.why == (400, "malformed", "")

"""Who may use the API: keys, scopes, rates, and what a request may look like at all."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from telesession.domain.api_keys import Scope
from telesession.server.api.entry import REQUESTS_AT_ONCE
from telesession.server.api.operations import OPERATIONS, ROOT, Operation
from telesession.server.keys import API_KEYS
from telesession.server.routes import DOORS, Policy
from tests.server.api import Software, software
from tests.server.conftest import Service


@pytest.fixture
async def records(service: Service) -> AsyncIterator[Software]:
    async with software(service) as program:
        yield program


def path_of(operation: Operation) -> str:
    return operation.url.replace("{patient}", "x").replace("{appointment}", "x")


def test_every_door_of_the_api_asks_for_a_key_with_a_scope() -> None:
    for door in DOORS:
        assert (door.policy is Policy.API) == (door.scope is not None)
        if door.path.startswith("/api/v1/") and door.path != "/api/v1/openapi.json":
            assert door.policy is Policy.API


async def test_without_a_good_key_every_operation_says_the_same(service: Service) -> None:
    secret, key = await service.app[API_KEYS].add("Old", list(Scope))
    await service.app[API_KEYS].revoke(key.id)
    for operation in OPERATIONS:
        answers = await answers_without_a_good_key(service, operation, secret)
        assert len(answers) == 1, operation.name
        assert answers.pop()[0] == 401, operation.name


async def answers_without_a_good_key(service: Service, operation: Operation, secret: str) -> set[tuple[int, str, str]]:
    """`secret`: one that was taken back."""
    said = set()
    async with aiohttp.ClientSession(service.url) as http:
        for sent in ({}, {"Authorization": "Bearer tsk_" + "x" * 43}, {"Authorization": f"Bearer {secret}"},
                     {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer \xff"}):  # fmt: skip
            async with http.request(operation.method, path_of(operation), headers=sent, data=b"{") as answer:
                problem = await answer.json(content_type="application/problem+json")
                del problem["request_id"]
                said.add((answer.status, answer.headers["WWW-Authenticate"], str(problem)))
    return said


async def test_a_key_opens_only_what_it_was_made_for(service: Service) -> None:
    for operation in OPERATIONS:
        others = [scope for scope in Scope if scope is not operation.scope]
        async with software(service, *others) as program:
            path = path_of(operation).removeprefix(ROOT)
            assert (await program.ask(operation.method, path)).why == (403, "scope_missing", ""), operation.name


async def test_a_key_that_asks_too_often_is_told_to_wait_and_others_are_not(service: Service) -> None:
    async with software(service) as eager, software(service) as other:
        for _ in range(REQUESTS_AT_ONCE * 3):
            heard = await eager.ask("GET", "/nothing-here")
            heard = await eager.ask("GET", "/patients/x")
            if heard.status == 429:
                break
        assert heard.why == (429, "too_many_requests", "")
        assert heard.headers["Retry-After"] == "1"
        assert (await other.ask("GET", "/patients/x")).status == 404


async def test_a_foreign_page_is_refused_even_with_a_key(records: Software) -> None:
    for site in ("cross-site", "same-site", "none"):
        heard = await records.ask("POST", "/patients", json={"name": "x"}, headers={"Sec-Fetch-Site": site})
        assert heard.why == (403, "forbidden", "")


async def test_cookies_and_seats_open_nothing_here(service: Service) -> None:
    tess = await service.tess()
    async with tess.http.get("/api/v1/patients") as answer:
        assert answer.status == 401


@pytest.mark.parametrize(
    ("method", "path", "why"),
    [
        ("GET", "/nothing", (404, "not_found", "")),
        ("DELETE", "/nothing", (404, "not_found", "")),
        ("DELETE", "/patients", (405, "wrong_method", "")),
    ],
)
async def test_what_is_not_there_is_a_problem_too(
    records: Software, method: str, path: str, why: tuple[int, str, str]
) -> None:
    assert (await records.ask(method, path)).why == why


BAD_BODIES = [
    (b"", "application/json", (400, "malformed", "")),
    (b"{", "application/json", (400, "malformed", "")),
    (b"[" * 60_000, "application/json", (422, "invalid", "")),
    (b'{"name": "\xff"}', "application/json", (400, "malformed", "")),
    (b"{" + b" " * 70_000, "application/json", (413, "too_large", "")),
    (b"name=x", "application/x-www-form-urlencoded", (415, "wrong_type", "")),
    (b"{}", "text/plain", (415, "wrong_type", "")),
    (b"{}", "application/json", (422, "invalid", "/name")),
    (b'{"name": 1}', "application/json", (422, "invalid", "/name")),
    (b'{"name": "x", "nam/e": 1}', "application/json", (422, "invalid", "/nam~1e")),
    (b'{"name": "x", "email": "nowhere"}', "application/json", (422, "email_wrong", "/email")),
    (b'{"name": "x", "emergency_phone": "+1 ---"}', "application/json", (422, "emergency_phone_wrong",
                                                                        "/emergency_phone")),
    (b'{"name": "...", "email": ""}', "application/json", (422, "name_missing", "/name")),
    (b'{"name": "x", "born_on": "2100-01-01"}', "application/json", (422, "born_on_wrong", "/born_on")),
    (b'{"name": "x", "time_zone": "Mars/Base"}', "application/json", (422, "unknown_time_zone", "/time_zone")),
    (b'{"name": "x", "language": "tlh"}', "application/json", (422, "language_unknown", "/language")),
]  # fmt: skip


async def test_a_bad_body_is_answered_with_the_place_of_what_is_wrong(records: Software) -> None:
    for body, kind, why in BAD_BODIES:
        heard = await records.ask("POST", "/patients", data=body, headers={"Content-Type": kind})
        assert heard.why == why, body[:80]


async def test_half_characters_do_no_harm(records: Software) -> None:
    heard = await records.ask(
        "POST", "/patients", data=b'{"name": "Pat \\ud83d"}', headers={"Content-Type": "application/json"}
    )
    assert heard.status == 201

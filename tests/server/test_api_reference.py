"""The description of the API says what is true of it."""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import msgspec
import pytest

from telesession.server.api import samples, wire
from telesession.server.api.openapi import document
from telesession.server.api.operations import OPERATIONS, Operation
from telesession.server.i18n import PSEUDO
from tests.server.api import Software, software
from tests.server.conftest import Service


@pytest.fixture
async def records(service: Service) -> AsyncIterator[Software]:
    async with software(service) as program:
        yield program


def references(thing: Any) -> Iterator[str]:
    if isinstance(thing, dict):
        if isinstance(thing.get("$ref"), str):
            yield thing["$ref"]
        for value in thing.values():
            yield from references(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from references(value)


def test_the_description_is_whole() -> None:
    described = document("https://visits.example.org")

    for reference in references(described):
        found: Any = described
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
    for one in OPERATIONS:
        said = described["paths"][one.path][one.method.lower()]
        assert said["operationId"] == one.name
        assert {parameter["name"] for parameter in said["parameters"] if parameter["in"] == "path"} == set(
            re.findall(r"{(\w+)}", one.path)
        )
        assert ("requestBody" in said) == (one.takes is not None)
    assert len({one.name for one in OPERATIONS}) == len(OPERATIONS)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_examples_are_of_the_types_that_they_show(operation: Operation) -> None:
    for kind in (operation.takes, operation.gives):
        if kind is not None:
            text = msgspec.json.encode(samples.sample(kind))
            assert msgspec.json.decode(text, type=kind) == samples.sample(kind)


async def test_the_examples_are_taken(records: Software) -> None:
    by_name = {one.name: msgspec.to_builtins(samples.sample(one.takes)) for one in OPERATIONS if one.takes}

    pat = await records.ask("POST", "/patients", json=by_name["registerPatient"])
    assert pat.status == 201
    path = f"/patients/{pat.json['id']}"
    changed = await records.ask("PUT", path, json=by_name["replacePatient"], headers={"If-Match": pat.etag})
    assert changed.status == 200
    booked = await records.ask("POST", "/appointments", json=by_name["bookAppointment"] | {"patient": pat.json["id"]})
    assert booked.status == 201
    path = f"/appointments/{booked.json['appointments'][0]['id']}"
    moved = await records.ask("PATCH", path, json=by_name["moveAppointment"], headers={"If-Match": "*"})
    assert moved.status == 200
    shown = booked.json["appointments"][0]
    assert set(shown) == set(msgspec.to_builtins(samples.sample(wire.Appointment)))


async def test_anybody_may_read_the_description(service: Service) -> None:
    sam = service.somebody()
    async with sam.http.get("/api/v1/openapi.json") as answer:
        assert (await answer.json())["openapi"] == "3.1.0"
    async with sam.http.get("/api/v1") as page:
        text = await page.text()
    assert page.status == 200
    assert all(f'id="{one.name}"' in text for one in OPERATIONS)
    assert "<script" not in text


@pytest.fixture
def settings(settings: Any) -> Any:
    return msgspec.structs.replace(settings, debug=True)


async def test_the_page_speaks_the_language_of_its_reader(service: Service) -> None:
    reader = service.somebody()
    reader.http.cookie_jar.update_cookies({"language": PSEUDO})
    async with reader.http.get("/api/v1") as page:
        text = await page.text()

    in_english = re.sub(r'<(\w+)[^>]*\slang="en".*?</\1>', "", text, flags=re.DOTALL)
    assert "For other software" not in in_english

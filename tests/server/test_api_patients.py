"""Patients for other software: added, found page by page, replaced by whoever has seen the newest."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.server.api import Software, software
from tests.server.conftest import Service


@pytest.fixture
async def records(service: Service) -> AsyncIterator[Software]:
    async with software(service) as program:
        yield program


async def test_a_patient_is_added_and_read(records: Software) -> None:
    added = await records.ask(
        "POST", "/patients", json={"name": " Pat  Morgan ", "phone": "0034 600 123 456", "born_on": "1961-05-04"}
    )

    assert added.status == 201
    read = await records.ask("GET", added.headers["Location"].removeprefix("/api/v1"))
    assert read.json == added.json
    assert (read.json["name"], read.json["phone"], read.json["born_on"]) == (
        "Pat Morgan",
        "+34600123456",
        "1961-05-04",
    )
    assert read.etag == added.etag == '"1"'
    again = await records.ask("GET", f"/patients/{read.json['id']}", headers={"If-None-Match": read.etag})
    assert (again.status, again.json) == (304, None)
    assert (await records.ask("GET", "/patients/nobody")).why == (404, "not_found", "")


async def test_all_patients_are_met_once_page_by_page(records: Software) -> None:
    added = {(await records.patient(name=f"Pat {number}"))["id"] for number in range(7)}

    met: list[str] = []
    cursor = ""
    for _ in range(9):
        heard = await records.ask("GET", f"/patients?q=pat&limit=3{cursor}")
        met += [one["id"] for one in heard.json["patients"]]
        if heard.json["next"] is None:
            break
        cursor = f"&cursor={heard.json['next']}"
    assert sorted(one for one in met if one in added) == sorted(added)
    assert len(met) == len(set(met)) == 8, "Pat Patient of the first appointment too"


async def test_patients_are_found_by_what_one_knows_of_them(records: Software) -> None:
    quill = await records.patient(name="Canary Quill", phone="+34600777888")

    for query in ("quill", "can%20qui", "7888"):
        assert [one["id"] for one in (await records.ask("GET", f"/patients?q={query}")).json["patients"]] == [
            quill["id"]
        ]
    assert (await records.ask("GET", "/patients?q=nobody")).json == {"patients": [], "next": None}


UNREADABLE = [
    ("limit=0", "limit"),
    ("limit=101", "limit"),
    ("limit=x", "limit"),
    ("limit=٣", "limit"),
    ("cursor=%C3%A9", "cursor"),
    ("cursor=a", "cursor"),
    ("cursor=e30", "cursor"),
    ("cursor=/////w", "cursor"),
    ("name=x", "name"),
    ("q=a&q=b", "q"),
    (f"q={'a' * 201}", "q"),
]


async def test_a_parameter_that_cannot_be_read_is_named(records: Software) -> None:
    for query, field in UNREADABLE:
        status, _, place = (await records.ask("GET", f"/patients?{query}")).why
        assert (status, place) == (400, field), query


async def test_a_record_is_replaced_by_whoever_has_seen_the_newest(records: Software) -> None:
    pat = await records.patient(notes="old", email="pat@example.org")
    path = f"/patients/{pat['id']}"

    assert (await records.ask("PUT", path, json={"name": "Pat"})).why == (428, "version_missing", "If-Match")
    stale = await records.ask("PUT", path, json={"name": "Pat"}, headers={"If-Match": '"9"'})
    assert stale.why == (412, "changed_meanwhile", "If-Match")
    weak = await records.ask("PUT", path, json={"name": "Pat"}, headers={"If-Match": 'W/"1"'})
    assert weak.status == 412
    bare = await records.ask("PUT", path, json={"name": "Pat"}, headers={"If-Match": "1"})
    assert bare.why == (400, "malformed", "If-Match")
    done = await records.ask("PUT", path, json={"name": "Pat Other"}, headers={"If-Match": '"7", "1"'})
    assert (done.status, done.json["name"], done.json["notes"], done.etag) == (200, "Pat Other", "", '"2"')
    assert (await records.ask("PUT", path, json={"name": "Pat"}, headers={"If-Match": '"1"'})).status == 412
    assert (await records.ask("PUT", path, json={"name": "Pat"}, headers={"If-Match": "*"})).status == 200


async def test_of_two_who_replace_at_once_one_is_told(records: Software) -> None:
    pat = await records.patient()
    heard = await asyncio.gather(
        *(
            records.ask("PUT", f"/patients/{pat['id']}", json={"name": f"Pat {number}"}, headers={"If-Match": '"1"'})
            for number in range(4)
        )
    )
    assert sorted(one.status for one in heard) == [200, 412, 412, 412]


async def test_the_same_request_twice_adds_one_patient(records: Software) -> None:
    key = {"Idempotency-Key": "one"}
    first = await records.ask("POST", "/patients", json={"name": "Only Once"}, headers=key)
    again = await records.ask("POST", "/patients", json={"name": "Only Once"}, headers=key)

    assert (again.status, again.json, again.etag) == (201, first.json, first.etag)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len((await records.ask("GET", "/patients?q=only")).json["patients"]) == 1
    other = await records.ask("POST", "/patients", json={"name": "Another"}, headers=key)
    assert other.why == (422, "key_reused", "")


async def test_of_many_at_once_under_one_key_one_is_done(records: Software) -> None:
    heard = await asyncio.gather(
        *(
            records.ask("POST", "/patients", json={"name": "Only Once"}, headers={"Idempotency-Key": "k"})
            for _ in range(6)
        )
    )

    assert {one.status for one in heard} <= {201, 409}
    assert len({one.json["id"] for one in heard if one.status == 201}) == 1
    assert len((await records.ask("GET", "/patients?q=only")).json["patients"]) == 1


async def test_a_refused_request_leaves_its_key_unused(records: Software) -> None:
    key = {"Idempotency-Key": "one"}
    bad = await records.ask("POST", "/patients", json={"name": "Pat", "email": "nowhere"}, headers=key)
    good = await records.ask("POST", "/patients", json={"name": "Pat", "email": "p@example.org"}, headers=key)

    assert (bad.status, good.status) == (422, 201)
    odd = await records.ask("POST", "/patients", json={"name": "Pat"}, headers={"Idempotency-Key": "a b"})
    assert odd.why == (400, "malformed", "Idempotency-Key")

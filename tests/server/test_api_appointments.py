"""Appointments for other software: booked once or in a series, listed, moved, called off."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest

from telesession.domain.api_keys import Scope
from telesession.domain.audit import SERVICE
from telesession.domain.staff import StaffRole
from telesession.server.keys import ACCOUNTS
from tests.server.api import Software, software
from tests.server.conftest import Service


@pytest.fixture
async def records(service: Service) -> AsyncIterator[Software]:
    async with software(service) as program:
        yield program


async def test_an_appointment_is_booked_with_links_that_open(records: Software, service: Service) -> None:
    booked = await records.booked(starts_at="2026-12-01T13:30:00+01:00")

    assert (booked["starts_at"], booked["ends_at"]) == ("2026-12-01T12:30:00Z", "2026-12-01T13:00:00Z")
    assert (booked["status"], booked["version"], booked["series"]) == ("booked", "0-booked", None)
    async with service.somebody().http.get(booked["links"]["patient"]["url"]) as page:
        assert page.status == 200
    read = await records.ask("GET", f"/appointments/{booked['id']}")
    assert (read.json, read.etag) == (booked, '"0-booked"')


async def test_links_are_for_keys_that_may_change_appointments(records: Software, service: Service) -> None:
    booked = await records.booked()
    async with software(service, Scope.READ_APPOINTMENTS) as reader:
        heard = await reader.ask("GET", f"/appointments/{booked['id']}")
    assert heard.json["links"] is None
    assert heard.json["patient"] == booked["patient"]


async def test_therapists_are_met_once_page_by_page_and_one_of_them_is_booked(
    records: Software, service: Service
) -> None:
    hired = [await service.hire(f"{name} Therapist") for name in ("Tess", "Theo", "Thea")]
    await service.hire("Ada Admin", StaffRole.ADMINISTRATOR)
    gone = await service.hire("Tilly Therapist")
    await service.app[ACCOUNTS].disable(gone.id, SERVICE)

    met: list[Any] = []
    cursor = ""
    while cursor is not None:
        heard = await records.ask("GET", f"/therapists?limit=2{cursor and f'&cursor={cursor}'}")
        met, cursor = met + heard.json["therapists"], heard.json["next"]

    assert sorted(met, key=str) == sorted(({"id": one.id, "name": one.name} for one in hired), key=str)
    booked = await records.booked(therapist=met[0]["id"], therapist_name="")
    assert (booked["therapist"], booked["therapist_name"]) == (met[0]["id"], met[0]["name"])
    assert (await records.ask("GET", "/therapists?name=tess")).why == (400, "parameter_unknown", "name")


async def test_a_series_keeps_the_time_of_the_clinics_clock(records: Software) -> None:
    pat = await records.patient()
    wish = {"patient": pat["id"], "starts_at": "2027-03-24T10:00:00Z", "minutes": 30, "therapist_name": "Tess",
            "series": {"count": 3}}  # fmt: skip
    heard = await records.ask("POST", "/appointments", json=wish)

    starts = [datetime.fromisoformat(one["starts_at"]) for one in heard.json["appointments"]]
    assert starts[0] == datetime(2027, 3, 24, 10, tzinfo=UTC)
    assert [(one - starts[0]).days in (7 * number, 7 * number - 1) for number, one in enumerate(starts)] == [True] * 3
    assert len({one["series"] for one in heard.json["appointments"]}) == 1
    assert "ETag" not in heard.headers


async def test_a_taken_time_is_refused_unless_it_is_meant(records: Software) -> None:
    first = await records.booked()
    wish = {"patient": first["patient"], "starts_at": first["starts_at"], "minutes": 30, "therapist_name": "Other"}

    assert (await records.ask("POST", "/appointments", json=wish)).why == (409, "overlap", "")
    assert (await records.ask("POST", "/appointments", json=wish | {"may_overlap": True})).status == 201


BAD_BOOKINGS: list[tuple[dict[str, Any], tuple[int, str, str]]] = [
    ({"patient": "nobody"}, (422, "patient_unknown", "/patient")),
    ({"therapist": "nobody"}, (422, "therapist_unknown", "/therapist")),
    ({"therapist_name": "  "}, (422, "therapist_name_missing", "/therapist_name")),
    ({"starts_at": "2026-12-03T10:00:00"}, (422, "invalid", "/starts_at")),
    ({"starts_at": "2020-12-03T10:00:00Z"}, (422, "already_over", "/starts_at")),
    ({"starts_at": "0001-01-01T00:00:00+23:00"}, (422, "time_wrong", "/starts_at")),
    ({"starts_at": "9999-12-31T23:59:00-23:00"}, (422, "time_wrong", "/starts_at")),
    ({"minutes": 4}, (422, "invalid", "/minutes")),
    ({"minutes": 10**30}, (422, "invalid", "/minutes")),
    ({"time_zone": "../../etc/passwd"}, (422, "unknown_time_zone", "/time_zone")),
    ({"series": {"count": 1}}, (422, "invalid", "/series/count")),
    ({"series": {"count": 2, "every": 1}}, (422, "invalid", "/series/every")),
]


async def test_a_bad_booking_says_what_is_wrong(records: Software) -> None:
    pat = await records.patient()
    wish = {"patient": pat["id"], "starts_at": "2026-12-03T10:00:00Z", "minutes": 30, "therapist_name": "Tess"}

    for change, why in BAD_BOOKINGS:
        assert (await records.ask("POST", "/appointments", json=wish | change)).why == why, change
        assert (await records.ask("GET", f"/appointments?patient={pat['id']}")).json["appointments"] == [], change


async def test_all_appointments_are_met_once_in_order_page_by_page(records: Software) -> None:
    pat = (await records.patient())["id"]
    starts = ["2026-12-03T10:00:00Z", "2026-12-03T10:00:00Z", "2026-12-02T10:00:00Z", "2026-12-04T10:00:00Z"]
    booked = [(await records.booked(patient=pat, starts_at=start))["id"] for start in starts]

    met: list[Any] = []
    path = cursor = f"/appointments?patient={pat}&limit=1&from={quote('2026-12-01T13:00:00+01:00')}"
    for _ in range(9):
        heard = await records.ask("GET", cursor)
        met += heard.json["appointments"]
        if heard.json["next"] is None:
            break
        cursor = f"{path}&cursor={heard.json['next']}"
    assert sorted(one["id"] for one in met) == sorted(booked)
    assert [one["starts_at"] for one in met] == sorted(starts)


async def test_a_list_is_bounded_by_its_times(records: Software) -> None:
    pat = (await records.patient())["id"]
    await records.booked(patient=pat, starts_at="2026-12-03T10:00:00Z")

    async def found(query: str) -> int:
        heard = await records.ask("GET", f"/appointments?patient={pat}&{query}")
        return len(heard.json["appointments"])

    assert await found("from=2026-12-03T10:00:00Z&to=2026-12-03T10:00:01Z") == 1
    assert await found("from=2026-12-03T10:00:00Z&to=2026-12-03T10:00:00Z") == 0
    assert await found("from=2026-12-03T11:00:00+01:00") == 1, "a plus that nobody escaped"
    assert await found("from=2026-12-03T10:00:01Z") == 0


@pytest.mark.parametrize(
    "query", ["from=x", "from=2026-12-03T10:00:00", "to=0001-01-01T00:00:00%2B23:00", "cursor=W10"]
)
async def test_a_list_without_sensible_bounds_is_refused(records: Software, query: str) -> None:
    status, _, field = (await records.ask("GET", f"/appointments?{query}")).why
    assert (status, field) == (400, query.partition("=")[0])


async def test_a_move_needs_the_version_that_was_seen(records: Software) -> None:
    booked = await records.booked()
    path, later = f"/appointments/{booked['id']}", {"starts_at": "2026-12-04T10:00:00Z"}

    assert (await records.ask("PATCH", path, json=later)).why == (428, "version_missing", "If-Match")
    moved = await records.ask("PATCH", path, json=later, headers={"If-Match": '"0-booked"'})
    assert (moved.status, moved.json["starts_at"], moved.json["ends_at"]) == (
        200,
        "2026-12-04T10:00:00Z",
        "2026-12-04T10:30:00Z",
    )
    assert moved.json["links"]["patient"]["url"] != booked["links"]["patient"]["url"]
    assert moved.etag == '"1-booked"'
    stale = await records.ask("PATCH", path, json={"minutes": 45}, headers={"If-Match": '"0-booked"'})
    assert stale.why == (412, "changed_meanwhile", "If-Match")
    longer = await records.ask("PATCH", path, json={"minutes": 45}, headers={"If-Match": moved.etag})
    assert longer.json["ends_at"] == "2026-12-04T10:45:00Z"
    nothing = await records.ask("PATCH", path, json={}, headers={"If-Match": "*"})
    assert nothing.why == (422, "nothing_to_change", "/starts_at")


async def test_a_cancelled_appointment_says_so_and_stays_cancelled(records: Software, service: Service) -> None:
    booked = await records.booked()
    path = f"/appointments/{booked['id']}"

    stale = await records.ask("POST", f"{path}/cancel", headers={"If-Match": '"5-booked"'})
    assert stale.status == 412
    for _ in range(2):
        heard = await records.ask("POST", f"{path}/cancel")
        assert (heard.status, heard.json["status"], heard.json["links"]) == (200, "cancelled", None)
    async with service.somebody().http.get(booked["links"]["patient"]["url"]) as page:
        assert page.status == 410
    moved = await records.ask("PATCH", path, json={"minutes": 45}, headers={"If-Match": "*"})
    assert moved.why == (409, "cancelled", "")
    assert (await records.ask("POST", "/appointments/nothing/cancel")).status == 404


async def test_a_booking_sent_twice_is_one_appointment(records: Software) -> None:
    pat = (await records.patient())["id"]
    wish = {"patient": pat, "starts_at": "2026-12-03T10:00:00Z", "minutes": 30, "therapist_name": "Tess"}
    heard = [await records.ask("POST", "/appointments", json=wish, headers={"Idempotency-Key": "b"}) for _ in range(2)]

    assert heard[0].json == heard[1].json
    assert len((await records.ask("GET", f"/appointments?patient={pat}")).json["appointments"]) == 1

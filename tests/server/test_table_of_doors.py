"""Every URL for everybody who could come: who gets in where stands in one table, and nothing else opens."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from telesession.domain.api_keys import Scope
from telesession.domain.patients import Details
from telesession.domain.staff import StaffRole
from telesession.server import socket
from telesession.server.keys import ACCOUNTS, API_KEYS, PATIENTS, SCHEDULING, STATIC
from telesession.server.precall_frames import SUBPROTOCOL
from telesession.server.routes import DOORS, Door, Policy
from tests.server.conftest import LENGTH, START_IN, Person, Service

CARE = (StaffRole.THERAPIST, StaffRole.ADMINISTRATOR)
OPEN_TO_ALL = (Policy.ANYONE, Policy.LINK)

SOCKETS = (socket.connect,)
"""It opens and says by its close code why it ends: that is in test_socket.py and test_shut_out.py."""

LINE = {"Sec-WebSocket-Protocol": SUBPROTOCOL}
"""Else the socket of the connection check asks for nothing more than this."""

Enters = Callable[[Service], Awaitable[Person]]


async def nobody(service: Service) -> Person:
    return service.somebody()


async def _another_visit(service: Service, *, as_therapist: bool) -> Person:
    booked = await service.app[SCHEDULING].book(
        service.clock() + START_IN, LENGTH, "Tim Therapist", Details("Mia Morgan"), "UTC"
    )
    token = booked.therapist_token if as_therapist else booked.patient_token
    return await service.somebody().take_seat(token)


async def other_patient(service: Service) -> Person:
    return await _another_visit(service, as_therapist=False)


async def other_therapist(service: Service) -> Person:
    return await _another_visit(service, as_therapist=True)


async def patient(service: Service) -> Person:
    return await service.pat()


async def guest(service: Service) -> Person:
    return await service.gus()


async def of_staff(service: Service, role: StaffRole) -> Person:
    return await service.somebody().sign_in(await service.hire("Sue Staff", role))


async def front_desk(service: Service) -> Person:
    return await of_staff(service, StaffRole.FRONT_DESK)


async def therapist(service: Service) -> Person:
    return await of_staff(service, StaffRole.THERAPIST)


async def administrator(service: Service) -> Person:
    return await of_staff(service, StaffRole.ADMINISTRATOR)


async def closed_account(service: Service) -> Person:
    person = await of_staff(service, StaffRole.ADMINISTRATOR)
    await service.app[ACCOUNTS].disable((await service.app[ACCOUNTS].find("sue@example.org")).id)
    return person


async def left_alone(service: Service) -> Person:
    person = await of_staff(service, StaffRole.ADMINISTRATOR)
    service.clock.pass_by(minutes=15)
    return person


async def software(service: Service) -> Person:
    secret, _ = await service.app[API_KEYS].add("Records", [Scope.READ_APPOINTMENTS])
    person = service.somebody()
    person.http.headers["Authorization"] = f"Bearer {secret}"
    del person.http.headers["Sec-Fetch-Site"]
    return person


MAY: dict[Enters, frozenset[Policy]] = {
    nobody: frozenset(),
    other_patient: frozenset(),
    other_therapist: frozenset(),
    patient: frozenset(),
    guest: frozenset(),
    front_desk: frozenset({Policy.STAFF}),
    therapist: frozenset({Policy.STAFF, Policy.CARE}),
    administrator: frozenset({Policy.STAFF, Policy.CARE, Policy.ADMINISTRATOR}),
    closed_account: frozenset(),
    left_alone: frozenset(),
    software: frozenset({Policy.API}),
}


async def where(service: Service, door: Door) -> str:
    """The URL of `door` with the ids of people and things that are there: of Tess's visit with Pat."""
    known = {
        "{participant}": service.victim,  # type: ignore[attr-defined]
        "{visit}": service.booked.appointment.id,
        "{appointment}": service.booked.appointment.id,
        "{patient}": service.booked.appointment.patient,
        "{staff}": (await service.app[ACCOUNTS].find("vic@example.org")).id,
        "{build}": service.app[STATIC].build,
        "{path:.+}": "css/base.css",
    }
    path = door.path
    for name, value in known.items():
        path = path.replace(name, value)
    return re.sub(r"\{[^}]+\}", "x" * 32, path)


def is_the_doors(status: int, location: str) -> bool:
    """Whether an answer is the door's no, and not an answer of what lies behind it."""
    return status in (401, 403, 404) or location.startswith("/sign-in?next=")


def is_open(door: Door, enters: Enters) -> bool:
    if door.policy is Policy.API:
        return enters is software and door.scope is Scope.READ_APPOINTMENTS
    return door.policy in MAY[enters]


@pytest.fixture
async def clinic(service: Service) -> Service:
    """Pat's seat, whose URL everybody knows; Vic of the staff, whose account everybody would change."""
    service.victim = (await service.pat()).participant  # type: ignore[attr-defined]
    await service.hire("Vic Therapist")
    return service


@pytest.mark.parametrize("enters", MAY, ids=lambda enters: enters.__name__)
async def test_a_door_opens_for_those_in_the_table_and_for_nobody_else(clinic: Service, enters: Enters) -> None:
    person = await enters(clinic)
    wrong = []
    for door in DOORS:
        if door.policy in OPEN_TO_ALL or door.handler in SOCKETS:
            continue
        async with person.http.request(
            door.method,
            await where(clinic, door),
            headers={"Accept": "application/json", "Origin": clinic.url} | LINE,
            allow_redirects=False,
        ) as answer:
            if answer.content_type == "text/event-stream":
                assert is_open(door, enters)
                continue
            told = await answer.text()
        is_no = is_the_doors(answer.status, answer.headers.get("Location", "")) and "not_in_charge" not in told
        # What is behind an open door may say that there is no such thing; its URL named something made up.
        is_made_up = answer.status == 404 and "x" * 32 in await where(clinic, door)
        if is_no is is_open(door, enters) and not (is_made_up and is_open(door, enters)):
            wrong.append((door.method, door.path, answer.status, told[:80]))
    assert not wrong


async def _revoked(service: Service) -> None:
    await service.app[SCHEDULING].move(service.booked.appointment.id, service.clock() + timedelta(days=1))


async def _cancelled(service: Service) -> None:
    await service.app[SCHEDULING].cancel(service.booked.appointment.id)


async def _ended(service: Service) -> None:
    await service.app[SCHEDULING].end(service.booked.appointment.id)


async def _long_over(service: Service) -> None:
    service.clock.pass_by(hours=6)


@pytest.mark.parametrize("state", [_revoked, _cancelled, _ended, _long_over], ids=lambda one: one.__name__.strip("_"))
async def test_no_seat_opens_anything_once_its_visit_is_over_or_its_link_taken_back(
    service: Service, state: Callable[[Service], Awaitable[None]]
) -> None:
    people = [await service.tess(), await service.pat(), await service.gus()]
    await state(service)

    for person in people:
        for door in DOORS:
            if door.policy is not Policy.SEAT or door.handler in SOCKETS:
                continue
            path = re.sub(r"\{clip\}", "x" * 32, door.path.replace("{participant}", person.participant))
            headers = LINE | {"Origin": service.url}
            async with person.http.request(door.method, path, headers=headers, allow_redirects=False) as answer:
                assert answer.status in (404, 409, 410, 415), (door.path, answer.status)
                assert answer.status != 409 or "ended" in await answer.text() or door.path.endswith("guests")


async def test_a_link_that_nobody_made_opens_nothing(service: Service) -> None:
    form = {"password": "brown otters drink tea"}
    headers = LINE | {"Origin": service.url}
    for door in [one for one in DOORS if one.policy is Policy.LINK]:
        path = door.path.replace("{token}", "x" * 32)
        async with service.somebody().http.request(
            door.method, path, data=form, headers=headers, allow_redirects=False
        ) as answer:
            assert answer.status in (404, 409, 410), (path, await answer.text())
            assert "Set-Cookie" not in answer.headers, path


async def test_patients_of_others_are_found_by_name_and_read_by_nobody_but_their_own(service: Service) -> None:
    """What a therapist's search shows is what one needs to book: the rest is behind the record's own door (ADR 135)."""
    tess = await service.hire("Tess Therapist")
    pat = await service.app[PATIENTS].register(Details("Canary Quill", notes="SECRET", address="SECRET"))
    await service.app[SCHEDULING].book(service.clock() + START_IN, LENGTH, tess.name, pat.id, "UTC", tess.id)
    tom = await service.somebody().sign_in(await service.hire("Tom Therapist"))

    for path in (
        "/patients?q=canary",
        "/patients",
        "/schedule",
        f"/patients/{pat.id}",
        f"/patients/{pat.id}/emergency",
    ):
        async with tom.http.get(path) as answer:
            assert "SECRET" not in await answer.text(), path

"""What happens at the doors is in the audit: who came in, who did not, who changed what about whom."""

import re
from pathlib import Path

import pytest

import telesession
from telesession.domain.api_keys import Scope
from telesession.domain.audit import SERVICE, Action
from telesession.domain.patients import Details
from telesession.domain.staff import StaffRole
from telesession.server import denials, gate
from telesession.server.keys import ACCOUNTS, AUDIT, PATIENTS, SCHEDULING
from telesession.store.audit import Filter
from tests.people import PASSWORD
from tests.server.api import software
from tests.server.conftest import LENGTH, START_IN, Person, Service

RECORDINGS = {one for one in Action if one.name.startswith("RECORDING_")}


async def lines(service: Service, action: Action) -> list[tuple[str, str, str, str]]:
    """Role, actor, subject, outcome of each, the oldest first."""
    told = await service.app[AUDIT].read(SERVICE, Filter(action=action))
    return [(one.line.role, one.line.actor, one.line.subject, one.line.outcome) for one in reversed(told)]


async def post(person: Person, path: str, **form: str) -> int:
    async with person.http.post(path, data=form, allow_redirects=False) as answer:
        return answer.status


@pytest.mark.parametrize("action", sorted(set(Action) - RECORDINGS))
def test_every_action_of_the_list_is_written_somewhere(action: Action) -> None:
    files = [
        path
        for path in Path(telesession.__file__).parent.rglob("*.py")
        if path.name != "audit.py" or "domain" not in path.parts
    ]

    assert any(re.search(rf"Action\.{action.name}\b", path.read_text("utf-8")) for path in files)


async def test_coming_and_going_of_staff(service: Service) -> None:
    tess = await service.hire("Tess Therapist")
    me = ("therapist", tess.id, tess.id, "done")
    before = len(await lines(service, Action.SIGNED_IN))
    person = await service.somebody().sign_in(tess)
    assert await post(person, "/account/sessions/sign-out") == 303
    assert await post(person, "/sign-out") == 303
    assert await post(person, "/sign-in", email=tess.email, password="wrong") == 422
    assert await post(person, "/sign-in", email="nobody@example.org", password="wrong") == 422

    assert (await lines(service, Action.SIGNED_IN))[before:] == [("therapist", tess.id, f"{tess.id}:password", "done")]
    assert await lines(service, Action.SIGNED_OUT) == [me, me]
    assert await lines(service, Action.SIGN_IN_REFUSED) == [("-", "-", tess.id, "wrong"), ("-", "-", "-", "wrong")]


async def test_what_changes_an_account(service: Service) -> None:
    ada, tess = await service.hire("Ada Admin", StaffRole.ADMINISTRATOR), await service.hire("Tess Therapist")
    admin, own = await service.somebody().sign_in(ada), await service.somebody().sign_in(tess)
    assert await post(own, "/account/password", current=PASSWORD, password="seven quiet lamps glow") == 303
    assert await post(admin, "/staff", name="Fay Front", email="fay@example.org", role="front_desk") == 200
    assert await post(admin, f"/staff/{tess.id}/sign-out") == 303
    assert await post(admin, "/staff/sign-out") == 303
    for what in ("unlock", "role", "disable", "enable", "reset"):
        assert await post(admin, f"/staff/{tess.id}/{what}", role="front_desk") in (200, 303)
    fay = await service.app[ACCOUNTS].find("fay@example.org")

    assert ("therapist", tess.id, tess.id, "done") in await lines(service, Action.PASSWORD_CHANGED)
    assert ("administrator", ada.id, fay.id, "done") in await lines(service, Action.STAFF_ADDED)
    assert await lines(service, Action.STAFF_CHANGED) == [("administrator", ada.id, f"{tess.id}:front_desk", "done")]
    ended = await lines(service, Action.SIGNED_OUT)
    assert ended == [("administrator", ada.id, whom, "done") for whom in (tess.id, "everybody")]
    for action in (Action.STAFF_UNLOCKED, Action.STAFF_DISABLED, Action.STAFF_ENABLED, Action.STAFF_RESET):
        assert await lines(service, action) == [("administrator", ada.id, tess.id, "done")]


async def test_who_was_turned_away_and_never_so_often_that_it_fills_the_disk(service: Service) -> None:
    tess = await service.hire("Tess Therapist")
    person, sam = await service.somebody().sign_in(tess), service.somebody()
    for _ in range(denials.LINES_AT_ONCE + 10):
        async with person.http.get("/audit") as answer:
            assert answer.status == 403
    while await post(sam, "/sign-in/passkey/options") != 429:
        pass

    denied = await lines(service, Action.ACCESS_DENIED)
    assert denied == [("therapist", tess.id, "GET /audit", "wrong_role")] * denials.LINES_AT_ONCE
    assert (await lines(service, Action.RATE_REACHED))[0][2:] == ("/sign-in/passkey/options", "too_many_requests")
    assert gate.KNOCKS_AT_ONCE > denials.LINES_AT_ONCE


async def test_who_read_links_messages_and_where_a_patient_is(service: Service) -> None:
    fay = await service.hire("Fay Front", StaffRole.FRONT_DESK)
    person, tess = await service.somebody().sign_in(fay), await service.tess()
    visit, patient = service.booked.appointment.id, service.booked.appointment.patient
    for path in (f"/appointments/{visit}", "/outbox"):
        async with person.http.get(path) as answer:
            assert answer.status == 200
    assert await post(person, f"/appointments/{visit}/late", late="10") == 303
    async with tess.http.get(f"{tess.visit_path}/bedside") as answer:
        assert answer.status == 200

    assert ("front_desk", fay.id, visit, "done") in await lines(service, Action.LINK_SHOWN)
    assert await lines(service, Action.MESSAGES_READ) == [("front_desk", fay.id, "outbox", "done")]
    assert await lines(service, Action.MESSAGE_ASKED_FOR) == [("front_desk", fay.id, visit, "done")]
    assert await lines(service, Action.PATIENT_READ) == [("therapist", tess.participant, patient, "done")]


async def test_software_that_polls_leaves_a_line_an_hour_for_each_that_it_reads(service: Service) -> None:
    async with software(service) as records, software(service) as calendar:
        one, other = await records.booked(), await records.booked()
        before = await lines(service, Action.APPOINTMENT_READ)
        for _ in range(2):
            for path in (f"/{one['id']}", f"/{other['id']}", "", f"?patient={one['patient']}"):
                assert (await records.ask("GET", f"/appointments{path}")).status == 200
        await calendar.ask("GET", f"/appointments/{one['id']}")
        once = await lines(service, Action.APPOINTMENT_READ)
        service.clock.pass_by(minutes=61)
        await records.ask("GET", f"/appointments/{one['id']}")

    assert before == []
    assert [subject for _, _, subject, _ in once] == [
        one["id"], other["id"], "appointments", one["patient"], one["id"],
    ]  # fmt: skip
    assert len({actor for _, actor, _, _ in once}) == 2
    assert len(await lines(service, Action.APPOINTMENT_READ)) == len(once) + 1


async def test_software_is_named_by_its_key(service: Service) -> None:
    async with software(service, Scope.READ_PATIENTS) as reader, software(service) as writer:
        booked = await writer.booked()
        await writer.ask("GET", f"/appointments/{booked['id']}")
        await reader.ask("GET", f"/patients/{booked['patient']}")
        await reader.ask("GET", "/patients")
        await reader.ask("POST", "/patients", json={"name": "Sam"})

    made = [subject for _, _, subject, _ in await lines(service, Action.API_KEY_MADE)]
    read_by, wrote_by = made
    assert (await lines(service, Action.APPOINTMENT_BOOKED))[-1][:2] == ("api", wrote_by)
    assert ("api", wrote_by, booked["id"], "done") in await lines(service, Action.LINK_SHOWN)
    assert (await lines(service, Action.PATIENT_READ))[-1] == ("api", read_by, booked["patient"], "done")
    assert (await lines(service, Action.PATIENTS_SEARCHED))[-1][:2] == ("api", read_by)
    assert (await lines(service, Action.ACCESS_DENIED))[-1] == (
        "api",
        read_by,
        "POST /api/v1/patients",
        "scope_missing",
    )


async def test_nothing_in_it_names_anybody_or_says_what_they_said(service: Service) -> None:
    tess = await service.hire("Tess Therapist")
    pat = await service.app[PATIENTS].register(Details("Canary", email="canary@example.org", notes="canary"))
    await service.app[SCHEDULING].book(service.clock() + START_IN, LENGTH, "Canary", pat.id, "UTC", tess.id)
    person = await service.somebody().sign_in(tess)
    for path in (f"/patients/{pat.id}", "/patients?q=canary"):
        async with person.http.get(path) as answer:
            assert answer.status == 200
    assert await post(person, "/sign-in", email="canary@example.org", password="canary") == 422

    told = await service.app[AUDIT].read(SERVICE, Filter())
    assert len(told) > 10
    assert not [one for one in told if "canary" in str(one).lower() or "127.0.0.1" in str(one)]

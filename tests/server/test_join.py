"""The landing: looking changes nothing, pressing takes a seat, and a link that does not open says what to do."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from telesession.domain.attendance import Attendance
from telesession.server.keys import INVITATIONS, NOTIFICATIONS, SCHEDULING
from telesession.server.pages.language import own_path
from telesession.server.templates import days_until, minutes_until
from tests.fakes import Clock
from tests.server.conftest import LENGTH, START_IN, Person, Service

TEN_TIMES = 10


async def looked(person: Person, token: str) -> tuple[int, str]:
    async with person.http.get(f"/join/{token}") as answer:
        return answer.status, unescape(await answer.text())


async def test_pat_sees_with_whom_and_when_and_two_ways_in(service: Service) -> None:
    status, page = await looked(service.somebody(), service.booked.patient_token)

    assert status == 200
    assert "Video appointment with <bdi>Tess Therapist</bdi>" in page
    assert "1 December 2026" in page
    assert "13:05" in page
    assert "Central European Standard Time" in page
    assert "Starts in 5 minutes" in page
    assert "Check my camera and sound" in page
    assert "Skip the check" in page
    assert "+44 1632 960001" in page
    assert "Nothing is recorded.<" in page


async def test_looking_takes_no_seat_and_sets_no_cookie(service: Service) -> None:
    """Mail scanners and previews look, and look again; Pat still gets in, and nobody else did."""
    scanner = service.somebody()
    for _ in range(TEN_TIMES):
        for method in ("HEAD", "GET"):
            async with scanner.http.request(method, f"/join/{service.booked.patient_token}") as answer:
                assert answer.status == 200
                assert "Set-Cookie" not in answer.headers

    pat = await service.pat()

    async with pat.http.get(pat.visit_path) as answer:
        assert answer.status == 200


async def test_a_preview_learns_no_name_of_a_patient(service: Service) -> None:
    for token in (service.booked.patient_token, service.booked.therapist_token):
        _, page = await looked(service.somebody(), token)
        assert "Pat" not in page
        assert "<title>Video appointment · Riverside Physiotherapy</title>" in page


async def test_pressing_the_button_takes_the_seat_and_forgets_the_link(service: Service) -> None:
    pat = service.somebody()
    async with pat.http.post(f"/join/{service.booked.patient_token}", allow_redirects=False) as answer:
        assert answer.status == 303
        place, cookie = answer.headers["Location"], answer.headers["Set-Cookie"]

    assert re.fullmatch(r"/visit/[\w-]+", place)
    assert service.booked.patient_token not in place + cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/" in cookie


async def test_skipping_the_check_reaches_the_visit(service: Service) -> None:
    pat = service.somebody()
    async with pat.http.post(f"/join/{service.booked.patient_token}", data={"check": "skip"}) as answer:
        page = await answer.text()

    assert '"skip_check": true' in page


async def test_the_same_browser_gets_the_same_seat_and_another_one_its_own(service: Service) -> None:
    pat, other = await service.pat(), await service.pat()
    first = pat.visit_path

    await pat.take_seat(service.booked.patient_token)

    assert pat.visit_path == first
    assert other.visit_path != first


LINKS = {
    "unknown_link": (404, "We do not know this link"),
    "too_early": (409, "You are early"),
    "too_late": (410, "This appointment is over"),
    "expired": (410, "This link has expired"),
    "cancelled": (410, "This appointment was cancelled"),
    "ended": (410, "This appointment has ended"),
    "revoked": (410, "This link is no longer in use"),
    "moved": (410, "This appointment has a new time"),
}


async def link_that_is(state: str, service: Service, clock: Clock) -> str:
    visit, scheduling = service.booked.appointment.id, service.app[SCHEDULING]
    match state:
        case "unknown_link":
            return "x" * 32
        case "too_early":
            clock.now -= timedelta(hours=3)
        case "too_late":
            clock.now += START_IN + LENGTH + timedelta(hours=3)
        case "expired":
            clock.now += timedelta(days=3)
        case "cancelled":
            await scheduling.cancel(visit)
        case "ended":
            await scheduling.end(visit)
        case "moved":
            await scheduling.move(visit, clock() + timedelta(days=1))
        case "revoked":
            for invitation in await service.app[INVITATIONS].list_for_visit(visit):
                await service.app[INVITATIONS].revoke(invitation.id)
    return service.booked.patient_token


@pytest.mark.parametrize("state", LINKS)
async def test_each_link_that_does_not_open_has_a_page_that_helps(service: Service, clock: Clock, state: str) -> None:
    token = await link_that_is(state, service, clock)
    status, heading = LINKS[state]

    for method in ("GET", "POST"):
        async with service.somebody().http.request(method, f"/join/{token}", allow_redirects=False) as answer:
            page = unescape(await answer.text())
            assert answer.status == status
            assert "Set-Cookie" not in answer.headers
        assert f'<h1 class="title">{heading}</h1>' in page
        assert "+44 1632 960001" in page
        assert "Pat" not in page


async def test_an_early_visitor_reads_when_to_come_back(service: Service, clock: Clock) -> None:
    _, page = await looked(service.somebody(), await link_that_is("too_early", service, clock))

    assert "13:05" in page
    assert "Starts in 3 hours" in page
    assert 'data-wait-s="7500"' in page, "two hours and five minutes until the door opens"


async def test_a_moved_appointments_old_link_says_the_new_time(service: Service, clock: Clock) -> None:
    _, page = await looked(service.somebody(), await link_that_is("moved", service, clock))

    assert "2 December 2026" in page


async def test_who_comes_reads_that_the_therapist_is_late_and_the_therapist_does_not(service: Service) -> None:
    await service.app[NOTIFICATIONS].late(service.booked.appointment.id, 10)

    _, page = await looked(service.somebody(), service.booked.patient_token)
    assert "<bdi>Tess Therapist</bdi> is running about 10 minutes late" in page
    _, page = await looked(service.somebody(), service.booked.therapist_token)
    assert "late" not in page


async def test_a_second_device_reads_that_the_first_one_waits_and_the_first_does_not(
    service: Service, clock: Clock
) -> None:
    pat, tablet = await service.pat(), service.somebody()
    _, page = await looked(tablet, service.booked.patient_token)
    assert "open already" not in page, "nobody waits yet"

    await service.app[SCHEDULING].note_attendance(service.booked.appointment.id, Attendance(waiting_since=clock()))

    _, page = await looked(tablet, service.booked.patient_token)
    assert "This appointment is open already, perhaps on another device" in page
    _, page = await looked(pat, service.booked.patient_token)
    assert "open already" not in page


async def test_a_link_that_never_was_learns_nothing(service: Service) -> None:
    _, page = await looked(service.somebody(), "x" * 32)

    assert "Tess" not in page
    assert "December" not in page


async def test_a_script_gets_the_same_no_as_json(service: Service) -> None:
    async with service.somebody().http.get(f"/join/{'x' * 32}", headers={"Accept": "application/json"}) as answer:
        assert (await answer.json())["code"] == "unknown_link"


def test_minutes_count_down_through_the_start() -> None:
    noon = Clock().now
    ahead = {seconds: minutes_until(noon, noon - timedelta(seconds=seconds)) for seconds in (61, 60, 1, 0, -59, -60)}

    assert ahead == {61: 2, 60: 1, 1: 1, 0: 0, -59: 0, -60: -1}


def test_days_are_counted_on_the_calendar_of_the_appointment() -> None:
    evening = datetime(2026, 12, 1, 22, 30, tzinfo=UTC)  # half past eleven in Madrid
    morning = datetime(2026, 12, 4, 8, tzinfo=UTC)

    assert days_until(morning, evening, "Europe/Madrid") == 3, "two days and nine hours, and everybody says three"
    assert days_until(morning, evening + timedelta(hours=1), "Europe/Madrid") == 2, "after midnight there"
    assert days_until(morning, evening + timedelta(hours=1), "UTC") == 3, "before midnight there"


def test_only_paths_of_our_own_are_returned_to() -> None:
    assert own_path("/join/abc") == "/join/abc"
    assert own_path("//join") == "/"

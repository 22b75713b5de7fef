"""Staff book, find, move and call off appointments; the schedule shows how each of them stands."""

import asyncio
import re
from datetime import timedelta

import aiohttp
import pytest

from telesession.domain.attendance import Attendance, Devices
from telesession.domain.audit import SERVICE, Action
from telesession.domain.staff import StaffRole
from telesession.server.keys import AUDIT, CHANGES, JOBS, SCHEDULING
from telesession.services.audit import Told
from telesession.store.audit import Filter
from tests.server.conftest import Person, Service
from tests.server.wire import Wire

DAY = "2026-12-02"
BOOKING = {
    "name": "Pia Patient",
    "email": "pia@example.org",
    "phone": "+34 600 123 456",
    "day": DAY,
    "time": "10:00",
    "minutes": "30",
    "count": "1",
    "every": "1",
    "time_zone": "Europe/Madrid",
}


async def tess(service: Service, role: StaffRole = StaffRole.THERAPIST) -> tuple[Person, str]:
    """Somebody signed in, and the id of the therapist to book with."""
    therapist = await service.hire("Tess Therapist")
    who = therapist if role is StaffRole.THERAPIST else await service.hire("Fran Desk", role)
    return await service.somebody().sign_in(who), therapist.id


async def sent(person: Person, path: str, **form: str) -> tuple[int, str, str]:
    async with person.http.post(path, data=form, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("Location", ""), await answer.text()


async def page(person: Person, path: str) -> str:
    async with person.http.get(path) as answer:
        assert answer.status == 200, path
        return await answer.text()


async def booked(service: Service, person: Person, therapist: str, **more: str) -> str:
    """The path of a new appointment."""
    status, place, text = await sent(person, "/appointments/new", **{**BOOKING, "therapist": therapist, **more})
    assert status == 303, text
    return place.partition("?")[0]


async def test_what_is_booked_is_on_the_schedule_and_its_link_opens(service: Service) -> None:
    person, therapist = await tess(service)

    appointment = await booked(service, person, therapist)

    assert "Pia Patient" in await page(person, f"/schedule?day={DAY}")
    shown = await page(person, appointment)
    assert "so the code does not open yet" in shown, "no date of birth was given"
    link = re.search(r'href="http://localhost:\d+(/join/[\w-]+)"', shown)
    assert link is not None
    service.clock.pass_by(days=1)
    async with service.somebody().http.get(link[1]) as landing:
        assert "Tess Therapist" in await landing.text()


@pytest.mark.parametrize("count", ["1", "3"])
async def test_a_form_that_is_sent_twice_books_once(service: Service, count: str) -> None:
    person, therapist = await tess(service)
    once = re.search(r'name="once" value="([\w-]+)"', await page(person, "/appointments/new"))
    assert once is not None
    form = {**BOOKING, "therapist": therapist, "count": count, "once": once[1]}

    answers = [await sent(person, "/appointments/new", **form)]
    answers += await asyncio.gather(*(sent(person, "/appointments/new", **form) for _ in range(3)))

    assert {(status, place) for status, place, _ in answers} == {answers[0][:2]}
    assert answers[0][1].endswith(f"?booked={count}")
    again = await sent(person, "/appointments/new", **{**form, "name": "Paul Patient", "time": "15:00"})
    assert again[0] == 303
    assert again[1] != answers[0][1], "what was changed is another appointment"


async def test_forms_that_are_sent_at_once_book_once(service: Service) -> None:
    person, therapist = await tess(service)
    form = {**BOOKING, "therapist": therapist, "once": "x", "may_overlap": "yes"}

    answers = await asyncio.gather(*(sent(person, "/appointments/new", **form) for _ in range(4)))

    assert len({place for _, place, _ in answers}) == 1
    [status] = {status for status, _, _ in answers}
    assert status == 303


async def test_who_has_not_seen_what_a_colleague_changed_looks_first(service: Service) -> None:
    person, therapist = await tess(service)
    appointment = await booked(service, person, therapist)
    seen = re.search(r'name="seen" value="([^"]+)"', await page(person, appointment))
    assert seen is not None
    first = {"day": DAY, "time": "16:00", "minutes": "30", "seen": seen[1]}

    assert [(await sent(person, f"{appointment}/move", **first))[0] for _ in range(2)] == [303, 303]

    status, _, text = await sent(person, f"{appointment}/move", **{**first, "time": "17:00"})
    assert status == 422
    assert "Somebody else has changed this appointment" in text
    assert 'name="seen" value="1-booked"' in text
    assert (await sent(person, f"{appointment}/cancel", seen=seen[1]))[0] == 409
    assert (await sent(person, f"{appointment}/cancel", seen="1-booked"))[0] == 303
    assert (await sent(person, f"{appointment}/cancel", seen="1-booked"))[0] == 303


async def test_a_patient_whose_form_is_sent_twice_is_added_once(service: Service) -> None:
    person, _ = await tess(service)
    once = re.search(r'name="once" value="([\w-]+)"', await page(person, "/patients/new"))
    assert once is not None

    answers = [await sent(person, "/patients/new", name="Nina New", once=once[1]) for _ in range(2)]

    assert answers[0][:2] == answers[1][:2]
    assert answers[0][0] == 303


async def read_until(stream: aiohttp.ClientResponse, line: bytes) -> None:
    while (read := await stream.content.readline()) != line:
        assert read, "the stream has ended"


async def test_a_series_is_booked_whole(service: Service) -> None:
    person, therapist = await tess(service)

    await booked(service, person, therapist, count="3", every="2")

    for day in (DAY, "2026-12-16", "2026-12-30"):
        assert "Pia Patient" in await page(person, f"/schedule?day={day}")
    assert "Pia Patient" not in await page(person, "/schedule?day=2026-12-09")


WRONG: list[tuple[dict[str, str], str]] = [
    ({"name": " "}, "name"),
    ({"email": "pia"}, "email"),
    ({"phone": "12"}, "phone"),
    ({"day": "tomorrow"}, "day"),
    ({"day": "2026-11-01"}, "time"),
    ({"time": ""}, "time"),
    ({"minutes": "1"}, "minutes"),
    ({"minutes": "9" * 16}, "minutes"),
    ({"count": "100"}, "count"),
    ({"time_zone": "Mars"}, "time_zone"),
]


async def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_booked(service: Service) -> None:
    person, therapist = await tess(service)
    for wrong, field in WRONG:
        status, _, text = await sent(person, "/appointments/new", **{**BOOKING, "therapist": therapist, **wrong})

        assert status == 422, wrong
        assert f'id="{field}-error"' in text, wrong
        assert re.findall(r'<(?:input|select) id="(\w+)"[^>]* autofocus', text) == [field], wrong
        kept = "pia@example.org" if field != "email" else "Pia Patient"
        assert f'value="{kept}"' in text, wrong
        assert "Pia Patient" not in await page(person, f"/schedule?day={DAY}"), wrong
        assert "Pia Patient" not in await page(person, "/patients"), wrong


async def test_an_overlap_is_warned_of_and_can_be_booked_all_the_same(service: Service) -> None:
    person, therapist = await tess(service)
    await booked(service, person, therapist)
    second = {**BOOKING, "therapist": therapist, "name": "Paul Patient", "time": "10:15"}

    status, _, text = await sent(person, "/appointments/new", **second)
    assert status == 422
    assert "There is another appointment at this time" in text
    assert "Pia Patient" in text

    assert (await sent(person, "/appointments/new", **second, may_overlap="yes"))[0] == 303


async def test_a_move_gives_a_new_link_and_a_cancelled_appointment_has_none(service: Service) -> None:
    person, therapist = await tess(service)
    appointment = await booked(service, person, therapist)
    before = re.findall(r"/join/[\w-]+", await page(person, appointment))[0]

    assert (await sent(person, f"{appointment}/move", day=DAY, time="16:00", minutes="45"))[0] == 303
    after = re.findall(r"/join/[\w-]+", await page(person, appointment))[0]
    assert before != after
    assert "No longer needed" not in await page(person, appointment)
    async with service.somebody().http.get(before) as landing:
        assert landing.status == 410
        assert "has a new time" in await landing.text()

    assert (await sent(person, f"{appointment}/cancel"))[0] == 303
    assert "/join/" not in await page(person, appointment)


async def test_who_waits_is_at_the_top_and_their_therapist_goes_straight_to_them(service: Service) -> None:
    person, therapist = await tess(service)
    await booked(service, person, therapist, day="2026-12-01", time="12:40")
    slot = (await service.app[SCHEDULING].slots(service.clock(), service.clock() + timedelta(hours=1)))[-1]
    seen = Attendance(waiting_since=service.clock(), devices=Devices.NO_PICTURE)
    await service.app[SCHEDULING].note_attendance(slot.appointment.id, seen)

    text = await page(person, "/schedule")
    status, place, _ = await sent(person, f"/appointments/{slot.appointment.id}/open")

    assert 'data-waiting="1"' in text
    assert "No camera" in text
    assert status == 303
    async with person.http.get(place) as visit:
        assert visit.status == 200
        facts = (await visit.text()).replace('":"', '": "')
        assert '"schedule_path": "/schedule"' in facts
        assert f'"visit_path": "/appointments/{slot.appointment.id}"' in facts


async def test_the_front_desk_books_and_enters_no_visit(service: Service) -> None:
    person, therapist = await tess(service, StaffRole.FRONT_DESK)
    appointment = await booked(service, person, therapist)

    assert "Go to the visit" not in await page(person, appointment)
    assert (await sent(person, f"{appointment}/open"))[0] == 403


async def test_a_knock_reaches_every_open_schedule(service: Service) -> None:
    person, _ = await tess(service)
    async with person.http.get("/schedule/changes?whose=all", timeout=aiohttp.ClientTimeout(total=10)) as stream:
        assert stream.content_type == "text/event-stream"
        assert await stream.content.readline() == b"data: 0\n"
        pat = await service.pat()
        async with Wire(pat) as wire:
            await wire.hello()
            service.clock.pass_by(seconds=1)
            await wire.ask("participant.knock")
            assert await stream.content.readline() == b"\n"
            assert await stream.content.readline() == b"data: 1\n"


async def test_a_schedule_that_was_left_alone_goes_on_saying_how_many_wait_until_it_is_signed_out(
    service: Service,
) -> None:
    """To nobody who looks at it are names shown any more; what rings for the patient goes on."""
    person, _ = await tess(service)
    patient = service.booked.appointment.id
    async with person.http.get("/schedule/changes?whose=all", timeout=aiohttp.ClientTimeout(total=10)) as stream:
        assert await stream.content.readline() == b"data: 0\n"
        await stream.content.readline()
        service.clock.pass_by(minutes=16)
        async with person.http.get("/schedule", allow_redirects=False) as page:
            assert page.headers["Location"] == "/sign-in?next=/schedule"
        await service.hire("Ada Admin", StaffRole.ADMINISTRATOR)  # who signs in meanwhile ends no other session

        await service.app[SCHEDULING].note_attendance(patient, Attendance(waiting_since=service.clock()))
        await read_until(stream, b"data: 1\n")

        assert (await sent(person, "/sign-out"))[0] == 303
        service.clock.pass_by(seconds=1)
        await service.app[SCHEDULING].note_attendance(patient, Attendance())
        await read_until(stream, b"")


async def test_a_page_that_asks_by_itself_keeps_nobody_signed_in_however_busy_the_day(service: Service) -> None:
    person, _ = await tess(service)
    service.app[CHANGES].beat_s = 0.01
    asks = {"X-By-Itself": "yes", "Accept": "application/json"}
    left_s: list[float] = []

    async with person.http.get("/schedule/changes", timeout=aiohttp.ClientTimeout(total=10)) as stream:
        for _ in range(2):
            service.clock.pass_by(minutes=7)
            async with person.http.get("/schedule?whose=all", headers={"X-By-Itself": "yes"}) as answer:
                assert "Pat Patient" in await answer.text()
            async with person.http.get("/session", headers=asks) as answer:
                left_s.append((await answer.json())["left_s"])
        service.clock.pass_by(minutes=1)

        async with person.http.get("/schedule", headers={"X-By-Itself": "yes"}, allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/sign-in?next=/schedule"
        async with person.http.get("/session", headers=asks) as answer:
            assert left_s == [8 * 60, 60]
            assert answer.status == 401, "so every page that is open hides its names"
        await read_until(stream, b"data: 0\n")


async def test_whoever_does_something_stays_signed_in(service: Service) -> None:
    person, _ = await tess(service)

    for _ in range(3):
        service.clock.pass_by(minutes=14)
        await page(person, "/schedule")
        service.clock.pass_by(minutes=14)
        async with person.http.get("/session", headers={"Accept": "application/json"}) as typing:
            assert await typing.json() == {"left_s": 15 * 60}


async def test_somebody_of_the_same_name_is_asked_about_and_not_registered_twice(service: Service) -> None:
    person, therapist = await tess(service)
    await booked(service, person, therapist)
    again = {**BOOKING, "therapist": therapist, "name": "pia patient", "time": "11:00", "email": ""}

    status, _, text = await sent(person, "/appointments/new", **again)
    assert status == 422
    assert "You know somebody of this name" in text
    assert "+34600123456" in text
    [known] = re.findall(r'name="who" value="([^"]+)" checked', text)

    assert (await sent(person, "/appointments/new", **again, who=known))[0] == 303
    assert (await page(person, "/patients?q=pia")).count("person-name") == 1
    assert (await sent(person, "/appointments/new", **{**again, "time": "12:00"}, who="new"))[0] == 303
    assert (await page(person, "/patients?q=pia")).count("person-name") == 2


async def test_a_booking_begins_with_the_next_half_hour_or_the_usual_start(service: Service) -> None:
    person, _ = await tess(service)  # it is noon

    assert 'name="time" type="time" value="12:30"' in await page(person, "/appointments/new")
    assert 'name="time" type="time" value="09:00"' in await page(person, f"/appointments/new?day={DAY}")


async def test_a_patient_elsewhere_has_both_times_on_the_schedule(service: Service) -> None:
    person, therapist = await tess(service)  # the clinic's clock shows UTC
    await booked(service, person, therapist, time_zone="America/New_York")
    await booked(service, person, therapist, name="Paul", time="11:00", time_zone="Europe/London")

    text = await page(person, f"/schedule?day={DAY}")

    assert "05:00 where they are" in text
    assert text.count("where they are") == 1


async def test_the_schedule_says_what_staff_have_to_send_until_they_have(service: Service) -> None:
    person, therapist = await tess(service)
    await booked(service, person, therapist)
    await service.app[JOBS].catch_up()

    assert "for you to send" in await page(person, "/schedule")
    for path in re.findall(r'action="(/outbox/\w+/sent)"', await page(person, "/outbox")):
        assert (await sent(person, path))[0] == 303
        assert (await sent(person, path))[0] == 409, "it was sent"
    assert "for you to send" not in await page(person, "/schedule")


async def test_what_becomes_of_a_message_reaches_open_schedules_and_appointments_by_itself(service: Service) -> None:
    person, therapist = await tess(service)
    appointment = await booked(service, person, therapist)
    await service.app[JOBS].catch_up()
    async with person.http.get("/schedule/changes", timeout=aiohttp.ClientTimeout(total=10)) as stream:
        await stream.content.readuntil(b"\n\n")
        assert "Invitation</a>: To be sent by you" in await page(person, f"{appointment}/standing")

        service.clock.pass_by(seconds=1)
        for path in re.findall(r'action="(/outbox/\w+/sent)"', await page(person, "/outbox")):
            assert (await sent(person, path))[0] == 303

        assert await stream.content.readuntil(b"\n\n") == b"data: 0\n\n"
        assert "Invitation</a>: Sent" in await page(person, f"{appointment}/standing")


async def test_an_appointment_that_keeps_itself_true_shows_no_link_and_knows_that_it_was_changed(
    service: Service,
) -> None:
    person, therapist = await tess(service)
    appointment = await booked(service, person, therapist)
    shown = await page(person, appointment)
    lines = len(await links_shown(service))

    standing = await page(person, f"{appointment}/standing")
    assert "/join/" not in standing
    assert len(await links_shown(service)) == lines
    assert version_in(standing) == version_in(shown)

    await sent(person, f"{appointment}/move", day=DAY, time="16:00", minutes="45")
    assert version_in(await page(person, f"{appointment}/standing")) != version_in(shown)


async def links_shown(service: Service) -> list[Told]:
    return await service.app[AUDIT].read(SERVICE, Filter(action=Action.LINK_SHOWN))


def version_in(text: str) -> str:
    [version] = re.findall(r'data-version="([^"]+)"', text)
    return str(version)


async def test_a_patients_record_is_changed_by_one_at_a_time(service: Service) -> None:
    person, _ = await tess(service)
    _, place, _ = await sent(person, "/patients/new", name="Pia Patient", email="pia@example.org")
    record = place.partition("?")[0]

    assert (await sent(person, record, name="Pia Perez", revision="1"))[0] == 303
    status, _, text = await sent(person, record, name="Pia Pons", revision="1")

    assert status == 422
    assert "Somebody else has changed this record" in text
    assert 'value="Pia Pons"' in text
    assert "Pia Perez" in await page(person, "/patients?q=pia")

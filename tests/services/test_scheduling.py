import secrets
from datetime import timedelta

import pytest

from telesession.domain.appointments import AppointmentStatus
from telesession.domain.arrivals import Arrived
from telesession.domain.attendance import Attendance, Devices, SlotState
from telesession.domain.errors import NotFound, Refused
from telesession.domain.ids import VisitId
from telesession.domain.patients import Details
from telesession.services.arrivals import Arrivals, Asks
from telesession.services.invitations import Invitations
from telesession.services.scheduling import Booked, Scheduling
from telesession.store.database import Database
from tests.fakes import Clock

HALF_HOUR = timedelta(minutes=30)


async def booked(scheduling: Scheduling, clock: Clock) -> Booked:
    return await scheduling.book(clock(), HALF_HOUR, "Tess", Details("Pat"), "Europe/Madrid")


async def code_of(invitations: Invitations, token: str) -> str:
    with pytest.raises(Refused) as refusal:
        await invitations.peek(token)
    return refusal.value.code


async def test_a_booking_invites_both(scheduling: Scheduling, invitations: Invitations, clock: Clock) -> None:
    booking = await booked(scheduling, clock)

    therapist = await invitations.peek(booking.therapist_token)
    patient = await invitations.peek(booking.patient_token)
    assert (therapist.invitation.role, therapist.invitation.name) == ("therapist", "Tess")
    assert (patient.invitation.role, patient.invitation.name) == ("patient", "Pat")
    assert therapist.appointment == patient.appointment == booking.appointment
    assert await scheduling.appointment(booking.appointment.id) == booking.appointment


async def test_neither_names_nor_tokens_are_readable_in_the_database(
    scheduling: Scheduling, clock: Clock, database: Database
) -> None:
    booking = await booked(scheduling, clock)

    await database.close()
    with open(str(database.url.database), "rb") as file:  # noqa: ASYNC230, PTH123  a few pages, in a test
        stored = file.read()
    assert b"Tess" in stored
    for secret in ("Pat", booking.therapist_token, booking.patient_token):
        assert secret.encode() not in stored


async def test_a_move_makes_new_links_and_the_old_ones_say_so(
    scheduling: Scheduling, invitations: Invitations, clock: Clock
) -> None:
    booking = await booked(scheduling, clock)

    moved = await scheduling.move(booking.appointment.id, clock() + timedelta(days=1))
    assert moved.appointment.ends_at - moved.appointment.starts_at == HALF_HOUR
    assert await code_of(invitations, booking.patient_token) == "moved"
    assert await code_of(invitations, moved.patient_token) == "too_early"

    clock.pass_by(days=1)
    assert (await invitations.peek(moved.patient_token)).appointment == moved.appointment


async def test_a_move_forgets_who_had_come_and_where_they_were(
    scheduling: Scheduling, invitations: Invitations, clock: Clock, database: Database
) -> None:
    booking = await booked(scheduling, clock)
    visit = booking.appointment.id
    granted = await invitations.redeem(booking.patient_token, None)
    arrivals = Arrivals(database, clock)
    await arrivals.report(granted.seat, Arrived(place="7 Wharf Road", phone="+34600777888"))
    await scheduling.note_attendance(visit, Attendance(waiting_since=clock(), devices=Devices.GOOD))
    assert (await scheduling.slot(visit)).state is SlotState.WAITING

    moved = await scheduling.move(visit, clock() + timedelta(minutes=50))

    slot = await scheduling.slot(visit)
    assert (slot.state, slot.since, slot.devices) == (SlotState.BOOKED, None, None)
    seat = (await invitations.redeem(moved.patient_token, None)).seat
    assert await arrivals.is_due(seat, Asks(where=True, consent=False)), "they may be elsewhere by then"


async def test_whoever_is_in_the_visit_has_come(scheduling: Scheduling, clock: Clock) -> None:
    booking = await booked(scheduling, clock)
    clock.pass_by(minutes=10)
    await scheduling.note_attendance(booking.appointment.id, Attendance(live_since=clock()))

    with pytest.raises(Refused) as refusal:
        await scheduling.miss(booking.appointment.id)
    assert refusal.value.code == "going_on"

    await scheduling.note_attendance(booking.appointment.id, Attendance())
    assert (await scheduling.miss(booking.appointment.id)).status is AppointmentStatus.NOSHOW


async def test_links_of_a_cancelled_appointment_say_so(
    scheduling: Scheduling, invitations: Invitations, clock: Clock
) -> None:
    booking = await booked(scheduling, clock)

    await scheduling.cancel(booking.appointment.id)
    await scheduling.cancel(booking.appointment.id)

    assert await code_of(invitations, booking.patient_token) == "cancelled"
    assert await code_of(invitations, booking.therapist_token) == "cancelled"


async def test_a_clock_that_is_set_back_hides_no_change(scheduling: Scheduling, clock: Clock) -> None:
    booking = await booked(scheduling, clock)
    await scheduling.note_attendance(booking.appointment.id, Attendance(waiting_since=clock()))
    clock.pass_by(hours=-1)
    before = await scheduling.last_noted()

    other = await scheduling.book(clock(), HALF_HOUR, "Tess", Details("Paul"), "UTC")
    assert await scheduling.last_noted() == clock() != before
    clock.pass_by(seconds=1)
    await scheduling.note_attendance(other.appointment.id, Attendance(waiting_since=clock()))
    assert await scheduling.last_noted() == clock()


async def test_links_of_an_ended_visit_say_so(scheduling: Scheduling, invitations: Invitations, clock: Clock) -> None:
    booking = await booked(scheduling, clock)

    await scheduling.end(booking.appointment.id)
    await scheduling.end(booking.appointment.id)

    assert await code_of(invitations, booking.patient_token) == "ended"
    assert (await scheduling.appointment(booking.appointment.id)).status is AppointmentStatus.FULFILLED


async def test_the_list_shows_what_runs_and_what_is_to_come(scheduling: Scheduling, clock: Clock) -> None:
    first = await booked(scheduling, clock)
    later = await scheduling.book(clock() + timedelta(days=2), HALF_HOUR, "Tess", Details("Pam"), "UTC")
    soon = await scheduling.book(clock() + timedelta(hours=1), HALF_HOUR, "Tess", Details("Gus"), "UTC")
    assert await scheduling.list_current() == [first.appointment, soon.appointment, later.appointment]

    clock.pass_by(minutes=30)
    assert await scheduling.list_current() == [soon.appointment, later.appointment]


@pytest.mark.parametrize(
    ("length", "therapist", "patient", "zone", "code"),
    [
        (timedelta(0), "Tess", "Pat", "UTC", "bad_length"),
        (HALF_HOUR, " ", "Pat", "UTC", "name_missing"),
        (HALF_HOUR, "Tess", "P" * 65, "UTC", "name_too_long"),
        (HALF_HOUR, "Tess", "Pat", "Mars/Olympus", "unknown_time_zone"),
        (HALF_HOUR, "Tess", "Pat", "../../etc/passwd", "unknown_time_zone"),
        (HALF_HOUR, "Tess", "Pat", "", "unknown_time_zone"),
    ],
)
async def test_bad_input_is_refused_and_books_nothing(
    scheduling: Scheduling, clock: Clock, length: timedelta, therapist: str, patient: str, zone: str, code: str
) -> None:
    with pytest.raises(Refused) as refusal:
        await scheduling.book(clock(), length, therapist, Details(patient), zone)

    assert refusal.value.code == code
    assert await scheduling.list_current() == []


async def test_what_would_be_over_is_not_booked(scheduling: Scheduling, clock: Clock) -> None:
    """Somebody mistook the year, or the offset."""
    with pytest.raises(Refused) as refusal:
        await scheduling.book(clock() - HALF_HOUR, HALF_HOUR, "Tess", Details("Pat"), "UTC")
    assert refusal.value.code == "already_over"

    await scheduling.book(clock() - timedelta(minutes=29), HALF_HOUR, "Tess", Details("Pat"), "UTC")
    assert len(await scheduling.list_current()) == 1


async def test_what_nobody_booked_is_not_found(scheduling: Scheduling, clock: Clock) -> None:
    nobody = VisitId("nobody")
    with pytest.raises(NotFound):
        await scheduling.appointment(nobody)
    with pytest.raises(NotFound):
        await scheduling.cancel(nobody)
    with pytest.raises(NotFound):
        await scheduling.move(nobody, clock())
    with pytest.raises(NotFound):
        await scheduling.end(nobody)


async def test_a_booking_that_cannot_be_finished_leaves_nothing(database: Database, clock: Clock) -> None:
    """The second token repeats the first, as if the machine's entropy were broken."""
    scheduling = Scheduling(database, clock, lambda size: b"x" * size)

    with pytest.raises(Exception, match="UNIQUE"):
        await booked(scheduling, clock)

    assert await Scheduling(database, clock, secrets.token_bytes).list_current() == []

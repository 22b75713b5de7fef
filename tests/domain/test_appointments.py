from datetime import UTC, datetime, timedelta

import pytest

from telesession.domain.appointments import Appointment, AppointmentStatus, cancelled, fulfilled, moved, span
from telesession.domain.errors import Refused
from telesession.domain.ids import PatientId, VisitId

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
BOOKED = Appointment(VisitId("v"), NOON, NOON + HOUR, "Tess", PatientId("p"), "Pat", "Europe/Madrid", NOON)


def test_a_moved_appointment_is_the_same_one_changed() -> None:
    later = moved(BOOKED, NOON + 3 * HOUR, HOUR, NOON)

    assert (later.starts_at, later.ends_at) == (NOON + 3 * HOUR, NOON + 4 * HOUR)
    assert (later.id, later.revision) == (BOOKED.id, 1)
    assert moved(BOOKED, NOON, HOUR, NOON) == BOOKED


def test_calling_off_twice_is_harmless() -> None:
    assert cancelled(cancelled(BOOKED, NOON), NOON) == cancelled(BOOKED, NOON)
    assert cancelled(BOOKED, NOON).status is AppointmentStatus.CANCELLED


def test_what_has_ended_or_was_called_off_is_not_moved() -> None:
    for closed, code in [(cancelled(BOOKED, NOON), "cancelled"), (fulfilled(BOOKED, NOON), "ended")]:
        with pytest.raises(Refused) as refusal:
            moved(closed, NOON, HOUR, NOON)
        assert refusal.value.code == code


def test_what_has_happened_cannot_be_called_off() -> None:
    with pytest.raises(Refused) as refusal:
        cancelled(fulfilled(BOOKED, NOON), NOON)
    assert refusal.value.code == "ended"


@pytest.mark.parametrize("length", [timedelta(0), timedelta(minutes=-30), timedelta(minutes=4), timedelta(hours=9)])
def test_nobody_is_booked_for_no_time_or_for_a_day(length: timedelta) -> None:
    with pytest.raises(Refused) as refusal:
        span(NOON, length, NOON)
    assert refusal.value.code == "bad_length"


def test_nobody_is_booked_for_a_time_that_has_passed() -> None:
    almost_over = NOON + HOUR - timedelta(seconds=1)
    assert span(NOON, HOUR, now=almost_over) == (NOON, NOON + HOUR)

    with pytest.raises(Refused) as refusal:
        span(NOON, HOUR, now=NOON + HOUR)
    assert refusal.value.code == "already_over"

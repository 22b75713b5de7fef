from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from telesession.domain import notifications as rules
from telesession.domain.appointments import Appointment, AppointmentStatus, cancelled, moved
from telesession.domain.errors import Refused
from telesession.domain.ids import JobId, NotificationId, PatientId, VisitId
from telesession.domain.jobs import MAX_ATTEMPTS, PAUSES, Job, is_worn_out, next_attempt
from telesession.domain.notifications import Channel, Kind, Notification
from telesession.domain.patients import Details

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
APPOINTMENT = Appointment(
    VisitId("v"), NOON, NOON + HOUR, "Tess", PatientId("p"), "Pat", "Europe/Madrid", NOON - timedelta(days=7)
)
BOTH = Details("Pat", email="pat@example.org", phone="+34600123456")


def notification(kind: Kind, revision: int = 0, due_at: datetime = NOON) -> Notification:
    return Notification(NotificationId("n"), VisitId("v"), revision, kind, Channel.MAIL, due_at, NOON)


@pytest.mark.parametrize(
    ("booked_before", "kinds"),
    [
        (timedelta(days=3), [Kind.REMINDER_24H, Kind.REMINDER_1H, Kind.REMINDER_10MIN]),
        (timedelta(hours=24), [Kind.REMINDER_1H, Kind.REMINDER_10MIN]),
        (timedelta(minutes=59), [Kind.REMINDER_10MIN]),
        (timedelta(minutes=10), []),
        (-timedelta(minutes=1), []),
    ],
)
def test_a_reminder_that_would_be_late_is_not_due(booked_before: timedelta, kinds: list[Kind]) -> None:
    due = rules.reminders(NOON, NOON - booked_before)

    assert [kind for kind, _ in due] == kinds
    assert all(NOON - booked_before < at == NOON - rules.LEADS[kind] for kind, at in due)


def test_a_change_goes_by_every_way_and_the_rest_by_the_one_that_is_read_in_time() -> None:
    served = list(Channel)
    assert rules.channels(Kind.INVITATION, BOTH, served) == [Channel.MAIL, Channel.SMS]
    assert rules.channels(Kind.CANCELLED, BOTH, served) == [Channel.MAIL, Channel.SMS]
    assert rules.channels(Kind.REMINDER_24H, BOTH, served) == [Channel.MAIL]
    assert rules.channels(Kind.REMINDER_10MIN, BOTH, served) == [Channel.SMS]
    assert rules.channels(Kind.REMINDER_10MIN, BOTH, [Channel.MAIL]) == [Channel.MAIL]


@pytest.mark.parametrize("kind", Kind)
def test_what_nobody_can_send_has_one_way_by_which_staff_would(kind: Kind) -> None:
    assert rules.channels(kind, Details("Pat"), list(Channel)) == [Channel.MAIL]
    assert rules.channels(kind, Details("Pat", phone="+34600123456"), [Channel.MAIL]) == [Channel.SMS]
    assert len(rules.channels(kind, BOTH, [])) == 1


@pytest.mark.parametrize("kind", Kind)
def test_whatever_was_said_of_another_time_is_overtaken(kind: Kind) -> None:
    later = moved(APPOINTMENT, NOON + HOUR, HOUR, NOON - HOUR)

    assert rules.is_overtaken(notification(kind), later, NOON - HOUR)


@pytest.mark.parametrize("kind", Kind)
def test_of_a_cancelled_appointment_one_tells_nothing_but_that(kind: Kind) -> None:
    off = cancelled(APPOINTMENT, NOON - HOUR)

    assert rules.is_overtaken(notification(kind, revision=1), off, NOON - HOUR) == (kind is not Kind.CANCELLED)


@pytest.mark.parametrize(
    ("kind", "last", "first_not"),
    [
        (Kind.INVITATION, NOON + HOUR - MINUTE, NOON + HOUR),
        (Kind.REMINDER_24H, NOON - HOUR - MINUTE, NOON - HOUR),
        (Kind.REMINDER_1H, NOON - 11 * MINUTE, NOON - 10 * MINUTE),
        (Kind.REMINDER_10MIN, NOON - MINUTE, NOON),
        (Kind.READY, NOON + 9 * MINUTE, NOON + 10 * MINUTE),
        (Kind.LATE, NOON + 9 * MINUTE, NOON + 10 * MINUTE),
    ],
)
def test_each_is_worth_telling_until_it_is_not(kind: Kind, last: datetime, first_not: datetime) -> None:
    assert not rules.is_overtaken(notification(kind), APPOINTMENT, last)
    assert rules.is_overtaken(notification(kind), APPOINTMENT, first_not)


def test_who_is_there_already_needs_no_reminder() -> None:
    arrived = replace(APPOINTMENT, status=AppointmentStatus.ARRIVED)

    assert rules.is_overtaken(notification(Kind.REMINDER_10MIN), arrived, NOON - 5 * MINUTE)
    assert not rules.is_overtaken(notification(Kind.LATE), arrived, NOON - 5 * MINUTE)


@pytest.mark.parametrize("minutes", [0, -5, 121])
def test_nobody_is_late_by_nothing_or_by_a_morning(minutes: int) -> None:
    with pytest.raises(Refused) as refusal:
        rules.require_minutes(minutes)
    assert refusal.value.code == "bad_minutes"


@given(st.lists(st.floats(0, 60), min_size=MAX_ATTEMPTS, max_size=MAX_ATTEMPTS))
def test_a_job_that_keeps_failing_is_given_up_after_a_day(seconds: list[float]) -> None:
    job, now = Job(JobId("j"), "post", "n", NOON, NOON), NOON
    for attempt, took in enumerate(seconds, 1):
        now += timedelta(seconds=took)
        due_at = next_attempt(replace(job, attempts=attempt), now)
        if due_at is None:
            break
        assert due_at - now == PAUSES[attempt - 1]
        now = due_at
    assert attempt == MAX_ATTEMPTS
    assert timedelta(days=1) < now - NOON < timedelta(days=1, minutes=10)


def test_what_kills_whoever_tries_it_is_tried_no_more() -> None:
    job = Job(JobId("j"), "post", "n", NOON, NOON)
    assert not is_worn_out(replace(job, attempts=MAX_ATTEMPTS))
    assert is_worn_out(replace(job, attempts=MAX_ATTEMPTS + 1))

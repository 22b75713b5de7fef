"""When it is time to look for what has been kept long enough."""

from datetime import UTC, datetime, timedelta

import pytest

from telesession.domain.retention import Kind, Periods, is_due, last_night

MADRID = "Europe/Madrid"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "night"),
    [
        ("2026-12-01T12:00", "2026-12-01T02:00"),
        ("2026-12-01T01:59", "2026-11-30T02:00"),
        ("2026-12-01T02:00", "2026-12-01T02:00"),
        ("2026-07-01T12:00", "2026-07-01T01:00"),
        ("2026-03-29T12:00", "2026-03-29T01:00"),
    ],
)
def test_the_night_is_at_three_by_the_clinics_clock(now: str, night: str) -> None:
    assert last_night(utc(now), MADRID).astimezone(UTC) == utc(night)


def test_a_service_that_was_off_at_night_looks_when_it_comes_back() -> None:
    noon = utc("2026-12-01T12:00")

    assert is_due(None, noon, MADRID)
    assert is_due(noon - timedelta(hours=20), noon, MADRID)
    assert not is_due(noon - timedelta(hours=9), noon, MADRID)


def test_nothing_goes_that_is_kept_for_ever() -> None:
    noon = utc("2026-12-01T12:00")

    assert Periods(audit=0).ended_before(Kind.AUDIT, noon) is None
    assert Periods(seats=2).ended_before(Kind.SEATS, noon) == utc("2026-11-29T12:00")
    assert all(Periods().ended_before(kind, noon) for kind in Kind)

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesession.domain.errors import Refused
from telesession.domain.series import MOST, moment, weekly

ZONES = st.sampled_from(["Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"])
LOCAL = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1))  # noqa: DTZ001  what a clock on the wall shows


@given(LOCAL, ZONES, st.integers(1, MOST), st.integers(1, 4))
def test_every_appointment_of_a_series_is_at_the_same_time_of_the_clock(
    local: datetime, zone: str, count: int, every: int
) -> None:
    for number, at in enumerate(weekly(local, zone, count, every)):
        shown = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        wanted = local + timedelta(weeks=every * number)
        assert shown == wanted or shown - wanted in (timedelta(hours=1), timedelta(minutes=30))  # skipped in spring


def test_summer_time_moves_no_appointment() -> None:
    before, after = weekly(datetime(2026, 3, 24, 10), "Europe/Madrid", 2)  # noqa: DTZ001
    assert (before.hour, after.hour) == (9, 8)


def test_a_time_that_the_clocks_skip_is_taken_later_and_one_shown_twice_the_first_time() -> None:
    assert moment(datetime(2026, 3, 29, 2, 30), "Europe/Madrid").isoformat() == "2026-03-29T01:30:00+00:00"  # noqa: DTZ001
    assert moment(datetime(2026, 10, 25, 2, 30), "Europe/Madrid").isoformat() == "2026-10-25T00:30:00+00:00"  # noqa: DTZ001


@pytest.mark.parametrize(
    ("count", "every", "code"), [(0, 1, "count_wrong"), (53, 1, "count_wrong"), (2, 5, "every_wrong")]
)
def test_nobody_books_a_year_by_mistake(count: int, every: int, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        weekly(datetime(2026, 1, 1, 10), "UTC", count, every)  # noqa: DTZ001
    assert refusal.value.code == code

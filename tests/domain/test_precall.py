"""What a measured line promises for a visit."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from telesession.domain.precall import (
    Measured,
    Meter,
    Path,
    Plan,
    Route,
    Thresholds,
    Verdict,
    in_use,
    judge,
    outcome,
)

USUAL = Thresholds()
FINE = Measured(Path.DIRECT, 40, 5, 0.0, 0.0, 990, 990)
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
WORSE = [Verdict.GOOD, Verdict.PAUSES, Verdict.WEAK]

lines = st.builds(
    Measured,
    path=st.sampled_from(Path),
    round_trip_ms=st.floats(0, 5_000),
    jitter_ms=st.floats(0, 500),
    loss_up=st.floats(0, 1),
    loss_down=st.floats(0, 1),
    up_kbps=st.floats(0, 1_000),
    down_kbps=st.floats(0, 1_000),
)


def verdict(**changes: float) -> Verdict:
    return judge({Route.DIRECT: replace(FINE, **changes)}, USUAL)


@pytest.mark.parametrize("direction", ["up_kbps", "down_kbps"])
def test_the_worse_direction_decides_how_much_the_line_carries(direction: str) -> None:
    assert verdict(**{direction: 330}) is Verdict.GOOD
    assert verdict(**{direction: 329}) is Verdict.PAUSES
    assert verdict(**{direction: 180}) is Verdict.PAUSES
    assert verdict(**{direction: 179}) is Verdict.WEAK


@pytest.mark.parametrize(
    ("what", "uneven", "poor"),
    [("loss_up", 0.03, 0.12), ("loss_down", 0.03, 0.12), ("round_trip_ms", 350, 800), ("jitter_ms", 60, 150)],
)
def test_a_line_that_carries_enough_may_still_be_bad(what: str, uneven: float, poor: float) -> None:
    assert verdict(**{what: uneven * 0.99}) is Verdict.GOOD
    assert verdict(**{what: uneven}) is Verdict.PAUSES
    assert verdict(**{what: poor * 0.99}) is Verdict.PAUSES
    assert verdict(**{what: poor}) is Verdict.WEAK


def test_the_clinic_chooses_where_a_line_is_too_narrow() -> None:
    narrow = {Route.DIRECT: replace(FINE, up_kbps=120)}

    assert judge(narrow, USUAL) is Verdict.WEAK
    assert judge(narrow, Thresholds(picture_kbps=150, sound_kbps=100)) is Verdict.PAUSES
    assert judge(narrow, Thresholds(picture_kbps=110, sound_kbps=100)) is Verdict.GOOD


def test_a_visit_would_go_directly_where_it_can() -> None:
    relayed = replace(FINE, path=Path.RELAY, round_trip_ms=900)

    assert in_use({Route.RELAY: relayed, Route.DIRECT: FINE}) is FINE
    assert judge({Route.RELAY: relayed, Route.DIRECT: FINE}, USUAL) is Verdict.GOOD
    assert judge({Route.RELAY: relayed, Route.DIRECT: None}, USUAL) is Verdict.WEAK


def test_it_is_blocked_when_nothing_came_about() -> None:
    assert judge({Route.DIRECT: None}, USUAL) is Verdict.BLOCKED
    assert judge({Route.DIRECT: None, Route.RELAY: None}, USUAL) is Verdict.BLOCKED


@pytest.mark.parametrize(
    ("measured", "relay_works"),
    [
        ({Route.DIRECT: FINE}, None),
        ({Route.DIRECT: FINE, Route.RELAY: None}, False),
        ({Route.DIRECT: FINE, Route.RELAY: FINE}, True),
    ],
    ids=["no relay", "dead relay", "relay"],
)
def test_it_is_kept_whether_the_relay_answers(measured: dict[Route, Measured | None], relay_works: bool | None) -> None:
    kept = outcome(measured, USUAL, NOON)

    assert (kept.verdict, kept.at, kept.measured, kept.relay_works) == (Verdict.GOOD, NOON, FINE, relay_works)


@given(lines, lines)
def test_no_line_is_judged_better_than_one_that_is_better_in_everything(one: Measured, other: Measured) -> None:
    worse = replace(
        one,
        round_trip_ms=max(one.round_trip_ms, other.round_trip_ms),
        jitter_ms=max(one.jitter_ms, other.jitter_ms),
        loss_up=max(one.loss_up, other.loss_up),
        loss_down=max(one.loss_down, other.loss_down),
        up_kbps=min(one.up_kbps, other.up_kbps),
        down_kbps=min(one.down_kbps, other.down_kbps),
    )

    ranks = [WORSE.index(judge({Route.DIRECT: line}, USUAL)) for line in (one, worse)]
    assert ranks == sorted(ranks)


def test_a_load_is_counted_once_it_has_settled_and_until_it_ends() -> None:
    plan = Plan(load_ms=2_000, settle_ms=600)
    meter = Meter(plan)
    for at_ms in range(5_000, 8_000, 10):  # a thousand bytes each hundredth of a second: 800 kbit/s
        meter.add(at_ms, 1_000)

    assert meter.kbps == 800
    assert Meter(plan).kbps == 0

"""A dosage is in range, or refused with a sentence that says what would be."""

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from telesession.domain.dosage import LIMITS, OUT_OF_RANGE, Dosage, Load, Side, check
from telesession.domain.errors import Refused

TEN = Dosage(sets=3, reps=10)

loads: st.SearchStrategy[Load | None] = st.none() | st.floats(0, 200) | st.text(min_size=1, max_size=64)
dosages = st.builds(
    Dosage,
    sets=st.integers(1, 10),
    reps=st.integers(1, 50),
    hold_s=st.integers(0, 120),
    rest_s=st.integers(0, 300),
    tempo=st.floats(0.25, 1.5),
    side=st.sampled_from(Side),
    load=loads,
    effort=st.none() | st.integers(0, 10),
    minutes=st.none() | st.integers(1, 120),
    range_pct=st.integers(30, 100),
)


@given(dosages)
def test_what_is_in_range_is_let_through_and_survives_the_wire(dosage: Dosage) -> None:
    check(dosage)

    assert msgspec.json.decode(msgspec.json.encode(dosage), type=Dosage) == dosage


@pytest.mark.parametrize("name", LIMITS)
def test_each_number_ends_where_the_sentence_says(name: str) -> None:
    low, high = LIMITS[name]
    step = 0.01 if name in ("tempo", "load") else 1
    for fine in (low, high):
        check(replace(TEN, **{name: fine}))
    for wrong in (low - step, high + step):
        with pytest.raises(Refused) as refusal:
            check(replace(TEN, **{name: wrong}))
        assert refusal.value.code == OUT_OF_RANGE
        assert [float(number) for number in re.findall(r"\d+(?:\.\d+)?", refusal.value.text)] == [low, high]


def test_a_number_out_of_range_is_no_malformed_frame() -> None:
    decoded = msgspec.json.decode(b'{"sets": 0, "reps": 500, "load": -3}', type=Dosage)

    with pytest.raises(Refused):
        check(decoded)


@pytest.mark.parametrize(
    "frame",
    [
        b'{"sets": "3", "reps": 1}',
        b'{"sets": 3}',
        b'{"sets": 3, "reps": 1, "url": "x"}',
        b'{"sets": 1, "reps": 1, "load": ""}',
    ],
)
def test_what_is_no_dosage_at_all_is_not_understood(frame: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(frame, type=Dosage)

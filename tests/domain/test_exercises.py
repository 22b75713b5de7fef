"""What one repetition of an exercise lasts and shows, and which dosage goes with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from telesession.domain.dosage import OUT_OF_RANGE, Dosage, Side, check
from telesession.domain.errors import Refused
from telesession.domain.exercises import (
    Exercise,
    Laterality,
    check_fits,
    cycle_s,
    default_dosage,
    dosed,
    is_mirrored,
    sides,
    spoken,
)
from tests.domain.shelf import LIBRARY, SLUGS, entry

exercises = st.sampled_from(LIBRARY.newest())
moving = st.sampled_from([exercise for exercise in LIBRARY.newest() if exercise.timeline])


@pytest.mark.parametrize("slug", SLUGS)
def test_the_dose_that_the_library_proposes_may_be_asked_for(slug: str) -> None:
    exercise = LIBRARY.get(slug)
    dosage = default_dosage(exercise)

    check(dosage)
    check_fits(dosage, exercise)
    assert cycle_s(exercise, dosage) > 0


def test_a_repetition_lasts_its_moves_and_its_hold() -> None:
    bridge = LIBRARY.get("bridge")

    assert cycle_s(bridge, Dosage(sets=1, reps=1, hold_s=3)) == 10
    assert cycle_s(bridge, Dosage(sets=1, reps=1, hold_s=0)) == 7
    assert cycle_s(bridge, Dosage(sets=1, reps=1, hold_s=3, tempo=0.5)) == 15


def test_both_sides_of_an_alternating_exercise_are_held() -> None:
    rolls = LIBRARY.get("knee-rolls")
    holds = [move.hold_s for move in dosed(rolls, Dosage(sets=1, reps=1, hold_s=7, side=Side.ALTERNATING))]

    assert holds == [1, 7, 0, 7, 0]


@given(moving, st.floats(0.25, 1.5), st.integers(0, 120))
def test_tempo_scales_the_moves_and_never_a_hold(exercise: Exercise, tempo: float, hold_s: int) -> None:
    shown = exercise
    for printed, asked in zip(shown.timeline, dosed(shown, Dosage(1, 1, hold_s, tempo=tempo)), strict=True):
        assert asked.pose == printed.pose
        assert asked.move_s == pytest.approx(printed.move_s / tempo)
        assert asked.hold_s == (hold_s if printed.pose in shown.held else printed.hold_s)


def test_walking_lasts_its_minutes() -> None:
    walking = LIBRARY.get("graded-walking")

    assert cycle_s(walking, default_dosage(walking)) == 600


@pytest.mark.parametrize(
    ("slug", "dosage"),
    [
        ("bridge", Dosage(3, 10, side=Side.LEFT)),
        ("knee-rolls", Dosage(3, 10, side=Side.BOTH)),
        ("clamshell", Dosage(3, 10, side=Side.ALTERNATING)),
        ("cat-camel", Dosage(1, 8, hold_s=5)),
        ("bridge", Dosage(1, 1, minutes=10)),
        ("graded-walking", Dosage(1, 1)),
    ],
)
def test_a_dosage_that_makes_no_sense_for_the_exercise_is_refused(slug: str, dosage: Dosage) -> None:
    check(dosage)
    with pytest.raises(Refused) as refusal:
        check_fits(dosage, LIBRARY.get(slug))
    assert refusal.value.code == OUT_OF_RANGE


@given(exercises, st.sampled_from(Side))
def test_a_side_is_mirrored_only_where_the_poses_show_the_other_one(exercise: Exercise, side: Side) -> None:
    shown = exercise
    if is_mirrored(shown, side):
        assert shown.laterality in (Laterality.LEFT, Laterality.RIGHT)
        assert side in sides(shown.laterality)
        assert side != shown.laterality.value
        assert side is not Side.BOTH


def test_one_sided_exercises_show_either_side() -> None:
    clamshell = LIBRARY.get("clamshell")

    assert [is_mirrored(clamshell, side) for side in (Side.RIGHT, Side.LEFT, Side.BOTH)] == [False, True, False]
    assert is_mirrored(replace(clamshell, laterality=Laterality.LEFT), Side.RIGHT)


def test_a_sentence_comes_in_the_readers_language_or_in_english() -> None:
    names = entry("bridge").names

    assert [spoken(names, tag) for tag in ("es", "es-MX", "en-GB", "en-XA", "fr", "")] == [
        "Puente", "Puente", "Bridge", "Bridge", "Bridge", "Bridge",
    ]  # fmt: skip

"""A therapist types what comes to mind and finds the exercise, in English or Spanish, with or without accents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesession.domain.exercise_search import FILLERS, Wanted, folded
from telesession.domain.exercises import Category, Equipment, Exercise, Position, Precaution, Region
from tests.domain.shelf import LIBRARY

ALL = LIBRARY.newest()
exercises = st.sampled_from(ALL)


def slugs(query: str, wanted: Wanted | None = None) -> list[str]:
    return [exercise.slug for exercise in LIBRARY.search(query, wanted)]


def called(exercise: Exercise) -> list[str]:
    return [*exercise.names.values(), *(word for some in exercise.synonyms.values() for word in some)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("squat", ["wall-squat-mini", "sit-to-stand"]),
        ("bridg", ["bridge", "side-bridge-knees"]),
        ("knee pain", ["sit-to-stand", "straight-leg-raise", "wall-squat-mini"]),
        ("dolor de rodilla", ["sit-to-stand", "straight-leg-raise", "wall-squat-mini"]),
        ("neck", ["chin-tuck", "neck-rotation"]),
        ("cuello", ["chin-tuck", "neck-rotation"]),
        ("calf", ["heel-raise"]),
        ("GEMELOS", ["heel-raise"]),
        ("gluteo", ["bridge", "figure-4-stretch", "prayer-stretch"]),
        ("stretch hip", ["figure-4-stretch", "hip-flexor-stretch"]),
        ("child's pose", ["prayer-stretch"]),
        ("postura del nino", ["prayer-stretch"]),
        ("theraband", ["external-rotation-band"]),
        ("McGill", ["curl-up"]),
        ("nerve", ["sciatic-slider-seated"]),
        ("walk", ["graded-walking"]),
        ("balance", ["single-leg-stance"]),
        ("wall-slide", ["wall-slide"]),
    ],
)
def test_what_a_therapist_types_comes_first(query: str, first: list[str]) -> None:
    assert set(slugs(query)[: len(first)]) == set(first)


def test_back_finds_the_whole_region() -> None:
    found = set(slugs("back"))

    assert {exercise.slug for exercise in ALL if Region.LOW_BACK in exercise.regions} <= found
    assert set(slugs("lumbar")) >= {exercise.slug for exercise in ALL if Region.LOW_BACK in exercise.regions}


@pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.slug)
def test_every_name_and_synonym_finds_its_exercise(exercise: Exercise) -> None:
    for name in called(exercise):
        assert exercise.slug in slugs(name), name
        assert exercise.slug in slugs(name.upper()), name
        assert exercise.slug in slugs(" ".join(reversed(folded(name)))), name


@given(exercises, st.data())
def test_the_beginning_of_any_word_finds_its_exercise(exercise: Exercise, drawn: st.DataObject) -> None:
    words = [word for name in called(exercise) for word in folded(name) if word not in FILLERS]
    word = drawn.draw(st.sampled_from(words))
    start = word[: drawn.draw(st.integers(1, len(word)))]

    assert exercise.slug in slugs(start) or start in FILLERS


def test_every_word_that_is_typed_has_to_be_found() -> None:
    assert slugs("sit to") == slugs("sit to stand") == ["sit-to-stand"]
    assert slugs("zzz knee") == slugs("knee zzz") == []


def test_words_that_tell_nothing_count_only_where_a_name_has_them_as_they_are_typed() -> None:
    assert slugs("pain in the knee") == slugs("knee")
    assert slugs("dolor de la espalda") == slugs("espalda")
    assert set(slugs("knee to ch")) == {"knee-to-chest-single"}
    assert "curl-up" in slugs("a")  # the first letter of "abdominal"


def test_the_plural_finds_the_singular() -> None:
    for plural, singular in [("bridges", "bridge"), ("talones", "talon"), ("squats", "squat")]:
        assert set(slugs(singular)) <= set(slugs(plural))


@given(st.text(max_size=300))
def test_whatever_is_typed_finds_each_exercise_once_or_not_at_all(query: str) -> None:
    found = slugs(query)

    assert len(found) == len(set(found))
    assert folded(" ".join(folded(query))) == folded(query)


def test_nothing_typed_shows_everything_and_nonsense_nothing() -> None:
    assert slugs("") == slugs("  ") == [exercise.slug for exercise in ALL]
    assert slugs("zzz") == []


filters = st.builds(
    Wanted,
    region=st.none() | st.sampled_from(Region),
    position=st.none() | st.sampled_from(Position),
    category=st.none() | st.sampled_from(Category),
    at_hand=st.none() | st.frozensets(st.sampled_from(Equipment)),
    spare=st.frozensets(st.sampled_from(Precaution), max_size=3),
)


@given(filters, st.sampled_from(["", "back", "fuerza", "stretch"]))
def test_filters_leave_out_exactly_what_they_say(wanted: Wanted, query: str) -> None:
    found = LIBRARY.search(query, wanted)
    fit = {
        exercise.slug
        for exercise in ALL
        if (wanted.region is None or wanted.region in exercise.regions)
        and (wanted.position is None or wanted.position == exercise.start_position)
        and (wanted.category is None or wanted.category == exercise.category)
        and (wanted.at_hand is None or set(exercise.equipment) <= wanted.at_hand)
        and not set(exercise.precaution_tags) & wanted.spare
    }

    assert {exercise.slug for exercise in found} <= fit
    assert query or {exercise.slug for exercise in found} == fit


def test_somebody_who_cannot_get_down_is_offered_nothing_on_the_floor() -> None:
    spared = LIBRARY.search("", Wanted(spare=frozenset({Precaution.NO_FLOOR})))

    assert {exercise.start_position for exercise in spared} == {Position.STANDING, Position.SITTING}
    assert len(spared) > 10

"""Finds exercises by the beginning of any word of their names, synonyms, body regions and purposes, in any language."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from msgspec import Struct

from telesession.domain.exercise_words import CATEGORIES, EQUIPMENT, POSITIONS, REGIONS, words
from telesession.domain.exercises import Category, Equipment, Exercise, Position, Precaution, Region

MAX_QUERY_WORDS = 12
WHOLE_WORD = 2
"""A whole word counts this much more than its beginning."""

FILLERS = frozenset(
    folded_word
    for line in (
        "a an and for in of on the to with exercise exercises pain painful ache sore",
        "al con de del el en la las los para por un una y ejercicio ejercicios dolor duele",
    )
    for folded_word in line.split()
)
"""Words that tell no exercise from another; of what hurts, only where counts."""

_ACCENT = re.compile("[\u0300-\u036f]")
_WORD = re.compile(r"[^\W_]+")


class Terms(Struct, frozen=True):
    """Words that find an exercise, without accents, case and plural, and how much they count."""

    weight: int
    words: frozenset[str]


class Card(Struct, frozen=True):
    """One exercise and what finds it: words, the weightiest first, and its names as one would type them."""

    exercise: Exercise
    terms: tuple[Terms, ...]
    called: tuple[str, ...]


class Wanted(Struct, frozen=True):
    """Which exercises may be found. `at_hand` leaves out what needs more than that; `spare` what has such a tag."""

    region: Region | None = None
    position: Position | None = None
    category: Category | None = None
    at_hand: frozenset[Equipment] | None = None
    spare: frozenset[Precaution] = frozenset()


def folded(text: str) -> list[str]:
    """The words of `text` without accents and case, in order."""
    return _WORD.findall(_ACCENT.sub("", unicodedata.normalize("NFKD", text).casefold()))


def card(exercise: Exercise) -> Card:
    """What finds `exercise`: what it is for, then what it is called, then the rest."""
    names = tuple(exercise.names.values())
    synonyms = tuple(one for some in exercise.synonyms.values() for one in some)
    layers = (
        (9, (label for region in exercise.regions for label, *_ in REGIONS[region].values())),
        (8, names),
        (6, (exercise.slug, *synonyms)),
        (4, words(REGIONS, *exercise.regions)),
        (3, words(CATEGORIES, exercise.category)),
        (2, words(POSITIONS, exercise.start_position) + words(EQUIPMENT, *exercise.equipment)),
        (1, exercise.purpose.values()),
    )
    terms = tuple(Terms(weight, _found_by(texts)) for weight, texts in layers)
    return Card(exercise, terms, tuple(_in_a_row(folded(name)) for name in (*names, *synonyms)))


def index(exercises: Iterable[Exercise]) -> tuple[Card, ...]:
    """The cards of `exercises`, in their order."""
    return tuple(map(card, exercises))


def search(cards: Sequence[Card], query: str = "", wanted: Wanted | None = None) -> list[Exercise]:
    """The exercises that `query` means, best first; all that are wanted, in their order, for an empty query.

    Every word has to be found. A filler counts only where some name has all words just as they are typed: "sit to" is
    "Sit to stand" and nothing else, "pain in the knee" is whatever is for the knee.
    """
    allowed = [one for one in cards if _is_wanted(one.exercise, wanted or Wanted())]
    typed = folded(query)
    if not typed:
        return [one.exercise for one in allowed]
    asked = [word for word in typed if word not in FILLERS][:MAX_QUERY_WORDS]
    scored = [(one, [_weight(one, word) for word in asked]) for one in allowed]
    as_typed = (
        [] if FILLERS.isdisjoint(typed) else [(one, weights) for one, weights in scored if _is_called(one, typed)]
    )
    found = as_typed or [(one, weights) for one, weights in scored if weights and all(weights)]
    return [one.exercise for one, weights in sorted(found, key=lambda one: -sum(one[1]))]


def _is_called(one: Card, typed: Sequence[str]) -> bool:
    """Whether a name has these words side by side, the last one perhaps not finished."""
    return any(_in_a_row(typed) in name for name in one.called)


def _in_a_row(typed: Sequence[str]) -> str:
    return "".join(f" {word}" for word in typed)


def _found_by(texts: Iterable[str]) -> frozenset[str]:
    """Words are kept in the singular, as far as dropping an `s` makes one."""
    found = {word for text in texts for word in folded(text)} - FILLERS
    return frozenset(_forms(word)[:2][-1] for word in found)


def _weight(one: Card, word: str) -> int:
    """How much an exercise has to do with a word of the query: nothing is 0."""
    forms = _forms(word)
    for terms in one.terms:
        if any(form in terms.words for form in forms):
            return terms.weight * WHOLE_WORD
        if any(term.startswith(forms) for term in terms.words):
            return terms.weight
    return 0


def _forms(word: str) -> tuple[str, ...]:
    """The word itself, and without the `s` or `es` that makes it plural in English or Spanish."""
    endings = [ending for ending in ("s", "es") if word.endswith(ending) and len(word) - len(ending) > 2]
    return (word, *(word.removesuffix(ending) for ending in endings))


def _is_wanted(exercise: Exercise, wanted: Wanted) -> bool:
    return (
        (wanted.region is None or wanted.region in exercise.regions)
        and wanted.position in (None, exercise.start_position)
        and wanted.category in (None, exercise.category)
        and (wanted.at_hand is None or wanted.at_hand.issuperset(exercise.equipment))
        and wanted.spare.isdisjoint(exercise.precaution_tags)
    )

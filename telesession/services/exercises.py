"""The library of exercises, read whole from the package's own files at the start. A broken entry stops the start."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from telesession.domain.errors import Refused
from telesession.domain.exercise_rules import circular, faults, set_faults
from telesession.domain.exercise_search import FILLERS, Wanted, index, search
from telesession.domain.exercise_words import CATEGORIES, EQUIPMENT, POSITIONS, PRECAUTIONS, REGIONS, labels
from telesession.domain.exercises import (
    Exercise,
    Position,
    ReadySet,
    Region,
    default_dosage,
)

FOLDER = Path(__file__).parent.parent / "exercises"
"""`<slug>.json` is the newest version, `old/<slug>.<version>.json` an earlier one, `sets/<slug>.json` a ready set."""

NOT_FOR_SCREENS = ("synonyms", "evidence", "changes", "licence")
"""Fields of an entry that no screen of a visit needs."""

T = TypeVar("T")


class BrokenExercise(Exception):
    """An entry that may not be used; its text names the file, the field and what is wrong with it."""

    def __init__(self, file: str, field: str, text: str) -> None:
        super().__init__(f"The exercise library cannot be used: in {file}, {field}: {text}.")
        self.file = file
        self.field = field


INDEX_FILE = "exercises/index.json"
"""Name of the static file that lists the newest versions; `entry_file` lies beside it."""


class Library:
    """Every version of every exercise, and the ready sets."""

    def __init__(self, newest: Iterable[Exercise], earlier: Iterable[Exercise], ready_sets: Iterable[ReadySet]) -> None:
        self._newest = {exercise.slug: exercise for exercise in sorted(newest, key=_place)}
        everything = [*earlier, *self._newest.values()]
        self._versions = {(exercise.slug, exercise.version): exercise for exercise in everything}
        self._cards = index(self._newest.values())
        self.ready_sets = tuple(ready_sets)

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "Library":
        """Read `folder`; raises `BrokenExercise` for the first thing in it that is wrong."""
        newest = {path: _read(path, Exercise) for path in sorted(folder.glob("*.json"))}
        earlier = {path: _read(path, Exercise) for path in sorted(folder.glob("old/*.json"))}
        ready = {path: _read(path, ReadySet) for path in sorted(folder.glob("sets/*.json"))}
        by_slug = {exercise.slug: exercise for exercise in newest.values()}
        for path, exercise in {**newest, **earlier}.items():
            _check(path, exercise, by_slug)
        for path, ready_set in ready.items():
            for fault in set_faults(ready_set, by_slug):
                raise BrokenExercise(path.name, fault.field, fault.text)
        return cls(newest.values(), earlier.values(), ready.values())

    def newest(self) -> tuple[Exercise, ...]:
        """The newest version of every exercise, in the library's order."""
        return tuple(self._newest.values())

    def find(self, slug: str, version: int | None = None) -> Exercise | None:
        """That version of the exercise, or the newest one, if there is any."""
        return self._newest.get(slug) if version is None else self._versions.get((slug, version))

    def get(self, slug: str, version: int | None = None) -> Exercise:
        """Like `find`; raises `Refused` where there is none."""
        exercise = self.find(slug, version)
        if exercise is None:
            raise Refused("unknown_exercise", "The library has no such exercise.")
        return exercise

    def search(self, query: str = "", wanted: Wanted | None = None) -> list[Exercise]:
        """The newest versions of the exercises that `query` means, best first (`domain/exercise_search.py`)."""
        return search(self._cards, query, wanted)

    def files(self) -> dict[str, bytes]:
        """What browsers read, as static files by name: an index of the newest, and every version of every entry."""
        entries = {entry_file(*key): _entry(exercise) for key, exercise in self._versions.items()}
        return {INDEX_FILE: self._index(), **entries}

    def _index(self) -> bytes:
        vocabularies = {
            "regions": REGIONS,
            "categories": CATEGORIES,
            "positions": POSITIONS,
            "equipment": EQUIPMENT,
            "precautions": PRECAUTIONS,
        }
        cards = [
            _card(one.exercise, {str(terms.weight): sorted(terms.words) for terms in one.terms}) for one in self._cards
        ]
        return _minified(
            {
                "exercises": cards,
                "ready_sets": self.ready_sets,
                "fillers": sorted(FILLERS),
                "labels": {name: labels(vocabulary) for name, vocabulary in vocabularies.items()},
            }
        )


def entry_file(slug: str, version: int) -> str:
    """Name of the static file with one version of an entry."""
    return f"exercises/{slug}.{version}.json"


def _place(exercise: Exercise) -> tuple[int, int, str]:
    """Where an exercise stands in the library: by body region, then from lying to standing."""
    first = exercise.regions[0] if exercise.regions else Region.WHOLE_BODY
    return list(Region).index(first), list(Position).index(exercise.start_position), exercise.slug


def _read(path: Path, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except msgspec.ValidationError as broken:
        text, _, field = str(broken).partition(" - at ")
        raise BrokenExercise(path.name, field.strip("`").removeprefix("$.") or "the entry", text) from broken
    except msgspec.DecodeError as broken:
        raise BrokenExercise(path.name, "the file", f"this is not JSON: {broken}") from broken


def _check(path: Path, exercise: Exercise, newest: Mapping[str, Exercise]) -> None:
    """Raise `BrokenExercise` for the first thing wrong with an entry; an earlier version may have dead links."""
    for field, text in _misplaced(path, exercise, newest):
        raise BrokenExercise(path.name, field, text)
    is_newest = newest.get(exercise.slug) is exercise
    for fault in faults(exercise, newest):
        if is_newest or fault.field not in ("easier", "harder", "off_floor"):
            raise BrokenExercise(path.name, fault.field, fault.text)
    if is_newest:
        for fault in circular(exercise, newest):
            raise BrokenExercise(path.name, fault.field, fault.text)


def _misplaced(path: Path, exercise: Exercise, newest: Mapping[str, Exercise]) -> Iterator[tuple[str, str]]:
    if path.parent.name != "old":
        if path.stem != exercise.slug:
            yield "slug", "is not the name of the file"
        return
    if path.stem != f"{exercise.slug}.{exercise.version}":
        yield "version", "is not the one in the name of the file"
    if exercise.slug not in newest:
        yield "slug", "an earlier version has a newest one beside it"
    elif exercise.version >= newest[exercise.slug].version:
        yield "version", "is not earlier than the newest one"


def _card(exercise: Exercise, terms: Mapping[str, list[str]]) -> dict[str, object]:
    return {
        "slug": exercise.slug,
        "version": exercise.version,
        "names": exercise.names,
        "synonyms": exercise.synonyms,
        "regions": exercise.regions,
        "category": exercise.category,
        "start_position": exercise.start_position,
        "equipment": exercise.equipment,
        "laterality": exercise.laterality,
        "views": exercise.views,
        "precaution_tags": exercise.precaution_tags,
        "dosage": default_dosage(exercise),
        "is_pictured": bool(exercise.timeline),
        "terms": {weight: " ".join(found) for weight, found in terms.items()},
    }


def _entry(exercise: Exercise) -> bytes:
    fields = {name: getattr(exercise, name) for name in exercise.__struct_fields__ if name not in NOT_FOR_SCREENS}
    return _minified({**fields, "dosage": default_dosage(exercise)})


def _minified(value: object) -> bytes:
    """JSON without spaces, whole numbers without a point."""
    return json.dumps(_short(msgspec.to_builtins(value)), ensure_ascii=False, separators=(",", ":")).encode()


def _short(value: object) -> object:
    match value:
        case dict():
            return {key: _short(one) for key, one in value.items()}
        case list() | tuple():
            return [_short(one) for one in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value

"""The library as its files have it, and one plain entry to break, for tests."""

from typing import Any

from msgspec import convert, to_builtins

from telesession.domain.exercises import Exercise
from telesession.services.exercises import Library

LIBRARY = Library.load()
SLUGS = [exercise.slug for exercise in LIBRARY.newest()]


def entry(slug: str = "clamshell", **changed: Any) -> Exercise:
    """The entry with some fields changed; a field inside another is named with a double underscore."""
    fields = to_builtins(LIBRARY.get(slug))
    for path, value in changed.items():
        place = fields
        *outer, last = path.split("__")
        for name in outer:
            place = place[int(name)] if isinstance(place, list | tuple) else place[name]
        place[last] = value
    return convert(fields, Exercise)

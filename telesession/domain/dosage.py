"""How much of an exercise: sets, repetitions, seconds, side, load, effort. What is asked for, before and in a visit.

The types are wide on purpose: a number out of range is refused with a sentence (`check`), not a malformed frame.
"""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from telesession.domain.errors import Refused

OUT_OF_RANGE = "dosage_out_of_range"

LIMITS: dict[str, tuple[float, float]] = {
    "sets": (1, 10),
    "reps": (1, 50),
    "hold_s": (0, 120),
    "rest_s": (0, 300),
    "tempo": (0.25, 1.5),
    "load": (0, 200),
    "effort": (0, 10),
    "minutes": (1, 120),
    "range_pct": (30, 100),
}
"""What is asked of a person stays inside these, both ends included."""

Whole = Annotated[int, Meta(ge=-1_000_000, le=1_000_000)]
Kilograms = Annotated[float, Meta(ge=-1_000_000, le=1_000_000)]
LoadText = Annotated[str, Meta(min_length=1, max_length=64)]
Load = Kilograms | LoadText
Tempo = Annotated[float, Meta(ge=-1_000_000, le=1_000_000)]


class Side(StrEnum):
    """Which side works. On an exercise for one side, `both` is every set on one side, then on the other."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"
    ALTERNATING = "alternating"


class Dosage(Struct, frozen=True, forbid_unknown_fields=True):
    """How much of an exercise is asked for.

    One repetition is one cycle of the exercise; of an alternating one, both sides once. `tempo` scales the moves, not
    the holds: 0.5 is half as fast. `load` is kilograms or words, such as "red band". `effort` is the most to aim at,
    0 to 10. `minutes` stands in place of repetitions where an exercise is only timed, such as walking. `range_pct` is
    how far to move: a share of the movement that the library shows.
    """

    sets: Whole
    reps: Whole
    hold_s: Whole = 0
    rest_s: Whole = 0
    tempo: Tempo = 1.0
    side: Side = Side.BOTH
    load: Load | None = None
    effort: Whole | None = None
    minutes: Whole | None = None
    range_pct: Whole = 100


def check(dosage: Dosage) -> None:
    """Raise `Refused` unless every number is in range; the sentence says which is not and what would be."""
    for name, refusal in (
        ("sets", Refused(OUT_OF_RANGE, "Sets can be from 1 to 10.")),
        ("reps", Refused(OUT_OF_RANGE, "Repetitions can be from 1 to 50.")),
        ("hold_s", Refused(OUT_OF_RANGE, "A hold can be from 0 to 120 seconds.")),
        ("rest_s", Refused(OUT_OF_RANGE, "A rest can be from 0 to 300 seconds.")),
        ("tempo", Refused(OUT_OF_RANGE, "Tempo can be from 0.25 to 1.5.")),
        ("load", Refused(OUT_OF_RANGE, "A load can be from 0 to 200 kilograms.")),
        ("effort", Refused(OUT_OF_RANGE, "Effort can be from 0 to 10.")),
        ("minutes", Refused(OUT_OF_RANGE, "Minutes can be from 1 to 120.")),
        ("range_pct", Refused(OUT_OF_RANGE, "The range can be from 30 to 100 percent.")),
    ):
        if not is_in_range(name, getattr(dosage, name)):
            raise refusal


def is_in_range(name: str, value: object) -> bool:
    """Whether `value` may stand in the field `name`. What is left out, and a load in words, always may."""
    low, high = LIMITS[name]
    return not isinstance(value, int | float) or low <= value <= high

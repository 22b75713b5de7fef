"""What makes an entry of the library whole, beyond its types: poses that the rig can take, links that lead somewhere,
a dose in range, every sentence in every language.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from msgspec import Struct

from telesession.domain.dosage import LIMITS, is_in_range
from telesession.domain.exercises import (
    Exercise,
    Language,
    Move,
    Pair,
    Pose,
    Precaution,
    ReadySet,
    Step,
    WordLists,
    sides,
)

ROOT_LIMITS_M = ((-1.5, 1.5), (0.0, 1.5), (-1.5, 1.5))
TRUNK_LIMITS: dict[str, tuple[float, float]] = {
    "pitch": (-180, 180),
    "roll": (-180, 180),
    "yaw": (-180, 180),
    "axial": (-180, 180),
    "lum": (-40, 45),
    "lumS": (-30, 30),
    "lumR": (-20, 20),
    "tho": (-25, 45),
    "thoS": (-30, 30),
    "thoR": (-40, 40),
    "cer": (-50, 50),
    "cerS": (-45, 45),
    "cerR": (-80, 80),
    "hed": (-25, 25),
}
LIMB_LIMITS: dict[str, tuple[float, float]] = {
    "hip": (-20, 125),
    "hipAb": (-30, 50),
    "hipRo": (-50, 60),
    "kne": (0, 150),
    "ank": (-50, 20),
    "sho": (-60, 180),
    "shoAb": (-50, 180),
    "shoRo": (-95, 95),
    "elb": (0, 150),
    "wri": (-80, 85),
    "pro": (-90, 90),
    "sca": (-4, 4),
}
"""Degrees (`sca`: centimetres) that a healthy demonstration model goes to."""

PAIRED_POINTS = (
    "heel", "heelback", "ball", "toe", "dors", "mal", "malL", "ank", "knee", "kneecap", "kneefront", "kneelat",
    "asis", "troch", "ischium", "hip", "elb", "wri", "hand", "finger", "sho",
)  # fmt: skip
POINTS = frozenset(
    {"sacrum", "upback", "headback", "forehead"} | {point + side for point in PAIRED_POINTS for side in "LR"}
)
"""Points of the body that may be named as touching (`contacts`) or staying where they are (`pins`)."""

MAX_CUE_WORDS = 14
MAX_MOVE_S = 60
MAX_PER_DAY = 12


class Fault(Struct, frozen=True):
    """What is wrong with an entry, and where."""

    field: str
    text: str


def faults(exercise: Exercise, slugs: Iterable[str]) -> Iterator[Fault]:
    """Everything wrong with `exercise` by itself; `slugs` are all entries that a link may name."""
    yield from _identity(exercise)
    yield from _languages(exercise)
    yield from _poses(exercise)
    yield from _timeline(exercise)
    yield from _points(exercise)
    yield from _dose(exercise)
    yield from _links(exercise, frozenset(slugs))


def circular(exercise: Exercise, others: Mapping[str, Exercise]) -> Iterator[Fault]:
    """Links that lead straight back: easier than this, and this easier than that."""
    for field in ("easier", "harder"):
        for other in _linked(getattr(exercise, field)):
            if other in others and exercise.slug in _linked(getattr(others[other], field)):
                yield Fault(field, f"{exercise.slug} and {other} are each said to be {field} than the other")


def set_faults(ready: ReadySet, slugs: Iterable[str]) -> Iterator[Fault]:
    """Everything wrong with a ready set."""
    yield from _spoken("names", ready.names)
    yield from _spoken("purpose", ready.purpose)
    if not ready.exercises:
        yield Fault("exercises", "is empty")
    for slug in sorted(set(ready.exercises) - set(slugs)):
        yield Fault("exercises", f"there is no exercise {slug}")


def _identity(exercise: Exercise) -> Iterator[Fault]:
    if exercise.version < 1:
        yield Fault("version", "versions count from 1")
    if not exercise.regions:
        yield Fault("regions", "is empty")
    if exercise.poses and not exercise.views:
        yield Fault("views", "is empty")
    if (exercise.reviewed_by is None) != (exercise.reviewed_on is None):
        yield Fault("reviewed_on", "a review has both a name and a day")


def _languages(exercise: Exercise) -> Iterator[Fault]:
    for field in ("names", "purpose", "breathing"):
        yield from _spoken(field, getattr(exercise, field))
    yield from _spoken("default_dose.note", exercise.default_dose.note)
    yield from _spoken("synonyms", exercise.synonyms)
    for field in ("cues", "mistakes", "stop_rules"):
        lists: WordLists = getattr(exercise, field)
        yield from _spoken(field, lists)
        if len({len(texts) for texts in lists.values()}) > 1:
            yield Fault(field, "has more sentences in one language than in another")
    for language, cues in exercise.cues.items():
        for number, cue in enumerate(cues):
            if len(re.findall(r"\w+", cue)) > MAX_CUE_WORDS:
                yield Fault(f"cues.{language}[{number}]", f"has more than {MAX_CUE_WORDS} words")
    yield from _spoken("captions", exercise.captions, is_empty_fine=not exercise.poses)
    for language, captions in exercise.captions.items():
        if set(captions) != {pose for pose in exercise.poses if pose.startswith("P")}:
            yield Fault(f"captions.{language}", "does not go with the poses P0, P1, …")


def _spoken(field: str, texts: Mapping[Language, object], is_empty_fine: bool = False) -> Iterator[Fault]:
    for language in Language:
        if not texts.get(language) and not (is_empty_fine and language in texts):
            yield Fault(f"{field}.{language}", "is missing")


def _poses(exercise: Exercise) -> Iterator[Fault]:
    for name, pose in exercise.poses.items():
        for place, limits in zip(pose.root_m, ROOT_LIMITS_M, strict=True):
            if not limits[0] <= place <= limits[1]:
                yield Fault(f"poses.{name}.root_m", f"{place:g} is outside {limits[0]:g} to {limits[1]:g}")
        yield from _channels(f"poses.{name}.channels_deg", pose)


def _channels(field: str, pose: Pose) -> Iterator[Fault]:
    for channel, value in pose.channels_deg.items():
        is_pair = isinstance(value, Pair)
        limits = (LIMB_LIMITS if is_pair else TRUNK_LIMITS).get(channel)
        if limits is None:
            known = channel in LIMB_LIMITS or channel in TRUNK_LIMITS
            yield Fault(f"{field}.{channel}", "has one number, not two, or the reverse" if known else "no such channel")
            continue
        for angle in (value.left, value.right) if isinstance(value, Pair) else (value,):
            if not limits[0] <= angle <= limits[1]:
                yield Fault(f"{field}.{channel}", f"{angle:g} is outside {limits[0]:g} to {limits[1]:g}")


def _timeline(exercise: Exercise) -> Iterator[Fault]:
    if bool(exercise.poses) != bool(exercise.timeline):
        yield Fault("timeline", "poses and timeline go together")
    for number, move in enumerate(exercise.timeline):
        yield from _move(f"timeline[{number}]", move, exercise, is_first=number == 0)
    if exercise.timeline:
        if sum(move.move_s + move.hold_s for move in exercise.timeline) <= 0:
            yield Fault("timeline", "lasts no time")
        if exercise.timeline[0].pose != exercise.timeline[-1].pose:
            yield Fault("timeline", "does not end where it begins")
    shown = {move.pose for move in exercise.timeline}
    for pose in sorted(set(exercise.poses) - shown):
        yield Fault(f"poses.{pose}", "is never shown")
    for pose in exercise.held:
        if pose not in shown or pose == exercise.timeline[0].pose:
            yield Fault("held", f"{pose} is not a pose that is moved to")


def _move(field: str, move: Move, exercise: Exercise, is_first: bool) -> Iterator[Fault]:
    if move.pose not in exercise.poses:
        yield Fault(f"{field}.pose", f"there is no pose {move.pose}")
    if not 0 <= move.move_s <= MAX_MOVE_S or (move.move_s == 0) != is_first:
        yield Fault(f"{field}.move_s", "only the first pose takes no time to reach, no move more than a minute")
    if not 0 <= move.hold_s <= LIMITS["hold_s"][1]:
        yield Fault(f"{field}.hold_s", f"{move.hold_s:g} is outside 0 to {LIMITS['hold_s'][1]:g}")


def _points(exercise: Exercise) -> Iterator[Fault]:
    for pose in sorted(set(exercise.contacts) - set(exercise.poses)):
        yield Fault(f"contacts.{pose}", f"there is no pose {pose}")
    for field, points in chain(
        ((f"contacts.{pose}", points) for pose, points in exercise.contacts.items()), [("pins", exercise.pins)]
    ):
        for point in sorted(set(points) - POINTS):
            yield Fault(field, f"the body has no point {point}")


def _dose(exercise: Exercise) -> Iterator[Fault]:
    dose = exercise.default_dose
    for name in ("sets", "reps", "hold_s", "rest_s", "tempo", "load", "minutes"):
        if not is_in_range(name, getattr(dose, name)):
            yield Fault(f"default_dose.{name}", "is outside {:g} to {:g}".format(*LIMITS[name]))
    if not (all(is_in_range("effort", effort) for effort in dose.effort) and dose.effort[0] <= dose.effort[1]):
        yield Fault("default_dose.effort", "goes from a lower to a higher number of 0 to 10")
    if not 1 <= dose.per_day <= MAX_PER_DAY:
        yield Fault("default_dose.per_day", f"is outside 1 to {MAX_PER_DAY}")
    if not 1 <= dose.days_per_week <= 7:
        yield Fault("default_dose.days_per_week", "is outside 1 to 7")
    if dose.side not in sides(exercise.laterality):
        yield Fault("default_dose.side", f"{dose.side} does not go with laterality {exercise.laterality}")
    if dose.hold_s > 0 and not exercise.held:
        yield Fault("default_dose.hold_s", "nothing is held")
    if (dose.minutes is None) != bool(exercise.timeline):
        yield Fault("default_dose.minutes", "goes with an exercise without timeline, and only there")


def _links(exercise: Exercise, slugs: frozenset[str]) -> Iterator[Fault]:
    for field in ("easier", "harder", "off_floor"):
        steps: tuple[Step, ...] = getattr(exercise, field)
        for number, step in enumerate(steps):
            if (step.exercise is None) == (step.text is None):
                yield Fault(f"{field}[{number}]", "is either another exercise or a sentence")
            if step.text is not None:
                yield from _spoken(f"{field}[{number}].text", step.text)
        for slug in _linked(steps):
            if slug == exercise.slug or slug not in slugs:
                yield Fault(field, "links to itself" if slug == exercise.slug else f"there is no exercise {slug}")
    tags = set(exercise.precaution_tags)
    needs_way_out = Precaution.NO_FLOOR in tags and Precaution.NO_FLOOR_ALTERNATIVE_NONE not in tags
    if needs_way_out != bool(exercise.off_floor):
        yield Fault(
            "off_floor", "an exercise on the floor, and only that, says what to do off it, or that there is none"
        )


def _linked(steps: Iterable[Step]) -> list[str]:
    return [step.exercise for step in steps if step.exercise is not None]

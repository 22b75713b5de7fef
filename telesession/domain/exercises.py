"""An exercise of the library: its names, movement, usual dose and warnings, as its file has them. Nothing is checked
here beyond types: see `exercise_rules.py`. Every sentence about care needs a licensed clinician's review.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, TypeVar

from msgspec import Meta, Struct

from telesession.domain.dosage import OUT_OF_RANGE, Dosage, Load, Side
from telesession.domain.errors import Refused


class Language(StrEnum):
    """The languages that every entry speaks. English is first and stands in for a missing one."""

    EN = "en"
    ES = "es"


class Region(StrEnum):
    """The part of the body that an exercise is for, in the library's order."""

    LOW_BACK = "low_back"
    TRUNK = "trunk"
    UPPER_BACK = "upper_back"
    NECK = "neck"
    SHOULDER = "shoulder"
    HIP = "hip"
    LEG = "leg"
    KNEE = "knee"
    ANKLE = "ankle"
    BALANCE = "balance"
    WHOLE_BODY = "whole_body"


class Category(StrEnum):
    MOBILITY = "mobility"
    STRETCH = "stretch"
    STRENGTH = "strength"
    ENDURANCE = "endurance"
    BALANCE = "balance"
    NEURAL = "neural"
    AEROBIC = "aerobic"


class Position(StrEnum):
    """How somebody starts."""

    SUPINE = "supine"
    SIDE_LYING = "side_lying"
    PRONE = "prone"
    HANDS_AND_KNEES = "hands_and_knees"
    HALF_KNEELING = "half_kneeling"
    SITTING = "sitting"
    STANDING = "standing"


class Equipment(StrEnum):
    """What has to be at hand."""

    MAT = "mat"
    CHAIR = "chair"
    WALL = "wall"
    TABLE = "table"
    TOWEL = "towel"
    CUSHION = "cushion"
    BAND = "band"
    STICK = "stick"
    SHOES = "shoes"


class Laterality(StrEnum):
    """`left` and `right`: for one side at a time, and the poses show that side at work; mirrored, the other."""

    BOTH = "both"
    LEFT = "left"
    RIGHT = "right"
    ALTERNATING = "alternating"


class CameraView(StrEnum):
    """Where the eye stands, seen from the mannequin; also where to ask the patient's camera to be."""

    LATERAL_LEFT = "lateral_left"
    LATERAL_RIGHT = "lateral_right"
    FRONT = "front"
    REAR = "rear"
    OBLIQUE = "oblique"
    TOP = "top"
    FOOT_END = "foot_end"


class Framing(StrEnum):
    WHOLE_BODY = "whole_body"
    UPPER_BODY = "upper_body"


class Precaution(StrEnum):
    """Of whom to think twice: an entry with the tag is not for them, or not as it stands."""

    OSTEOPOROSIS = "osteoporosis"
    PREGNANCY = "pregnancy"
    HIP_REPLACEMENT = "hip_replacement"
    SPINAL_SURGERY = "spinal_surgery"
    FALLS_RISK = "falls_risk"
    NO_PRONE = "no_prone"
    NO_KNEELING = "no_kneeling"
    NO_FLOOR = "no_floor"
    WRIST_PAIN = "wrist_pain"
    SHOULDER_PAIN = "shoulder_pain"
    DIZZINESS = "dizziness"
    HYPERTENSION = "hypertension"
    RADICULAR = "radicular"
    NO_FLOOR_ALTERNATIVE_NONE = "no_floor_alternative_none"
    """Goes with `no_floor`: there is no way to do it, or anything like it, off the floor."""


class EvidenceStatus(StrEnum):
    VERIFIED = "verified"
    RECALLED = "recalled"
    AUTHORED = "authored"


Slug = Annotated[str, Meta(pattern=r"\A[a-z0-9]+(-[a-z0-9]+)*\Z", max_length=64)]
Sentence = Annotated[str, Meta(min_length=1, max_length=300)]
PoseId = Annotated[str, Meta(pattern=r"\A[PM][0-9]\Z")]
Point = Annotated[str, Meta(min_length=1, max_length=16)]
Words = dict[Language, Sentence]
WordLists = dict[Language, tuple[Sentence, ...]]
T = TypeVar("T")


class Pair(Struct, frozen=True, forbid_unknown_fields=True):
    left: float
    right: float


class Pose(Struct, frozen=True, forbid_unknown_fields=True):
    """Joint angles in degrees (`sca`: centimetres) for the rig; `root_m` is the middle of the pelvis. `label` is for
    developers: it names sides as the poses show them. People read `Exercise.captions`.
    """

    label: str
    root_m: tuple[float, float, float]
    channels_deg: dict[str, float | Pair]


class Move(Struct, frozen=True, forbid_unknown_fields=True):
    """Reach `pose` in `move_s` seconds, then stay `hold_s` seconds."""

    pose: PoseId
    move_s: float
    hold_s: float


class DefaultDose(Struct, frozen=True, forbid_unknown_fields=True):
    """What the library proposes: the low end of the usual range, which `note` gives in words."""

    sets: int
    reps: int
    hold_s: int
    rest_s: int
    tempo: float
    side: Side
    load: Load | None
    minutes: int | None
    effort: tuple[int, int]
    """From and up to, of 10."""
    per_day: int
    days_per_week: int
    note: Words


class Step(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A way to make it easier or harder: another entry, or a sentence."""

    exercise: Slug | None = None
    text: Words | None = None


class Evidence(Struct, frozen=True, forbid_unknown_fields=True):
    claim: Sentence
    source: Sentence
    status: EvidenceStatus


class Exercise(Struct, frozen=True, forbid_unknown_fields=True):
    """One version of one entry; docs/reference/exercises.md explains every field."""

    slug: Slug
    version: int
    names: Words
    synonyms: WordLists
    purpose: Words
    regions: tuple[Region, ...]
    category: Category
    start_position: Position
    equipment: tuple[Equipment, ...]
    laterality: Laterality
    views: tuple[CameraView, ...]
    framing: Framing
    poses: dict[PoseId, Pose]
    captions: dict[Language, dict[PoseId, Sentence]]
    timeline: tuple[Move, ...]
    held: tuple[PoseId, ...]
    contacts: dict[PoseId, tuple[Point, ...]]
    pins: tuple[Point, ...]
    default_dose: DefaultDose
    cues: WordLists
    mistakes: WordLists
    breathing: Words
    stop_rules: WordLists
    precaution_tags: tuple[Precaution, ...]
    easier: tuple[Step, ...]
    harder: tuple[Step, ...]
    off_floor: tuple[Step, ...]
    evidence: tuple[Evidence, ...]
    reviewed_by: Sentence | None
    reviewed_on: date | None
    changes: tuple[Sentence, ...]
    licence: str


class ReadySet(Struct, frozen=True, forbid_unknown_fields=True):
    """A few exercises that go together, to begin from."""

    slug: Slug
    names: Words
    purpose: Words
    exercises: tuple[Slug, ...]


def default_dosage(exercise: Exercise) -> Dosage:
    """The dosage to begin from."""
    dose = exercise.default_dose
    return Dosage(
        sets=dose.sets,
        reps=dose.reps,
        hold_s=dose.hold_s,
        rest_s=dose.rest_s,
        tempo=dose.tempo,
        side=dose.side,
        load=dose.load,
        effort=dose.effort[1],
        minutes=dose.minutes,
    )


def sides(laterality: Laterality) -> tuple[Side, ...]:
    """The sides that may be asked for."""
    if laterality in (Laterality.LEFT, Laterality.RIGHT):
        return Side.LEFT, Side.RIGHT, Side.BOTH
    return (Side(laterality),)


def check_fits(dosage: Dosage, exercise: Exercise) -> None:
    """Raise `Refused` if `dosage`, in range by itself, makes no sense for `exercise`."""
    if dosage.side not in sides(exercise.laterality):
        raise Refused(OUT_OF_RANGE, "This side does not go with this exercise.")
    if dosage.hold_s > 0 and not exercise.held:
        raise Refused(OUT_OF_RANGE, "This exercise is not held. Choose 0 seconds.")
    if exercise.timeline and dosage.minutes is not None:
        raise Refused(OUT_OF_RANGE, "This exercise is counted in repetitions, not in minutes.")
    if not exercise.timeline and dosage.minutes is None:
        raise Refused(OUT_OF_RANGE, "Choose for how many minutes.")


def dosed(exercise: Exercise, dosage: Dosage) -> tuple[Move, ...]:
    """The timeline of one repetition as `dosage` asks for it: tempo scales the moves, `hold_s` the held poses' holds.

    Expects a dosage that `check` and `check_fits` let through.
    """
    return tuple(
        Move(move.pose, move.move_s / dosage.tempo, dosage.hold_s if move.pose in exercise.held else move.hold_s)
        for move in exercise.timeline
    )


def cycle_s(exercise: Exercise, dosage: Dosage) -> float:
    """How many seconds one repetition lasts; of a timed exercise, its minutes."""
    if not exercise.timeline:
        return (dosage.minutes or 0) * 60.0
    return sum(move.move_s + move.hold_s for move in dosed(exercise, dosage))


def is_mirrored(exercise: Exercise, side: Side) -> bool:
    """Whether the poses have to be mirrored to show `side`. Of `both`, the side that the poses show comes first."""
    return {Laterality.LEFT: Side.RIGHT, Laterality.RIGHT: Side.LEFT}.get(exercise.laterality) is side


def spoken(texts: Mapping[Language, T], language: str) -> T:
    """The text in `language` (any tag, such as "es-MX"), else in English."""
    code = language.split("-")[0]
    return texts.get(Language(code), texts[Language.EN]) if code in set(Language) else texts[Language.EN]

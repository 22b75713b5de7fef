"""Moments of counted exercises, as the server computes them: the browser must come to the same."""

import json
from pathlib import Path

import msgspec
from msgspec import structs

from telesession.domain.dosage import Dosage, Side
from telesession.domain.exercises import Exercise, Laterality, Move, PoseId
from telesession.domain.playback import moment
from telesession.services.exercises import Library

PLACE = Path(__file__).parent / "moments.json"

TIMELINE = tuple(
    Move(PoseId(pose), move_s, hold_s) for pose, move_s, hold_s in (("P0", 0, 1), ("P1", 2, 3), ("P0", 3, 1))
)
"""Made up, so that a better movement in the library does not change what is counted here."""

CASES = (
    (Laterality.BOTH, Dosage(sets=3, reps=10, hold_s=3, rest_s=60)),
    (Laterality.BOTH, Dosage(sets=1, reps=1, hold_s=0, tempo=0.25)),
    (Laterality.ALTERNATING, Dosage(sets=2, reps=5, hold_s=1, rest_s=30, tempo=1.5, side=Side.ALTERNATING)),
    (Laterality.LEFT, Dosage(sets=2, reps=4, hold_s=2, rest_s=20, side=Side.BOTH)),
    (Laterality.RIGHT, Dosage(sets=2, reps=4, hold_s=2, rest_s=0, side=Side.LEFT)),
)
STEPS = 60


def render() -> str:
    """One case a line: what counts of the exercise, the dosage, and moments all along it and beyond."""
    drawn = structs.replace(Library.load().get("bridge"), timeline=TIMELINE, held=(PoseId("P1"),))
    cases = [_case(structs.replace(drawn, laterality=laterality), dosage) for laterality, dosage in CASES]
    return "[\n" + ",\n".join(cases) + "\n]\n"


def _case(exercise: Exercise, dosage: Dosage) -> str:
    rep_s = sum(move.move_s / dosage.tempo for move in exercise.timeline) + 2 + dosage.hold_s
    whole_s = dosage.sets * 2.1 * (dosage.reps * rep_s + dosage.rest_s)
    positions = [round(whole_s * step / STEPS, 3) for step in range(STEPS + 1)]
    fields = {name: getattr(exercise, name) for name in ("laterality", "held", "timeline")}
    moments = [[at_s, msgspec.to_builtins(moment(exercise, dosage, at_s))] for at_s in positions]
    return json.dumps(
        {"exercise": msgspec.to_builtins(fields), "dosage": msgspec.to_builtins(dosage), "moments": moments}
    )

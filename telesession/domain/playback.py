"""The shared clock's arithmetic: where a demonstration stands at a server time, and which repetition that is.

Nobody streams a demonstration: every screen computes this from the same few numbers (mirrored by
`visit/practice/playback.js`).
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from telesession.domain.dosage import Dosage, Side
from telesession.domain.exercises import Exercise, Laterality, Move, dosed
from telesession.domain.messages import Mode


class Phase(StrEnum):
    """What the person does right now."""

    GET_READY = "get_ready"
    MOVE = "move"
    HOLD = "hold"
    REST = "rest"
    DONE = "done"


class Moment(Struct, frozen=True):
    """One instant of a counted exercise. Sets and repetitions count from 1."""

    phase: Phase
    side: Side
    set: int
    rep: int
    cycle_s: float
    """Seconds into the repetition: where the mannequin stands."""
    remaining_s: float
    """Seconds until the phase ends; 0 when done."""


def whole_ms(at: datetime) -> datetime:
    """`at` without its microseconds: browsers count time in milliseconds and must come to the very same position."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def position_at(is_playing: bool, anchor_at: datetime, anchor_s: float, rate: float, now: datetime) -> float:
    """Seconds into the demonstration at `now`. It stands still while paused, and in a count-in before its anchor."""
    elapsed_s = (now - anchor_at).total_seconds()
    return anchor_s + rate * elapsed_s if is_playing and elapsed_s > 0 else anchor_s


def second_of_clip(duration_s: float, mode: Mode, position_s: float) -> float:
    """The second of a clip to show `position_s` into its demonstration: over again in `watch`, else no further."""
    if mode is Mode.WATCH:
        return position_s % duration_s if duration_s > 0 else 0.0
    return min(position_s, duration_s)


def sides_in_turn(exercise: Exercise, side: Side) -> tuple[Side, ...]:
    """The sides that work one after the other: an exercise for one side that is asked for both does each set twice."""
    if exercise.laterality in (Laterality.LEFT, Laterality.RIGHT) and side is Side.BOTH:
        shown = Side(exercise.laterality)
        return shown, Side.RIGHT if shown is Side.LEFT else Side.LEFT
    return (side,)


def moment(exercise: Exercise, dosage: Dosage, position_s: float) -> Moment:
    """Where somebody is in the whole dose, `position_s` seconds after its first repetition began."""
    moves = dosed(exercise, dosage)
    rep_s = sum(move.move_s + move.hold_s for move in moves)
    sides = sides_in_turn(exercise, dosage.side)
    block_s = dosage.reps * rep_s
    turn_s = block_s + dosage.rest_s
    turn, within_s = divmod(position_s, turn_s) if turn_s > 0 else (0.0, 0.0)
    turns = dosage.sets * len(sides)
    number = min(int(turn), turns - 1)
    set_number, side = number // len(sides) + 1, sides[number % len(sides)]
    is_last = number == turns - 1
    if rep_s <= 0 or turn >= turns or (is_last and within_s >= block_s):
        return Moment(Phase.DONE, side, dosage.sets, dosage.reps, 0.0, 0.0)
    if within_s >= block_s:
        return Moment(Phase.REST, side, set_number, dosage.reps, 0.0, turn_s - within_s)
    rep, cycle_s = divmod(within_s, rep_s)
    phase, remaining_s = _phase(moves, cycle_s)
    return Moment(phase, side, set_number, int(rep) + 1, cycle_s, remaining_s)


def _phase(moves: tuple[Move, ...], cycle_s: float) -> tuple[Phase, float]:
    end_s = 0.0
    for move in moves:
        for phase, lasts_s in ((Phase.MOVE, move.move_s), (Phase.HOLD, move.hold_s)):
            end_s += lasts_s
            if cycle_s < end_s:
                return phase, end_s - cycle_s
    return Phase.MOVE, 0.0

"""Where somebody is in a dose: sets, repetitions, holds and rests, second by second."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from telesession.domain.dosage import Dosage, Side
from telesession.domain.exercises import cycle_s
from telesession.domain.messages import Mode
from telesession.domain.playback import Phase, moment, second_of_clip, sides_in_turn
from tests.domain.cast import BRIDGE, CLAMSHELL, DOSE

doses = st.builds(
    Dosage,
    sets=st.integers(1, 4),
    reps=st.integers(1, 12),
    hold_s=st.integers(0, 20),
    rest_s=st.sampled_from([0, 30, 60]),
    tempo=st.sampled_from([0.25, 0.5, 1.0, 1.5]),
)


def whole_s(dosage: Dosage) -> float:
    """How long the bridge takes at this dose, without the rest after the last set."""
    return dosage.sets * dosage.reps * cycle_s(BRIDGE, dosage) + (dosage.sets - 1) * dosage.rest_s


@given(doses, st.floats(0, 1, exclude_max=True))
def test_every_second_of_a_dose_is_a_set_a_repetition_and_a_phase(dosage: Dosage, part: float) -> None:
    now = moment(BRIDGE, dosage, part * whole_s(dosage))

    assert 1 <= now.set <= dosage.sets
    assert 1 <= now.rep <= dosage.reps
    assert 0 <= now.cycle_s <= cycle_s(BRIDGE, dosage)


@given(doses)
def test_after_the_last_repetition_it_is_done_and_stays_done(dosage: Dosage) -> None:
    for after_s in (0.001, 1, 10_000):
        assert moment(BRIDGE, dosage, whole_s(dosage) + after_s).phase is Phase.DONE


@given(doses, st.floats(0, 500), st.floats(0, 500))
def test_time_never_runs_backwards(dosage: Dosage, one_s: float, other_s: float) -> None:
    early, late = (moment(BRIDGE, dosage, at) for at in sorted([one_s, other_s]))

    assert (early.set, early.rep if early.set == late.set else 0) <= (late.set, late.rep)


def test_a_bridge_moves_holds_and_comes_down() -> None:
    dosage = replace(DOSE, sets=2, reps=2, hold_s=3, rest_s=60, tempo=1.0)
    heard = [(second, moment(BRIDGE, dosage, second)) for second in (0.5, 2, 4, 7, 9.5, 10.5, 20.5, 80.5)]

    assert [(second, now.phase, now.set, now.rep) for second, now in heard] == [
        (0.5, Phase.HOLD, 1, 1),
        (2, Phase.MOVE, 1, 1),
        (4, Phase.HOLD, 1, 1),
        (7, Phase.MOVE, 1, 1),
        (9.5, Phase.HOLD, 1, 1),
        (10.5, Phase.HOLD, 1, 2),
        (20.5, Phase.REST, 1, 2),
        (80.5, Phase.HOLD, 2, 1),
    ]
    assert moment(BRIDGE, dosage, 20.5).remaining_s == 59.5


def test_both_sides_of_a_one_sided_exercise_take_turns_by_sets() -> None:
    dosage = replace(DOSE, sets=2, reps=1, hold_s=0, rest_s=0, tempo=1.0, side=Side.BOTH)
    rep_s = cycle_s(CLAMSHELL, dosage)

    sides = sides_in_turn(CLAMSHELL, Side.BOTH)
    heard = [moment(CLAMSHELL, dosage, (n + 0.5) * rep_s) for n in range(4)]
    assert [(now.set, now.side) for now in heard] == [(1, sides[0]), (1, sides[1]), (2, sides[0]), (2, sides[1])]


@given(st.floats(0.1, 600), st.floats(0, 36_000))
def test_a_clip_starts_over_at_its_end_or_stands_still_there(duration_s: float, position_s: float) -> None:
    again = second_of_clip(duration_s, Mode.WATCH, position_s)
    once = second_of_clip(duration_s, Mode.ONCE, position_s)

    assert 0 <= again < duration_s
    if position_s < duration_s:
        assert again == once == position_s
    else:
        assert once == duration_s
    assert second_of_clip(0.0, Mode.WATCH, position_s) == 0

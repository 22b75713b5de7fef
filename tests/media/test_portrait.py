"""What the virtual patient's camera sees, as bytes; whether it looks friendly is for people to say."""

from collections.abc import Iterator

import msgspec
import pytest

from telesession.domain.exercises import Exercise, default_dosage
from telesession.media.canvas import Canvas, colour
from telesession.media.figure import STANDING, joints
from telesession.media.loss import Dropper, Loss
from telesession.media.portrait import Doing, Portrait
from tests.domain.cast import EXERCISES

FAR_S = 3.0
"""By then body and camera are where they should be."""


def library() -> Iterator[Exercise]:
    for path in sorted(EXERCISES.glob("*.json")):
        exercise = msgspec.json.decode(path.read_bytes(), type=Exercise)
        if exercise.timeline:
            yield exercise


def picture(doing: Doing) -> bytes:
    portrait = Portrait(160, 120)
    for _ in range(4):
        canvas = portrait.draw(doing, FAR_S)
    return bytes(canvas.planes[0])


@pytest.mark.parametrize("exercise", [*library()], ids=lambda exercise: exercise.slug)
def test_every_exercise_can_be_told_from_its_beginning_to_its_middle(exercise: Exercise) -> None:
    doing = Doing(exercise, default_dosage(exercise), view=exercise.views[0])
    middle_s = exercise.timeline[0].hold_s + exercise.timeline[1].move_s
    start, middle = picture(doing), picture(msgspec.structs.replace(doing, cycle_s=middle_s))

    assert start != middle


def test_the_count_and_the_pain_are_to_be_seen() -> None:
    pictures = {picture(doing) for doing in (Doing(), Doing(count=3), Doing(count=4), Doing(is_hurting=True))}

    assert len(pictures) == 4


def test_who_stands_has_feet_on_the_floor_and_the_head_above_all() -> None:
    body = joints(STANDING)

    assert all(0 < body[f"heel{side}"][1] < 0.06 for side in "LR")
    assert 1.8 > body["crown"][1] > body["neck"][1] > body["pelvis"][1] > body["kneeL"][1] > 0.4


def test_a_stroke_covers_what_lies_between_its_ends_and_nothing_else() -> None:
    canvas = Canvas(40, 20)
    canvas.stroke((10.0, 10.0), (30.0, 10.0), 4.0, 4.0, colour(0, 0, 0))
    luma = canvas.planes[0]

    assert luma[10 * 40 + 20] == 16
    assert luma[10 * 40 + 3] == 128
    assert luma[2 * 40 + 20] == 128


@pytest.mark.parametrize(("percent", "burst"), [(5, 1), (5, 4), (30, 2)])
def test_so_many_packets_are_lost_in_such_runs(percent: float, burst: float) -> None:
    dropper, again = Dropper(Loss(percent, burst, seed=3)), Dropper(Loss(percent, burst, seed=3))
    fates = [dropper.drops() for _ in range(20_000)]
    runs = sum(now and not before for before, now in zip([False, *fates], fates, strict=False))

    assert fates == [again.drops() for _ in range(20_000)]
    assert sum(fates) / len(fates) == pytest.approx(percent / 100, rel=0.2)
    assert sum(fates) / runs == pytest.approx(burst / (1 if burst > 1 else 1 - percent / 100), rel=0.25)

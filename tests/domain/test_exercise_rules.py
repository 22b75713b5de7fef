"""Every entry of the library is whole, and each rule finds the entry that breaks it."""

from typing import Any

import pytest
from msgspec.structs import replace

from telesession.domain.exercise_rules import LIMB_LIMITS, TRUNK_LIMITS, circular, faults, set_faults
from telesession.domain.exercises import Exercise, Precaution, Step
from tests.domain.shelf import LIBRARY, SLUGS, entry

SAID = {"en": "Less.", "es": "Menos."}


def found(exercise: Exercise) -> list[str]:
    return [fault.field for fault in faults(exercise, SLUGS)]


@pytest.mark.parametrize("slug", SLUGS)
def test_every_entry_is_whole(slug: str) -> None:
    exercise = LIBRARY.get(slug)
    others = {other.slug: other for other in LIBRARY.newest()}

    assert list(faults(exercise, SLUGS)) == []
    assert list(circular(exercise, others)) == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"version": 0}, "version"),
        ({"regions": []}, "regions"),
        ({"views": []}, "views"),
        ({"reviewed_by": "A. Clinician"}, "reviewed_on"),
        ({"names": {"en": "Clamshell"}}, "names.es"),
        ({"cues__es": []}, "cues.es"),
        ({"default_dose__note": {"es": "Nota"}}, "default_dose.note.en"),
        ({"mistakes__es": ["Uno solo"]}, "mistakes"),
        ({"cues__en": ["a " * 15, "b", "c"]}, "cues.en[0]"),
        ({"captions__en": {"P0": "Only the start"}}, "captions.en"),
        ({"poses__P0__root_m": [0, -0.2, 0]}, "poses.P0.root_m"),
        ({"poses__P0__channels_deg__hip": {"left": 126, "right": 0}}, "poses.P0.channels_deg.hip"),
        ({"poses__P0__channels_deg__kne": {"left": 0, "right": -1}}, "poses.P0.channels_deg.kne"),
        ({"poses__P0__channels_deg__lum": 46}, "poses.P0.channels_deg.lum"),
        ({"poses__P0__channels_deg__wing": 1}, "poses.P0.channels_deg.wing"),
        ({"poses__P0__channels_deg__hip": 10}, "poses.P0.channels_deg.hip"),
        ({"poses__P0__channels_deg__lum": {"left": 1, "right": 1}}, "poses.P0.channels_deg.lum"),
        ({"timeline": []}, "timeline"),
        ({"timeline__1__pose": "P7"}, "timeline[1].pose"),
        ({"timeline__1__pose": "P0"}, "poses.P1"),
        ({"timeline__1__move_s": 0}, "timeline[1].move_s"),
        ({"timeline__1__move_s": -1}, "timeline[1].move_s"),
        ({"timeline__0__move_s": 1}, "timeline[0].move_s"),
        ({"timeline__1__hold_s": -1}, "timeline[1].hold_s"),
        ({"timeline__2__pose": "P1"}, "timeline"),
        ({"timeline": [{"pose": "P0", "move_s": 0, "hold_s": 0}]}, "timeline"),
        ({"held": ["P0"]}, "held"),
        ({"held": ["P5"]}, "held"),
        ({"contacts__P6": ["heelL"]}, "contacts.P6"),
        ({"contacts__P0": ["wing"]}, "contacts.P0"),
        ({"pins": ["heel"]}, "pins"),
        ({"default_dose__sets": 0}, "default_dose.sets"),
        ({"default_dose__reps": 51}, "default_dose.reps"),
        ({"default_dose__hold_s": 121}, "default_dose.hold_s"),
        ({"default_dose__rest_s": -1}, "default_dose.rest_s"),
        ({"default_dose__tempo": 0.2}, "default_dose.tempo"),
        ({"default_dose__load": 500}, "default_dose.load"),
        ({"default_dose__effort": [5, 11]}, "default_dose.effort"),
        ({"default_dose__effort": [5, 4]}, "default_dose.effort"),
        ({"default_dose__per_day": 0}, "default_dose.per_day"),
        ({"default_dose__days_per_week": 8}, "default_dose.days_per_week"),
        ({"default_dose__side": "alternating"}, "default_dose.side"),
        ({"held": []}, "default_dose.hold_s"),
        ({"default_dose__minutes": 10}, "default_dose.minutes"),
        ({"easier": [{}]}, "easier[0]"),
        ({"easier": [{"exercise": "bridge", "text": SAID}]}, "easier[0]"),
        ({"harder": [{"text": {"en": "More."}}]}, "harder[0].text.es"),
        ({"harder": [{"exercise": "clamshell"}]}, "harder"),
        ({"harder": [{"exercise": "flying"}]}, "harder"),
        ({"off_floor": []}, "off_floor"),
        ({"precaution_tags": []}, "off_floor"),
    ],
)
def test_each_rule_finds_the_entry_that_breaks_it(changed: dict[str, Any], field: str) -> None:
    assert field in found(entry(**changed))


def test_an_exercise_on_the_floor_may_say_that_there_is_nothing_like_it() -> None:
    tags = [Precaution.NO_FLOOR, Precaution.NO_FLOOR_ALTERNATIVE_NONE]

    assert found(entry(precaution_tags=tags, off_floor=[])) == []


def test_two_exercises_are_not_each_easier_than_the_other() -> None:
    bug, march = LIBRARY.get("dead-bug"), LIBRARY.get("march-supine")
    both = {"dead-bug": bug, "march-supine": replace(march, easier=(Step("dead-bug"),))}

    assert [fault.field for fault in circular(bug, both)] == ["easier"]
    assert list(circular(bug, {"dead-bug": bug, "march-supine": march})) == []


def test_poses_stay_inside_the_limits_of_the_rig() -> None:
    """The limits that the rig was checked with; widen them only together with it."""
    assert {name: LIMB_LIMITS[name] for name in ("hip", "kne", "ank", "sho", "elb")} == {
        "hip": (-20, 125), "kne": (0, 150), "ank": (-50, 20), "sho": (-60, 180), "elb": (0, 150),
    }  # fmt: skip
    assert (TRUNK_LIMITS["lum"], TRUNK_LIMITS["tho"], TRUNK_LIMITS["cerR"]) == ((-40, 45), (-25, 45), (-80, 80))


def test_a_ready_set_names_exercises_that_exist() -> None:
    for ready in LIBRARY.ready_sets:
        assert list(set_faults(ready, SLUGS)) == []
        assert [fault.field for fault in set_faults(replace(ready, exercises=("flying",)), SLUGS)] == ["exercises"]
        assert [fault.field for fault in set_faults(replace(ready, exercises=()), SLUGS)] == ["exercises"]
    assert {ready.slug for ready in LIBRARY.ready_sets} == {"flare-up", "arching-helps", "bending-helps", "build-up"}

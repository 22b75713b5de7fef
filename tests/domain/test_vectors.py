"""What was written once stays readable, and what browsers must agree with is up to date."""

from pathlib import Path

import msgspec

from telesession.domain.messages import AnyEvent, Entry, Standing
from telesession.domain.room import Room, evolve
from tests.vectors import clips, moments, searches, views


def test_the_examples_for_the_browser_are_up_to_date() -> None:
    for vectors in (views, moments, searches, clips):
        assert vectors.PLACE.read_text() == vectors.render(), "run: python -m tests.vectors"


def test_the_log_of_the_first_release_can_be_read_for_ever() -> None:
    fossil = (Path(__file__).parent.parent / "vectors" / "log-1.json").read_bytes()

    log = msgspec.json.decode(fossil, type=list[Entry])

    room = Room()
    for entry in log:
        room = evolve(room, entry)
    assert {type(entry.event) for entry in log} == set(AnyEvent.__args__)
    assert {one.name: one.standing for one in room.participants.values()} == {
        "Tess": Standing.ADMITTED,
        "Pat": Standing.REMOVED,
        "Gus": Standing.WAITING,
    }
    assert room.ended_at is not None

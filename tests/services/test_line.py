"""Whoever comes when all are busy stands in line and knows where."""

from contextlib import ExitStack

import pytest

from telesession.domain.errors import Refused
from telesession.services.line import MOST_OF_ONE, Line


def test_the_line_moves_on_when_somebody_leaves_it() -> None:
    line = Line(at_once=2, longest=5)
    with ExitStack() as others, line.standing("c") as third:
        with line.standing("d") as fourth:
            assert [third.number, fourth.number] == [0, 0]
            last = others.enter_context(line.standing("e"))
            after = others.enter_context(line.standing("f"))
            assert [last.number, after.number] == [1, 2]
            assert not last.moved.is_set()
        assert last.moved.is_set()
        assert after.moved.is_set()
        assert [third.number, last.number, after.number] == [0, 0, 1]


def test_whoever_gives_up_waiting_moves_only_those_behind() -> None:
    line = Line(at_once=1, longest=5)
    with ExitStack() as others:
        first, second = others.enter_context(line.standing("a")), others.enter_context(line.standing("b"))
        with line.standing("c"):
            fourth = others.enter_context(line.standing("d"))
        assert [first.number, second.number, fourth.number] == [0, 1, 2]
        assert [place.moved.is_set() for place in (first, second, fourth)] == [False, False, True]


def test_a_line_that_is_too_long_and_one_who_takes_too_many_places_are_refused() -> None:
    line = Line(at_once=1, longest=MOST_OF_ONE)
    with ExitStack() as others:
        for _ in range(MOST_OF_ONE):
            others.enter_context(line.standing("a"))
        with pytest.raises(Refused, match="line_full"), line.standing("a"):
            pass
        others.enter_context(line.standing("b"))
        with pytest.raises(Refused, match="line_full"), line.standing("c"):
            pass
    with line.standing("c") as place:
        assert place.number == 0

"""A line of people: so many are served at once, the others wait and know how many are before them."""

import asyncio
from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from telesession.domain.errors import Refused

MOST_OF_ONE = 2
"""Places for the devices of one link: whoever opens more has left some of them."""


class Place:
    """Where one stands in the line."""

    def __init__(self, line: "Line", who: Hashable) -> None:
        self._line = line
        self.who = who
        self.moved = asyncio.Event()
        """Set when those before have become fewer; whoever waits for it clears it."""

    @property
    def number(self) -> int:
        """0 when it is one's turn, else 1 for the next one, and so on."""
        return self._line.number_of(self)


class Line:
    def __init__(self, at_once: int, longest: int) -> None:
        """`longest`: so many may wait; whoever comes after them is asked to try again later."""
        self._at_once = at_once
        self._most = at_once + longest
        self._places: list[Place] = []

    @contextmanager
    def standing(self, who: Hashable) -> Iterator[Place]:
        """A place in the line, given up with the block; raises `Refused` when it is too long, or `who` has enough."""
        of_each = Counter(place.who for place in self._places)
        if len(self._places) >= self._most or of_each[who] >= MOST_OF_ONE:
            raise Refused("line_full", "Too many people are testing right now. Please try again in a few minutes.")
        place = Place(self, who)
        self._places.append(place)
        try:
            yield place
        finally:
            behind = self._places[self._places.index(place) + 1 :]
            self._places.remove(place)
            for other in behind:
                other.moved.set()

    def number_of(self, place: Place) -> int:
        """0 when it is its turn, else how many turns away that is."""
        return max(0, self._places.index(place) - self._at_once + 1)

"""Packets that get lost on purpose, the same ones for the same seed: for load and tests. Pure."""

import random

from msgspec import Struct


class Loss(Struct, frozen=True):
    """So many of a hundred packets, in runs of `burst` on average (Gilbert 1960); 1 is one by one."""

    percent: float
    burst: float = 1.0
    seed: int = 0

    @property
    def is_none(self) -> bool:
        return self.percent <= 0


NO_LOSS = Loss(0)


class Dropper:
    """Says of one packet after the other whether it is lost."""

    def __init__(self, loss: Loss) -> None:
        self._chance = random.Random(loss.seed)  # noqa: S311  it hides nothing
        share = min(max(loss.percent / 100, 0.0), 1.0)
        self._ends = 1 / max(loss.burst, 1.0)
        self._begins = min(1.0, self._ends * share / (1 - share)) if share < 1 else 1.0
        self._is_losing = False

    def drops(self) -> bool:
        """Of the next packet."""
        roll = self._chance.random()
        self._is_losing = roll >= self._ends if self._is_losing else roll < self._begins
        return self._is_losing

"""How often something may happen: the generic cell rate algorithm (ITU-T I.371), one number of state."""

from collections.abc import Hashable


class Rate:
    """Allows `per_second` on average and `burst` at once. Time comes in, in seconds of any steady clock."""

    def __init__(self, per_second: float, burst: int) -> None:
        self._interval = 1 / per_second
        self._tolerance = burst / per_second
        self._due = 0.0

    def is_spent(self, now: float) -> bool:
        """Whether nothing more may happen at `now`; counts nothing."""
        return max(self._due, now) + self._interval - now > self._tolerance

    def allows(self, now: float) -> bool:
        """Whether one more may happen at `now`; counts it when it may."""
        if self.is_spent(now):
            return False
        self._due = max(self._due, now) + self._interval
        return True

    def give_back(self) -> None:
        """One that was counted does not count after all."""
        self._due -= self._interval


class Rates:
    """A rate for each of many, such as seats. Remembers at most `most`; past that the one that came least recently."""

    def __init__(self, per_second: float, burst: int, most: int = 20_000) -> None:
        self._per_second = per_second
        self._burst = burst
        self._most = most
        self._rates: dict[Hashable, Rate] = {}

    def is_spent(self, who: Hashable, now: float) -> bool:
        """Whether `who` may not any more at `now`; counts nothing."""
        rate = self._rates.get(who)
        return rate is not None and rate.is_spent(now)

    def allows(self, who: Hashable, now: float) -> bool:
        """Whether `who` may once more at `now`; counts it when they may."""
        rate = self._rates.pop(who, None) or Rate(self._per_second, self._burst)
        self._rates[who] = rate  # last in the order, as the one that came most recently
        if len(self._rates) > self._most:
            del self._rates[next(iter(self._rates))]
        return rate.allows(now)

    def give_back(self, who: Hashable) -> None:
        """The last one of `who` does not count after all."""
        if (rate := self._rates.get(who)) is not None:
            rate.give_back()

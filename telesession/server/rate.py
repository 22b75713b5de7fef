"""How often something may happen: the generic cell rate algorithm (ITU-T I.371), one number of state."""


class Rate:
    """Allows `per_second` on average and `burst` at once. Time comes in, in seconds of any steady clock."""

    def __init__(self, per_second: float, burst: int) -> None:
        self._interval = 1 / per_second
        self._tolerance = burst / per_second
        self._due = 0.0

    def allows(self, now: float) -> bool:
        """Whether one more may happen at `now`; counts it when it may."""
        due = max(self._due, now) + self._interval
        if due - now > self._tolerance:
            return False
        self._due = due
        return True

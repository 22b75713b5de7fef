"""Guessing at passwords and codes: how often, and what happens then. Counted before it is known who was right."""

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from telesession.domain.errors import Refused


class Guesses(Struct, frozen=True):
    """How often somebody tried since `since`."""

    tries: int
    since: datetime
    last_at: datetime


class Limit(Struct, frozen=True):
    """`most` tries in `window`. Past that nobody may try for `delay`; None: until an administrator says so."""

    most: int
    window: timedelta
    delay: timedelta | None


FROM_ONE_PLACE = Limit(most=5, window=timedelta(minutes=15), delay=timedelta(minutes=15))
"""At one account from one network."""
AT_ONE_ACCOUNT = Limit(most=100, window=timedelta(days=1), delay=None)
"""At one account from wherever (NIST SP 800-63B-4: at most 100)."""

FORGOTTEN_AFTER = timedelta(days=1)
LOCKS_FORGOTTEN_AFTER = timedelta(days=90)
"""Only without any further try: also what nobody unlocks, because there is no such account, goes at last."""


def is_locked(guesses: Guesses | None, limit: Limit) -> bool:
    """Whether only an administrator can let this account be tried again."""
    return guesses is not None and limit.delay is None and guesses.tries >= limit.most


def counted(before: Guesses | None, limit: Limit, now: datetime) -> Guesses:
    """The guesses with one more; raises `Refused` when there may be none now, and then nothing is counted."""
    if before is None:
        return Guesses(1, now, now)
    if before.tries >= limit.most:
        if limit.delay is None or now < before.last_at + limit.delay:
            raise Refused("wait", "There were too many tries. Please wait 15 minutes, or ask an administrator.")
        return Guesses(1, now, now)
    if now >= before.since + limit.window:
        return Guesses(1, now, now)
    return replace(before, tries=before.tries + 1, last_at=now)


def taken_back(guesses: Guesses | None) -> Guesses | None:
    """The guesses without the last one, which was right; None when none is left."""
    if guesses is None or guesses.tries <= 1:
        return None
    return replace(guesses, tries=guesses.tries - 1)

"""Counting guesses, in the transaction of whoever asks: what cannot be counted is not tried."""

from datetime import datetime

from telesession.domain import guessing
from telesession.domain.guessing import AT_ONE_ACCOUNT, FROM_ONE_PLACE
from telesession.store import guesses
from telesession.store.database import Transaction


async def count(tx: Transaction, email: str, place: str, now: datetime) -> None:
    """One more try at the account of `email`, whether there is one or not; raises `Refused("wait")` past the limits.

    Counted before anything is compared, so that fifty tries at once are fifty.
    """
    targets = ((f"{email}|{place}", FROM_ONE_PLACE), (email, AT_ONE_ACCOUNT))
    counted = [(target, guessing.counted(await guesses.find(tx, target), limit, now)) for target, limit in targets]
    await guesses.forget_old(tx, now)
    for target, found in counted:
        await guesses.save(tx, target, found)


async def take_back(tx: Transaction, email: str, place: str) -> None:
    """The last try was right as far as it went: a code is still to come."""
    for target in (f"{email}|{place}", email):
        await guesses.save(tx, target, guessing.taken_back(await guesses.find(tx, target)))


async def settle(tx: Transaction, email: str, place: str) -> None:
    """They are in: what was tried from their place is forgiven."""
    await take_back(tx, email, place)
    await guesses.save(tx, f"{email}|{place}", None)


async def is_locked(tx: Transaction, email: str) -> bool:
    """Whether passwords of this account are refused until an administrator unlocks it."""
    return guessing.is_locked(await guesses.find(tx, email), AT_ONE_ACCOUNT)


async def unlock(tx: Transaction, email: str) -> None:
    """Let the account be tried again."""
    await guesses.save(tx, email, None)

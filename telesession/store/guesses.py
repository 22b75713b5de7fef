"""Guesses in the database, under keyed digests: a stolen disk does not tell at which accounts somebody tried."""

from datetime import datetime

from msgspec.structs import asdict
from sqlalchemy import delete, insert, or_, select

from telesession.domain.guessing import AT_ONE_ACCOUNT, FORGOTTEN_AFTER, LOCKS_FORGOTTEN_AFTER, Guesses
from telesession.store.database import Transaction, vault_of
from telesession.store.schema import guesses


async def find(tx: Transaction, target: str) -> Guesses | None:
    """What was tried at `target`."""
    wanted = select(guesses.c.tries, guesses.c.since, guesses.c.last_at).where(guesses.c.target == _key(tx, target))
    row = (await tx.execute(wanted)).one_or_none()
    return None if row is None else Guesses(row.tries, row.since, row.last_at)


async def save(tx: Transaction, target: str, found: Guesses | None) -> None:
    """Keep what was tried at `target`; None: nothing was."""
    key = _key(tx, target)
    await tx.execute(delete(guesses).where(guesses.c.target == key))
    if found is not None:
        await tx.execute(insert(guesses), {"target": key, **asdict(found)})


async def forget_old(tx: Transaction, now: datetime) -> None:
    """Forget what has no meaning any more."""
    await tx.execute(
        delete(guesses).where(
            or_(
                (guesses.c.last_at < now - FORGOTTEN_AFTER) & (guesses.c.tries < AT_ONE_ACCOUNT.most),
                guesses.c.last_at < now - LOCKS_FORGOTTEN_AFTER,
            )
        )
    )


def _key(tx: Transaction, target: str) -> bytes:
    return vault_of(tx).clinic.derive(f"guesses:{target}")

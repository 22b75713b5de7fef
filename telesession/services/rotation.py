"""A new master key, and every patient's key under it. Whatever interrupts this, doing it again finishes it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from telesession import master_keys
from telesession.domain.audit import COMMAND_LINE, Action, Actor, Draft
from telesession.store import audit, keys
from telesession.store.database import Database

KEYS_AT_ONCE = 500
"""In one transaction, so that a visit waits a moment at most for its turn to write."""


class Rotation:
    """`database` has to read its keys from `key_file` (`KeyFile`), as every process beside it does."""

    def __init__(
        self, database: Database, key_file: Path, now: Callable[[], datetime], keys_at_once: int = KEYS_AT_ONCE
    ) -> None:
        self._database = database
        self._key_file = key_file
        self._now = now
        self._keys_at_once = keys_at_once

    async def rotate(self, by: Actor = COMMAND_LINE) -> int:
        """Replace the master key; how many keys were wrapped anew. A rotation that was begun is finished.

        The older key is dropped inside a transaction that found nothing under it, and whoever wraps a key reads the
        file inside theirs: so no key can be left under one that is gone.
        """
        if len(master_keys.load(self._key_file).masters) == 1:
            master_keys.add_master(self._key_file)
        wrapped = 0
        while count := await self._step(by):
            wrapped += count
        await self._database.scrub()
        return wrapped

    async def _step(self, by: Actor) -> int:
        """Wrap some keys anew; the older key goes in the transaction that finds nothing left to wrap."""
        async with self._database.transaction() as tx:
            count = await keys.rewrap(tx, self._keys_at_once)
            if count == 0:
                await audit.add(tx, Draft(by, Action.KEYS_ROTATED, "keys"), self._now())
                master_keys.drop_older(self._key_file)
            return count

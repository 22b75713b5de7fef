"""What a new clinic does next, until all of it is done."""

import asyncio
from pathlib import Path

from msgspec import Struct

from telesession.services.backup import last_made
from telesession.store import first_steps
from telesession.store.database import Database


class Steps(Struct, frozen=True):
    """What is done."""

    has_therapist: bool
    has_appointment: bool
    has_visit: bool
    has_backup: bool


class FirstSteps:
    def __init__(self, database: Database, data_dir: Path) -> None:
        self._database = database
        self._data_dir = data_dir
        self._are_done = False

    async def look(self) -> Steps | None:
        """How far the clinic has come; None once everything was done. Then it stays so, and is not asked again."""
        if self._are_done:
            return None
        async with self._database.reading() as tx:
            taken = await first_steps.taken(tx)
        made = await asyncio.to_thread(last_made, self._data_dir)
        self._are_done = all(taken) and made is not None
        return None if self._are_done else Steps(*taken, has_backup=made is not None)

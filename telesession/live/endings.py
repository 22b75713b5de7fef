"""Visits whose end is in their log and never reached the schedule: a process died, or a disk was full, between.

Everything else that is lost so is made good when the first browser comes back; after the end none does.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NoReturn

from telesession import logs
from telesession.domain.errors import NotFound, Refused
from telesession.domain.ids import VisitId
from telesession.domain.messages import VisitEnded
from telesession.live.ports import Log
from telesession.live.rooms import Rooms

LOOK_EVERY_S = 3_600.0

ListOpen = Callable[[], Awaitable[list[VisitId]]]


async def watch(rooms: Rooms, log: Log, list_open: ListOpen, every_s: float = LOOK_EVERY_S) -> NoReturn:
    """Make good what was lost, at once and every hour; runs until it is cancelled."""
    while True:
        try:
            visits = await list_open()
        except Refused as no:
            logs.get().warning("endings_not_seen", code=no.code)
        else:
            for visit in visits:
                await _make_good(rooms, log, visit)
        await asyncio.sleep(every_s)


async def _make_good(rooms: Rooms, log: Log, visit: VisitId) -> None:
    try:
        lines = await log.read(visit)
        if any(isinstance(line.entry.event, VisitEnded) for line in lines):
            await rooms.look_into(visit)
            logs.get().info("ending_made_good", visit_id=visit)
    except NotFound:
        return  # erased meanwhile
    except Refused as no:
        logs.get().warning("ending_not_made_good", visit_id=visit, code=no.code)

"""What only the database knows of those who are in: whether they may still be, and how late their therapist is.

It is asked, and not the one who revokes, cancels or is late: that may be the command line or another process. A
question a second costs little (ADR 70), and what it finds is a state and no message, so nothing can be missed between
looking and acting.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NoReturn

from telesession import logs
from telesession.domain.errors import Refused
from telesession.domain.ids import ParticipantId, VisitId
from telesession.domain.messages import Reason
from telesession.live.rooms import Rooms

CHECK_EVERY_S = 1.0

ListShutOut = Callable[[Sequence[VisitId]], Awaitable[Mapping[ParticipantId, Reason]]]


ListLate = Callable[[Sequence[VisitId]], Awaitable[Mapping[VisitId, int]]]


async def nobody_is_late(_visits: Sequence[VisitId]) -> Mapping[VisitId, int]:
    """A clinic that is always on time."""
    return {}


async def watch(
    rooms: Rooms,
    list_shut_out: ListShutOut,
    list_late: ListLate = nobody_is_late,
    every_s: float = CHECK_EVERY_S,
) -> NoReturn:
    """Shut out, again and again, whoever `list_shut_out` names, and tell who waits of whom `list_late` says that they
    are late; runs until it is cancelled.

    While the database cannot be asked everybody stays: a visit is not to end because of a full disk.
    """
    while True:
        await asyncio.sleep(every_s)
        if visits := rooms.list_visits():
            try:
                await rooms.shut_out(await list_shut_out(visits))
                rooms.note_late(await list_late(visits))
            except Refused as no:
                logs.get().warning("seats_not_checked", code=no.code)

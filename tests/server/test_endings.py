"""A process dies right after a visit has ended: the schedule, the links and other software hear of it all the same."""

import asyncio

import pytest

from telesession.config import Settings
from telesession.domain.attendance import SlotState
from telesession.domain.audit import SERVICE, Action
from telesession.domain.ids import ParticipantId, VisitId
from telesession.domain.invitations import LinkRefused
from telesession.domain.messages import Entry, VisitEnded
from telesession.server.keys import AUDIT, CHANGES, INVITATIONS, LOG, ROOMS, SCHEDULING
from telesession.store.audit import Filter
from telesession.store.visit_log import Logged
from tests.fakes import Clock
from tests.server.conftest import Service, running
from tests.server.test_socket import admitted


async def dies_at_the_end(service: Service) -> VisitId:
    """Write what a process writes when a visit ends, and nothing of what it does next."""
    tess, pat = await admitted(service)
    async with tess.ws, pat.ws:
        pass
    visit = service.booked.appointment.id
    last = (await service.app[LOG].read(visit))[-1]
    ended = Entry(last.entry.seq + 1, service.clock(), VisitEnded(by=ParticipantId(tess.frames[0]["you"])))
    await service.app[LOG].append(visit, [Logged(ended, last.participant)])
    return visit


async def endings(service: Service, visit: VisitId) -> int:
    return len(await service.app[AUDIT].read(SERVICE, Filter(action=Action.VISIT_ENDED, subject=visit)))


async def test_the_next_process_closes_what_has_ended(settings: Settings, clock: Clock) -> None:
    async with running(settings, clock) as first:
        first.booked = await first.book()
        going_on = first.booked
        one, two = await admitted(first)
        first.booked = await first.book()
        visit = await dies_at_the_end(first)
        assert (await first.app[SCHEDULING].slot(visit)).state is SlotState.LIVE
        await one.ws.close()
        await two.ws.close()

    async with running(settings, clock) as second:
        with second.app[CHANGES].listening() as changed:
            async with asyncio.timeout(20):
                while (await second.app[SCHEDULING].slot(visit)).state is not SlotState.DONE:
                    await changed.wait()
                    changed.clear()
        with pytest.raises(LinkRefused) as refusal:
            await second.app[INVITATIONS].peek(first.booked.patient_token)

        assert refusal.value.code == "ended"
        await second.app[ROOMS].look_into(visit)  # as whoever looks next
        assert await endings(second, visit) == 1
        assert (await second.app[SCHEDULING].slot(going_on.appointment.id)).state is SlotState.LIVE

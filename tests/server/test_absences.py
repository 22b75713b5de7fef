"""A patient closes the page while they wait: what the schedule says of them, and what it says when they are back."""

import asyncio

from telesession.domain.attendance import SlotState
from telesession.live.absences import GRACE_S, Absences
from telesession.server.keys import ROOMS, SCHEDULING
from tests.server.conftest import Service
from tests.server.test_schedule import page, tess
from tests.server.wire import Wire


async def test_who_has_closed_the_page_is_no_longer_called_for_until_they_are_back(service: Service) -> None:
    now_s = 0.0
    absences = Absences(service.app[ROOMS], service.app[SCHEDULING].list_waiting, lambda: now_s)
    person, _ = await tess(service)
    pat = await service.pat()
    async with Wire(pat) as wire:
        await wire.hello()
        await wire.ask("participant.knock")
        assert 'id="queue"' in await page(person, "/schedule?whose=all")

    async with asyncio.timeout(20):
        while (await state(service)) is not SlotState.AWAY:
            await absences.look()
            now_s += GRACE_S

    shown = await page(person, "/schedule?whose=all")
    assert 'id="queue"' not in shown
    assert "Left at" in shown
    assert "absences" in {task.get_name() for task in asyncio.all_tasks()}, "the service looks by itself"

    async with Wire(pat, first_id=5) as again:
        await again.hello()
        await again.ask("devices.report", microphone="on", camera="on")
        assert await state(service) is SlotState.WAITING


async def state(service: Service) -> SlotState:
    return (await service.app[SCHEDULING].slot(service.booked.appointment.id)).state

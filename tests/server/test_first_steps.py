"""What a new clinic is told to do next, by what is done already; and nobody else is told."""

import re

import msgspec

from telesession.domain.staff import StaffRole
from telesession.server.keys import SCHEDULING, SETTINGS
from telesession.services.backup import STAMP, Made
from tests.server.conftest import Service
from tests.server.test_schedule import page


async def test_each_step_is_ticked_when_it_is_done_and_the_list_goes_with_the_last(service: Service) -> None:
    ada = await service.somebody().sign_in(await service.hire("Ada Admin", StaffRole.ADMINISTRATOR))

    async def ticks() -> list[bool]:
        shown = await page(ada, "/account")
        card = re.search(r'<section class="card first-steps".*?</section>', shown, re.S)
        assert (card is None) == ("first-steps" not in await page(ada, "/schedule"))
        return [] if card is None else ["is-done" in step for step in re.findall(r"<li.*?</li>", card[0], re.S)]

    assert await ticks() == [False, True, False, False], "there is an appointment"
    tess = await service.somebody().sign_in(await service.hire("Tess Therapist"))
    assert await ticks() == [True, True, False, False]
    await service.app[SCHEDULING].end(service.booked.appointment.id)
    assert await ticks() == [True, True, True, False]
    assert "first-steps" not in await page(tess, "/schedule")

    stamp = service.app[SETTINGS].data_dir / STAMP
    stamp.write_bytes(msgspec.json.encode(Made(service.clock(), 1, 1, 1)))
    assert await ticks() == []
    stamp.unlink()
    assert await ticks() == [], "who has seen it done is not told again"

"""What a demo keeps in its folder, and what it makes anew."""

from pathlib import Path

from telesession import demo
from telesession.config import Settings
from telesession.domain.appointments import AppointmentStatus
from telesession.domain.ids import VisitId
from telesession.server.keys import DEMO_LINKS, SCHEDULING


async def links(kept: Path, cancels: bool = False) -> tuple[str, VisitId]:
    """The patient's link of a demo that starts in this folder, and its visit."""
    app = await demo.seeded(Settings(data_dir=kept))
    [appointment] = [one for one in await app[SCHEDULING].list_current() if one.status is AppointmentStatus.BOOKED]
    if cancels:
        await app[SCHEDULING].cancel(appointment.id)
    app.freeze()
    await app.startup()
    await app.cleanup()
    return app[DEMO_LINKS]["patient"], appointment.id


async def test_a_demo_keeps_its_visit_until_that_is_over_and_then_makes_another(tmp_path: Path) -> None:
    first = await links(tmp_path)
    assert await links(tmp_path, cancels=True) == first

    another = await links(tmp_path)
    assert another != first
    assert await links(tmp_path) == another

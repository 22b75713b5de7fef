"""What a demo keeps in its folder, and what it makes anew."""

from pathlib import Path

from telesession import demo
from telesession.config import Settings
from telesession.domain.appointments import AppointmentStatus
from telesession.domain.ids import VisitId
from telesession.domain.notifications import Kind, State
from telesession.server.keys import DATABASE, DEMO_LINKS, JOBS, NOTIFICATIONS, SCHEDULING


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


def test_a_therapist_can_try_a_recording_in_a_demo(tmp_path: Path) -> None:
    settings, taken = demo.prepare(Settings(), tmp_path, port=0, certs=None)
    taken.close()

    assert settings.recording
    assert not Settings().recording


async def test_the_patients_invitation_lands_in_the_outbox_of_a_demo(tmp_path: Path) -> None:
    app = await demo.seeded(Settings(data_dir=tmp_path))
    await app[JOBS].catch_up()

    [listed] = await app[NOTIFICATIONS].list_outbox()
    assert (listed.notification.kind, listed.notification.state) == (Kind.INVITATION, State.OUTBOX)
    assert listed.sent is not None
    assert app[DEMO_LINKS]["patient"] in listed.sent.text
    await app[DATABASE].close()


async def test_a_demo_keeps_its_visit_until_that_is_over_and_then_makes_another(tmp_path: Path) -> None:
    first = await links(tmp_path)
    assert await links(tmp_path, cancels=True) == first

    another = await links(tmp_path)
    assert another != first
    assert await links(tmp_path) == another

"""What was practised in a visit is there to be read for the note about it, and whoever read it is in the audit."""

from telesession.domain.audit import SERVICE, Action
from telesession.domain.staff import StaffRole
from telesession.server.keys import AUDIT
from telesession.store.audit import Filter
from tests.server.conftest import Service
from tests.server.test_socket import admitted

DOSAGE = {"sets": 3, "reps": 10}
AIM = {"view": "front"}


async def test_a_therapist_reads_what_was_shown_how_often_with_what_pain_and_the_front_desk_does_not(
    service: Service,
) -> None:
    visit = service.booked.appointment.id
    tess, pat = await admitted(service)
    async with tess.ws, pat.ws:
        for _ in range(2):
            shown = await tess.ask("demonstration.push", exercise="bridge", version=1, dosage=DOSAGE, aim=AIM)
        await pat.ask("exertion.report", demonstration=shown["seq"], set=1, pain=4, effort=6)
        await tess.ask("programme.add", exercise="clamshell", version=1, dosage={**DOSAGE, "side": "left"})

    therapist = await service.hire("Tess Therapist")
    reader = await service.somebody().sign_in(therapist)
    async with reader.http.get(f"/appointments/{visit}/practised") as answer:
        assert answer.status == 200
        text = await answer.text()
    for words in ("Bridge", "shown 2 times", "Set 1: pain 4 of 10, effort 6 of 10", "Clamshell", "3 sets of 10"):
        assert words in text

    desk = await service.somebody().sign_in(await service.hire("Fran Desk", StaffRole.FRONT_DESK))
    async with desk.http.get(f"/appointments/{visit}/practised") as answer:
        assert answer.status == 403
    read = await service.app[AUDIT].read(SERVICE, Filter(action=Action.VISIT_LOG_READ))
    assert [(told.line.actor, told.line.subject) for told in read] == [(therapist.id, visit)]

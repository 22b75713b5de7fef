"""Camera and sound tried before the door opens: the schedule learns how it went, the visit nothing at all."""

from datetime import timedelta

import pytest

from telesession.domain.attendance import Attendance, Devices, SlotState
from telesession.server.keys import SCHEDULING
from tests.fakes import Clock
from tests.server.conftest import Person, Service

EARLY = timedelta(hours=20)


async def reported(person: Person, token: str, devices: str) -> int:
    async with person.http.post(f"/join/{token}/check", json={"devices": devices}) as answer:
        return answer.status


async def standing(service: Service) -> tuple[SlotState, Devices | None]:
    slot = await service.app[SCHEDULING].slot(service.booked.appointment.id)
    return slot.state, slot.devices


async def test_who_is_early_may_try_and_the_schedule_says_how_it_went(service: Service, clock: Clock) -> None:
    clock.now -= EARLY
    pat, token = service.somebody(), service.booked.patient_token
    async with pat.http.get(f"/join/{token}") as landing:
        assert f'href="/join/{token}/check"' in await landing.text()
    async with pat.http.get(f"/join/{token}/check") as page:
        assert page.status == 200
        assert "camera=(self)" in page.headers["Permissions-Policy"]
        assert "Set-Cookie" not in page.headers
        assert "Pat" not in await page.text()
    assert await standing(service) == (SlotState.BOOKED, None), "to look is not to try"

    assert await reported(pat, token, "no_picture") == 204
    assert await standing(service) == (SlotState.CHECKED, Devices.NO_PICTURE)
    assert await reported(pat, token, "good") == 204
    assert await standing(service) == (SlotState.CHECKED, Devices.GOOD)


async def test_what_others_try_is_not_the_patients_result_and_a_visit_that_runs_knows_better(
    service: Service, clock: Clock
) -> None:
    sam = service.somebody()
    assert await reported(sam, service.booked.therapist_token, "no_sound") == 204
    assert (await standing(service))[1] is None

    visit = service.booked.appointment.id
    await service.app[SCHEDULING].note_attendance(visit, Attendance(waiting_since=clock(), devices=Devices.GOOD))
    assert await reported(sam, service.booked.patient_token, "no_sound") == 204
    assert await standing(service) == (SlotState.WAITING, Devices.GOOD)


@pytest.mark.parametrize(("token", "status"), [("x" * 32, 404), ("nonsense", 404)])
async def test_a_link_that_nobody_minted_has_no_check(service: Service, token: str, status: int) -> None:
    sam = service.somebody()
    async with sam.http.get(f"/join/{token}/check") as page:
        assert page.status == status
    assert await reported(sam, token, "good") == status


async def test_a_cancelled_appointment_has_no_check_and_nonsense_is_no_result(service: Service) -> None:
    sam, token = service.somebody(), service.booked.patient_token
    assert await reported(sam, token, "excellent") == 409

    await service.app[SCHEDULING].cancel(service.booked.appointment.id)
    assert await reported(sam, token, "good") == 410

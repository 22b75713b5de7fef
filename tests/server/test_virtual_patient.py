"""The virtual patient is part of a demo and of nothing else."""

from tests.server.conftest import Service


async def test_a_clinic_that_is_no_demo_has_no_virtual_patient(service: Service) -> None:
    tess = await service.somebody().sign_in(await service.hire("Tess Therapist"))
    async with tess.http.post("/virtual-patient", allow_redirects=False) as answer:
        assert answer.status == 404
    async with tess.http.get("/schedule") as answer:
        assert answer.status == 200
        assert "virtual" not in await answer.text()

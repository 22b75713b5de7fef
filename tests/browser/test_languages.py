"""A visit in another language than English, in a real browser."""

import pytest

from tests.browser.clinic import PHONE, Clinic
from tests.browser.conftest import Sit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_patient_with_a_spanish_browser_reads_spanish_up_to_the_waiting_room(clinic: Clinic, sit: Sit) -> None:
    pat = await sit(viewport=PHONE, locale="es-ES")
    await pat.page.goto(clinic.patient)
    await pat.press("Comprobar mi cámara y mi sonido")
    await pat.press("Todo listo")

    await pat.sees_heading("Está en la sala de espera")

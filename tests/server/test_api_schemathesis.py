"""Whatever the description of the API allows or forbids is sent to the running service, which answers as described."""

import asyncio
import io
import os
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from telesession.config import Settings
from telesession.server.api.operations import OPERATIONS
from telesession.server.keys import REQUESTS
from telesession.server.rate import Rates
from tests.fakes import Clock
from tests.server.api import software
from tests.server.conftest import Service, running

RULES = """
hooks = "{hooks}"
[dictionaries.patients]
values = {patients}
[dictionaries.appointments]
values = {appointments}
[parameters]
patient = {{ dictionary = "patients", probability = 0.7 }}
appointment = {{ dictionary = "appointments", probability = 0.7 }}
[checks.positive_data_acceptance]
# What no type says: a patient who is not there, a language that is not spoken, a cursor that was not handed out.
expected-statuses = ["2xx", 304, 400, 404, 409, 412, 422]
[checks.negative_data_rejection]
# The version that was seen is looked at before the body is (RFC 9110 section 13.2.2).
expected-statuses = [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428]
[checks.missing_required_header]
expected-statuses = [428]
"""


def as_often_as_one_likes(app: web.Application) -> None:
    app[REQUESTS] = Rates(1e6, 10**6)


@pytest.fixture
async def patient_service(settings: Settings, clock: Clock) -> AsyncIterator[Service]:
    async with running(settings, clock, as_often_as_one_likes) as service:
        yield service


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seconds", "more"),
    [
        pytest.param(6, ("--seed", "1"), id="short"),
        pytest.param(60, (), id="long", marks=pytest.mark.long),
    ],
)
async def test_the_service_answers_as_it_is_described(
    logged: io.StringIO, patient_service: Service, tmp_path: Path, seconds: int, more: tuple[str, ...]
) -> None:
    async with software(patient_service) as records:
        patients = [await records.patient(), await records.patient(name="Pat Quill")]
        booked = [await records.booked(patient=one["id"]) for one in patients]
        rules = RULES.format(
            hooks=Path(__file__).with_name("openapi_checks.py"),
            patients=[one["id"] for one in patients],
            appointments=[one["id"] for one in booked],
        )
        (tmp_path / "schemathesis.toml").write_text(rules)
        asking = await asyncio.create_subprocess_exec(
            str(Path(sys.executable).with_name("st")), "run", f"{patient_service.url}/api/v1/openapi.json",
            "--url", f"{patient_service.url}/api/v1", "--header", f"Authorization: Bearer {records.secret}",
            "--checks", "all", "--max-time", str(seconds), "--continue-on-failure", "--no-color", *more,
            cwd=tmp_path, env=os.environ | {"SCHEMATHESIS_HOOKS": ""}, stdout=PIPE, stderr=STDOUT,
        )  # fmt: skip
        said, _ = await asking.communicate()

    assert asking.returncode == 0, said.decode()[-6_000:]
    assert f"Operations:       {len(OPERATIONS)} selected" in said.decode()
    assert "request_failed" not in logged.getvalue()

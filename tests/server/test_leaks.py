"""Canaries: whatever people type about one patient is nowhere in the logs, on a stolen disk or before another."""

import io
import json
import logging
import shutil
import sys
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest
import structlog

from telesession.config import Settings
from telesession.domain.consent import BEFORE_TREATMENT, current
from telesession.domain.patients import Details
from telesession.domain.staff import StaffRole
from telesession.server.keys import NOTIFICATIONS, PATIENTS, SCHEDULING, SETTINGS
from telesession.server.routes import DOORS, Policy
from telesession.services.exporting import Exporting
from telesession.services.scheduling import Booked
from tests.server.api import software
from tests.server.conftest import LENGTH, START_IN, Person, Service
from tests.server.test_socket import admitted
from tests.server.wire import Wire
from tests.services import quill

WHY = "covering for a colleague, canaryreason"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, asks_where_patients_are=True, asks_for_consent=True)


def details(canary: str) -> Details:
    """Somebody whose every field tells that it is theirs."""
    return Details(
        name=f"{canary.title()} Patient",
        email=f"{canary}@example.org",
        phone="+34600111222" if canary == "canary" else "+34600333444",
        born_on=date(1951, 3, 9),
        address=f"7 {canary} Wharf",
        emergency_name=f"{canary} kin",
        emergency_phone="+34600555666",
        notes=f"{canary} of a note",
    )


async def book(service: Service, canary: str) -> Booked:
    pat = await service.app[PATIENTS].register(details(canary))
    return await service.app[SCHEDULING].book(service.clock() + START_IN, LENGTH, "Tess Therapist", pat.id, "UTC")


async def visit(service: Service, canary: str) -> tuple[Person, list[Wire]]:
    """Everybody types `canary` wherever they can. The patient's browser, and open sockets to close."""
    service.booked = await book(service, canary)
    pat = await service.pat()
    pat.visit_path = pat.visit_path.removesuffix("/before")
    said = {"place": f"{canary} street", "phone": "+34600999000", "contact_name": f"{canary} friend"}
    said |= {f"agree_{part}": current(part).version for part in BEFORE_TREATMENT}
    async with pat.http.post(f"{pat.visit_path}/before", data=said) as answer:
        assert answer.status == 200
    tess, patient = await admitted(service)
    therapist = service.people[-2]
    async with therapist.http.post(
        f"{therapist.visit_path}/guests", json={"name": f"{canary} guest", "relation": "relative"}
    ) as answer:
        assert answer.status == 200
    async with therapist.http.post(
        f"{therapist.visit_path}/clips", json={"title": f"{canary} does a squat", "bytes": 9}
    ) as answer:
        assert answer.status == 201
    await patient.ask("chat.send", text=f"{canary} my knee hurts")
    await tess.ask("chat.send", text=f"{canary} which one?")
    return service.people[-1], [tess, patient]


async def desk_work(service: Service, canary: str) -> None:
    """What staff and other software do about somebody, typed in and searched for."""
    tess, fay = await service.hire("Quinn Therapist"), await service.hire("Fay Front", StaffRole.FRONT_DESK)
    desk, care = await service.somebody().sign_in(fay), await service.somebody().sign_in(tess)
    patient = service.booked.appointment.patient
    await service.app[SCHEDULING].book(service.clock() + LENGTH * 4, LENGTH, "x", patient, "UTC", fay.id)
    for path in (f"/patients?q={canary}", f"/patients/{patient}", "/outbox", "/schedule"):
        async with desk.http.get(path) as answer:
            assert answer.status == 200
    form = {"reason": f"{WHY} {canary}"}
    async with care.http.post(f"/patients/{patient}/emergency", data=form, allow_redirects=False) as answer:
        assert answer.status == 303
    async with desk.http.post("/sign-in", data={"email": f"{canary}@example.org", "password": canary}) as answer:
        assert answer.status == 422
    async with software(service) as records:
        await records.booked(patient=patient)
        await records.patient(name=f"{canary} api", notes=canary)
        await records.ask("GET", f"/patients?q={canary}")
        await records.ask("POST", "/patients", json={"name": canary, canary: canary})


@pytest.fixture
def talkative(logged: io.StringIO) -> Iterator[io.StringIO]:
    """All logs, of us and of every library, down to the least."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG))
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.DEBUG)
    yield logged
    root.setLevel(before)


async def test_logs_at_their_loudest_name_nobody_and_repeat_nothing(talkative: io.StringIO, service: Service) -> None:
    _, sockets = await visit(service, "canary")
    await desk_work(service, "canary")
    for socket in sockets:
        await socket.ws.close()

    text = talkative.getvalue()
    assert '"event": "socket_closed"' in text
    assert '"level": "debug"' in text
    for word in ("canary", "600111222", "600555666", "600999000", "1951-03", "127.0.0.1"):
        assert word not in text.lower(), next(line for line in text.splitlines() if word in line.lower())


async def test_a_disk_stolen_in_the_middle_of_a_visit_tells_nothing_without_the_keys(
    service: Service, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    _, sockets = await visit(service, "canary")
    await desk_work(service, "canary")
    stolen = tmp_path_factory.mktemp("stolen")
    shutil.copytree(tmp_path, stolen, dirs_exist_ok=True)
    for socket in sockets:
        await socket.ws.close()

    assert (stolen / "telesession.db-wal").stat().st_size > 0, (
        "the log of what is not in the database yet lay there too"
    )
    taken = quill.on_the_disk(stolen, "master.key")
    assert b"quinn therapist" in taken, "names of staff are not sealed, so that this test could fail"
    for word in (b"canary", b"600111222", b"600555666", b"600999000", b"1951-03"):
        at = taken.find(word)
        assert at < 0, taken[max(0, at - 60) : at + 60]
    tokens = [service.booked.therapist_token, service.booked.patient_token]
    tokens += [cookie.value for person in service.people for cookie in person.http.cookie_jar]
    assert not [token for token in tokens if token.lower().encode() in taken]


class Outside:
    """Where this process connects to, and whose name it looks up; only while it listens."""

    def __init__(self) -> None:
        self.is_on = False
        self.met: set[str] = set()
        sys.addaudithook(self._hear)

    def _hear(self, event: str, args: tuple[object, ...]) -> None:
        if self.is_on and event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
            self.met.add(f"{event} {args[-1] if event in ('socket.connect', 'socket.sendto') else args[0]}")


async def test_the_service_asks_nobody_for_anything_by_itself(service: Service) -> None:
    outside = Outside()
    outside.is_on = True
    _, sockets = await visit(service, "canary")
    await desk_work(service, "canary")
    told = await service.app[NOTIFICATIONS].list_outbox()
    for socket in sockets:
        await socket.ws.close()
    outside.is_on = False

    port = service.url.rpartition(":")[2]
    ours = {f"socket.connect ('127.0.0.1', {port})", "socket.getaddrinfo 127.0.0.1"}
    assert outside.met - ours == set()
    assert f"socket.connect ('127.0.0.1', {port})" in outside.met, "so that this test could fail"
    assert told, "there was something to send"


async def test_nothing_that_reaches_one_patient_names_another(service: Service, tmp_path: Path) -> None:
    other, others_sockets = await visit(service, "canary")
    canaries = ("canary", "600111222", *[one.visit_path for one in (other,)])
    pat, pats_sockets = await visit(service, "willow")
    booked = service.booked
    seen: dict[str, str] = {}
    for door in DOORS:
        if door.policy is Policy.SEAT and door.method == "GET" and not door.path.endswith("/socket"):
            path = door.path.replace("{participant}", pat.participant).replace("{clip}", "x" * 32)
            async with pat.http.get(path) as answer:
                seen[path] = await answer.text()
    for path in (f"/join/{booked.patient_token}", "/", "/join", other.visit_path, f"{other.visit_path}/clips"):
        async with pat.http.get(path) as answer:
            seen[path] = (await answer.text()).replace(other.visit_path, "")
    seen["socket"] = json.dumps(pats_sockets[1].frames)
    seen["therapist's socket"] = json.dumps(pats_sockets[0].frames)
    letters = [
        one for one in await service.app[NOTIFICATIONS].list_outbox() if one.appointment.id == booked.appointment.id
    ]
    seen["letters"] = str(letters)
    to = tmp_path / "willow.zip"
    patient = booked.appointment.patient
    await Exporting(service.app[PATIENTS]._database, service.clock, service.app[SETTINGS].data_dir / "clips").export(
        patient, to
    )
    with zipfile.ZipFile(to) as archive:
        for name in archive.namelist():
            seen[name] = archive.read(name).decode("utf-8", "replace")
    async with software(service) as records:
        seen["record"] = json.dumps((await records.ask("GET", f"/patients/{patient}")).json)
        seen["appointments"] = json.dumps((await records.ask("GET", f"/appointments?patient={patient}")).json)
    for socket in [*others_sockets, *pats_sockets]:
        await socket.ws.close()

    assert "willow" in seen["socket"], "so that this test could fail"
    assert "Willow" in seen["patient.json"]
    leaks = [(where, word) for where, text in seen.items() for word in canaries if word in text.lower()]
    assert not leaks

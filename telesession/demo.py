"""A clinic to try: one therapist, one patient, one appointment now, and their links on the terminal."""

import io
import os
import secrets
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import segno
from aiohttp import web
from msgspec import Struct

from telesession import demo_patient
from telesession.clock import utc_now
from telesession.config import Settings
from telesession.domain.appointments import AppointmentStatus
from telesession.domain.ids import VisitId
from telesession.domain.patients import Details
from telesession.domain.staff import StaffRole
from telesession.server import serving
from telesession.server.app import build
from telesession.server.keys import ACCOUNTS, AUTHORITY, DEMO_LINKS, SCHEDULING, SESSIONS, VIRTUAL_PATIENT, WELCOME
from telesession.services.scheduling import Booked
from telesession.services.sessions import Client
from telesession.store.revisions import migrate

THERAPIST = "Ana Ruiz"
EMAIL = "ana@example.org"
PATIENT = "Pat Morgan"
LENGTH = timedelta(minutes=45)
CLINIC = "Riverside Physical Therapy"
PHONE = "+1 555 010 0199"
OPEN = (AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED)


class Kept(Struct, frozen=True, forbid_unknown_fields=True):
    """What a demo remembers to print the same links after a restart; the database keeps only their digests."""

    visit: VisitId
    therapist_token: str
    patient_token: str
    password: str


@contextmanager
def folder(data: Path | None) -> Iterator[Path]:
    """Where this demo keeps everything: `data`, or a temporary folder that goes with the process."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until the service takes over, so that the folder goes too
    if data is not None:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        yield data
        return
    with tempfile.TemporaryDirectory(prefix="telesession-", ignore_cleanup_errors=True) as temporary:
        yield Path(temporary)


def prepare(settings: Settings, kept: Path, port: int, certs: Path | None) -> tuple[Settings, socket.socket]:
    """The operator's settings made fit for a demo in `kept`, and its socket; with `certs` it is open to the LAN."""
    lan = _lan_address() if certs else None
    taken = serving.listen("0.0.0.0" if lan else "127.0.0.1", port)  # noqa: S104  --lan asks for exactly that
    port = taken.getsockname()[1]
    settings = msgspec.structs.replace(
        settings,
        port=port,
        public_url=f"https://{lan}:{port}" if lan else f"http://127.0.0.1:{port}",
        data_dir=kept,
        database_url="",
        clinic_name=settings.clinic_name or CLINIC,
        clinic_phone=settings.clinic_phone or PHONE,
        recording=True,
        tls_cert=None,
        tls_key=None,
    )
    if certs and lan:
        from telesession import certificates  # its cryptography takes long to load

        made = certificates.make(certs, (lan, "localhost", "127.0.0.1", socket.gethostname()))
        settings = msgspec.structs.replace(settings, tls_cert=made.host, tls_key=made.host_key)
    return settings, taken


async def run(settings: Settings, taken: socket.socket, as_json: bool, virtual_patient: bool = False) -> None:
    """Serve the clinic and print its links as soon as they answer, with one to meet the virtual patient if wanted."""
    app = await seeded(settings)
    links: Mapping[str, str] = app[DEMO_LINKS]
    if virtual_patient:
        links = {**links, "virtual": await app[VIRTUAL_PATIENT]()}
    await serving.serve(app, taken, on_ready=lambda: _tell(links, as_json))


async def seeded(settings: Settings) -> web.Application:
    """The service with its appointment made once, not started yet; its links are under `DEMO_LINKS`."""
    await migrate(settings.database)
    app = build(settings)
    kept = await _appointment(app, settings.data_dir / "demo.json")
    links: Mapping[str, str] = {
        "url": settings.origin,
        "schedule": f"{settings.origin}/schedule",
        "email": EMAIL,
        "password": kept.password,
        "therapist": f"{settings.origin}/join/{kept.therapist_token}",
        "patient": f"{settings.origin}/join/{kept.patient_token}",
    }
    app[DEMO_LINKS] = links
    demo_patient.install(app, lambda name: _book(app, name))
    if settings.tls_cert:
        app[AUTHORITY] = settings.tls_cert.with_name("ca.pem").read_bytes()
    return app


async def _appointment(app: web.Application, path: Path) -> Kept:
    """The demo's appointment: the one of last time, moved to now if nobody came; a new one once it has ended."""
    kept, scheduling = _read(path), app[SCHEDULING]
    password = kept.password if kept is not None else secrets.token_urlsafe(12)
    await _therapist(app, password)
    if kept is not None:
        appointment = await scheduling.appointment(kept.visit)
        if appointment.status in OPEN and appointment.ends_at >= utc_now():
            return kept
        if appointment.status is AppointmentStatus.BOOKED:
            return _write(path, await scheduling.move(kept.visit, _this_minute()), password)
    return _write(path, await _book(app, PATIENT), password)


async def _book(app: web.Application, patient: str) -> Booked:
    """A visit of the demo's therapist that begins now."""
    [ana] = [one.staff for one in await app[ACCOUNTS].list_all() if one.staff.email == EMAIL]
    return await app[SCHEDULING].book(_this_minute(), LENGTH, ana.name, Details(patient), _time_zone(), ana.id)


async def _therapist(app: web.Application, password: str) -> None:
    """The one account of the demo, made once: it signs in with `password` and may do everything."""
    if any(one.staff.email == EMAIL for one in await app[ACCOUNTS].list_all()):
        return
    _, link = await app[ACCOUNTS].add(THERAPIST, EMAIL, StaffRole.ADMINISTRATOR)
    token = await app[WELCOME].choose_password(link, password, Client("-", "demo"))
    await app[SESSIONS].end_token(Client("-", token=token))


def _read(path: Path) -> Kept | None:
    return msgspec.json.decode(path.read_bytes(), type=Kept) if path.exists() else None


def _write(path: Path, booked: Booked, password: str) -> Kept:
    kept = Kept(booked.appointment.id, booked.therapist_token, booked.patient_token, password)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        file.write(msgspec.json.encode(kept))
    return kept


def _tell(links: Mapping[str, str], as_json: bool) -> None:
    if as_json:
        print(msgspec.json.encode(links).decode(), flush=True)
        return
    print(welcome(links), flush=True)


def welcome(links: Mapping[str, str]) -> str:
    """What the terminal says once the clinic is open, with the patient's link as a code too."""
    return (
        f"\nThe clinic is open at {links['url']}\n\n"
        f"  {THERAPIST}, therapist   {links['therapist']}\n"
        f"  {PATIENT}, patient    {links['patient']}\n\n"
        f"  The clinic's schedule  {links['schedule']}\n"
        f"  sign in with           {links['email']}, password {links['password']}\n\n"
        f"{_alone(links)}"
        f"{_code(links)}"
        "Open each link in a window of its own. Ctrl+C stops.\n"
    )


def _alone(links: Mapping[str, str]) -> str:
    """Where the virtual patient waits, if it was asked for."""
    return f"  Alone? The virtual patient waits here:\n  {links['virtual']}\n\n" if "virtual" in links else ""


def _code(links: Mapping[str, str]) -> str:
    """The patient's link as a code for a phone's camera, and what a phone needs before it is of use."""
    picture = io.StringIO()
    segno.make(links["patient"], micro=False).terminal(picture, compact=True)
    reach = (
        f"A phone has to trust this computer first: {links['url']}/ca"
        if links["url"].startswith("https:")
        else "A phone reaches this computer only with --lan."
    )
    return f"{picture.getvalue()}\nThe code is the patient's link. {reach}\n"


def _this_minute() -> datetime:
    return utc_now().replace(second=0, microsecond=0)


def _time_zone() -> str:
    """The machine's time zone, so that the demo's times look right; UTC where the system does not name it."""
    _, found, name = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")
    return name if found else "UTC"


def _lan_address() -> str:
    """This machine's address on the local network. No packet is sent: the system only picks the interface."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        probe.connect(("192.0.2.1", 9))  # a documentation address (RFC 5737)
        address: str = probe.getsockname()[0]
    return address

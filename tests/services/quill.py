"""Canary Quill: a patient with everything that the service keeps about anybody, to be looked for afterwards."""

import secrets
from datetime import date, timedelta
from pathlib import Path

from msgspec.structs import replace

from telesession.domain.audit import Actor
from telesession.domain.clips import Clip, ClipId, ClipState, Container, Playable
from telesession.domain.clips import begin as begin_clip
from telesession.domain.consent import BEFORE_TREATMENT, current
from telesession.domain.ids import InvitationId, ParticipantId, PatientId, VisitId
from telesession.domain.messages import AnyEvent, ChatSent, Entry, Knocked, Role
from telesession.domain.patients import Details
from telesession.media.files import PLAYABLE, POSTER
from telesession.services.consents import Consents, Said
from telesession.services.invitations import Invitations
from telesession.services.scheduling import Booked, Scheduling
from telesession.store import clips
from telesession.store.database import Database
from telesession.store.visit_log import Logged, VisitLog
from tests.fakes import Clock

CANARY = Details(
    name="Canary Quill",
    email="quill@example.org",
    phone="+34600777888",
    born_on=date(1951, 3, 9),
    address="7 Canary Wharf",
    notes="canary of a note",
)
WORDS = (b"canary", b"quill", b"600777", b"1951-03", b"wharf")
CLIP = ClipId("clip-" + "0" * 32)
PAT = ParticipantId("p-patient")
FILM = Playable(Container.MP4, 12.5, 640, 360)


async def live(database: Database, clock: Clock, folder: Path) -> tuple[PatientId, Booked]:
    """Register Canary Quill and let a visit happen: a link used, words in the chat, a clip, a consent, the end."""
    scheduling = Scheduling(database, clock, secrets.token_bytes)
    booked = await scheduling.book(clock(), timedelta(minutes=30), "Tess", CANARY, "Europe/Madrid")
    visit, patient = booked.appointment.id, booked.appointment.patient
    await Invitations(database, clock, secrets.token_bytes).redeem(booked.patient_token, None)
    said: list[AnyEvent] = [
        Knocked(PAT, InvitationId("i"), Role.PATIENT, CANARY.name),
        ChatSent(PAT, "canary in the chat <script>"),
    ]
    async with VisitLog(database) as log:
        await log.append(visit, [Logged(Entry(seq, clock(), event), PAT) for seq, event in enumerate(said, 1)])
    await add_clip(database, clock, folder, visit)
    agreed = [Said(part, True, current(part).version, "en") for part in BEFORE_TREATMENT]
    await Consents(database, clock, secrets.token_bytes).record(patient, agreed, Actor(PAT, "patient", "-"))
    return patient, booked


async def add_clip(database: Database, clock: Clock, folder: Path, visit: VisitId, clip: ClipId = CLIP) -> Clip:
    begun = begin_clip(clip, visit, ParticipantId("p-tess"), "Canary does a squat", 4, clock())
    ready = replace(begun, state=ClipState.READY, playable=FILM)
    async with database.transaction() as tx:
        await clips.add(tx, ready)
    files = folder / "clips" / clip
    files.mkdir(parents=True)
    (files / PLAYABLE).write_bytes(b"film")
    (files / POSTER).write_bytes(b"still")
    return ready


def on_the_disk(folder: Path, *but: str) -> bytes:
    """Every byte of every file below `folder`, in lower case, without those whose names are in `but`."""
    files = [file for file in folder.rglob("*") if file.is_file() and file.name not in but]
    return b"".join(file.read_bytes() + str(file).encode() for file in files).lower()


def lying_in(folder: Path) -> bytes:
    """Every byte of the files right in `folder`: the database and its write-ahead log."""
    return b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())


def names_in(folder: Path, pattern: str = "*") -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.glob(pattern))

"""Everything about one patient in one file that they can read: JSON for programs, a page for people, their films."""

import asyncio
import os
import secrets
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

import msgspec

from telesession.domain.audit import COMMAND_LINE, Action, Actor, Draft
from telesession.domain.consent import wording
from telesession.domain.errors import NotFound
from telesession.domain.ids import PatientId
from telesession.media import reel_files
from telesession.media.files import FOLDER, PLAYABLE, POSTER, ClipFiles
from telesession.services.archive import Archive, Film
from telesession.store import audit, exports
from telesession.store.database import Database
from telesession.store.exports import Everything
from telesession.store.vault import Unreadable

PIECE_BYTES = 1 << 20


class Exporting:
    def __init__(self, database: Database, now: Callable[[], datetime], data_dir: Path) -> None:
        self._database = database
        self._now = now
        self._files = ClipFiles(data_dir / FOLDER)
        self._archive = Archive(database, now, data_dir / reel_files.FOLDER)

    async def export(self, patient: PatientId, to: Path, by: Actor = COMMAND_LINE) -> int:
        """Write all of it to the new file `to`, readable by nobody else; how many files are in it.

        Raises `NotFound`, and `FileExistsError` when there is a file. What goes wrong halfway leaves none.
        """
        if await asyncio.to_thread(to.exists):
            raise FileExistsError(f"{to} exists already.")
        async with self._database.transaction() as tx:
            everything = await exports.collect(tx, patient)
            await audit.add(tx, Draft(by, Action.PATIENT_EXPORTED, patient), self._now())
        films = await self._archive.films_of([one.id for one in everything.appointments])
        return await asyncio.to_thread(_write, to, everything, self._files, films, self._now())


def _write(to: Path, everything: Everything, files: ClipFiles, films: Sequence[Film], now: datetime) -> int:
    begun = to.with_name(f".{to.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(begun, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, content in _documents(everything, now):
                    archive.writestr(name, content)
                for path, name in _clips(everything, files):
                    archive.write(path, name, zipfile.ZIP_STORED)
                for film in films:
                    _add(archive, film)
                count = len(archive.namelist())
            file.flush()
            os.fsync(file.fileno())
        begun.rename(to)
    finally:
        begun.unlink(missing_ok=True)
    return count


def _add(archive: zipfile.ZipFile, film: Film) -> None:
    """A film of a recording, opened piece by piece; beside one that is damaged lies a word about it."""
    try:
        with closing(film.open()) as reel:
            if reel.damaged_from_ms is not None:
                said = f"This film is damaged from {reel.damaged_from_ms / 1_000:.1f} seconds on and ends there.\n"
                archive.writestr(f"{film.name}.txt", said)
            with archive.open(zipfile.ZipInfo(film.name), "w", force_zip64=True) as into:
                for at in range(0, reel.size, PIECE_BYTES):
                    into.write(reel.read(at, PIECE_BYTES))
    except NotFound:
        return  # nothing was ever written
    except (Unreadable, OSError):
        archive.writestr(f"{film.name}.txt", "This film is damaged and cannot be opened.\n")


def _documents(everything: Everything, now: datetime) -> Iterator[tuple[str, bytes]]:
    parts = _parts(everything)
    for name, content in parts.items():
        yield f"{name}.json", msgspec.json.format(msgspec.json.encode(content), indent=2)
    yield "index.html", _page(parts, now).encode()


def _clips(everything: Everything, files: ClipFiles) -> Iterator[tuple[Path, str]]:
    for clip in everything.clips:
        if clip.playable is not None:
            folder = files.folder(clip.id)
            for path, name in (
                (folder / PLAYABLE, f"clips/{clip.id}.{clip.playable.container.name.lower()}"),
                (folder / POSTER, f"clips/{clip.id}.jpg"),
            ):
                if path.exists():
                    yield path, name


def _parts(everything: Everything) -> dict[str, Any]:
    """The documents by name, as plain values; digests and other secrets of the service are left out."""
    return {
        "patient": msgspec.to_builtins(everything.patient),
        "appointments": msgspec.to_builtins(everything.appointments),
        "consents": [
            {**msgspec.to_builtins(one), "text": list(wording(one.part, one.text_version).sentences)}
            for one in everything.consents
        ],
        "visits": [
            {
                "visit": visit,
                "lines": [
                    {"participant": line.participant, **msgspec.to_builtins(line.entry)} for line in lines
                ],
            }
            for visit, lines in everything.visits.items()
            if lines
        ],
        "links": [
            {
                "visit": link.visit,
                "role": link.role,
                "name": link.name,
                "relation": link.relation,
                "created_at": link.created_at,
                "revoked_at": link.revoked_at,
            }
            for link in everything.links
        ],
        "clips": msgspec.to_builtins(everything.clips),
        "recordings": [
            {"visit": one.id.visit, "number": one.id.number, "purpose": one.purpose, "begun_at": one.begun_at,
             "kept_for_days": one.keep_days, "films": f"recordings/{one.id.visit}.{one.id.number}/"}
            for one in everything.recordings
        ],
        "notifications": everything.notifications,
        "access": [
            {"at": line.at, "role": line.role, "actor": line.actor, "place": line.place, "action": line.action,
             "subject": line.subject, "outcome": line.outcome}
            for line in everything.access
        ],
    }  # fmt: skip


TITLES = {
    "patient": "Record",
    "appointments": "Appointments",
    "consents": "What was agreed to",
    "visits": "What happened during visits",
    "links": "Links that were made",
    "clips": "Videos",
    "recordings": "Recordings",
    "notifications": "Messages",
    "access": "Who had access",
}


def _page(parts: dict[str, Any], now: datetime) -> str:
    sections = "".join(f"<h2>{TITLES[name]}</h2>{_shown(content)}" for name, content in parts.items())
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Everything that is kept about you</title>'
        "<style>body{font:1rem/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}dt{font-weight:600}"
        "dd{margin:0 0 .3rem 1rem}li{margin-bottom:1rem}</style>"
        f"<h1>Everything that is kept about you</h1><p>As of {now:%Y-%m-%d %H:%M} UTC.</p>{sections}"
    )


def _shown(content: Any) -> str:
    """Any of the plain values as lists and definitions; whatever somebody wrote is text and nothing else."""
    if isinstance(content, dict):
        rows = "".join(f"<dt>{escape(str(name))}</dt><dd>{_shown(value)}</dd>" for name, value in content.items())
        return f"<dl>{rows}</dl>"
    if isinstance(content, list | tuple):
        return f"<ol>{''.join(f'<li>{_shown(one)}</li>' for one in content)}</ol>" if content else "<p>Nothing.</p>"
    return escape("" if content is None else str(content))

"""What was recorded: kept sealed, listed, watched by staff who say why, taken away when its time is over."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NoReturn

from msgspec import Struct

from telesession import logs
from telesession.domain.audit import SERVICE, Action, Actor, Draft
from telesession.domain.errors import NotFound, Refused
from telesession.domain.ids import PatientId, VisitId
from telesession.domain.invitations import CLOSES_AFTER
from telesession.domain.messages import Purpose
from telesession.domain.recorded import (
    REASON_COUNTS_FOR,
    Contents,
    KeptRecording,
    RecordingId,
    clean_reason,
    contents,
)
from telesession.master_keys import KEY_BYTES
from telesession.media.reel_files import ReelFiles
from telesession.services.emergencies import require_record
from telesession.services.films import Films, OpenReel, ShownPart, Title, role_of
from telesession.store import appointments, audit, recordings, removal, visit_log
from telesession.store.database import Database, Transaction
from telesession.store.vault import Unreadable

LOOK_EVERY_S = 3_600.0


class Opened(Struct, frozen=True):
    """What a recorder needs to write."""

    key: bytes
    folder: Path
    starts_at: datetime


class Shown(Struct, frozen=True):
    """A recording as it is watched."""

    recording: KeptRecording
    parts: tuple[ShownPart, ...]


class Film(Struct, frozen=True):
    """A film for whoever takes everything elsewhere: what to call it, and how to open it."""

    name: str
    open: Callable[[], OpenReel]


class Archive:
    def __init__(self, database: Database, now: Callable[[], datetime], folder: Path) -> None:
        self._database = database
        self._now = now
        self._files = ReelFiles(folder)
        self._films = Films(self._files)

    # --- while it is recorded

    async def open(self, recording: RecordingId, purpose: Purpose, keep_days: int) -> Opened:
        """The key and the folder of a recording, made when it is a new one. Raises `NotFound` without its visit."""
        async with self._database.transaction() as tx:
            appointment = await appointments.get(tx, recording.visit, for_change=True)
            found = await recordings.find(tx, recording)
            if found is None:
                key = secrets.token_bytes(KEY_BYTES)
                await recordings.add(tx, KeptRecording(recording, purpose, keep_days, self._now()), key)
            else:
                key = found[1]
        folder = await asyncio.to_thread(self._files.make_folder, recording.visit, recording.number)
        return Opened(key, folder, appointment.starts_at)

    async def settle(self, recording: RecordingId) -> None:
        """Once its recorder has gone: keep what is in it apart from the visit's log, or forget it when nothing is."""
        async with self._database.reading() as tx:  # when many recorders die at once, nobody waits for these to write
            if await recordings.find(tx, recording) is None:
                return
            told = await self._from_log(tx, recording)
            if not told.is_over and not await self._is_long_over(tx, recording):
                return
        async with self._database.transaction() as tx:
            if await recordings.find(tx, recording) is None:
                return
            if await asyncio.to_thread(self._files.list_of, recording.visit, recording.number):
                await recordings.save_contents(tx, recording, told)
                return
            await recordings.remove(tx, recording)
        await self._forget_files(recording)

    async def catch_up(self) -> None:
        """What a crash left: recordings whose end nobody noted, folders that no recording is left of."""
        # The folders first: one that begins meanwhile is known before it has a folder.
        folders = await asyncio.to_thread(self._files.list_kept)
        async with self._database.reading() as tx:
            unsettled = await recordings.list_unsettled(tx)
            known = set(await recordings.list_all(tx))
        for visit, number in folders:
            if (orphan := RecordingId(visit, number)) not in known:
                await self._forget_files(orphan)
        for recording in unsettled:
            try:
                await self.settle(recording)
            except NotFound:
                continue  # erased meanwhile

    async def run(self) -> NoReturn:
        """Look for what a crash left, now and every hour; until cancelled."""
        while True:
            try:
                await self.catch_up()
            except (Refused, OSError) as no:  # the database or the disk cannot now; it is all there the next time
                logs.get().warning("archive_waits", error=type(no).__name__, where=logs.where(no))
            await asyncio.sleep(LOOK_EVERY_S)

    # --- to watch

    async def list_of_visit(self, visit: VisitId) -> list[KeptRecording]:
        """The recordings of a visit, the oldest first."""
        async with self._database.reading() as tx:
            return await recordings.list_of_visits(tx, [visit])

    async def list_of_patient(self, patient: PatientId) -> list[KeptRecording]:
        """All recordings of a patient's visits, the oldest first."""
        async with self._database.reading() as tx:
            return await recordings.list_of_patient(tx, patient)

    async def say_why(self, recording: RecordingId, reason: str, by: Actor) -> None:
        """Write down why somebody will watch; raises `NotFound`, and `Refused` without a reason."""
        said = clean_reason(reason)
        async with self._database.transaction() as tx:
            await recordings.get(tx, recording)
            await self._require_care(tx, recording, by)
            await audit.add(tx, Draft(by, Action.RECORDING_VIEWED, recording.subject, reason=said), self._now())

    async def may_watch(self, recording: RecordingId, by: Actor) -> bool:
        """Whether `by` has said why, not long ago; raises `NotFound` when there is nothing to watch."""
        async with self._database.reading() as tx:
            await recordings.get(tx, recording)
            await self._require_care(tx, recording, by)
            return await self._has_said_why(tx, recording, by)

    async def show(self, recording: RecordingId, by: Actor) -> Shown:
        """All of it, for whoever said why. Raises `NotFound`, and `Refused("reason_missing")`."""
        async with self._database.reading() as tx:
            await self._require_reason(tx, recording, by)
            kept, key = await recordings.get(tx, recording)
            told = kept.contents or await self._from_log(tx, recording)
        parts = await asyncio.to_thread(self._films.parts, recording, told, key)
        await self._note_damage(recording, [reel.name for part in parts for reel in part.reels if reel.is_damaged])
        return Shown(kept, parts)

    async def reel(self, recording: RecordingId, name: str, by: Actor, title: Title) -> OpenReel:
        """One film of it, for whoever said why; close it. Raises as `show` does, and `Refused("film_damaged")`."""
        async with self._database.reading() as tx:
            await self._require_reason(tx, recording, by)
            kept, key = await recordings.get(tx, recording)
            told = kept.contents or await self._from_log(tx, recording)
        return await self._open_for_somebody(recording, name, told, key, title)

    async def take_away(self, recording: RecordingId, name: str, reason: str, by: Actor, title: Title) -> OpenReel:
        """The same, to be kept elsewhere: written down with the reason."""
        said = clean_reason(reason)
        async with self._database.transaction() as tx:
            kept, key = await recordings.get(tx, recording)
            await self._require_care(tx, recording, by)
            told = kept.contents or await self._from_log(tx, recording)
            await audit.add(tx, Draft(by, Action.RECORDING_EXPORTED, recording.subject, reason=said), self._now())
        return await self._open_for_somebody(recording, name, told, key, title)

    async def films_of(self, visits: Sequence[VisitId]) -> list[Film]:
        """Every film of the recordings of `visits`, for their patient to have."""
        films = []
        async with self._database.reading() as tx:
            for one in await recordings.list_of_visits(tx, visits):
                kept, key = await recordings.get(tx, one.id)
                told = kept.contents or await self._from_log(tx, one.id)
                for file in await asyncio.to_thread(self._files.list_of, one.id.visit, one.id.number):
                    called = f"recordings/{one.id.visit}.{one.id.number}/{file.part}-{role_of(told, file.participant)}"
                    open_it = partial(self._films.open, one.id, file.name, told, key, lambda _part: ())
                    films.append(Film(f"{called}-{file.name[-13:-5]}.webm", open_it))
        return films

    # --- to take away

    async def remove(self, recording: RecordingId, reason: str, by: Actor) -> None:
        """Destroy it: its key first, then the files. Raises `NotFound`, and `Refused` while it runs or under a hold."""
        said = clean_reason(reason)
        async with self._database.transaction() as tx:
            kept, _ = await recordings.get(tx, recording)
            await self._require_care(tx, recording, by)
            appointment = await appointments.get(tx, recording.visit)
            if await removal.held_since(tx, appointment.patient) is not None:
                raise Refused("held", "This patient is under a legal hold. Nothing is erased until it is lifted.")
            if kept.contents is None and not (await self._from_log(tx, recording)).is_over:
                raise Refused("recording_runs", "This visit is being recorded. Please try again when it has ended.")
            await recordings.remove(tx, recording)
            await audit.add(tx, Draft(by, Action.RECORDING_REMOVED, recording.subject, reason=said), self._now())
        await self._forget_files(recording)
        await self._database.scrub()

    async def _forget_files(self, recording: RecordingId) -> None:
        await asyncio.to_thread(self._files.remove, recording.visit, recording.number)

    # --- how

    async def _require_care(self, tx: Transaction, recording: RecordingId, by: Actor) -> None:
        """What was recorded is a part of the record: whose record that is, asks for emergency access (ADR 135)."""
        await require_record(tx, (await appointments.get(tx, recording.visit)).patient, by, self._now())

    async def _require_reason(self, tx: Transaction, recording: RecordingId, by: Actor) -> None:
        await self._require_care(tx, recording, by)
        if not await self._has_said_why(tx, recording, by):
            raise Refused("reason_missing", "Please say why. It is written in the record of access.")

    async def _has_said_why(self, tx: Transaction, recording: RecordingId, by: Actor) -> bool:
        wanted = audit.Filter(
            actor=by.id,
            action=Action.RECORDING_VIEWED,
            subject=recording.subject,
            since=self._now() - REASON_COUNTS_FOR,
        )
        return bool(await audit.search(tx, wanted, 1))

    async def _is_long_over(self, tx: Transaction, recording: RecordingId) -> bool:
        """Whether nobody can come any more who would end it: so it is when everything died at once."""
        appointment = await appointments.get(tx, recording.visit)
        return self._now() > appointment.ends_at + CLOSES_AFTER

    @staticmethod
    async def _from_log(tx: Transaction, recording: RecordingId) -> Contents:
        lines = await visit_log.read_all(tx, recording.visit)
        return contents((line.entry for line in lines), recording.number)

    async def _open_for_somebody(
        self, recording: RecordingId, name: str, told: Contents, key: bytes, title: Title
    ) -> OpenReel:
        try:
            reel = await asyncio.to_thread(self._films.open, recording, name, told, key, title)
        except Unreadable:
            await self._note_damage(recording, [name])
            raise Refused("film_damaged", "This film is damaged and cannot be played.") from None
        if reel.damaged_from_ms is not None:
            await self._note_damage(recording, [name])
        return reel

    async def _note_damage(self, recording: RecordingId, names: Sequence[str]) -> None:
        """Write down once of each film that it was changed."""
        if not names:
            return
        async with self._database.transaction() as tx:
            for name in names:
                draft = Draft(SERVICE, Action.RECORDING_DAMAGED, f"{recording.subject}:{name}")
                if await audit.last_of(tx, draft.action, draft.subject) is None:
                    await audit.add(tx, draft, self._now())
                    logs.get().error("recording_damaged", visit_id=recording.visit)

"""One patient is erased on request, or held so that nobody does; what is left tells nothing about anybody."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from telesession.domain.audit import COMMAND_LINE, Action, Actor, Draft
from telesession.domain.errors import NotFound, Refused
from telesession.domain.ids import PatientId
from telesession.domain.invitations import CLOSES_AFTER
from telesession.domain.webhooks import WebhookEvent
from telesession.media import files, reel_files
from telesession.services.announcing import Announcer, Silence
from telesession.store import appointments, audit, patients, recordings, removal
from telesession.store.database import Database, Transaction
from telesession.store.removal import Effect


class Erasing:
    def __init__(
        self, database: Database, now: Callable[[], datetime], data_dir: Path, announcer: Announcer | None = None
    ) -> None:
        self._announcer = announcer or Silence()
        self._database = database
        self._now = now
        self._clips = files.ClipFiles(data_dir / files.FOLDER)
        self._reels = reel_files.ReelFiles(data_dir / reel_files.FOLDER)

    async def effect(self, patient: PatientId) -> Effect:
        """What erasing would remove. Raises `NotFound`, and `Refused` while it may not be done."""
        async with self._database.reading() as tx:
            await self._require_erasable(tx, patient)
            return await removal.count_of(tx, patient)

    async def erase(self, patient: PatientId, by: Actor = COMMAND_LINE, reason: str | None = None) -> Effect:
        """Remove everything that is kept about `patient`; nothing in a backup without keys opens again either.

        Raises `NotFound` for nobody, also when it was done before, and `Refused` under a legal hold or during a visit.
        """
        async with self._database.transaction() as tx:
            await self._require_erasable(tx, patient)
            effect = await removal.count_of(tx, patient)
            visits = await removal.visits_of(tx, patient)
            clips, recorded = await removal.clips_of(tx, visits), await recordings.ids_of_visits(tx, visits)
            planned = [one for one in await appointments.list_of_patient(tx, patient) if one.status in removal.OPEN]
            await removal.erase(tx, patient, self._now())
            for one in planned:
                after = str(one.revision + 1)
                await self._announcer.announce(tx, WebhookEvent.APPOINTMENT_CANCELLED, one.id, self._now(), after)
            await audit.add(tx, Draft(by, Action.PATIENT_ERASED, patient, reason=reason), self._now())
        for clip in clips:  # what a crash leaves here is cleared away when the service looks for what nobody knows
            await asyncio.to_thread(self._clips.remove, clip)
        for recording in recorded:
            await asyncio.to_thread(self._reels.remove, recording.visit, recording.number)
        self._announcer.poke()
        await self._database.scrub()
        return effect

    async def hold(self, patient: PatientId, by: Actor = COMMAND_LINE, reason: str | None = None) -> None:
        """Keep everything about `patient` until it is released, whoever asks; raises `NotFound`."""
        await self._set_hold(patient, self._now(), Draft(by, Action.PATIENT_HELD, patient, reason=reason))

    async def release(self, patient: PatientId, by: Actor = COMMAND_LINE, reason: str | None = None) -> None:
        """Lift the hold; raises `NotFound`."""
        await self._set_hold(patient, None, Draft(by, Action.PATIENT_RELEASED, patient, reason=reason))

    async def _set_hold(self, patient: PatientId, since: datetime | None, draft: Draft) -> None:
        async with self._database.transaction() as tx:
            await patients.get(tx, patient)
            await removal.hold(tx, patient, since)
            await audit.add(tx, draft, self._now())

    async def _require_erasable(self, tx: Transaction, patient: PatientId) -> None:
        if await removal.is_erased(tx, patient) is not False:
            raise NotFound
        if await removal.held_since(tx, patient) is not None:
            raise Refused("held", "This patient is under a legal hold. Nothing is erased until it is lifted.")
        if await removal.is_in_visit(tx, patient, self._now(), CLOSES_AFTER):
            raise Refused("in_visit", "This patient is in a visit now. Please try again when it has ended.")

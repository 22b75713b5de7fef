"""What has been kept for as long as it may be is removed, every night; a dry run only counts."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from telesession import logs
from telesession.domain.audit import SERVICE, Action, Actor, Draft
from telesession.domain.errors import Refused
from telesession.domain.ids import VisitId
from telesession.domain.retention import Kind, Periods, is_due
from telesession.media import files, reel_files
from telesession.services.audit import Audit
from telesession.store import audit, emergencies, recordings, removal
from telesession.store.database import Database, Transaction

VISITS_AT_ONCE = 200
"""In one transaction, so that no visit waits long for its turn to write."""

FIRST_LOOK_S = 60.0
"""A service that starts has people waiting for it."""
LOOK_EVERY_S = 3_600.0

SUBJECT = "retention"

Counts = dict[Kind, int]

ListVisits = Callable[[Transaction, datetime, int], Awaitable[list[VisitId]]]
Touch = Callable[[Transaction, Sequence[VisitId]], Awaitable[int]]

EVERYTHING = 1_000_000_000


class Retention:
    def __init__(
        self, database: Database, now: Callable[[], datetime], data_dir: Path, periods: Periods, time_zone: str
    ) -> None:
        self._database = database
        self._now = now
        self._clips = files.ClipFiles(data_dir / files.FOLDER)
        self._reels = reel_files.ReelFiles(data_dir / reel_files.FOLDER)
        self._periods = periods
        self._time_zone = time_zone
        self._audit = Audit(database, now)

    async def sweep(self, *, dry_run: bool = False, by: Actor = SERVICE) -> Counts:
        """Remove what is due, and say how much of each kind; harmless when done twice, or by two at once.

        Nothing of patients under a legal hold goes. A dry run removes nothing and leaves no line.
        """
        counts: Counts = {}
        counts[Kind.RECORDINGS] = await self._recordings(by, dry_run=dry_run)
        for kind in Kind:
            before = self._periods.ended_before(kind, self._now())
            if kind is not Kind.RECORDINGS and before is not None:
                counts[kind] = await (self._count(kind, before) if dry_run else self._remove(kind, before, by))
        if not dry_run:
            await self._audit.note(by, Action.RETENTION_SWEPT, SUBJECT)
            await self._database.scrub()
            logs.get().info("retention_swept", count=sum(counts.values()))
        return counts

    async def run(self) -> NoReturn:
        """Sweep every night, and sign the audit; until cancelled."""
        await asyncio.sleep(FIRST_LOOK_S)
        while True:
            try:
                await self.look()
            except (Refused, OSError) as no:  # the database or the disk cannot now; it is all there the next time
                logs.get().warning("retention_waits", error=type(no).__name__, where=logs.where(no))
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> Counts | None:
        """One round of `run`: sign what is to be signed, sweep if nobody did since the last night."""
        await self._audit.sign()
        async with self._database.reading() as tx:
            swept_at = await audit.last_of(tx, Action.RETENTION_SWEPT, SUBJECT)
        return await self.sweep() if is_due(swept_at, self._now(), self._time_zone) else None

    async def _count(self, kind: Kind, before: datetime) -> int:
        async with self._database.reading() as tx:
            if kind is Kind.AUDIT:
                return await audit.count_before(tx, before)
            if kind is Kind.JOBS:
                return await removal.count_jobs(tx, before)
            list_visits, count, _ = self._of_visits(kind)
            visits = await list_visits(tx, before, EVERYTHING)
            parts = [visits[first : first + VISITS_AT_ONCE] for first in range(0, len(visits), VISITS_AT_ONCE)]
            return sum([await count(tx, part) for part in parts])

    async def _remove(self, kind: Kind, before: datetime, by: Actor) -> int:
        if kind is Kind.AUDIT:
            return await self._prune(before, by)
        if kind is Kind.JOBS:
            async with self._database.transaction() as tx:
                return await removal.remove_jobs(tx, before)
        removed = 0
        while (part := await self._remove_some(kind, before, by)) is not None:
            removed += part
        return removed

    async def _remove_some(self, kind: Kind, before: datetime, by: Actor) -> int | None:
        """What is kept about some visits; None when nothing is left to remove."""
        list_visits, _, remove = self._of_visits(kind)
        async with self._database.transaction() as tx:
            visits = await list_visits(tx, before, VISITS_AT_ONCE)
            if not visits:
                return None
            clips = await removal.clips_of(tx, visits) if kind is Kind.CLIPS else []
            removed = await remove(tx, visits)
            if kind is Kind.VISIT_LOGS:
                for visit in visits:
                    await audit.add(tx, Draft(by, Action.VISIT_LOG_REMOVED, visit), self._now())
        for clip in clips:
            await asyncio.to_thread(self._clips.remove, clip)
        return removed

    async def _recordings(self, by: Actor, *, dry_run: bool) -> int:
        """Those whose own time is over, which was said to whoever agreed to them."""
        if dry_run:
            async with self._database.reading() as tx:
                return len(await recordings.list_due(tx, self._now(), EVERYTHING))
        removed = 0
        while due := await self._remove_recordings(by):
            removed += due
        return removed

    async def _remove_recordings(self, by: Actor) -> int:
        async with self._database.transaction() as tx:
            due = await recordings.list_due(tx, self._now(), VISITS_AT_ONCE)
            for one in due:
                await recordings.remove(tx, one)
                await audit.add(tx, Draft(by, Action.RECORDING_REMOVED, one.subject), self._now())
        for one in due:
            await asyncio.to_thread(self._reels.remove, one.visit, one.number)
        return len(due)

    async def _prune(self, before: datetime, by: Actor) -> int:
        async with self._database.transaction() as tx:
            removed = await audit.prune(tx, before, self._now())
            if removed:
                await emergencies.remove_before(tx, before)
                await audit.add(tx, Draft(by, Action.AUDIT_PRUNED, "audit"), self._now())
            return removed

    @staticmethod
    def _of_visits(kind: Kind) -> tuple[ListVisits, Touch, Touch]:
        """How to find the visits, count and remove what is kept about them."""
        return {
            Kind.VISIT_LOGS: (removal.visits_with_logs, removal.count_logs, removal.remove_logs),
            Kind.CLIPS: (removal.visits_with_clips, _count_clips, _remove_clips),
            Kind.NOTIFICATIONS: (
                removal.visits_with_notifications,
                removal.count_notifications,
                removal.remove_notifications,
            ),
            Kind.SEATS: (removal.visits_with_seats, removal.count_seats, removal.remove_seats),
        }[kind]


async def _count_clips(tx: Transaction, visits: Sequence[VisitId]) -> int:
    return len(await removal.clips_of(tx, visits))


async def _remove_clips(tx: Transaction, visits: Sequence[VisitId]) -> int:
    return len(await removal.remove_clips(tx, visits))

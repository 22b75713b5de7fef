"""The clinic's own demonstrations: sent in pieces, made playable in the background, shown in the visit they are of.

A therapist may give one to the clinic: then it is there in all visits, and outlives the one it was made in.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from msgspec import Struct
from msgspec.structs import replace

from telesession import logs
from telesession.domain import clips as rules
from telesession.domain.clips import Clip, ClipId, ClipState, Playable
from telesession.domain.errors import NotFound, Refused
from telesession.domain.ids import VisitId
from telesession.domain.messages import Role
from telesession.domain.seats import Seat
from telesession.media.files import PLAYABLE, POSTER, ClipFiles
from telesession.media.prepare import OnProgress, prepare
from telesession.services.identity import fresh_id
from telesession.store import appointments, clips
from telesession.store.database import Database

LOOK_EVERY_S = 60.0
"""For uploads that nobody finished, and for those whose process died: what is finished here is taken up at once."""

Prepare = Callable[[Path, OnProgress], Awaitable[Playable]]


class Received(Struct, frozen=True):
    """How many bytes of an upload are here, and whether the piece just sent was the next one."""

    received: int
    is_taken: bool


class Clips:
    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        random_bytes: Callable[[int], bytes],
        folder: Path,
        prepare: Prepare = prepare,
    ) -> None:
        self._database = database
        self._now = now
        self._random_bytes = random_bytes
        self._files = ClipFiles(folder)
        self._prepare = prepare
        self._is_wanted = asyncio.Event()

    async def begin(self, by: Seat, title: str, size_bytes: int) -> Clip:
        """Announce an upload. Raises `Refused` for what could never become a clip, before a byte of it is sent."""
        _require_therapist(by)
        clip = rules.begin(
            ClipId(rules.CLIP_PREFIX + fresh_id(self._random_bytes)),
            by.visit,
            by.participant,
            title,
            size_bytes,
            self._now(),
        )
        await asyncio.to_thread(self._files.check_space, size_bytes)
        async with self._database.transaction() as tx:
            await appointments.get(tx, by.visit, for_change=True)  # two at once are counted one after the other
            if len(await clips.list_for_visit(tx, by.visit)) >= rules.MAX_CLIPS:
                raise Refused("too_many_clips", "This visit has as many videos as it can have. Delete one first.")
            await clips.add(tx, clip)
        return clip

    async def append(self, by: Seat, clip: ClipId, offset: int, chunk: bytes) -> Received:
        """Take the next piece; one that is not the next changes nothing. With the last one the check begins."""
        found = await self._own(by, clip)
        if offset + len(chunk) > found.size_bytes:
            raise rules.reasons()["too_large"]
        is_next = found.state is ClipState.UPLOADING
        taken = is_next and await asyncio.to_thread(self._files.append, clip, offset, chunk)
        received = await self._received(found)
        if is_next and received == found.size_bytes:
            await self._to_check(found)
        return Received(received, taken)

    async def received(self, by: Seat, clip: ClipId) -> Received:
        """How much of an upload is here."""
        return Received(await self._received(await self._own(by, clip)), is_taken=True)

    async def list_own(self, by: Seat) -> list[Clip]:
        """All clips of the visit with how far they are, then the clinic's, for its therapist; each the oldest first."""
        _require_therapist(by)
        async with self._database.reading() as tx:
            found = [*await clips.list_for_visit(tx, by.visit), *await clips.list_of_clinic(tx)]
        return [replace(one, progress=await self._progress(one)) for one in found]

    async def give(self, by: Seat, clip: ClipId, title: str) -> None:
        """Make a clip of the visit the clinic's own, under the title that all visits read; harmless when it is so."""
        _require_therapist(by)
        async with self._database.transaction() as tx:
            found = await clips.get(tx, by.visit, clip, for_change=True)
            if found.visit is None:
                return
            if len(await clips.list_of_clinic(tx)) >= rules.MAX_OF_CLINIC:
                raise Refused("too_many_clips", "The clinic has as many videos as it can have. Delete one first.")
            await clips.save(tx, rules.given(found, title))

    async def remove(self, by: Seat, clip: ClipId) -> None:
        """Delete the clip and all its files, of the clinic's for all visits; raises `NotFound` when there is none."""
        found = await self._own(by, clip)
        async with self._database.transaction() as tx:
            await clips.remove(tx, found.id)
        await asyncio.to_thread(self._files.remove, clip)

    async def in_visit(self, visit: VisitId) -> dict[str, Clip]:
        """The clips that `visit` may show by id, as its room asks for them."""
        async with self._database.reading() as tx:
            found = [*await clips.list_for_visit(tx, visit), *await clips.list_of_clinic(tx)]
        return {clip.id: clip for clip in found}

    async def playable(self, visit: VisitId, clip: ClipId) -> tuple[Playable, Path, Path]:
        """What a ready clip that `visit` may show is, its file and its poster; raises `NotFound`. Who may see it is the
        room's.
        """
        async with self._database.reading() as tx:
            found = await clips.get(tx, visit, clip)
        if found.playable is None:
            raise NotFound
        folder = self._files.folder(clip)
        return found.playable, folder / PLAYABLE, folder / POSTER

    async def run(self) -> NoReturn:
        """Prepare what is to be prepared, one at a time, and clear away what nobody finished; until cancelled."""
        while True:
            self._is_wanted.clear()
            try:
                await self.catch_up()
            except (Refused, OSError) as no:  # the database or the disk cannot now; it is all there the next time
                logs.get().warning("clips_wait", error=type(no).__name__, where=logs.where(no))
            try:
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._is_wanted.wait()
            except TimeoutError:
                continue

    async def catch_up(self) -> None:
        """One round of `run`: everything that waits when it begins."""
        await self._clear_away()
        async with self._database.reading() as tx:
            waiting = await clips.list_in_state(tx, ClipState.CHECKING)
        for clip in waiting:
            with self._files.claimed(clip.id) as is_ours:
                if is_ours:
                    await self._check(clip)

    async def _check(self, clip: Clip) -> None:
        began = asyncio.get_running_loop().time()

        async def note(done: float) -> None:
            await self._change(clip, progress=done)

        try:
            playable = await self._prepare(self._files.folder(clip.id), note)
            await self._change(clip, state=ClipState.READY, progress=1.0, playable=playable)
        except Refused as no:
            if no.code not in rules.reasons():
                raise
            await self._change(clip, state=ClipState.REFUSED, refusal=no.code)
        except NotFound:  # deleted meanwhile
            await asyncio.to_thread(self._files.remove, clip.id)
            return
        await asyncio.to_thread(self._files.drop_upload, clip.id)
        seconds = round(asyncio.get_running_loop().time() - began, 1)
        logs.get().info("clip_checked", visit_id=clip.visit, seconds=seconds)

    async def _clear_away(self) -> None:
        """Unfinished uploads go after a day; one whose last piece came just before a crash goes on.

        What was deleted just before a crash goes too: a folder is made after its clip is stored.
        """
        kept = await asyncio.to_thread(self._files.list_kept)
        async with self._database.reading() as tx:
            unfinished = await clips.list_in_state(tx, ClipState.UPLOADING)
            orphans = await clips.list_missing(tx, kept)
        for orphan in orphans:
            await asyncio.to_thread(self._files.remove, orphan)
        for clip in unfinished:
            if await self._received(clip) == clip.size_bytes:
                await self._to_check(clip)
            elif rules.is_stale(clip, self._now()):
                async with self._database.transaction() as tx:
                    await clips.remove(tx, clip.id)
                await asyncio.to_thread(self._files.remove, clip.id)

    async def _to_check(self, clip: Clip) -> None:
        await self._change(clip, state=ClipState.CHECKING)
        self._is_wanted.set()

    async def _change(self, clip: Clip, **changes: object) -> None:
        """Change what is stored; raises `NotFound` when it was deleted meanwhile."""
        async with self._database.transaction() as tx:
            stored = await clips.get(tx, clip.visit, clip.id, for_change=True)
            await clips.save(tx, replace(stored, **changes))

    async def _own(self, by: Seat, clip: ClipId) -> Clip:
        _require_therapist(by)
        async with self._database.reading() as tx:
            return await clips.get(tx, by.visit, clip)

    async def _received(self, clip: Clip) -> int:
        """Once all of it came, the upload itself is not kept."""
        if clip.state is not ClipState.UPLOADING:
            return clip.size_bytes
        return await asyncio.to_thread(self._files.received, clip.id)

    async def _progress(self, clip: Clip) -> float:
        if clip.state is not ClipState.UPLOADING:
            return clip.progress
        return await self._received(clip) / clip.size_bytes


def _require_therapist(seat: Seat) -> None:
    if seat.role is not Role.THERAPIST:
        raise Refused("not_allowed", "Only the therapist can do that.")

"""A visit is recorded by a process of its own that comes through the same door as everybody, dies, and comes back."""

import asyncio
import os
import re
import shutil
import signal
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path

import pytest
from aiohttp import web
from aiortc import MediaStreamTrack
from msgspec import Struct

from telesession import demo
from telesession.config import load
from telesession.domain.audit import Actor
from telesession.domain.consent import Part, current
from telesession.domain.ids import CommandId, VisitId
from telesession.domain.messages import (
    AnswerRecording,
    AskRecording,
    EndVisit,
    Fault,
    ParticipantView,
    PauseReason,
    Purpose,
    Recording,
    RecordingState,
    Role,
    SendChat,
    StopRecording,
    VisitView,
)
from telesession.domain.recorded import RecordingId
from telesession.media.bots import Bot, VirtualPatient, VirtualTherapist
from telesession.media.reel_files import FOLDER
from telesession.media.wire import open_session, take_seat
from telesession.server import serving
from telesession.server.keys import ACCOUNTS, ARCHIVE, DEMO_LINKS, RECORDERS
from telesession.services.archive import ShownPart
from tests.browser.clinic import PLAIN
from tests.media.pairs import Picture, Tone
from tests.media.test_webm import opened
from tests.services import quill

LIMIT_S = 60
ANY = CommandId("any")
READABLE = (b"\x1a\x45\xdf\xa3", b"OpusHead", b"\x1f\x43\xb6\x75", b"\x9d\x01\x2a\xa0\x00\x78\x00")
"""How a WebM begins, what says that there is Opus in it, a cluster, and a VP8 picture of the size that is sent here."""


class Tess(VirtualTherapist):
    def tracks(self, them: ParticipantView) -> Sequence[MediaStreamTrack]:  # noqa: ARG002  a Scene says so
        return Tone(), Picture()


class Pat(VirtualPatient):
    def tracks(self, them: ParticipantView) -> Sequence[MediaStreamTrack]:  # noqa: ARG002  a Scene says so
        return Tone(), Picture()


class Visit(Struct):
    """Both are in, and everybody has agreed to a recording."""

    app: web.Application
    folder: Path
    tess: Tess
    pat: Pat

    @property
    def number(self) -> int:
        recording = recording_of(self.tess)
        assert recording is not None
        return recording.number

    async def until(self, bot: Bot, state: RecordingState, parts: int = 0) -> Recording:
        await bot.until(lambda: (seen := recording_of(bot)) is not None and seen.state is state and seen.parts >= parts)
        seen = recording_of(bot)
        assert seen is not None
        return seen

    async def written(self, bytes_: int, part: int) -> None:
        """Until both reels of a part have grown to so many bytes."""
        while True:
            sizes = [one.stat().st_size for one in (self.folder / FOLDER).glob(f"*/{part}-*.reel")]
            if len(sizes) == 2 and min(sizes) >= bytes_:
                return
            await asyncio.sleep(0.05)


def recording_of(bot: Bot) -> Recording | None:
    view = bot.line.view
    return view.recording if isinstance(view, VisitView) else None


@asynccontextmanager
async def visit(folder: Path, *before: str) -> AsyncIterator[Visit]:
    """A visit with a recording under way; `before`: words before the command of the recorder."""
    settings, taken = demo.prepare(load({**PLAIN, "TELESESSION_RECORDING": "true"}), folder, port=0, certs=None)
    app = await demo.seeded(settings)
    app[RECORDERS].command = (*before, *app[RECORDERS].command)
    links = app[DEMO_LINKS]
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(serving.opened(app, taken))
        https = [await stack.enter_async_context(open_session()) for _ in range(2)]
        tess = Tess(https[0], await take_seat(https[0], links["therapist"]), ends_after_s=600)
        pat = Pat(https[1], await take_seat(https[1], links["patient"]))
        together = asyncio.gather(tess.run(), pat.run(), return_exceptions=True)
        try:
            async with asyncio.timeout(LIMIT_S):
                await pat.until(lambda: isinstance(pat.line.view, VisitView))
                await tess.line.ask(AskRecording(id=ANY, purpose=Purpose.MOVEMENT))
                await pat.until(lambda: recording_of(pat) is not None)
                found = Visit(app, folder, tess, pat)
                await tess.until(lambda: recording_of(tess) is not None)
                version = current(Part.RECORDING).version
                yes = AnswerRecording(
                    id=ANY, recording=found.number, is_agreed=True, text_version=version, language="en"
                )
                await pat.line.ask(yes)
                yield found
                await tess.line.ask(EndVisit(id=ANY))
                await together
        finally:
            together.cancel()
            await asyncio.gather(together, return_exceptions=True)


async def therapist_of(visit: Visit) -> Actor:
    """Who is in charge of the patient, as they sign in."""
    (staff,) = [one.staff for one in await visit.app[ACCOUNTS].list_all()]
    return Actor(staff.id, staff.role, "here")


async def parts_of(visit: Visit, recording: RecordingId) -> tuple[ShownPart, ...]:
    archive, by = visit.app[ARCHIVE], await therapist_of(visit)
    await archive.say_why(recording, "To see that it is there", by)
    return (await archive.show(recording, by)).parts


async def film(visit: Visit, recording: RecordingId, name: str) -> bytes:
    by = await therapist_of(visit)
    with closing(await visit.app[ARCHIVE].reel(recording, name, by, lambda _part: ())) as reel:
        return await asyncio.to_thread(reel.read, 0, reel.size)


async def test_a_recorder_that_is_killed_ends_no_visit_and_what_it_wrote_is_there(tmp_path: Path) -> None:
    async with visit(tmp_path) as there:
        running = await there.until(there.pat, RecordingState.RUNNING)
        seen = there.pat.line.view
        assert isinstance(seen, VisitView)
        assert [one.role for one in seen.participants].count(Role.RECORDER) == 1, "everybody sees that it is there"
        await there.written(140_000, part=1)
        on_disk = quill.on_the_disk(tmp_path)
        assert not any(one.lower() in on_disk for one in READABLE)

        (pid,) = there.app[RECORDERS].pids
        if sys.platform == "linux":
            limits = await asyncio.to_thread(Path(f"/proc/{pid}/limits").read_text)
            assert re.search(r"Max core file size +0 +0", limits), "no dump of memory could have what was recorded"
        killed_at = time.monotonic()
        os.kill(pid, signal.SIGKILL)
        for bot in (there.tess, there.pat):
            paused = await there.until(bot, RecordingState.READY)
            assert paused.pause is PauseReason.RECORDER_LOST
        assert time.monotonic() - killed_at < 2
        back = await there.until(there.pat, RecordingState.RUNNING, parts=2)
        await there.written(30_000, part=2)
        await there.tess.line.ask(StopRecording(id=ANY, recording=there.number))
        stopped = await there.until(there.pat, RecordingState.ENDED)
        while there.app[RECORDERS].pids:  # noqa: ASYNC110  it is another process that ends
            await asyncio.sleep(0.05)

        (name,) = [folder.name for folder in (tmp_path / FOLDER).iterdir()]
        recording = recording_id(name)
        first, second = await parts_of(there, recording)
        assert [[reel.role for reel in one.reels] for one in (first, second)] == [[Role.PATIENT, Role.THERAPIST]] * 2
        assert not any(reel.is_whole for reel in first.reels)
        assert all(reel.is_whole and reel.has_picture for reel in second.reels)
        assert running.running_since is not None
        assert back.running_since is not None
        length_ms = (stopped.recorded_s - paused.recorded_s) * 1_000
        for reel in second.reels:
            assert abs(reel.length_ms - length_ms) < 700
        for reel in (*first.reels, *second.reels):
            whole = await film(there, recording, reel.name)
            with opened(whole) as read:
                pictures = sum(1 for _ in read.decode(video=0))
            with opened(whole) as read:
                heard_ms = sum(frame.samples for frame in read.decode(audio=0)) / 48
            assert pictures > 10
            assert heard_ms > 200
    on_disk = quill.on_the_disk(tmp_path)
    assert not any(one.lower() in on_disk for one in READABLE)


def recording_id(folder: str) -> RecordingId:
    visit_id, _, number = folder.rpartition(".")
    return RecordingId(VisitId(visit_id), int(number))


@pytest.mark.skipif(shutil.which("prlimit") is None, reason="needs prlimit to make a disk that is full")
async def test_a_full_disk_ends_the_recording_aloud_and_the_visit_goes_on(tmp_path: Path) -> None:
    async with visit(tmp_path, "prlimit", "--fsize=140000") as there:
        await there.until(there.pat, RecordingState.RUNNING)
        for bot in (there.tess, there.pat):
            ended = await there.until(bot, RecordingState.ENDED)
            assert ended.fault is Fault.DISK_FULL
        assert isinstance(there.pat.line.view, VisitView)
        assert (await there.tess.line.ask(SendChat(id=ANY, text="We go on."))) > 0

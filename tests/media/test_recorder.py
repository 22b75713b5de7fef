"""A visit is recorded by a process of its own that comes through the same door as everybody, dies, and comes back."""

import asyncio
import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path

import pytest
from aiohttp import web
from aiortc import MediaStreamTrack
from msgspec import Struct
from msgspec.structs import replace

from telesession import demo
from telesession.clock import utc_now
from telesession.config import load
from telesession.domain.audit import Actor
from telesession.domain.consent import Part, current
from telesession.domain.ids import CommandId, ParticipantId, VisitId
from telesession.domain.messages import (
    Admit,
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
    Standing,
    StopRecording,
    VisitView,
)
from telesession.domain.patients import Details
from telesession.domain.recorded import RecordingId
from telesession.media.bots import Bot, VirtualPatient, VirtualTherapist
from telesession.media.reel_files import FOLDER
from telesession.media.wire import open_session, take_seat
from telesession.server import serving
from telesession.server.keys import ACCOUNTS, ARCHIVE, DEMO_LINKS, RECORDERS, SCHEDULING
from telesession.services.films import ShownPart
from tests.browser.clinic import PLAIN
from tests.https_proxy import https_before
from tests.media.pairs import Picture, Tone
from tests.media.test_webm import opened
from tests.network.coturn import OPEN_TO_LOOPBACK, TURNSERVER, Coturn
from tests.services import quill

LIMIT_S = 60
TOLD_WITHIN_S = 2.0
"""So soon both sides know that a recording has stopped."""
ANY = CommandId("any")
READABLE = (b"\x1a\x45\xdf\xa3", b"OpusHead", b"\x1f\x43\xb6\x75", b"\x9d\x01\x2a\xa0\x00\x78\x00")
"""How a WebM begins, what says that there is Opus in it, a cluster, and a VP8 picture of the size that is sent here."""


def to_be_recorded(them: ParticipantView) -> Sequence[MediaStreamTrack]:
    """A picture for the recorder alone: what the others would do with it is not what is tried here."""
    return (Tone(), Picture()) if them.role is Role.RECORDER else (Tone(),)


class Tess(VirtualTherapist):
    def tracks(self, them: ParticipantView) -> Sequence[MediaStreamTrack]:
        return to_be_recorded(them)


class Pat(VirtualPatient):
    def tracks(self, them: ParticipantView) -> Sequence[MediaStreamTrack]:
        return to_be_recorded(them)


class Visit(Struct):
    """Both are in, and everybody has agreed to a recording."""

    app: web.Application
    id: VisitId
    folder: Path
    patient_link: str
    tess: Tess
    pat: Pat

    @property
    def both(self) -> tuple[Bot, Bot]:
        return self.tess, self.pat

    @property
    def number(self) -> int:
        recording = recording_of(self.tess)
        assert recording is not None
        return recording.number

    @property
    def recording(self) -> RecordingId:
        return RecordingId(self.id, self.number)

    async def until(self, bot: Bot, state: RecordingState, parts: int = 0) -> Recording:
        await bot.until(lambda: (seen := recording_of(bot)) is not None and seen.state is state and seen.parts >= parts)
        seen = recording_of(bot)
        assert seen is not None
        return seen

    async def written(self, bytes_: int, part: int) -> None:
        """Until both reels of a part have grown to so many bytes."""
        while True:
            sizes = [one.stat().st_size for one in (self.folder / FOLDER).glob(f"{self.id}.*/{part}-*.reel")]
            if len(sizes) == 2 and min(sizes) >= bytes_:
                return
            await asyncio.sleep(0.05)


async def all_put_away(app: web.Application) -> None:
    """Until no process records any more."""
    while app[RECORDERS].pids:  # noqa: ASYNC110  it is another process that ends
        await asyncio.sleep(0.05)


def recording_of(bot: Bot) -> Recording | None:
    view = bot.line.view
    return view.recording if isinstance(view, VisitView) else None


def waiting(bot: Bot) -> list[ParticipantId]:
    """Who waits to be let in."""
    view = bot.line.view
    return (
        [one.id for one in view.participants if one.standing is Standing.WAITING] if isinstance(view, VisitView) else []
    )


@asynccontextmanager
async def clinic(folder: Path, **chosen: str) -> AsyncIterator[web.Application]:
    """A clinic that records, behind a proxy whose certificate the recorder does not trust."""
    plain, taken = demo.prepare(load({**PLAIN, "TELESESSION_RECORDING": "true", **chosen}), folder, port=0, certs=None)
    outside = serving.listen("127.0.0.1", 0)
    settings = replace(plain, public_url=f"https://localhost:{outside.getsockname()[1]}")
    app = await demo.seeded(settings)
    async with serving.opened(app, taken), https_before(settings.port, outside, folder / "certs"):
        yield app


@asynccontextmanager
async def visit(app: web.Application, folder: Path) -> AsyncIterator[Visit]:
    """A visit with a recording under way; it is ended at the end."""
    authority = folder / "certs" / "ca.pem"
    (ana,) = [one.staff for one in await app[ACCOUNTS].list_all()]
    begins = utc_now().replace(second=0, microsecond=0)
    booked = await app[SCHEDULING].book(begins, demo.LENGTH, ana.name, Details("Pat Morgan"), "UTC", ana.id)
    join = app[DEMO_LINKS]["therapist"].rpartition("/")[0]
    async with AsyncExitStack() as stack:
        https = [await stack.enter_async_context(open_session(authority)) for _ in range(2)]
        tess = Tess(https[0], await take_seat(https[0], f"{join}/{booked.therapist_token}"), ends_after_s=600)
        patient_link = f"{join}/{booked.patient_token}"
        pat = Pat(https[1], await take_seat(https[1], patient_link))
        together = asyncio.gather(tess.run(), pat.run(), return_exceptions=True)
        try:
            await pat.until(lambda: isinstance(pat.line.view, VisitView))
            await tess.line.ask(AskRecording(id=ANY, purpose=Purpose.MOVEMENT))
            await pat.until(lambda: recording_of(pat) is not None)
            found = Visit(app, booked.appointment.id, folder, patient_link, tess, pat)
            await tess.until(lambda: recording_of(tess) is not None)
            await pat.line.ask(answer(found.number))
            yield found
            await tess.line.ask(EndVisit(id=ANY))
            await together
        finally:
            together.cancel()
            await asyncio.gather(together, return_exceptions=True)


def answer(number: int, *, is_agreed: bool = True) -> AnswerRecording:
    version = current(Part.RECORDING).version
    return AnswerRecording(id=ANY, recording=number, is_agreed=is_agreed, text_version=version, language="en")


async def therapist_of(visit: Visit) -> Actor:
    """Who is in charge of the patient, as they sign in."""
    (staff,) = [one.staff for one in await visit.app[ACCOUNTS].list_all()]
    return Actor(staff.id, staff.role, "here")


async def parts_of(visit: Visit) -> tuple[ShownPart, ...]:
    archive, by = visit.app[ARCHIVE], await therapist_of(visit)
    await archive.say_why(visit.recording, "To see that it is there", by)
    return (await archive.show(visit.recording, by)).parts


async def film(visit: Visit, name: str) -> bytes:
    by = await therapist_of(visit)
    with closing(await visit.app[ARCHIVE].reel(visit.recording, name, by, lambda _part: ())) as reel:
        return await asyncio.to_thread(reel.read, 0, reel.size)


async def test_a_process_that_is_killed_ends_no_visit_and_each_of_its_recordings_goes_on(tmp_path: Path) -> None:
    async with (
        asyncio.timeout(LIMIT_S),
        clinic(tmp_path) as app,
        visit(app, tmp_path) as here,
        visit(app, tmp_path) as there,
    ):
        for one in (here, there):
            running = await one.until(one.pat, RecordingState.RUNNING)
            seen = one.pat.line.view
            assert isinstance(seen, VisitView)
            assert [each.role for each in seen.participants].count(Role.RECORDER) == 1, (
                "everybody sees that it is there"
            )
            await one.written(70_000, part=1)
        on_disk = quill.on_the_disk(tmp_path)
        assert not any(one.lower() in on_disk for one in READABLE)

        (pid,) = app[RECORDERS].pids
        if sys.platform == "linux":
            limits = await asyncio.to_thread(Path(f"/proc/{pid}/limits").read_text)
            assert re.search(r"Max core file size +0 +0", limits), "no dump of memory could have what was recorded"
            score = await asyncio.to_thread(Path(f"/proc/{pid}/oom_score_adj").read_text)
            assert int(score) > 0, "where memory runs out it is not the service that goes"
        killed_at = time.monotonic()
        os.kill(pid, signal.SIGKILL)
        for bot in (*here.both, *there.both):
            paused = await here.until(bot, RecordingState.READY)
            assert paused.pause is PauseReason.RECORDER_LOST
        assert time.monotonic() - killed_at < TOLD_WITHIN_S
        for one in (here, there):
            back = await one.until(one.pat, RecordingState.RUNNING, parts=2)
            await one.written(30_000, part=2)
            await one.pat.line.ask(answer(one.number, is_agreed=False))
            withdrawn = await one.until(one.pat, RecordingState.WAITING)
            await one.tess.line.ask(StopRecording(id=ANY, recording=one.number))
            stopped = await one.until(one.pat, RecordingState.ENDED)
            assert stopped.recorded_s == withdrawn.recorded_s
        await all_put_away(app)

        for one in (here, there):
            first, second = await parts_of(one)
            assert [[reel.role for reel in part.reels] for part in (first, second)] == [
                [Role.PATIENT, Role.THERAPIST]
            ] * 2
            assert not any(reel.is_whole for reel in first.reels)
            assert all(reel.is_whole and reel.has_picture for reel in second.reels)
            for reel in (*first.reels, *second.reels):
                await is_seen_and_heard(await film(one, reel.name))
        assert (running.running_since, back.running_since) != (None, None)
        for reel in second.reels:
            assert reel.length_ms == pytest.approx((stopped.recorded_s - paused.recorded_s) * 1_000, abs=2_000)
            assert reel.length_ms < (stopped.recorded_s - paused.recorded_s) * 1_000 + 1_000, "nothing after the no"
    on_disk = quill.on_the_disk(tmp_path)
    assert not any(one.lower() in on_disk for one in READABLE)


async def is_seen_and_heard(whole: bytes) -> None:
    with opened(whole) as read:
        assert sum(1 for _ in read.decode(video=0)) > 5
    with opened(whole) as read:
        assert sum(frame.samples for frame in read.decode(audio=0)) / 48 > 200


@asynccontextmanager
async def second_device(visit: Visit) -> AsyncIterator[None]:
    """Another browser of the patient comes to the visit; it takes the place of the first when it is let in."""
    async with open_session(visit.folder / "certs" / "ca.pem") as https:
        other = Pat(https, await take_seat(https, visit.patient_link))
        going = asyncio.create_task(other.run())
        try:
            yield
        finally:
            going.cancel()
            await asyncio.gather(going, return_exceptions=True)


@pytest.mark.long
async def test_whoever_comes_in_is_in_no_film_before_they_agree_and_in_one_of_their_own_after(tmp_path: Path) -> None:
    async with asyncio.timeout(LIMIT_S), clinic(tmp_path) as app, visit(app, tmp_path) as here:
        running = await here.until(here.tess, RecordingState.RUNNING)
        await here.written(30_000, part=1)
        async with second_device(here):
            await here.tess.until(lambda: bool(waiting(here.tess)))
            (them,) = waiting(here.tess)
            await here.tess.line.ask(Admit(id=ANY, participant=them, is_sure=True))
            paused = await here.until(here.tess, RecordingState.WAITING)
            seen = here.tess.line.view
            assert isinstance(seen, VisitView)
            came_at = next(one.since for one in seen.participants if one.id == them)
            assert paused.pause is PauseReason.CONSENT
            assert running.running_since is not None
            ran_s = (came_at - running.running_since).total_seconds()
            assert paused.recorded_s == pytest.approx(ran_s, abs=1.0)

            await here.until(here.tess, RecordingState.RUNNING, parts=2)
            await here.written(30_000, part=2)
            await here.tess.line.ask(StopRecording(id=ANY, recording=here.number))
            await here.until(here.tess, RecordingState.ENDED)
        await all_put_away(app)

        first, second = await parts_of(here)
        assert [[them in reel.name for reel in part.reels] for part in (first, second)] == [[False] * 2, [True, False]]
        assert all(reel.length_ms < ran_s * 1_000 + 1_000 for reel in first.reels)
        for reel in second.reels:
            await is_seen_and_heard(await film(here, reel.name))


@pytest.mark.long
async def test_a_process_that_stands_still_is_told_as_lost_and_goes_on_with_a_new_part(tmp_path: Path) -> None:
    async with asyncio.timeout(LIMIT_S), clinic(tmp_path) as app, visit(app, tmp_path) as there:
        await there.until(there.pat, RecordingState.RUNNING)
        await there.written(30_000, part=1)
        (pid,) = app[RECORDERS].pids
        stopped_at = time.monotonic()
        os.kill(pid, signal.SIGSTOP)
        try:
            for bot in there.both:
                assert (await there.until(bot, RecordingState.READY)).pause is PauseReason.RECORDER_LOST
            assert time.monotonic() - stopped_at < TOLD_WITHIN_S
        finally:
            os.kill(pid, signal.SIGCONT)
        await there.until(there.pat, RecordingState.RUNNING, parts=2)
        await there.written(30_000, part=2)
        assert app[RECORDERS].pids == [pid], "it is the same one"
        await there.tess.line.ask(StopRecording(id=ANY, recording=there.number))
        await there.until(there.pat, RecordingState.ENDED)
        await all_put_away(app)
        for part in await parts_of(there):
            for reel in part.reels:
                await is_seen_and_heard(await film(there, reel.name))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of four megabytes, where recordings are kept."""
    disk = tmp_path / FOLDER
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "recordings", disk], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("needs root, to mount a small disk")
    try:
        yield disk
    finally:
        subprocess.run(["umount", disk], check=True)


def fill(disk: Path) -> None:
    """Leave not one byte of it."""
    with (disk / "filled").open("wb", buffering=0) as filler, contextlib.suppress(OSError):
        while True:
            filler.write(bytes(4_096))


async def test_a_full_disk_ends_the_recording_aloud_and_the_visit_goes_on(tmp_path: Path, small_disk: Path) -> None:
    async with asyncio.timeout(LIMIT_S), clinic(tmp_path) as app:
        app[RECORDERS].kept_free = 0
        async with visit(app, tmp_path) as there:
            await there.until(there.pat, RecordingState.RUNNING)
            await there.written(70_000, part=1)
            await asyncio.to_thread(fill, small_disk)
            filled_at = time.monotonic()
            for bot in there.both:
                ended = await there.until(bot, RecordingState.ENDED)
                assert ended.fault is Fault.DISK_FULL
            assert time.monotonic() - filled_at < TOLD_WITHIN_S
            assert isinstance(there.pat.line.view, VisitView)
            assert (await there.tess.line.ask(SendChat(id=ANY, text="We go on."))) > 0
            await all_put_away(app)
            (part,) = await parts_of(there)
            for reel in part.reels:
                await is_seen_and_heard(await film(there, reel.name))


@pytest.mark.long
@pytest.mark.skipif(TURNSERVER is None, reason="needs coturn: apt-get install coturn")
async def test_where_nothing_goes_but_through_the_relay_a_visit_is_recorded_too(tmp_path: Path) -> None:
    relay = await asyncio.to_thread(Coturn, tmp_path, OPEN_TO_LOOPBACK)
    try:
        async with asyncio.timeout(LIMIT_S), clinic(tmp_path, **relay.settings) as app, visit(app, tmp_path) as there:
            await there.until(there.pat, RecordingState.RUNNING)
            await there.written(70_000, part=1)
            await there.tess.line.ask(StopRecording(id=ANY, recording=there.number))
            await there.until(there.pat, RecordingState.ENDED)
            await all_put_away(app)
            (part,) = await parts_of(there)
            for reel in part.reels:
                await is_seen_and_heard(await film(there, reel.name))
    finally:
        relay.stop()

"""The clinic's own demonstrations: from the first byte to what a room may show, and what happens in between."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from telesession.domain.clips import MAX_BYTES, MAX_CLIPS, ClipId, ClipState, Container, Playable, reasons
from telesession.domain.errors import NotFound, Refused
from telesession.domain.ids import InvitationId, ParticipantId, VisitId
from telesession.domain.messages import Role
from telesession.domain.patients import Details
from telesession.domain.seats import Seat
from telesession.services.clips import Clips
from telesession.services.scheduling import Scheduling
from telesession.store import removal
from telesession.store.database import Database
from tests.fakes import Clock, Kitchen

FILM = Playable(Container.MP4, 12.5, 640, 360)
BODY = b"pictures in motion"


def seat(visit: VisitId, role: Role = Role.THERAPIST) -> Seat:
    return Seat(ParticipantId(f"p-{role}"), visit, InvitationId(f"i-{role}"), role, role.title())


@pytest.fixture
async def tess(scheduling: Scheduling, clock: Clock) -> Seat:
    booked = await scheduling.book(clock(), timedelta(minutes=30), "Tess", Details("Pat"), "UTC")
    return seat(booked.appointment.id)


@pytest.fixture
def kitchen() -> Kitchen:
    return Kitchen(FILM)


@pytest.fixture
def restarted(database: Database, clock: Clock, tmp_path: Path, kitchen: Kitchen) -> Callable[[], Clips]:
    """The service as it is after a start of the process."""
    return lambda: Clips(database, clock, secrets.token_bytes, tmp_path / "clips", kitchen)


@pytest.fixture
def clips(restarted: Callable[[], Clips]) -> Clips:
    return restarted()


async def upload(clips: Clips, tess: Seat, body: bytes = BODY) -> ClipId:
    clip = await clips.begin(tess, "Heel slide", len(body))
    await clips.append(tess, clip.id, 0, body)
    return clip.id


async def code_of(asked: Awaitable[object]) -> str:
    with pytest.raises(Refused) as refusal:
        await asked
    return refusal.value.code


async def test_a_clip_is_uploading_then_checking_then_ready(clips: Clips, tess: Seat, kitchen: Kitchen) -> None:
    clip = (await clips.begin(tess, " Heel \u202e slide ", len(BODY))).id
    await clips.append(tess, clip, 0, BODY[:9])
    (half,) = await clips.list_own(tess)
    await clips.append(tess, clip, 9, BODY[9:])
    (waiting,) = await clips.list_own(tess)
    await clips.catch_up()
    (ready,) = await clips.list_own(tess)

    assert (half.title, half.state, half.progress) == ("Heel slide", ClipState.UPLOADING, 0.5)
    assert (waiting.state, waiting.playable) == (ClipState.CHECKING, None)
    assert (ready.state, ready.progress, ready.playable) == (ClipState.READY, 1.0, FILM)
    assert kitchen.seen == [BODY]


async def test_the_upload_itself_is_not_kept(clips: Clips, tess: Seat, tmp_path: Path) -> None:
    clip = await upload(clips, tess)
    await clips.catch_up()

    assert not (tmp_path / "clips" / clip / "upload").exists()
    assert (await clips.received(tess, clip)).received == len(BODY)


async def test_a_piece_sent_twice_or_too_early_or_too_late_changes_nothing(clips: Clips, tess: Seat) -> None:
    clip = (await clips.begin(tess, "Heel slide", len(BODY))).id
    await clips.append(tess, clip, 0, BODY[:9])

    for offset, piece in ((0, BODY[:9]), (12, BODY[12:])):
        again = await clips.append(tess, clip, offset, piece)
        assert (again.received, again.is_taken) == (9, False)
    done = await clips.append(tess, clip, 9, BODY[9:])
    after = await clips.append(tess, clip, 9, BODY[9:])
    assert (done.received, done.is_taken) == (len(BODY), True)
    assert (after.received, after.is_taken) == (len(BODY), False)


async def test_more_than_was_announced_is_refused(clips: Clips, tess: Seat) -> None:
    clip = (await clips.begin(tess, "Heel slide", 3)).id

    assert await code_of(clips.append(tess, clip, 0, b"1234")) == "too_large"
    assert (await clips.received(tess, clip)).received == 0


@pytest.mark.parametrize(
    ("title", "size", "code"),
    [
        ("Heel slide", MAX_BYTES + 1, "too_large"),
        ("Heel slide", 0, "not_a_video"),
        ("\u200b \n", 9, "title_missing"),
        ("Heel slide", 10**17, "too_large"),
    ],
)
async def test_what_can_never_be_a_clip_is_refused_before_a_byte_is_sent(
    clips: Clips, tess: Seat, title: str, size: int, code: str
) -> None:
    assert await code_of(clips.begin(tess, title, size)) == code
    assert await clips.list_own(tess) == []


async def test_a_visit_has_room_for_so_many_and_for_another_when_one_is_deleted(clips: Clips, tess: Seat) -> None:
    first, *_ = [await clips.begin(tess, f"Clip {n}", 9) for n in range(MAX_CLIPS)]

    assert await code_of(clips.begin(tess, "One more", 9)) == "too_many_clips"
    await clips.remove(tess, first.id)
    await clips.begin(tess, "One more", 9)


@pytest.mark.parametrize("role", [Role.PATIENT, Role.GUEST])
async def test_only_a_therapist_uploads_lists_and_deletes(clips: Clips, tess: Seat, role: Role) -> None:
    clip = await upload(clips, tess)
    other = seat(tess.visit, role)

    for asked in (
        clips.begin(other, "Mine", 9),
        clips.append(other, clip, 0, b"x"),
        clips.received(other, clip),
        clips.list_own(other),
        clips.remove(other, clip),
    ):
        assert await code_of(asked) == "not_allowed"


async def test_another_visits_therapist_finds_none_of_it(
    clips: Clips, tess: Seat, scheduling: Scheduling, clock: Clock
) -> None:
    clip = await upload(clips, tess)
    await clips.catch_up()
    booked = await scheduling.book(clock(), timedelta(minutes=30), "Tim", Details("Pia"), "UTC")
    tim = seat(booked.appointment.id)

    assert await clips.list_own(tim) == []
    assert await clips.in_visit(tim.visit) == {}
    for asked in (
        clips.append(tim, clip, 0, b"x"),
        clips.received(tim, clip),
        clips.remove(tim, clip),
        clips.playable(tim.visit, clip),
    ):
        with pytest.raises(NotFound):
            await asked
    assert (await clips.playable(tess.visit, clip))[0] == FILM


async def test_what_is_given_to_the_clinic_is_there_in_all_visits_and_outlives_its_own(
    clips: Clips, tess: Seat, scheduling: Scheduling, clock: Clock, database: Database
) -> None:
    clip = await upload(clips, tess)
    assert await code_of(clips.give(tess, clip, "Heel slide")) == "clip_not_ready"
    await clips.catch_up()
    booked = await scheduling.book(clock(), timedelta(minutes=30), "Tim", Details("Pia"), "UTC")
    tim = seat(booked.appointment.id)
    with pytest.raises(NotFound):
        await clips.give(tim, clip, "Mine")
    assert await code_of(clips.give(seat(tess.visit, Role.PATIENT), clip, "Mine")) == "not_allowed"
    assert await code_of(clips.give(tess, clip, " \n")) == "title_missing"

    await clips.give(tess, clip, "Heel slide, for all")
    await clips.give(tim, clip, "Renamed by another")
    for by in (tess, tim):
        assert [(one.title, one.visit) for one in await clips.list_own(by)] == [("Heel slide, for all", None)]
        assert list(await clips.in_visit(by.visit)) == [clip]
        assert (await clips.playable(by.visit, clip))[0] == FILM
    async with database.transaction() as tx:
        assert await removal.remove_clips(tx, [tess.visit]) == []
    await clips.catch_up()
    assert (await clips.playable(tim.visit, clip))[1].parent.exists()

    await clips.remove(tim, clip)
    assert await clips.list_own(tess) == []


async def test_a_refused_file_says_why_and_is_not_kept(
    clips: Clips, tess: Seat, kitchen: Kitchen, tmp_path: Path
) -> None:
    kitchen.answer = reasons()["playlist"]
    clip = await upload(clips, tess)
    await clips.catch_up()

    (refused,) = await clips.list_own(tess)
    assert (refused.state, refused.refusal, refused.playable) == (ClipState.REFUSED, "playlist", None)
    assert not (tmp_path / "clips" / clip / "upload").exists()
    with pytest.raises(NotFound):
        await clips.playable(tess.visit, clip)


async def test_a_clip_deleted_while_it_is_prepared_leaves_nothing(
    clips: Clips, tess: Seat, kitchen: Kitchen, tmp_path: Path
) -> None:
    kitchen.opens.clear()
    clip = await upload(clips, tess)
    working = asyncio.create_task(clips.catch_up())
    await kitchen.began.wait()
    (seen,) = await clips.list_own(tess)
    await clips.remove(tess, clip)
    kitchen.opens.set()
    await working

    assert (seen.state, seen.progress) == (ClipState.CHECKING, 0.5)
    assert await clips.list_own(tess) == []
    assert not (tmp_path / "clips" / clip).exists()


async def test_what_a_process_left_undone_is_done_after_its_restart(
    clips: Clips, restarted: Callable[[], Clips], tess: Seat, kitchen: Kitchen
) -> None:
    kitchen.opens.clear()
    await upload(clips, tess)
    dying = asyncio.create_task(clips.catch_up())
    await kitchen.began.wait()
    dying.cancel()
    await asyncio.wait([dying])
    kitchen.opens.set()

    await restarted().catch_up()
    assert [clip.state for clip in await clips.list_own(tess)] == [ClipState.READY]


async def test_two_processes_prepare_a_clip_once(
    clips: Clips, restarted: Callable[[], Clips], tess: Seat, kitchen: Kitchen
) -> None:
    kitchen.opens.clear()
    await upload(clips, tess)
    working = asyncio.create_task(clips.catch_up())
    await kitchen.began.wait()
    await restarted().catch_up()
    kitchen.opens.set()
    await working

    assert kitchen.seen == [BODY]


async def test_an_upload_that_nobody_finished_goes_after_a_day(
    clips: Clips, tess: Seat, clock: Clock, tmp_path: Path
) -> None:
    clip = (await clips.begin(tess, "Heel slide", len(BODY))).id
    await clips.append(tess, clip, 0, BODY[:9])
    clock.pass_by(hours=23)
    await clips.catch_up()
    assert (await clips.received(tess, clip)).received == 9

    clock.pass_by(hours=1)
    await clips.catch_up()
    assert await clips.list_own(tess) == []
    assert not (tmp_path / "clips" / clip).exists()


async def test_an_upload_that_ended_with_a_crash_goes_on(clips: Clips, tess: Seat, tmp_path: Path) -> None:
    clip = (await clips.begin(tess, "Heel slide", len(BODY))).id
    folder = tmp_path / "clips" / clip
    folder.mkdir(parents=True)
    (folder / "upload").write_bytes(BODY)  # the bytes are here, and the process died before it could note that

    await clips.catch_up()
    assert [clip.state for clip in await clips.list_own(tess)] == [ClipState.READY]


async def test_files_of_a_clip_that_is_not_stored_go(clips: Clips, tess: Seat, tmp_path: Path) -> None:
    kept = await upload(clips, tess)
    orphan = tmp_path / "clips" / ("clip-" + "9" * 32)
    orphan.mkdir()
    (orphan / "playable").write_bytes(BODY)

    await clips.catch_up()
    assert not orphan.exists()
    assert (tmp_path / "clips" / kept).exists()


async def test_the_service_takes_up_by_itself_what_is_uploaded(clips: Clips, tess: Seat, kitchen: Kitchen) -> None:
    running = asyncio.create_task(clips.run())
    await upload(clips, tess)
    async with asyncio.timeout(5):
        await kitchen.began.wait()
    running.cancel()
    await asyncio.wait([running])

    assert kitchen.seen == [BODY]

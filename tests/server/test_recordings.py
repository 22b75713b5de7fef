"""Recordings as staff see them: listed, watched with a reason, in ranges, kept, deleted; nothing for anybody else."""

import re
from pathlib import Path

import pytest

from telesession.config import Settings
from telesession.domain.audit import SERVICE
from telesession.domain.recorded import RecordingId
from telesession.domain.staff import StaffRole
from telesession.server.keys import ARCHIVE, AUDIT, DATABASE
from telesession.store.audit import Filter
from tests.media.test_webm import opened
from tests.server.conftest import Person, Service
from tests.services import footage


@pytest.fixture
async def recording(service: Service, tmp_path: Path) -> RecordingId:
    return await footage.record(service.app[DATABASE], service.clock, tmp_path, service.booked.appointment.id)


@pytest.fixture
async def tess(service: Service) -> Person:
    return await service.somebody().sign_in(await service.hire("Tess Therapist"))


def url(recording: RecordingId) -> str:
    return f"/recordings/{recording.visit}/{recording.number}"


async def page(person: Person, path: str, status: int = 200) -> str:
    async with person.http.get(path, headers={"Accept": "text/html"}) as answer:
        assert answer.status == status
        return await answer.text()


async def send(person: Person, path: str, status: int, **form: str) -> str:
    async with person.http.post(path, data=form, allow_redirects=False) as answer:
        assert answer.status == status, await answer.text()
        return answer.headers.get("Location", "") if status == 303 else await answer.text()


async def test_a_therapist_says_why_and_sees_what_happened_when(
    service: Service, recording: RecordingId, tess: Person
) -> None:
    for listing in (f"/appointments/{recording.visit}", f"/patients/{service.booked.appointment.patient}"):
        assert url(recording) in await page(tess, listing)
    assert "<video" not in await page(tess, url(recording))
    assert "Please say why" in await send(tess, url(recording), 422, reason=" ")
    assert await send(tess, url(recording), 303, reason="Prepare the next appointment") == url(recording)

    shown = await page(tess, url(recording))
    assert (shown.count("<video"), shown.count("<audio")) == (1, 1), "the therapist sent sound alone"
    assert 'data-at="1.0"' in shown
    assert "Bridge" in shown
    assert "Pain 4 of 10" in shown


async def test_a_film_comes_whole_and_in_any_part_and_stays_in_no_browser(
    service: Service, recording: RecordingId, tess: Person, tmp_path: Path
) -> None:
    reel = f"{url(recording)}/reels/{footage.reels(tmp_path, recording)[0].name}"
    await send(tess, url(recording), 303, reason="Prepare the next appointment")
    async with tess.http.get(reel) as answer:
        assert (answer.status, answer.content_type) == (200, "video/webm")
        assert answer.headers["Cache-Control"] == "no-store"
        whole, etag = await answer.read(), answer.headers["ETag"]
    with opened(whole) as read:
        assert read.duration == 3_000_000
        assert [one["metadata"]["title"] for one in read.chapters()] == ["Bridge", "Pain 4 of 10"]

    size = len(whole)
    for asked, part, told in [
        ("bytes=0-9", whole[:10], f"bytes 0-9/{size}"),
        ("bytes=100-", whole[100:], f"bytes 100-{size - 1}/{size}"),
        ("bytes=-7", whole[-7:], f"bytes {size - 7}-{size - 1}/{size}"),
        (f"bytes=5-{size * 9}", whole[5:], f"bytes 5-{size - 1}/{size}"),
        (f"Bytes=-{size * 9}", whole, f"bytes 0-{size - 1}/{size}"),
        (f"bytes={size - 1}-{size - 1}", whole[-1:], f"bytes {size - 1}-{size - 1}/{size}"),
    ]:
        async with tess.http.get(reel, headers={"Range": asked}) as answer:
            assert (answer.status, answer.headers["Content-Range"]) == (206, told)
            assert await answer.read() == part
    for headers, status in [
        ({"Range": f"bytes={size}-"}, 416),
        ({"Range": "bytes=-0"}, 416),
        ({"Range": "bytes=x"}, 200),
        ({"Range": "bytes=-"}, 200),
        ({"Range": "bytes=9-5"}, 200),
        ({"Range": "bytes=0-1,5-9"}, 200),
        ({"Range": "bytes=٠-٩"}, 200),
        ({"Range": f"bytes={'9' * 5_000}-"}, 200),
        ({"Range": "films=0-1"}, 200),
        ({"Range": "bytes=0-1", "If-Range": '"other"'}, 200),
        ({"Range": "bytes=0-1", "If-Range": etag}, 206),
    ]:
        async with tess.http.get(reel, headers=headers) as answer:
            assert answer.status == status, headers
            assert answer.headers.get("Content-Range") == {416: f"bytes */{size}", 206: f"bytes 0-1/{size}"}.get(status)
            assert status != 200 or await answer.read() == whole
    async with tess.http.head(reel, headers={"Range": "bytes=0-9"}) as answer:
        assert (answer.status, answer.headers["Content-Length"], await answer.read()) == (200, str(size), b"")
    async with tess.http.post(reel, data={"reason": "Asked for"}, headers={"Range": "bytes=0-9"}) as answer:
        assert (answer.status, answer.headers["Content-Length"]) == (200, str(size)), "ranges are of GET alone"


async def test_it_is_for_those_who_treat_and_say_why(
    service: Service, recording: RecordingId, tess: Person, tmp_path: Path
) -> None:
    reel = f"{url(recording)}/reels/{footage.reels(tmp_path, recording)[0].name}"
    await page(tess, reel, 409)  # has not said why
    fred = await service.somebody().sign_in(await service.hire("Fred Desk", StaffRole.FRONT_DESK))
    pat, sam = await service.pat(), service.somebody()
    assert url(recording) not in await page(fred, f"/appointments/{recording.visit}")
    await page(fred, url(recording), 403)
    await page(fred, reel, 403)
    for person in (pat, sam):
        async with person.http.get(reel, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"].split("?")[0]) == (303, "/sign-in")
    await page(tess, f"/recordings/{recording.visit}/99", 404)
    await page(tess, f"/recordings/{recording.visit}/٣", 404)


async def test_what_is_taken_along_or_deleted_is_written_down(
    service: Service, recording: RecordingId, tess: Person, tmp_path: Path
) -> None:
    await send(tess, url(recording), 303, reason="Prepare the next appointment")
    reel = f"{url(recording)}/reels/{footage.reels(tmp_path, recording)[0].name}"
    again = await send(tess, reel, 422, reason="")
    assert "Please say why" in again
    assert f'src="{reel}"' in again, "the page is the same one"
    async with tess.http.post(reel, data={"reason": "Asked for by the patient"}) as answer:
        assert answer.headers["Content-Disposition"] == 'attachment; filename="recording-3-part-1-patient.webm"'
        assert len(await answer.read()) > 1_000
    assert "Please say why" in await send(tess, f"{url(recording)}/remove", 422, reason="")
    onward = await send(tess, f"{url(recording)}/remove", 303, reason="Done with it")
    assert "The recording is deleted" in await page(tess, onward)
    await page(tess, url(recording), 404)

    lines = await service.app[AUDIT].read(SERVICE, Filter(subject=recording.subject))
    assert [(one.line.action, one.reason) for one in lines] == [
        ("recording.removed", "Done with it"),
        ("recording.exported", "Asked for by the patient"),
        ("recording.viewed", "Prepare the next appointment"),
    ]
    assert await service.app[ARCHIVE].list_of_visit(recording.visit) == []


async def test_a_damaged_film_says_from_where_on_and_so_does_a_copy(
    service: Service, recording: RecordingId, tess: Person, tmp_path: Path
) -> None:
    await send(tess, url(recording), 303, reason="Prepare the next appointment")
    file = footage.reels(tmp_path, recording)[0]
    footage.flip(file.path, file.path.stat().st_size - 3_000)
    shown = await page(tess, url(recording))
    assert (shown.count("<video"), shown.count("<audio")) == (1, 1)
    assert re.search("damaged from 0:0[12] on. What comes before is as it was recorded", shown)
    async with tess.http.post(f"{url(recording)}/reels/{file.name}", data={"reason": "Asked for"}) as answer:
        assert answer.headers["Content-Disposition"].endswith('-patient-damaged.webm"')
        with opened(await answer.read()) as read:
            assert read.duration is not None
            assert 900_000 < read.duration < 3_000_000
    footage.flip(file.path, 60)
    file.path.touch()
    shown = await page(tess, url(recording))
    assert (shown.count("<video"), shown.count(f'formaction="{url(recording)}/reels/')) == (0, 1)
    assert "This film is damaged and cannot be played." in shown
    await page(tess, f"{url(recording)}/reels/{file.name}", 409)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, asks_where_patients_are=False, keep_recordings_days=14)

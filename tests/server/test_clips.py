"""Clips over HTTP, as the browser's part meets them (docs/reference/clips.md), with real films and real processes."""

import asyncio
import io
from pathlib import Path
from typing import Any

import pytest

from telesession.domain.clips import CHUNK_BYTES
from tests.media.films import AUTHOR, film, sparse
from tests.server.conftest import Person, Service
from tests.server.test_socket import admitted
from tests.server.wire import Wire

CANARY = "canary knee"
DOSAGE = {"sets": 1, "reps": 1}
AIM = {"view": "front"}
ASKED_EVERY_S = 0.05


@pytest.fixture
def body(tmp_path: Path) -> bytes:
    return film(tmp_path / "film.mp4", sound="aac", is_tagged=True).read_bytes()


def clips_of(person: Person) -> str:
    return f"{person.visit_path}/clips"


async def announce(person: Person, size: int, title: str = CANARY, kind: str = "video/mp4") -> tuple[int, Any]:
    asked = {"title": title, "bytes": size, "type": kind}
    async with person.http.post(clips_of(person), json=asked) as answer:
        return answer.status, await answer.json()


async def send(person: Person, url: str, offset: object, piece: bytes) -> tuple[int, Any]:
    headers = {"Content-Type": "application/octet-stream", "Accept": "application/json"}
    async with person.http.put(url, params={"offset": str(offset)}, data=piece, headers=headers) as answer:
        return answer.status, await answer.json()


async def listed(person: Person) -> list[dict[str, Any]]:
    async with person.http.get(clips_of(person)) as answer:
        assert answer.status == 200
        found: list[dict[str, Any]] = (await answer.json())["clips"]
        return found


async def until_checked(person: Person) -> dict[str, Any]:
    """The only clip of the visit, once it is ready or refused.

    The processes that check it are nice: whoever asked again without a pause would keep them from getting anywhere.
    """
    async with asyncio.timeout(20):
        while (clip := (await listed(person))[0])["state"] in ("uploading", "checking"):  # noqa: ASYNC110  other processes
            await asyncio.sleep(ASKED_EVERY_S)
    return clip


async def uploaded(person: Person, body: bytes) -> str:
    """A clip that is ready; its id."""
    _, announced = await announce(person, len(body))
    assert (await send(person, announced["upload_url"], 0, body))[0] == 200
    clip = await until_checked(person)
    assert clip["state"] == "ready", clip
    return str(clip["clip"])


async def give(person: Person, clip: str, title: str) -> int:
    async with person.http.post(f"{clips_of(person)}/{clip}/clinic", json={"title": title}) as answer:
        return answer.status


async def status(person: Person, path: str, method: str = "GET", **headers: str) -> int:
    async with person.http.request(method, path, headers=headers) as answer:
        return answer.status


async def test_an_upload_that_broke_off_goes_on_from_where_it_was_and_becomes_a_clip(
    service: Service, body: bytes
) -> None:
    tess = await service.tess()
    created, announced = await announce(tess, len(body))
    url = announced["upload_url"]

    assert (created, announced["chunk_bytes"]) == (201, CHUNK_BYTES)
    assert url == f"{clips_of(tess)}/{announced['clip']}/upload"
    assert await send(tess, url, 0, body[:5_000]) == (200, {"received": 5_000})
    assert await send(tess, url, 9_000, body[9_000:]) == (409, {"received": 5_000})
    assert (await listed(tess))[0]["state"] == "uploading"
    async with tess.http.get(url) as answer:
        assert await answer.json() == {"received": 5_000}
    async with tess.http.head(url) as answer:
        assert answer.headers["Upload-Offset"] == "5000"
    assert await send(tess, url, 5_000, body[5_000:]) == (200, {"received": len(body)})

    clip = await until_checked(tess)
    assert clip == {
        "clip": announced["clip"],
        "title": CANARY,
        "is_clinics": False,
        "state": "ready",
        "progress": 1.0,
        "reason": None,
        "duration_s": pytest.approx(1.0, abs=0.1),
        "width": 64,
        "height": 48,
    }


async def test_a_clip_is_played_whole_and_in_ranges_and_kept_by_the_browser_alone(
    service: Service, body: bytes
) -> None:
    tess = await service.tess()
    clip = await uploaded(tess, body)

    async with tess.http.get(f"{clips_of(tess)}/{clip}/stream") as answer:
        whole = await answer.read()
        assert (answer.status, answer.headers["Content-Type"]) == (200, "video/mp4")
        assert answer.headers["Cache-Control"].startswith("private")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Accept-Ranges"] == "bytes"
    async with tess.http.get(f"{clips_of(tess)}/{clip}/stream", headers={"Range": "bytes=10-19"}) as answer:
        assert (answer.status, await answer.read()) == (206, whole[10:20])
        assert answer.headers["Content-Range"] == f"bytes 10-19/{len(whole)}"
    assert await status(tess, f"{clips_of(tess)}/{clip}/stream", Range=f"bytes={len(whole)}-") == 416
    async with tess.http.get(f"{clips_of(tess)}/{clip}/poster") as answer:
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert (await answer.read()).startswith(b"\xff\xd8")
    assert AUTHOR.encode() in body
    assert AUTHOR.encode() not in whole


async def test_a_patient_sees_a_clip_while_it_is_shown_and_nobody_else_ever_does(service: Service, body: bytes) -> None:
    wires = await admitted(service)
    tess, pat = service.people
    sam, gus = service.somebody(), await service.gus()
    async with wires[0].ws, wires[1].ws:
        clip = await uploaded(tess, body)
        stream = f"{clip}/stream"
        assert await status(pat, f"{clips_of(pat)}/{stream}") == 404

        push = {"exercise": clip, "version": 1, "dosage": DOSAGE, "aim": AIM}
        assert (await wires[1].ask("demonstration.push", **push))["code"] == "not_allowed"
        assert (await wires[0].ask("demonstration.push", **push))["type"] == "done"
        pushed = await wires[1].until("event")
        assert pushed["event"]["clip"]["title"] == CANARY
        assert await status(pat, f"{clips_of(pat)}/{stream}") == 200
        assert await status(pat, f"{clips_of(pat)}/{clip}/poster") == 200
        assert await status(gus, f"{clips_of(gus)}/{stream}") == 404
        for path in (clips_of(tess), f"{clips_of(tess)}/{stream}", f"{clips_of(tess)}/{clip}/upload"):
            assert await status(sam, path) == 404
            assert await status(pat, path) == 404, "another's seat, though of the same visit"

        await wires[0].ask("demonstration.withdraw", demonstration=pushed["seq"])
        assert await status(pat, f"{clips_of(pat)}/{stream}") == 404


async def test_another_visit_finds_a_clip_and_shows_it_once_it_was_given_to_the_clinic_and_not_before(
    service: Service, body: bytes
) -> None:
    tess = await service.tess()
    clip = await uploaded(tess, body)
    other = await service.book()
    tim = await service.somebody().take_seat(other.therapist_token)

    assert await listed(tim) == []
    for path in (f"{clip}/stream", f"{clip}/poster", f"{clip}/upload"):
        assert await status(tim, f"{clips_of(tim)}/{path}") == 404
    assert await status(tim, f"{clips_of(tim)}/{clip}", "DELETE") == 404
    assert (await send(tim, f"{clips_of(tim)}/{clip}/upload", 0, b"x"))[0] == 404
    async with Wire(tim) as wire:
        await wire.hello()
        await wire.ask("participant.knock")
        push = {"exercise": clip, "version": 1, "dosage": DOSAGE, "aim": AIM}
        assert (await wire.ask("demonstration.push", **push))["code"] == "unknown_clip"

        assert await give(tim, clip, "Mine") == 404
        assert await give(tess, clip, "") == 409
        assert await give(tess, clip, "Heel slide") == 204
        assert [(one["title"], one["is_clinics"]) for one in await listed(tim)] == [("Heel slide", True)]
        assert await status(tim, f"{clips_of(tim)}/{clip}/stream") == 200
        assert (await wire.ask("demonstration.push", **push))["type"] == "done"


async def test_a_clip_that_is_not_ready_is_neither_played_nor_shown(service: Service) -> None:
    tess = await service.tess()
    _, announced = await announce(tess, 100)
    clip = announced["clip"]

    assert await status(tess, f"{clips_of(tess)}/{clip}/stream") == 404
    async with Wire(tess) as wire:
        await wire.hello()
        await wire.ask("participant.knock")
        refused = await wire.ask("demonstration.push", exercise=clip, version=1, dosage=DOSAGE, aim=AIM)
    assert (refused["code"], refused["text"]) == ("clip_not_ready", "This video is not ready yet.")


async def test_a_file_that_is_no_clip_is_refused_with_a_reason_in_the_readers_language(
    service: Service, tmp_path: Path
) -> None:
    tess = await service.tess()
    body = sparse(tmp_path / "long.mp4", 36_000).read_bytes()
    _, announced = await announce(tess, len(body))
    await send(tess, announced["upload_url"], 0, body)

    clip = await until_checked(tess)
    assert (clip["state"], clip["duration_s"]) == ("refused", None)
    assert clip["reason"] == {
        "code": "too_long",
        "text": "This video is longer than 10 minutes. Choose a shorter one.",
    }


@pytest.mark.parametrize(
    ("asked", "status_code", "code"),
    [
        ({"title": "Knee", "bytes": 200_000_001, "type": "video/mp4"}, 413, "too_large"),
        ({"title": "Knee", "bytes": 9, "type": "text/html"}, 409, "not_a_video"),
        ({"title": " ", "bytes": 9, "type": "video/mp4"}, 409, "title_missing"),
        ({"title": "Knee", "bytes": "many"}, 409, "bad_clip"),
        ({"title": "Knee", "bytes": 9, "path": "/etc"}, 409, "bad_clip"),
    ],
)
async def test_what_can_be_no_clip_is_refused_before_a_byte_is_sent(
    service: Service, asked: dict[str, object], status_code: int, code: str
) -> None:
    tess = await service.tess()
    async with tess.http.post(clips_of(tess), json=asked) as answer:
        assert (answer.status, (await answer.json())["code"]) == (status_code, code)


async def test_a_patient_uploads_nothing(service: Service) -> None:
    assert (await announce(await service.pat(), 9))[0] == 403


async def test_pieces_have_a_type_an_offset_and_an_end(service: Service) -> None:
    tess = await service.tess()
    _, announced = await announce(tess, 5_000_000)
    url = announced["upload_url"]

    for offset in ("", "-1", "1.5", "\u0663", "9" * 30):
        assert (await send(tess, url, offset, b"x"))[0] == 400
    assert (await send(tess, url, 0, bytes(CHUNK_BYTES + 1)))[0] == 413
    assert (await send(tess, url, 0, bytes(CHUNK_BYTES)))[0] == 200
    async with tess.http.put(url, params={"offset": "0"}, json={}) as answer:
        assert answer.status == 415
    site = {"Sec-Fetch-Site": "cross-site", "Content-Type": "application/octet-stream"}
    async with tess.http.put(url, params={"offset": "0"}, data=b"x", headers=site) as answer:
        assert answer.status == 403


async def test_a_deleted_clip_is_gone_with_its_files(service: Service, body: bytes, tmp_path: Path) -> None:
    tess = await service.tess()
    clip = await uploaded(tess, body)

    assert await status(tess, f"{clips_of(tess)}/{clip}", "DELETE") == 204
    assert await listed(tess) == []
    assert await status(tess, f"{clips_of(tess)}/{clip}/stream") == 404
    assert await status(tess, f"{clips_of(tess)}/{clip}", "DELETE") == 404
    assert not any(path.name.startswith("clip-") for path in _everything(tmp_path))


async def test_a_clip_leaves_no_word_in_the_logs(logged: io.StringIO, service: Service, body: bytes) -> None:
    tess = await service.tess()
    clip = await uploaded(tess, body)
    await status(tess, f"{clips_of(tess)}/{clip}/stream")

    text = logged.getvalue()
    assert '"event": "clip_checked"' in text
    assert '"route": "/visit/{participant}/clips/{clip}/stream"' in text
    for word in (CANARY, AUTHOR, clip, tess.participant, "film.mp4", '"dropped"'):
        assert word not in text, word


def _everything(folder: Path) -> list[Path]:
    return list(folder.rglob("*"))

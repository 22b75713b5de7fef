"""Recordings, for those who treat: why they want to watch, the films with what happened when, to keep and to delete."""

import asyncio
import re
from collections.abc import Callable, Sequence

from aiohttp import web
from msgspec import Struct

from telesession import logs
from telesession.domain.errors import Refused
from telesession.domain.ids import PatientId, VisitId
from telesession.domain.recorded import KeptRecording, Mark, MarkKind, RecordedPart, RecordingId
from telesession.domain.staff import StaffRole
from telesession.media.webm import Chapter
from telesession.server.actors import actor_of
from telesession.server.forms import Form, Problem
from telesession.server.i18n import reader_of
from telesession.server.keys import ARCHIVE, EXERCISES, SCHEDULING, SETTINGS, STAFF, TEMPLATES
from telesession.services.archive import Shown
from telesession.services.films import OpenReel
from telesession.store.vault import Unreadable

PIECE_BYTES = 262_144
"""Opened in memory and sent, one after the other: so much of a film is ever readable here at once."""

FIELDS = {"reason": "reason"}

NOT_KEPT = {"Cache-Control": "no-store", "Accept-Ranges": "bytes", "Content-Type": "video/webm"}
"""Browsers keep films that they may keep on their disk, where nobody seals them."""
_ONE_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))", re.ASCII | re.IGNORECASE)


class Moment(Struct, frozen=True):
    """A chapter as it is shown."""

    at_s: float
    time: str
    mark: Mark
    name: str
    """Of the exercise."""


async def show(request: web.Request) -> web.Response:
    """The films of a recording; before that, the question why."""
    recording = _recording(request)
    if not await request.app[ARCHIVE].may_watch(recording, actor_of(request)):
        return await _ask(request, None)
    shown = await request.app[ARCHIVE].show(recording, actor_of(request))
    return await _page(request, shown, None)


async def say_why(request: web.Request) -> web.Response:
    """Write down why, and show it."""
    form = await Form.of(request)
    try:
        await request.app[ARCHIVE].say_why(_recording(request), form.text("reason"), actor_of(request))
    except Refused as no:
        return await _ask(request, no)
    raise web.HTTPSeeOther(request.path)


async def remove(request: web.Request) -> web.Response:
    """Destroy it for good."""
    form, recording = await Form.of(request), _recording(request)
    try:
        await request.app[ARCHIVE].remove(recording, form.text("reason"), actor_of(request))
    except Refused as no:
        shown = await request.app[ARCHIVE].show(recording, actor_of(request))
        return await _page(request, shown, no)
    raise web.HTTPSeeOther(f"/appointments/{recording.visit}?done=deleted")


async def stream(request: web.Request) -> web.StreamResponse:
    """One film, whole or in ranges (RFC 9110 section 14); nothing but the chunks that are asked for is opened."""
    archive, name = request.app[ARCHIVE], request.match_info["reel"]
    reel = await archive.reel(_recording(request), name, actor_of(request), titles(request))
    try:
        return await _send(request, reel, NOT_KEPT | {"ETag": f'"{name}-{reel.size}"'})
    finally:
        await asyncio.to_thread(reel.close)


async def take_away(request: web.Request) -> web.StreamResponse:
    """One film to keep elsewhere, with its reason in the record of access."""
    form, recording = await Form.of(request), _recording(request)
    archive, name = request.app[ARCHIVE], request.match_info["reel"]
    try:
        reel = await archive.take_away(recording, name, form.text("reason"), actor_of(request), titles(request))
    except Refused as no:
        return await _page(request, await archive.show(recording, actor_of(request)), no)
    try:
        so = "" if reel.damaged_from_ms is None else "-damaged"
        called = f"recording-{recording.number}-part-{reel.part}-{reel.role}{so}.webm"
        return await _send(request, reel, NOT_KEPT | {"Content-Disposition": f'attachment; filename="{called}"'})
    finally:
        await asyncio.to_thread(reel.close)


async def of_visit(request: web.Request, visit: VisitId) -> list[KeptRecording]:
    """The recordings of a visit, to list for whoever may watch them; none for others of the staff."""
    return await request.app[ARCHIVE].list_of_visit(visit) if _is_of_care(request) else []


async def of_patient(request: web.Request, patient: PatientId) -> list[KeptRecording]:
    """The same for all visits of a patient."""
    return await request.app[ARCHIVE].list_of_patient(patient) if _is_of_care(request) else []


def _is_of_care(request: web.Request) -> bool:
    return request[STAFF].role is not StaffRole.FRONT_DESK


def titles(request: web.Request) -> Callable[[RecordedPart], Sequence[Chapter]]:
    """Chapters for inside of films, in English: a film is the same whoever asks for it, in whatever language."""

    def chapters(part: RecordedPart) -> Sequence[Chapter]:
        return [Chapter(mark.at_ms, _title(request, mark)) for mark in part.marks]

    return chapters


def _title(request: web.Request, mark: Mark) -> str:
    match mark.kind:
        case MarkKind.EXERCISE:
            return mark.title or _name(request, mark, "en") or "Exercise"
        case MarkKind.PAIN:
            return f"Pain {mark.score} of 10"
        case MarkKind.EFFORT:
            return f"Effort {mark.score} of 10"
        case MarkKind.HURTS:
            return "It hurts"
        case MarkKind.STOPPED:
            return "Stop was pressed"


def _name(request: web.Request, mark: Mark, language: str) -> str:
    """What the exercise of a mark is called; empty when it is none of the library's."""
    exercise = request.app[EXERCISES].find(mark.exercise or "")
    names = {} if exercise is None else {str(one): name for one, name in exercise.names.items()}
    return names.get(language) or names.get("en", "")


async def _ask(request: web.Request, no: Refused | None) -> web.Response:
    recording = _recording(request)
    return request.app[TEMPLATES].render(
        request,
        "recordings/ask.html",
        {
            "recording": recording,
            "slot": await request.app[SCHEDULING].slot(recording.visit),
            "typed": Form({}),
            "problem": no and Problem(no, FIELDS, "reason"),
            "zone": request.app[SETTINGS].time_zone,
        },
        status=200 if no is None else 422,
    )


async def _page(request: web.Request, shown: Shown, no: Refused | None) -> web.Response:
    language = reader_of(request).language
    moments = {
        one.part.number: [
            Moment(mark.at_ms / 1_000, clock(mark.at_ms), mark, mark.title or _name(request, mark, language))
            for mark in one.part.marks
        ]
        for one in shown.parts
    }
    return request.app[TEMPLATES].render(
        request,
        "recordings/show.html",
        {
            "shown": shown,
            "recording": shown.recording.id,
            "slot": await request.app[SCHEDULING].slot(shown.recording.id.visit),
            "moments": moments,
            "clock": clock,
            "lengths": {one.part.number: clock(max(reel.length_ms for reel in one.reels)) for one in shown.parts},
            "typed": Form({}),
            "problem": no and Problem(no, FIELDS, "reason"),
            "zone": request.app[SETTINGS].time_zone,
        },
        status=200 if no is None else 422,
    )


def clock(ms: int) -> str:
    """Such as "1:05" or "1:02:33", as players show it."""
    minutes, seconds = divmod(ms // 1_000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


async def _send(request: web.Request, reel: OpenReel, headers: dict[str, str]) -> web.StreamResponse:
    start, end, is_part = _range(request, reel.size, headers.get("ETag"))
    response = web.StreamResponse(status=206 if is_part else 200, headers=headers)
    response.content_length = end - start
    if is_part:
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{reel.size}"
    first = await asyncio.to_thread(reel.read, start, min(PIECE_BYTES, end - start))  # a bad one is noticed before 200
    await response.prepare(request)
    if request.method == "HEAD":
        return response
    await response.write(first)
    for at in range(start + len(first), end, PIECE_BYTES):
        try:
            piece = await asyncio.to_thread(reel.read, at, min(PIECE_BYTES, end - at))
        except Unreadable as wrong:
            logs.get().error("recording_damaged", error=type(wrong).__name__)
            if request.transport is not None:
                request.transport.abort()
            break
        await response.write(piece)
    return response


def _range(request: web.Request, size: int, etag: str | None) -> tuple[int, int, bool]:
    """From where to where, and whether that is a part.

    What is asked for in another way than by one range of bytes of a GET is answered with everything, as it may be.
    """
    asked = _ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or request.method != "GET" or request.headers.get("If-Range", etag) != etag:
        return 0, size, False
    first, last, suffix = asked.groups()
    if last and int(last) < int(first):
        return 0, size, False  # no range at all
    start = max(0, size - int(suffix)) if suffix else int(first)
    end = min(int(last) + 1, size) if last else size
    if start >= end:
        raise web.HTTPRequestRangeNotSatisfiable(headers={"Content-Range": f"bytes */{size}"})
    return start, end, True


def _recording(request: web.Request) -> RecordingId:
    number = request.match_info["number"]
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise web.HTTPNotFound
    return RecordingId(VisitId(request.match_info["visit"]), int(number))

"""Clips over HTTP: upload in pieces, list, delete, play. docs/reference/clips.md is the contract with the browser."""

import asyncio
from pathlib import Path

import msgspec
from aiohttp import web
from msgspec import Struct

from telesession.domain import clips as rules
from telesession.domain.clips import Clip, ClipId, Playable
from telesession.domain.errors import NotFound, Refused
from telesession.domain.ids import ParticipantId
from telesession.domain.room import may_watch
from telesession.domain.seats import Seat
from telesession.server import seat_cookie
from telesession.server.i18n import reader_of
from telesession.server.keys import CLIPS, INVITATIONS, ROOMS
from telesession.services.clips import Received

CHUNK_WITHIN_S = 120.0
"""A megabyte in this time is 67 kbit/s; whoever has less sends smaller pieces."""

REVALIDATED = {"Cache-Control": "private, no-cache"}
"""Kept by the browser alone, and asked for again each time: whoever is sent away sees it no more."""

NEVER_VIDEO = ("text/", "image/", "audio/")


class Upload(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be uploaded. `type` is what the browser takes it for; what counts is what is in it."""

    title: str
    bytes: int
    type: str = ""


async def begin(request: web.Request) -> web.Response:
    """Announce a clip: 201 with where to send it, or the reason why it cannot be taken."""
    seat = await _seat(request)
    try:
        upload = msgspec.json.decode(await request.read(), type=Upload)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise Refused("bad_clip", "Please choose a video and give it a title.") from wrong
    if upload.type.startswith(NEVER_VIDEO):
        raise rules.reasons()["not_a_video"]
    clip = await request.app[CLIPS].begin(seat, upload.title, upload.bytes)
    answer = {"clip": clip.id, "upload_url": f"{request.path}/{clip.id}/upload", "chunk_bytes": rules.CHUNK_BYTES}
    return web.json_response(answer, status=201)


async def append(request: web.Request) -> web.Response:
    """Take the piece at `?offset=`; 409 with `received` when it is not the next one, to go on from there."""
    seat, clip = await _seat(request), _clip(request)
    offset = request.query.get("offset", "")
    if not (offset.isascii() and offset.isdigit() and len(offset) < 16):
        raise web.HTTPBadRequest
    now = await request.app[CLIPS].received(seat, clip)  # before a megabyte is read that nobody needs
    if now.received == int(offset):
        now = await request.app[CLIPS].append(seat, clip, int(offset), await _piece(request))
        return _answer(now, 200 if now.is_taken else 409)
    return _answer(now, 409)


async def received(request: web.Request) -> web.Response:
    """How much of an upload is here, in the body and, for HEAD, in `Upload-Offset`."""
    return _answer(await request.app[CLIPS].received(await _seat(request), _clip(request)), 200)


async def show(request: web.Request) -> web.Response:
    """All clips of the visit and how far they are, and the clinic's own."""
    found = await request.app[CLIPS].list_own(await _seat(request))
    return web.json_response({"clips": [_seen(request, clip) for clip in found]})


class Gift(Struct, frozen=True, forbid_unknown_fields=True):
    """A clip becomes the clinic's own, under this title."""

    title: str


async def give(request: web.Request) -> web.Response:
    """Keep a clip for all visits."""
    seat = await _seat(request)
    try:
        gift = msgspec.json.decode(await request.read(), type=Gift)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise Refused("bad_clip", "Please choose a video and give it a title.") from wrong
    await request.app[CLIPS].give(seat, _clip(request), gift.title)
    return web.Response(status=204)


async def remove(request: web.Request) -> web.Response:
    """Delete a clip for good."""
    await request.app[CLIPS].remove(await _seat(request), _clip(request))
    return web.Response(status=204)


async def stream(request: web.Request) -> web.FileResponse:
    """The clip itself, whole or in ranges (RFC 9110 section 14)."""
    playable, file, _ = await _watched(request)
    return web.FileResponse(file, headers=REVALIDATED | {"Content-Type": playable.container})


async def poster(request: web.Request) -> web.FileResponse:
    """A picture of the clip."""
    _, _, file = await _watched(request)
    return web.FileResponse(file, headers=REVALIDATED | {"Content-Type": "image/jpeg"})


async def _watched(request: web.Request) -> tuple[Playable, Path, Path]:
    """The clip, for whoever may see it now; for all others there is none."""
    seat, clip = await _seat(request), _clip(request)
    room = await request.app[ROOMS].look_into(seat.visit)
    if not may_watch(room, seat, clip):
        raise NotFound
    return await request.app[CLIPS].playable(seat.visit, clip)


async def _seat(request: web.Request) -> Seat:
    participant = ParticipantId(request.match_info["participant"])
    return await request.app[INVITATIONS].seat(participant, seat_cookie.browser_key(request))


def _clip(request: web.Request) -> ClipId:
    return ClipId(request.match_info["clip"])


async def _piece(request: web.Request) -> bytes:
    piece = bytearray()
    try:
        async with asyncio.timeout(CHUNK_WITHIN_S):
            async for part in request.content.iter_any():
                piece += part
                if len(piece) > rules.CHUNK_BYTES:
                    raise web.HTTPRequestEntityTooLarge(max_size=rules.CHUNK_BYTES, actual_size=len(piece))
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    return bytes(piece)


def _answer(now: Received, status: int) -> web.Response:
    headers = {"Upload-Offset": str(now.received)}
    return web.json_response({"received": now.received}, status=status, headers=headers)


def _seen(request: web.Request, clip: Clip) -> dict[str, object]:
    no = rules.reasons().get(clip.refusal or "")
    text = reader_of(request).catalogue.gettext(no.text) if no else ""
    playable = clip.playable
    return {
        "clip": clip.id,
        "title": clip.title,
        "is_clinics": clip.visit is None,
        "state": clip.state,
        "progress": round(clip.progress, 3),
        "reason": {"code": no.code, "text": text} if no else None,
        "duration_s": playable and playable.duration_s,
        "width": playable and playable.width,
        "height": playable and playable.height,
    }

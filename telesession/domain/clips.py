"""A clip: the clinic's own demonstration on video, from its first byte to what browsers play. No file is read here.

In a room a clip stands where an exercise stands: its id is a slug, its version is 1, and nothing of it is counted.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, NewType

from msgspec import Meta, Struct
from msgspec.structs import replace

from telesession.domain.errors import Refused
from telesession.domain.ids import ParticipantId, VisitId
from telesession.domain.names import clean_line

MAX_BYTES = 200_000_000
MAX_SECONDS = 600.0
MAX_CLIPS = 20
"""In one visit: what a therapist may need, and an end to what one link can fill the disk with."""

MAX_OF_CLINIC = 200
"""For all visits: more than anybody looks through, and an end to it."""

CHUNK_BYTES = 1_000_000
"""Of an upload, one request each: under the megabyte that proxies let pass unasked, and little to send twice."""

KEPT_UNFINISHED = timedelta(days=1)

ClipId = NewType("ClipId", Annotated[str, Meta(pattern=r"\Aclip-[0-9a-f]{32}\Z", max_length=64)])
Title = Annotated[str, Meta(min_length=1, max_length=100)]
Seconds = Annotated[float, Meta(ge=0, le=MAX_SECONDS)]
Pixels = Annotated[int, Meta(ge=1, le=16_384)]

CLIP_PREFIX = "clip-"
"""No exercise of the library begins so: a test holds that."""


class ClipState(StrEnum):
    UPLOADING = "uploading"
    CHECKING = "checking"
    """All bytes are here, and a process of its own looks at them and makes what browsers play."""
    READY = "ready"
    REFUSED = "refused"


class Container(StrEnum):
    """How a ready clip is packed; the value is its content type (RFC 4337, RFC 9559)."""

    MP4 = "video/mp4"
    WEBM = "video/webm"


class Playable(Struct, frozen=True):
    """What became of an upload that is a video: `width` and `height` are as it is seen, already turned."""

    container: Container
    duration_s: Seconds
    width: Pixels
    height: Pixels


class Clip(Struct, frozen=True):
    """A clip of one visit, or of the clinic for all visits: then `visit` is None.

    `refusal` is a code of `reasons()`, and `playable` what there is once it is ready.
    """

    id: ClipId
    visit: VisitId | None
    title: Title
    size_bytes: int
    state: ClipState
    uploaded_by: ParticipantId
    created_at: datetime
    progress: float = 0.0
    refusal: str | None = None
    playable: Playable | None = None


class ShownClip(Struct, frozen=True):
    """A clip as a room shows it. It is played from the visit's own pages: see docs/reference/clips.md."""

    title: Title
    duration_s: Seconds
    width: Pixels
    height: Pixels


Clips = Mapping[str, Clip]
"""The clips that one visit may show, by id: its own and the clinic's."""

NO_CLIPS: Clips = {}


def reasons() -> Mapping[str, Refused]:
    """Why a file is refused once it is here, by code."""
    return {
        no.code: no
        for no in (
            Refused("not_a_video", "This file is not a video. Choose an MP4, MOV or WebM file."),
            Refused("playlist", "This file only points at other files. Choose the video itself."),
            Refused("no_picture", "This file has no moving picture."),
            Refused("too_large", "This file is larger than 200 MB. Choose a shorter or smaller video."),
            Refused("too_long", "This video is longer than 10 minutes. Choose a shorter one."),
            Refused("picture_too_large", "The picture of this video is too large. 4096 by 2304 is the most."),
            Refused("unreadable", "This video is damaged, or of a kind that we cannot read."),
            Refused("too_slow", "This video takes too much work to prepare. A shorter or smaller one may do."),
            Refused("no_space", "There is not enough space left for this video. Please tell your clinic."),
        )
    }


def is_clip(slug: str) -> bool:
    """Whether what stands where an exercise stands is a clip."""
    return slug.startswith(CLIP_PREFIX)


def begin(clip: ClipId, visit: VisitId, by: ParticipantId, title: str, size_bytes: int, now: datetime) -> Clip:
    """A clip of which nothing is here yet; raises `Refused` for one that never could be."""
    check_size(size_bytes)
    return Clip(clip, visit, clean_title(title), size_bytes, ClipState.UPLOADING, by, now)


def check_size(size_bytes: int) -> None:
    """Raise `Refused` for a file that is too large, or empty."""
    if size_bytes > MAX_BYTES:
        raise reasons()["too_large"]
    if size_bytes < 1:
        raise reasons()["not_a_video"]


def clean_title(text: str) -> str:
    """The title as it is kept: no more than a line; raises `Refused` when nothing is left of it."""
    title = clean_line(text)
    if not title:
        raise Refused("title_missing", "Please give the video a title.")
    return title[:100].rstrip()


def given(clip: Clip, title: str) -> Clip:
    """The clip as the clinic's own; raises `Refused` for one that is not ready. Its title is read in all visits."""
    if clip.state is not ClipState.READY:
        raise Refused("clip_not_ready", "This video is not ready yet.")
    return replace(clip, visit=None, title=clean_title(title))


def shown(clips: Clips, slug: str) -> ShownClip:
    """The clip `slug` as a room may show it; raises `Refused` for one that is not there or not ready."""
    clip = clips.get(slug)
    if clip is None:
        raise Refused("unknown_clip", "There is no such video in this visit.")
    if clip.playable is None:
        raise Refused("clip_not_ready", "This video is not ready yet.")
    playable = clip.playable
    return ShownClip(clip.title, playable.duration_s, playable.width, playable.height)


def is_stale(clip: Clip, now: datetime) -> bool:
    """Nobody has finished sending it for so long that nobody will."""
    return clip.state is ClipState.UPLOADING and now - clip.created_at >= KEPT_UNFINISHED

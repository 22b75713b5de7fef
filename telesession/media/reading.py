"""Opening an upload with as little trust as can be: two kinds of container, few decoders, one file, a size of picture.

Only the processes that `prepare.py` starts import this: it loads av.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream
from av.codec.context import CodecContext
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

LIBRARY = Path(av.__file__).parent
"""Where av finds the parts of itself that it only loads when a file needs them."""

LONG_SIDE, SHORT_SIDE = 4_096, 2_304

_FORGIVING: dict[str, Any] = {"metadata_errors": "replace"} if int(av.__version__.split(".")[0]) < 19 else {}
"""Tags in no known encoding are nobody's fault. From version 19 on (Python 3.12) av needs not be told."""

PLAYLISTS = (b"#EXTM3U", b"ffconcat", b"[playlist]", b"<?xml", b"<MPD", b"<smil", b"<asx")
EBML = b"\x1a\x45\xdf\xa3"
"""Begins every Matroska and WebM file (RFC 8794 section 8.1)."""
ATOMS = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
"""What the first box of an ISO base media or QuickTime file can be (ISO/IEC 14496-12)."""

DECODERS = (
    "h264", "hevc", "vp8", "vp9", "libdav1d", "av1", "mpeg4", "h263", "mjpeg", "prores",
    "aac", "opus", "vorbis", "mp3float", "mp3", "alac", "amrnb", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_f32le",
)  # fmt: skip
"""What phones, cameras and browsers record. The rest of the library's hundreds stays shut."""


class NotTaken(Exception):
    """The upload is refused; `code` is one of `telesession.domain.clips.reasons`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def container_of(head: bytes) -> str:
    """The demuxer for a file that begins so; raises `NotTaken` for anything that is no video by its first bytes."""
    if head.startswith(EBML):
        return "matroska"
    if head[4:8] in ATOMS:
        return "mov"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(PLAYLISTS):
        raise NotTaken("playlist")
    raise NotTaken("not_a_video")


@contextmanager
def opened(path: Path) -> Iterator[InputContainer]:
    """The file at `path`, to read. It is handed over open: the library itself opens nothing, here or elsewhere."""
    with path.open("rb") as file:
        kind = container_of(file.read(64))
        file.seek(0)
        options = {
            "format_whitelist": "mov,matroska",
            "codec_whitelist": ",".join(DECODERS),
            "protocol_whitelist": "none",
            "max_pixels": str(LONG_SIDE * SHORT_SIDE),
            "max_streams": "16",
        }
        with av.open(file, "r", format=kind, options=options, **_FORGIVING) as container:
            yield container


def picture_of(container: InputContainer) -> VideoStream:
    """The moving picture, ready to decode; raises `NotTaken` when there is none or it is too large."""
    moving = [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]
    if not moving:
        raise NotTaken("no_picture")
    picture = moving[0]
    if (codec := codec_of(picture)) is None:
        raise NotTaken("unreadable")
    check_size(picture.codec_context.width, picture.codec_context.height)
    if codec not in DECODERS:
        raise NotTaken("unreadable")
    picture.codec_context.thread_count = 1
    picture.codec_context.options = {"max_pixels": str(LONG_SIDE * SHORT_SIDE)}
    return picture


def sound_of(container: InputContainer) -> AudioStream | None:
    """The first sound that we can read; phones put others beside it."""
    return next((stream for stream in container.streams.audio if codec_of(stream) in DECODERS), None)


def codec_of(stream: Stream) -> str | None:
    """Name of the decoder of the stream; None where the library has none."""
    context: CodecContext | None = stream.codec_context
    return None if context is None else context.codec.name


def check_size(width: int, height: int) -> None:
    """Raise `NotTaken` for a picture that no phone takes and only memory would notice."""
    if max(width, height) > LONG_SIDE or min(width, height) > SHORT_SIDE:
        raise NotTaken("picture_too_large")

"""`python -m telesession.media.probe FILE FOLDER`: look at an upload and say what can become of it; make nothing."""

import sys
from pathlib import Path

import av
from av import logging
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from telesession.domain.clips import MAX_BYTES, MAX_SECONDS
from telesession.media import sandbox
from telesession.media.reading import LIBRARY, NotTaken, check_size, codec_of, opened, picture_of, sound_of
from telesession.media.report import Finding, Rejection, Report, say

CPU_S, MEMORY_BYTES = 10, 768 << 20

COPIED_PIXELS = 1920 * 1088
COPIED_BITS_PER_S = 8_000_000
"""A larger or heavier picture is made smaller even where browsers could play it: it has to reach patients on phones."""


def main(file: Path, folder: Path) -> None:
    """Print one report."""
    sandbox.enter(CPU_S, MEMORY_BYTES, 0, folder, LIBRARY)
    say(judged(file))


def judged(file: Path) -> Report:
    """What is to be said of the file at `file`."""
    logging.set_level(logging.ERROR)
    logging.set_skip_repeated(False)
    with logging.Capture() as complaints:
        try:
            if file.stat().st_size > MAX_BYTES:
                raise NotTaken("too_large")
            return find(file)
        except NotTaken as no:
            return Rejection(no.code)
        except (av.FFmpegError, MemoryError, OSError, ValueError):
            return Rejection("picture_too_large" if any(map(_is_of_size, complaints)) else "unreadable")


def _is_of_size(complaint: tuple[int, str, str]) -> bool:
    """Decoders stop at `max_pixels` with an error that could be anything, and say why in words (libavutil/imgutils)."""
    return complaint[2].startswith("Picture size")


def find(file: Path) -> Finding:
    """Read all of the file's packets and the first of its pictures; raises `NotTaken` for what is no video for us."""
    with opened(file) as container:
        picture = picture_of(container)
        if (container.duration or 0) / av.time_base > MAX_SECONDS:
            raise NotTaken("too_long")
        check_decodes(container, picture)
        seconds = _length_s(file)
        may_copy = is_for_browsers(container, picture, file.stat().st_size / max(seconds, 0.1) * 8)
    return Finding(seconds, may_copy)


def check_decodes(container: InputContainer, picture: VideoStream) -> None:
    """Raise `NotTaken` unless a picture comes out, of a size that was promised or at least that we take."""
    first = next(container.decode(picture), None)
    if not isinstance(first, VideoFrame):
        raise NotTaken("unreadable")
    check_size(first.width, first.height)


def is_for_browsers(container: InputContainer, picture: VideoStream, bits_per_s: float) -> bool:
    """Whether every current browser plays these streams as they are: H.264 8-bit 4:2:0, and AAC or no sound."""
    codec = picture.codec_context
    sound = sound_of(container)
    return (
        codec.name == "h264"
        and codec.pix_fmt in ("yuv420p", "yuvj420p")
        and (sound is None or codec_of(sound) == "aac")
        and codec.width * codec.height <= COPIED_PIXELS
        and bits_per_s <= COPIED_BITS_PER_S
    )


def _length_s(file: Path) -> float:
    """Seconds from the first picture to the end of the last, by the packets: recordings of browsers have no header."""
    first: float | None = None
    last = 0.0
    with opened(file) as container:
        for packet in container.demux(picture_of(container)):
            if packet.pts is None or packet.time_base is None:
                continue
            at = float(packet.pts * packet.time_base)
            first = at if first is None else min(first, at)
            last = max(last, at + float((packet.duration or 0) * packet.time_base))
            if last - first > MAX_SECONDS:
                raise NotTaken("too_long")
    if first is None:
        raise NotTaken("unreadable")
    return last - first


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

"""Films made on the spot, honest and hostile: none is kept in the repository."""

import struct
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream

PLACE = "+51.5014-000.1419/"
AUTHOR = "Canary Clinician"
TAGS = {
    "location": PLACE, "title": AUTHOR, "artist": AUTHOR, "comment": AUTHOR, "creation_time": "2026-01-02T03:04:05Z",
    "com.apple.quicktime.location.ISO6709": PLACE, "com.apple.quicktime.make": AUTHOR,
}  # fmt: skip


def film(
    path: Path,
    *,
    codec: str = "libx264",
    kind: str = "mp4",
    size: tuple[int, int] = (64, 48),
    seconds: float = 1.0,
    per_s: int = 10,
    pixels: str = "yuv420p",
    sound: str | None = None,
    turned: int = 0,
    is_tagged: bool = False,
    movflags: str = "",
) -> Path:
    """A film of a bar that wanders to the right; `turned` degrees against the clock to be seen upright."""
    options = {"movflags": "use_metadata_tags" if is_tagged else movflags}
    with av.open(str(path), "w", format=kind, options=options if options["movflags"] else {}) as made:
        if is_tagged:
            made.metadata.update(TAGS)
        picture = made.add_stream(codec, rate=per_s)
        assert isinstance(picture, VideoStream)
        picture.width, picture.height, picture.pix_fmt = *size, pixels
        if turned:
            picture.set_display_rotation(turned)
        hearing = made.add_stream(sound, rate=48_000, layout="mono") if sound else None
        assert hearing is None or isinstance(hearing, AudioStream)
        for number in range(round(seconds * per_s)):
            made.mux(picture.encode(bar(size, number, per_s)))
        made.mux(picture.encode(None))
        if hearing is not None:
            for part in hum(seconds):
                made.mux(hearing.encode(part))
            made.mux(hearing.encode(None))
    return path


def bar(size: tuple[int, int], number: int, per_s: int) -> VideoFrame:
    """Picture `number` of a film: grey, with a white bar."""
    width, height = size
    rows = bytes(255 if x // 8 == number % (width // 8) else 60 for x in range(width)) * height
    frame = VideoFrame(width, height, "gray")
    line = frame.planes[0].line_size
    frame.planes[0].update(b"".join(rows[:width].ljust(line, b"\0") for _ in range(height)))
    frame = frame.reformat(format="yuv420p")
    frame.pts, frame.time_base, frame.pict_type = number, Fraction(1, per_s), PictureType.NONE
    return frame


def hum(seconds: float) -> list[av.AudioFrame]:
    """Sound in parts of 20 ms."""
    parts = []
    for number in range(round(seconds * 50)):
        part = av.AudioFrame(format="s16", layout="mono", samples=960)
        part.planes[0].update(struct.pack("<960h", *((x % 96) * 200 - 9600 for x in range(960))))
        part.rate, part.pts, part.time_base = 48_000, number * 960, Fraction(1, 48_000)
        parts.append(part)
    return parts


def sparse(path: Path, seconds: float, kind: str = "mp4") -> Path:
    """Two pictures, the second `seconds` after the first."""
    with av.open(str(path), "w", format=kind) as made:
        picture = made.add_stream("libx264" if kind == "mp4" else "libvpx", rate=1)
        picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
        for at in (0, int(seconds)):
            frame = bar((64, 48), 0, 1)
            frame.pts = at
            made.mux(picture.encode(frame))
        made.mux(picture.encode(None))
    return path


def padded(path: Path, count: int) -> Path:
    """The same film in a larger file: what it is larger by is nothing to look at (ISO/IEC 14496-12, FreeSpaceBox)."""
    with path.open("ab") as file:
        file.write(struct.pack(">I4s", 8 + count, b"free") + bytes(count))
    return path


def sound_only(path: Path) -> Path:
    with av.open(str(path), "w", format="mp4") as made:
        hearing = made.add_stream("aac", rate=48_000, layout="mono")
        for part in hum(1.0):
            made.mux(hearing.encode(part))
        made.mux(hearing.encode(None))
    return path


def enormous(path: Path, side: int = 60_000) -> Path:
    """A film of pictures that are `side` by `side`, in a few kilobytes."""
    surprising(path, side)
    body = bytearray(path.read_bytes())
    entry = body.index(b"jpeg", body.index(b"stsd"))
    body[entry + 28 : entry + 32] = struct.pack(">HH", side, side)  # ISO/IEC 14496-12, VisualSampleEntry
    path.write_bytes(body)
    return path


def surprising(path: Path, side: int = 60_000) -> Path:
    """A film with an honest header and pictures that are `side` by `side` once they are opened."""
    film(path, codec="mjpeg", kind="mov", pixels="yuvj420p")
    body = path.read_bytes()
    small, large = struct.pack(">HH", 48, 64), struct.pack(">HH", side, side)
    path.write_bytes(body.replace(b"\xff\xc0\x00\x11\x08" + small, b"\xff\xc0\x00\x11\x08" + large))  # SOF0
    assert path.read_bytes() != body
    return path


def understating(path: Path) -> Path:
    """A film of an hour whose header says that it is over in a second."""
    sparse(path, 3_600)
    body = bytearray(path.read_bytes())
    for box, at in ((b"mvhd", 20), (b"mdhd", 20), (b"tkhd", 24)):
        place = body.index(box) + at
        body[place : place + 4] = struct.pack(">I", 1_000)
    path.write_bytes(body)
    return path

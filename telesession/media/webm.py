"""WebM from frames that are encoded already: clusters as they come, and the head of it all when the rest is known.

Muxers go back in the file to write its length and its index. In what is sealed as it is written nobody can go back, so
the head is made apart and put in front when somebody plays it. EBML is RFC 8794, Matroska RFC 9559; WebM is the part of
it that browsers play. Nothing here decodes anything or needs a library.
"""

import struct
from collections.abc import Sequence

from msgspec import Struct

from telesession.media.rtp import vp8_size

VIDEO, AUDIO = 1, 2
"""Numbers of the tracks."""

MOST_MS = 30_000
"""A block's time is 16 bits, counted from its cluster's."""

_UNITS_PER_MS = 1_000_000
_OPUS_DELAY_SAMPLES = 312
_OPUS_HEAD = b"OpusHead" + struct.pack("<BBHIhB", 1, 2, _OPUS_DELAY_SAMPLES, 48_000, 0, 0)  # RFC 7845 section 5.1
_OPUS_DELAY_NS = _OPUS_DELAY_SAMPLES * 1_000_000_000 // 48_000
_OPUS_PREROLL_NS = 80_000_000  # RFC 7845 section 4.6


class Block(Struct, frozen=True):
    """One frame, as it was encoded. `at_ms` counts from the beginning of the film."""

    track: int
    at_ms: int
    frame: bytes
    is_key: bool = False
    """Can be shown without the ones before it; true of all sound."""


class Place(Struct, frozen=True):
    """Where a cluster lies among the clusters, in bytes, and what time it begins at."""

    at_ms: int
    start: int


class Chapter(Struct, frozen=True):
    at_ms: int
    title: str
    language: str = "en"


class Film(Struct, frozen=True):
    """All that stands in front. `size`: of the picture, width and height; None when there is only sound."""

    length_ms: int
    size: tuple[int, int] | None
    has_sound: bool
    clusters: Sequence[Place]
    clusters_bytes: int
    chapters: Sequence[Chapter] = ()


class Beginning(Struct, frozen=True):
    """What the first bytes of a cluster say of it."""

    at_ms: int
    last_ms: int
    size_bytes: int
    starts_with_key: bool
    """Its first block is a picture that stands alone."""
    has_sound: bool
    size: tuple[int, int] | None
    """Of that picture."""


BEGINNING_BYTES = 64
"""So much of a cluster is enough to know its beginning."""


def cluster(at_ms: int, blocks: Sequence[Block]) -> bytes:
    """The blocks of at most `MOST_MS` from `at_ms`, in the order in which they are played.

    What players skip (a Void) says what is in it, so that nobody has to read all of a film to know what it is.
    """
    first = blocks[0]
    flags = (first.track == VIDEO and first.is_key) | any(one.track == AUDIO for one in blocks) << 1
    about = _element("EC", struct.pack(">BI", flags, max(one.at_ms for one in blocks)))
    return _element("1F43B675", _unsigned("E7", at_ms) + about + b"".join(_block(at_ms, one) for one in blocks))


def beginning(first: bytes) -> Beginning | None:
    """Of a cluster as `cluster` makes it, of which `first` are the first bytes; None when it is none."""
    try:
        body, body_bytes, _ = _opened(first, 0, "1F43B675")
        time, time_bytes, _ = _opened(first, body, "E7")
        about, _, block = _opened(first, time + time_bytes, "EC")
        frame, _, _ = _opened(first, block, "A3")
    except ValueError:
        return None
    flags, last_ms = struct.unpack_from(">BI", first, about)
    starts_with_key = bool(flags & 1)
    return Beginning(
        at_ms=int.from_bytes(first[time : time + time_bytes], "big"),
        last_ms=last_ms,
        size_bytes=body + body_bytes,
        starts_with_key=starts_with_key,
        has_sound=bool(flags & 2),
        size=vp8_size(first[frame + 4 :]) if starts_with_key else None,
    )


def _opened(data: bytes, at: int, identifier: str) -> tuple[int, int, int]:
    """Where the body of the element at `at` begins, its length and its end; raises `ValueError` when it is another."""
    name = bytes.fromhex(identifier)
    width = 9 - data[at + len(name)].bit_length() if at + len(name) < len(data) else 9
    body = at + len(name) + width
    if not data.startswith(name, at) or width > 8 or body > len(data):
        raise ValueError("not what it should be")
    length = int.from_bytes(data[at + len(name) : body], "big") & (1 << 7 * width) - 1
    return body, length, body + length


def head(film: Film) -> bytes:
    """What stands in front of the clusters and says where they are: it is as long wherever they lie."""
    before = _about(film) + _tracks(film) + _chapters(film.chapters)
    cues_bytes = len(_cues(film, 0))
    body = before + _cues(film, len(before) + cues_bytes)
    segment = bytes.fromhex("18538067") + _length(len(body) + film.clusters_bytes, 8)
    return _document() + segment + body


def _document() -> bytes:
    return _element(
        "1A45DFA3",
        _unsigned("4286", 1) + _unsigned("42F7", 1) + _unsigned("42F2", 4) + _unsigned("42F3", 8)
        + _text("4282", "webm") + _unsigned("4287", 4) + _unsigned("4285", 2),
    )  # fmt: skip


def _about(film: Film) -> bytes:
    return _element(
        "1549A966",
        _unsigned("2AD7B1", _UNITS_PER_MS)
        + _element("4489", struct.pack(">d", film.length_ms))
        + _text("4D80", "telesession")
        + _text("5741", "telesession"),
    )


def _tracks(film: Film) -> bytes:
    tracks = b""
    if film.size is not None:
        width, height = film.size
        picture = _element("E0", _unsigned("B0", width) + _unsigned("BA", height))
        tracks += _element("AE", _track(VIDEO, 1, "V_VP8") + picture)
    if film.has_sound:
        sound = _element("E1", _element("B5", struct.pack(">d", 48_000)) + _unsigned("9F", 2))
        codec = _element("63A2", _OPUS_HEAD) + _unsigned("56AA", _OPUS_DELAY_NS) + _unsigned("56BB", _OPUS_PREROLL_NS)
        tracks += _element("AE", _track(AUDIO, 2, "A_OPUS") + codec + sound)
    return _element("1654AE6B", tracks)


def _track(number: int, kind: int, codec: str) -> bytes:
    return _unsigned("D7", number) + _unsigned("73C5", number) + _unsigned("83", kind) + _text("86", codec)


def _chapters(chapters: Sequence[Chapter]) -> bytes:
    if not chapters:
        return b""
    atoms = b"".join(
        _element(
            "B6",
            _unsigned("73C4", number)
            + _unsigned("91", one.at_ms * _UNITS_PER_MS)
            + _element("80", _text("85", one.title) + _text("437C", "und") + _text("437D", one.language)),
        )
        for number, one in enumerate(chapters, start=1)
    )
    return _element("1043A770", _element("45B9", atoms))


def _cues(film: Film, clusters_start: int) -> bytes:
    track = VIDEO if film.size is not None else AUDIO
    points = b"".join(
        _element(
            "BB",
            _unsigned("B3", one.at_ms, 8)
            + _element("B7", _unsigned("F7", track) + _unsigned("F1", clusters_start + one.start, 8)),
        )
        for one in film.clusters
    )
    return _element("1C53BB6B", points) if points else b""


def _block(cluster_at_ms: int, block: Block) -> bytes:
    """SimpleBlock: the track in one byte, the time from the cluster's, and whether the frame stands alone."""
    flags = 0x80 if block.is_key or block.track == AUDIO else 0
    return _element("A3", struct.pack(">BhB", 0x80 | block.track, block.at_ms - cluster_at_ms, flags) + block.frame)


def _element(identifier: str, body: bytes) -> bytes:
    return bytes.fromhex(identifier) + _length(len(body)) + body


def _length(value: int, width: int = 0) -> bytes:
    """A size as RFC 8794 section 4 writes it: the first set bit says how many bytes it takes."""
    width = width or next(one for one in range(1, 9) if value < (1 << 7 * one) - 1)
    return (value | 1 << 7 * width).to_bytes(width, "big")


def _unsigned(identifier: str, value: int, width: int = 0) -> bytes:
    return _element(identifier, value.to_bytes(width or max(1, (value.bit_length() + 7) // 8), "big"))


def _text(identifier: str, text: str) -> bytes:
    return _element(identifier, text.encode())

"""A reel: what one participant sent during one part of a recording, sealed as it comes and played from any place.

On the disk there are the clusters of a WebM film and nothing else (`webm.py`, `sealed_file.py`). The head of the film
is made when somebody plays it, from what the clusters say of themselves: a reel whose writer died is a film as well.
"""

from collections.abc import Callable, Sequence

from msgspec import Struct

from telesession.media.webm import (
    AUDIO,
    BEGINNING_BYTES,
    MOST_MS,
    VIDEO,
    Beginning,
    Block,
    Chapter,
    Film,
    Place,
    beginning,
    cluster,
    head,
)
from telesession.store.sealed_file import SealedReader
from telesession.store.vault import Unreadable

CLUSTER_MS = 500
"""What is lost at most when the writing process dies: each is sealed and written as soon as it is whole."""
MOST_CLUSTER_BYTES = 4_000_000
"""So much is held in memory at most: what a browser sends is a fortieth of it."""
MOST_AHEAD_MS = 6_000
"""No two frames of a track have the same time, so a flood of them runs ahead of it; this far and no farther. A sender
whose clock was taken for later than it is, by up to `MOST_LATE_S`, comes back to the truth without losing a frame.
"""
PLACES_APART_MS = 100
"""Where one can begin is kept in memory while a film is watched: there are no more places than anybody looks for."""
LAST_FRAME_MS = 20
"""How long the last frame is shown or heard; nobody says how long it was."""

Read = Callable[[int, int], bytes]
"""Up to so many bytes from a place."""


class ReelWriter:
    """Makes clusters of frames as they come and hands each to `write` when it is whole."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self._blocks: list[Block] = []
        self._bytes = 0
        self._last_ms = {VIDEO: -1, AUDIO: -1}
        self._ended_ms = 0
        self._has_key = False
        self._place_ms = -PLACES_APART_MS

    def add(self, track: int, at_ms: int, frame: bytes, *, is_key: bool) -> None:
        """The next frame of a track. What was sent before the beginning, or cannot be shown by itself there, is not."""
        begins = track == VIDEO and is_key
        self._has_key = self._has_key or (begins and at_ms >= 0)
        if at_ms < 0 or (track == VIDEO and not self._has_key):
            return
        at_ms = max(at_ms, max(self._last_ms.values()) - MOST_MS)
        if self._last_ms[track] >= at_ms + MOST_AHEAD_MS:
            self._has_key = self._has_key and track != VIDEO  # what follows is made from what is left out here
            return
        at_ms = self._last_ms[track] = max(at_ms, self._last_ms[track] + 1)
        is_place = begins and at_ms - self._place_ms >= PLACES_APART_MS
        self._place_ms = at_ms if is_place else self._place_ms
        if self._blocks and (is_place or self._is_enough(at_ms, frame)):
            self._flush()
        self._blocks.append(Block(track, at_ms, frame, is_key))
        self._bytes += len(frame)

    def _is_enough(self, at_ms: int, frame: bytes) -> bool:
        is_long = abs(at_ms - self._blocks[0].at_ms) >= CLUSTER_MS
        return is_long or self._bytes + len(frame) > MOST_CLUSTER_BYTES

    def close(self) -> None:
        """Write what waits."""
        if self._blocks:
            self._flush()

    def _flush(self) -> None:
        # Frames of picture and sound come a little out of order; clusters may not.
        at_ms = max(self._ended_ms, min(one.at_ms for one in self._blocks))
        self._write(cluster(at_ms, self._blocks))
        self._ended_ms = at_ms
        self._blocks, self._bytes = [], 0


class Index(Struct, frozen=True):
    """What is in a reel, as far as it was written."""

    length_ms: int
    size: tuple[int, int] | None
    has_sound: bool
    places: Sequence[Place]
    """Where one can begin."""
    clusters_bytes: int
    is_damaged: bool = False
    """Something was changed behind that: what is before it is as it was written."""

    @property
    def is_empty(self) -> bool:
        return self.clusters_bytes == 0


def index(read: Read, size_bytes: int) -> Index:
    """Go from cluster to cluster; one that is not all there, or was changed, is left out with everything behind it."""
    at, length_ms, sizes, has_sound = 0, 0, [(0, 0)], False
    keys, all_places = [], []
    is_damaged = False
    while True:
        try:
            one = _whole(read, at, size_bytes)
        except Unreadable:
            one, is_damaged = None, True
        if one is None:
            break
        place = Place(one.at_ms, at)
        all_places.append(place)
        if one.starts_with_key:
            keys.append(place)
        if one.size is not None:
            sizes.append(one.size)
        has_sound = has_sound or one.has_sound
        length_ms = max(length_ms, one.last_ms + LAST_FRAME_MS)
        at += one.size_bytes
    largest = max(sizes, key=lambda size: size[0] * size[1])
    return Index(length_ms, largest if keys else None, has_sound, keys or all_places, at, is_damaged)


def _whole(read: Read, at: int, size_bytes: int) -> Beginning | None:
    """The cluster there, which opens to its last byte; None when there is none, or not all of it."""
    one = beginning(read(at, BEGINNING_BYTES))
    if one is None or at + one.size_bytes > size_bytes:
        return None
    read(at, one.size_bytes)
    return one


class Reel:
    """A film of which any part can be read: the head, and behind it what lies sealed in the file."""

    def __init__(self, sealed: SealedReader, contents: Index, chapters: Sequence[Chapter] = ()) -> None:
        self._sealed = sealed
        self._head = head(
            Film(
                contents.length_ms,
                contents.size,
                contents.has_sound,
                contents.places,
                contents.clusters_bytes,
                [one for one in chapters if one.at_ms < contents.length_ms],
            )
        )
        self.size = len(self._head) + contents.clusters_bytes
        """Bytes of the film."""

    def read(self, start: int, length: int) -> bytes:
        """Up to `length` bytes from `start`; raises `Unreadable` where the file was tampered with."""
        end = min(start + length, self.size)
        front = self._head[start:end]
        rest = start + len(front)
        return front + (self._sealed.read(rest - len(self._head), end - rest) if rest < end else b"")

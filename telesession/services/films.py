"""The films of a recording, as they lie in its folder: which there are, how long they are, what can be read of them.

Who may have them is decided elsewhere (`archive.py`).
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence

from msgspec import Struct

from telesession.domain.errors import NotFound
from telesession.domain.ids import ParticipantId
from telesession.domain.messages import Role
from telesession.domain.recorded import Contents, RecordedPart, RecordingId
from telesession.media.reel import Index, Reel, index
from telesession.media.reel_files import ReelFile, ReelFiles, key_of, place_of
from telesession.media.webm import Chapter
from telesession.store.sealed_file import SealedReader
from telesession.store.vault import Unreadable

MOST_INDEXES = 64
"""Reels whose places are kept at hand while somebody watches them."""

Title = Callable[[RecordedPart], Sequence[Chapter]]
"""Names the moments of a part in words."""


class ShownReel(Struct, frozen=True):
    """The film of one participant in one part. `is_whole` False: its writer died, the end may be missing.

    `is_damaged`: it was changed since, and goes on only to `length_ms`, where the damage begins; 0 when right there.
    """

    name: str
    role: Role
    length_ms: int
    has_picture: bool
    is_whole: bool
    is_damaged: bool


class ShownPart(Struct, frozen=True):
    """A part with its films; those with a picture come first, and of them the patient's."""

    part: RecordedPart
    reels: tuple[ShownReel, ...]


class OpenReel:
    """A film to be read in pieces; use it as a context, so that its file is closed."""

    def __init__(
        self,
        file: ReelFile,
        sealed: SealedReader,
        reel: Reel,
        role: Role,
        damaged_from_ms: int | None,
        on_damage: Callable[[], object],
    ) -> None:
        self._on_damage = on_damage
        self._sealed = sealed
        self._reel = reel
        self.size = reel.size
        self.role = role
        self.part = file.part
        self.damaged_from_ms = damaged_from_ms
        """Where it ends because it was changed behind that."""

    def read(self, start: int, length: int) -> bytes:
        """Up to `length` bytes from `start`, opened in memory; raises `Unreadable` where it was changed just now.

        Waits for the disk.
        """
        try:
            return self._reel.read(start, length)
        except Unreadable:
            self._on_damage()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._sealed.close()


class Films:
    """Everything here waits for the disk: call it from a thread."""

    def __init__(self, files: ReelFiles) -> None:
        self._files = files
        self._indexes: OrderedDict[tuple[str, int, int], Index] = OrderedDict()

    def parts(self, recording: RecordingId, told: Contents, key: bytes) -> tuple[ShownPart, ...]:
        """What can be watched of a recording, and what could be if it were not damaged."""
        files = self._files.list_of(recording.visit, recording.number)
        known = {part.number: part for part in told.parts}
        shown = []
        for number in sorted({file.part for file in files}):
            part = known.get(number)
            reels = [self._shown(file, told, key) for file in files if file.part == number]
            if part is not None and any(reels):
                found = sorted((one for one in reels if one is not None), key=_order)
                shown.append(ShownPart(part, tuple(found)))
        return tuple(shown)

    def _shown(self, file: ReelFile, told: Contents, key: bytes) -> ShownReel | None:
        """A film as it is listed; None when nothing was written, or it is gone."""
        role = role_of(told, file.participant)
        try:
            with _sealed(file, key) as sealed:
                found = self._index(file, sealed)
                is_whole, is_damaged = sealed.is_whole, sealed.is_damaged or found.is_damaged
        except Unreadable:
            return ShownReel(file.name, role, 0, has_picture=False, is_whole=False, is_damaged=True)
        except OSError:
            return None
        if found.is_empty and not is_damaged:
            return None
        return ShownReel(file.name, role, found.length_ms, found.size is not None, is_whole, is_damaged)

    def open(self, recording: RecordingId, name: str, told: Contents, key: bytes, title: Title) -> OpenReel:
        """One film; raises `NotFound` when there is none, or nothing in it, and `Unreadable`."""
        files = self._files.list_of(recording.visit, recording.number)
        file = next((one for one in files if one.name == name), None)
        if file is None:
            raise NotFound
        sealed = _sealed(file, key)
        try:
            part = next((one for one in told.parts if one.number == file.part), None)
            chapters = [] if part is None else title(part)
            found = self._index(file, sealed)
            is_damaged = sealed.is_damaged or found.is_damaged
            if found.is_empty:
                raise Unreadable("recording") if is_damaged else NotFound
            reel = Reel(sealed, found, chapters)
        except BaseException:
            sealed.close()
            raise
        damaged_from_ms = found.length_ms if is_damaged else None
        role = role_of(told, file.participant)
        return OpenReel(file, sealed, reel, role, damaged_from_ms, on_damage=self._indexes.clear)

    def _index(self, file: ReelFile, sealed: SealedReader) -> Index:
        """Where everything is in a film: found once, and again when it has grown or was written anew."""
        wanted = (file.name, file.path.stat().st_mtime_ns, sealed.size)
        found = self._indexes.pop(wanted, None) or index(sealed.read, sealed.size)
        self._indexes[wanted] = found
        while len(self._indexes) > MOST_INDEXES:
            self._indexes.popitem(last=False)
        return found


_ORDER = {Role.PATIENT: 0, Role.THERAPIST: 1, Role.GUEST: 2}


def _order(reel: ShownReel) -> tuple[bool, int]:
    return not reel.has_picture, _ORDER[reel.role]


def role_of(told: Contents, participant: ParticipantId) -> Role:
    """Who that was."""
    return told.roles.get(participant, Role.GUEST)


def _sealed(file: ReelFile, key: bytes) -> SealedReader:
    return SealedReader(file.path, key_of(key, file.name), place_of(file.path.parent, file.name))

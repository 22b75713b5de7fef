"""A backup of the whole clinic to public keys: two files, of which the one with the patients' keys is kept shorter."""

import asyncio
import hashlib
import io
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, BinaryIO

import msgspec
from msgspec import Struct

from telesession.domain.audit import COMMAND_LINE, Action, Actor
from telesession.domain.errors import Refused
from telesession.media import reel_files
from telesession.media.files import FOLDER, PLAYABLE, POSTER
from telesession.services import parcels
from telesession.services.audit import Audit
from telesession.store import audit, copies
from telesession.store.copies import Key
from telesession.store.database import Database, sqlite_url

FORMAT = 1
DATABASE_NAME = "telesession.db"
MANIFEST_NAME = "manifest.json"
STAMP = "backup.json"
"""In the clinic's folder: when the last backup was made."""
BLOCK = 1 << 20


class Member(Struct, frozen=True):
    """One file of a backup."""

    name: str
    size: int
    sha256: str


class Manifest(Struct, frozen=True):
    """The last member of a backup: what has to be in it, and where the record of access stood."""

    format: int
    made_at: datetime
    version: str
    audit_seq: int
    audit_digest: str
    files: list[Member]


class KeyRing(Struct, frozen=True):
    """The other file: the clinic's key file as it was, and the patients' keys."""

    format: int
    made_at: datetime
    key_file: str
    keys: list[Key]


class Made(Struct, frozen=True):
    """What a backup came to; also what is remembered of the last one."""

    made_at: datetime
    files: int
    size_bytes: int
    keys: int


class Backup:
    def __init__(self, database: Database, now: Callable[[], datetime], data_dir: Path, key_file: Path) -> None:
        self._database = database
        self._now = now
        self._data_dir = data_dir
        self._key_file = key_file

    async def make(self, to: Path, public_keys: Sequence[str], by: Actor = COMMAND_LINE) -> Made:
        """Write `to`, and beside it `to`.keys, encrypted to `public_keys`, from the running database.

        Raises `Refused` for a bad public key, a full disk, or when there is such a file; what fails leaves none.
        """
        sealed_to, ring_path = parcels.recipients(public_keys), keys_of(to)
        if await asyncio.to_thread(lambda: to.exists() or ring_path.exists()):
            raise Refused("backup_exists", "There is a file of this name already. Give each backup a name of its own.")
        with tempfile.TemporaryDirectory(dir=self._data_dir, prefix=".backup-") as folder:
            copy = Path(folder) / DATABASE_NAME
            taken = await asyncio.to_thread(copies.copy, Path(str(self._database.url.database)), copy)
            made_at, (seq, digest) = self._now(), await self._head(copy)
            manifest = Manifest(FORMAT, made_at, version("telesession"), seq, digest, [])
            write = _Writer(copy, self._data_dir, manifest)
            key_text = await asyncio.to_thread(self._key_file.read_text, "ascii")
            ring = msgspec.json.encode(KeyRing(FORMAT, made_at, key_text, taken))
            size = await asyncio.to_thread(_seal_both, to, write, ring_path, ring, sealed_to)
        made = Made(made_at, len(write.members), size, len(taken))
        await asyncio.to_thread(_remember, self._data_dir / STAMP, made)
        await Audit(self._database, self._now).note(by, Action.BACKUP_MADE, "backup")
        return made

    async def _head(self, copy: Path) -> tuple[int, str]:
        """Where the record of access stood when the copy was made."""
        async with Database(sqlite_url(copy)) as copied, copied.reading() as tx:
            head = await audit.head_of(tx)
        return head.seq, head.digest.hex()


def last_made(data_dir: Path) -> Made | None:
    """The last backup that was made; None when none was, or nobody can say."""
    try:
        return msgspec.json.decode((data_dir / STAMP).read_bytes(), type=Made)
    except (OSError, msgspec.DecodeError):
        return None


def keys_of(backup: Path) -> Path:
    """The file with the keys that belongs to `backup`."""
    return backup.with_name(f"{backup.name}.keys")


class _Writer:
    """Writes the archive into a stream, with digests taken on the way; `members` are what it wrote."""

    def __init__(self, copy: Path, data_dir: Path, manifest: Manifest) -> None:
        self._copy = copy
        self._data_dir = data_dir
        self._manifest = manifest
        self.members: list[Member] = []

    def __call__(self, into: BinaryIO) -> None:
        with tarfile.open(fileobj=into, mode="w|", format=tarfile.PAX_FORMAT) as archive:
            for path, name in self._files():
                try:
                    with path.open("rb") as file:
                        self.members.append(_add(archive, name, file))
                except FileNotFoundError:  # deleted while the backup was made
                    continue
            manifest = msgspec.structs.replace(self._manifest, files=self.members)
            _add(archive, MANIFEST_NAME, io.BytesIO(msgspec.json.encode(manifest)))

    def _files(self) -> Iterator[tuple[Path, str]]:
        yield self._copy, DATABASE_NAME
        for folder in sorted((self._data_dir / FOLDER).glob("*")):
            for name in (PLAYABLE, POSTER):
                yield folder / name, f"{FOLDER}/{folder.name}/{name}"
        for reel in sorted((self._data_dir / reel_files.FOLDER).glob(f"*/*{reel_files.SUFFIX}")):
            yield reel, f"{reel_files.FOLDER}/{reel.parent.name}/{reel.name}"


class _Digesting:
    """A file that is digested as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()

    def read(self, size: int) -> bytes:
        block = self._file.read(size)
        self.sha256.update(block)
        return block


def _add(archive: tarfile.TarFile, name: str, file: IO[bytes]) -> Member:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = file.seek(0, io.SEEK_END), 0o600
    file.seek(0)
    digesting: Any = _Digesting(file)
    archive.addfile(entry, digesting)
    return Member(name, entry.size, digesting.sha256.hexdigest())


def _seal_both(to: Path, write: _Writer, ring_path: Path, ring: bytes, sealed_to: Sequence[Any]) -> int:
    """Both files or none; the size of the first."""
    parcels.seal(ring_path, sealed_to, _writes(ring))
    try:
        return parcels.seal(to, sealed_to, write)
    except BaseException:
        ring_path.unlink(missing_ok=True)
        raise


def _remember(stamp: Path, made: Made) -> None:
    with parcels.whole(stamp) as file:
        file.write(msgspec.json.encode(made))


def _writes(content: bytes) -> Callable[[BinaryIO], None]:
    def write(into: BinaryIO) -> None:
        into.write(content)

    return write

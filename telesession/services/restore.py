"""A backup becomes a clinic again: in an empty folder, all of it checked before anything has its name."""

import asyncio
import contextlib
import hashlib
import os
import re
import secrets
import shutil
import tarfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Struct

from telesession import master_keys
from telesession.config import BadSettings
from telesession.domain.audit import COMMAND_LINE, Action, Actor
from telesession.domain.errors import Refused
from telesession.media.reel_files import IN_BACKUP
from telesession.services import parcels
from telesession.services.audit import Audit
from telesession.services.backup import BLOCK, DATABASE_NAME, FORMAT, MANIFEST_NAME, KeyRing, Manifest, Member
from telesession.store import copies
from telesession.store.database import Database, sqlite_url
from telesession.store.revisions import migrate
from telesession.store.vault import Unreadable

KEY_FILE = Path("keys") / "master.key"
MAX_MANIFEST_BYTES = 64_000_000
MAX_RING_BYTES = 512_000_000

_NAME = re.compile(rf"{re.escape(DATABASE_NAME)}|{IN_BACKUP}|clips/[A-Za-z0-9_-]{{1,64}}/(playable|poster\.jpg)")


class Restored(Struct, frozen=True):
    """What came back."""

    made_at: datetime
    files: int
    patients: int
    """Whose keys came back; of others only empty shells did."""
    audit_lines: int


async def restore(
    backup: Path, ring: Path, identity: Path, folder: Path, now: Callable[[], datetime], by: Actor = COMMAND_LINE
) -> Restored:
    """Make `folder`, which must be empty or missing, the clinic of the backup. Raises `Refused`, and leaves nothing.

    Checked: every digest, the database's own integrity and revision, that every key opens, the record of access.
    """
    keys = await asyncio.to_thread(parcels.identities, identity)
    begun = await asyncio.to_thread(_begin, folder)
    try:
        with _told_apart():
            manifest = await asyncio.to_thread(_unpack, backup, keys, begun)
            found = await asyncio.to_thread(_read_ring, ring, keys)
            restored = await _bring_to_life(begun, manifest, found, now, by)
        await asyncio.to_thread(_finish, begun, folder)
    finally:
        shutil.rmtree(begun, ignore_errors=True)
    return restored


def _begin(folder: Path) -> Path:
    """A folder beside the one that is wanted, so that one rename brings all of it there."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused("not_empty", "The folder to restore into is not empty. Choose another one.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    begun = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    begun.mkdir(mode=0o700)
    return begun


def _finish(begun: Path, folder: Path) -> None:
    if folder.exists():
        folder.rmdir()
    begun.rename(folder)
    parcels.sync_folder(folder.parent)


async def _bring_to_life(
    folder: Path, manifest: Manifest, ring: KeyRing, now: Callable[[], datetime], by: Actor
) -> Restored:
    path, key_file = folder / DATABASE_NAME, folder / KEY_FILE
    if not await asyncio.to_thread(copies.is_intact, path):
        raise _damaged("the database is not intact")
    url = sqlite_url(path)
    await migrate(url)
    await asyncio.to_thread(_write_keys, key_file, ring.key_file)
    async with Database(url, master_keys.load(key_file)) as database:
        async with database.transaction() as tx:
            patients = await copies.put(tx, ring.keys)
        audit = Audit(database, now)
        seen = (manifest.audit_seq, manifest.audit_digest)
        verdict = await audit.verify(seen if manifest.audit_seq and await _has_lines(audit) else None)
        if not verdict.is_whole:
            raise _damaged(f"the record of access is broken at line {verdict.broken}")
        await audit.note(by, Action.BACKUP_RESTORED, "backup")
        await database.scrub()
    return Restored(manifest.made_at, len(manifest.files), patients, verdict.lines)


async def _has_lines(audit: Audit) -> bool:
    return (await audit.verify()).lines > 0


def _unpack(backup: Path, keys: list[object], folder: Path) -> Manifest:
    """Every member where it belongs, with the digest that the manifest says; nothing else is written anywhere."""
    members: list[Member] = []
    manifest: Manifest | None = None
    (folder / "clips").mkdir(mode=0o700)
    (folder / "recordings").mkdir(mode=0o700)
    with parcels.opened(backup, keys) as plain, tarfile.open(fileobj=plain, mode="r|") as archive:
        for entry in archive:
            content = archive.extractfile(entry) if entry.isreg() else None
            if content is None or manifest is not None:
                raise _damaged("it holds something that no backup holds")
            if entry.name == MANIFEST_NAME:
                manifest = msgspec.json.decode(content.read(MAX_MANIFEST_BYTES), type=Manifest)
            elif _NAME.fullmatch(entry.name):
                members.append(_write(folder / entry.name, entry.name, content))
            else:
                raise _damaged("it holds something that no backup holds")
    if manifest is None:
        raise _damaged("it was cut short")
    if manifest.format != FORMAT:
        raise Refused("backup_newer", "This backup was made by a newer release. Restore it with that one.")
    if members != manifest.files or not any(one.name == DATABASE_NAME for one in members):
        raise _damaged("what is in it is not what its list says")
    return manifest


def _read_ring(ring: Path, keys: list[object]) -> KeyRing:
    with parcels.opened(ring, keys) as plain:
        found = msgspec.json.decode(plain.read(MAX_RING_BYTES), type=KeyRing)
    if found.format != FORMAT:
        raise Refused("backup_newer", "This backup was made by a newer release. Restore it with that one.")
    return found


def _write(to: Path, name: str, content: IO[bytes]) -> Member:
    to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    sha256, size = hashlib.sha256(), 0
    with os.fdopen(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        while block := content.read(BLOCK):
            sha256.update(block)
            size += len(block)
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    return Member(name, size, sha256.hexdigest())


def _write_keys(to: Path, text: str) -> None:
    to.parent.mkdir(mode=0o700)
    with parcels.whole(to) as file:
        file.write(text.encode("ascii"))


@contextlib.contextmanager
def _told_apart() -> Iterator[None]:
    """What a damaged backup does to those who read it, in words; what we refuse ourselves is left as it is."""
    try:
        yield
    except (tarfile.TarError, msgspec.DecodeError, FileExistsError, UnicodeError) as wrong:
        raise _damaged("it is not a backup of telesession") from wrong
    except (Unreadable, BadSettings) as wrong:
        raise _damaged("its keys do not open what is in it") from wrong


def _damaged(why: str) -> Refused:
    return Refused("backup_damaged", f"This backup cannot be used: {why}.")

"""The clinic's keys: one file, without which everything personal in the database is noise."""

import base64
import binascii
import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from telesession.config import BadSettings, require_private

KEY_BYTES = 32


class MasterKeys(Struct, frozen=True):
    """`clinic` seals what belongs to nobody in particular and finds people again; it never changes.

    `masters` wrap each patient's key, the newest first; older ones are there until everything is wrapped anew.
    """

    clinic: bytes
    masters: tuple[bytes, ...]

    def __repr__(self) -> str:
        """Without keys, so that a printed one gives nothing away."""
        return f"MasterKeys(masters={len(self.masters)})"


def load_or_make(path: Path) -> MasterKeys:
    """The keys in the file at `path`, which is made when it is missing; raises `BadSettings` when it cannot be used."""
    if not path.exists():
        fresh = generate()
        _create(path, fresh)
    return load(path)


class KeyFile:
    """The keys in a file that may be rotated while the service runs: what is asked for is what is there now."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._keys = load_or_make(path)

    def __call__(self) -> MasterKeys:
        """The keys; the file is read again when it is another one. What cannot be read now counts as unchanged."""
        try:
            found = self._path.stat()
            seen = (found.st_ino, found.st_mtime_ns, found.st_size)
            if seen != self._seen:
                self._keys, self._seen = load(self._path), seen
        except (OSError, BadSettings):
            return self._keys
        return self._keys


def load(path: Path) -> MasterKeys:
    """The keys in the file at `path`; raises `BadSettings` when it is missing, readable by others or damaged."""
    require_private(path, "master_key_file")
    lines = [line.split() for line in path.read_text("ascii", errors="replace").splitlines() if line.strip()]
    clinic = [_key(path, words) for words in lines if words[0] == "clinic"]
    masters = [_key(path, words) for words in lines if words[0] == "master"]
    if len(clinic) != 1 or not masters or len(lines) != 1 + len(masters):
        raise _damaged(path)
    return MasterKeys(clinic[0], tuple(masters))


def generate(random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> MasterKeys:
    """Fresh keys."""
    return MasterKeys(random_bytes(KEY_BYTES), (random_bytes(KEY_BYTES),))


def add_master(path: Path, random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> MasterKeys:
    """Begin a rotation: the file gets a new first master key. Everything still opens with the older ones."""
    keys = load(path)
    return _replace(path, MasterKeys(keys.clinic, (random_bytes(KEY_BYTES), *keys.masters)))


def drop_older(path: Path) -> MasterKeys:
    """End a rotation: only the newest master key stays. Call it once nothing is wrapped by an older one."""
    keys = load(path)
    return _replace(path, MasterKeys(keys.clinic, keys.masters[:1]))


def _create(path: Path, keys: MasterKeys) -> None:
    """Another process may make the file at the same moment: whoever is first wins, and both read what is there."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    complete = _written(path, keys)
    try:
        path.hardlink_to(complete)
    except FileExistsError:
        pass
    finally:
        complete.unlink()


def _replace(path: Path, keys: MasterKeys) -> MasterKeys:
    complete = _written(path, keys)
    try:
        _as_owned(complete, path.stat())
    except PermissionError:
        complete.unlink()
        raise BadSettings(f"{path} belongs to another user: do this as that user, or as root.") from None
    complete.replace(path)
    _sync(path.parent)
    return keys


def _as_owned(file: Path, before: os.stat_result) -> None:
    """Whoever rotates is often root beside a service that is not: the keys must stay readable for the service."""
    made = file.stat()
    if (made.st_uid, made.st_gid) != (before.st_uid, before.st_gid):
        os.chown(file, before.st_uid, before.st_gid)
    file.chmod(stat.S_IMODE(before.st_mode))


def _sync(folder: Path) -> None:
    """Have the new name outlive a power cut: what was wrapped by a key that is gone would be gone too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _written(path: Path, keys: MasterKeys) -> Path:
    """The keys whole on disk under a name of their own, for nobody else to read."""
    complete = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    lines = [("clinic", keys.clinic), *(("master", master) for master in keys.masters)]
    with os.fdopen(os.open(complete, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
        file.writelines(f"{name} {base64.b64encode(key).decode()}\n" for name, key in lines)
        file.flush()
        os.fsync(file.fileno())
    return complete


def _key(path: Path, words: list[str]) -> bytes:
    try:
        key = base64.b64decode(words[1], validate=True)
    except (IndexError, binascii.Error):
        raise _damaged(path) from None
    if len(key) != KEY_BYTES or len(words) != 2:
        raise _damaged(path)
    return key


def _damaged(path: Path) -> BadSettings:
    return BadSettings(f"{path} holds no usable keys. Put back a copy: without it no patient's record can be read.")

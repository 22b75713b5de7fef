"""Backups as files: encrypted to public keys (age) as they are written, whole or not there at all."""

import errno
import os
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

import pyrage
from pyrage.x25519 import Identity, Recipient

from telesession.domain.errors import Refused


def recipients(texts: Sequence[str]) -> list[Recipient]:
    """Public keys as one types them; raises `Refused`."""
    try:
        return [Recipient.from_str(text.strip()) for text in texts]
    except pyrage.RecipientError as wrong:
        raise Refused("bad_recipient", "This is not a public key of age. It begins with age1.") from wrong


def identities(file: Path) -> list[Identity]:
    """The secret keys in a file as `age-keygen` writes it; raises `Refused`."""
    lines = [line.strip() for line in file.read_text("utf-8", errors="replace").splitlines()]
    try:
        found = [Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except pyrage.IdentityError:
        found = []
    if not found:
        raise Refused("bad_identity", "This file holds no secret key of age. It begins with AGE-SECRET-KEY-1.")
    return found


def seal(to: Path, keys: Sequence[Recipient], write: Callable[[BinaryIO], None]) -> int:
    """Make the file `to` of what `write` writes, encrypted; its size. Until all is safe there is no such file."""
    with whole(to) as file:
        with _piped(write) as plain:
            pyrage.encrypt_io(plain, file, keys)
        return file.tell()


@contextmanager
def opened(file: Path, keys: Sequence[Identity]) -> Iterator[IO[bytes]]:
    """What was sealed, as a stream. Raises `Refused` for a wrong key, and for a file that was changed or cut short."""

    def write(plain: BinaryIO) -> None:
        with file.open("rb") as source:
            try:
                pyrage.decrypt_io(source, plain, keys)
            except OSError as wrong:
                if wrong.errno is not None:  # the disk's own
                    raise
                raise pyrage.DecryptError(str(wrong)) from wrong

    try:
        with _piped(write) as plain:
            yield plain
            while plain.read(1 << 20):  # the end is where a file that was cut short shows
                pass
    except pyrage.DecryptError as wrong:
        raise Refused("backup_unreadable", "This key does not open the backup, or the file is damaged.") from wrong


@contextmanager
def whole(to: Path) -> Iterator[BinaryIO]:
    """A new file for nobody else to read that gets its name once it is safe on the disk, and is gone otherwise."""
    begun = to.with_name(f".{to.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(begun, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        begun.rename(to)
        sync_folder(to.parent)
    except OSError as no:
        if no.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Refused("no_space", "There is no space left on the disk. Nothing was written.") from no
        raise
    finally:
        begun.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Have the names in `folder` outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _piped(write: Callable[[BinaryIO], None]) -> Iterator[IO[bytes]]:
    """What `write` writes in a thread of its own, to be read here; what it raises is raised here at the end."""
    reading, writing = os.pipe()
    failed: list[BaseException] = []

    def run() -> None:
        try:
            with os.fdopen(writing, "wb") as into:
                write(into)
        except BaseException as error:  # noqa: BLE001  told below, in the thread that waits
            failed.append(error)

    thread = threading.Thread(target=run, name="backup")
    thread.start()
    try:
        with os.fdopen(reading, "rb") as source:
            yield source
    except Refused:
        thread.join()
        raise
    except BaseException:
        thread.join()
        if failed and not isinstance(failed[0], BrokenPipeError):
            raise failed[0] from None  # the cause: what is read here only ended early
        raise
    thread.join()
    if failed:
        raise failed[0]

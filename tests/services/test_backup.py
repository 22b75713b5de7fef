"""A backup comes back whole or not at all; whoever was erased does not come back from one without keys."""

import secrets
import tarfile
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pyrage
import pytest
from pyrage.x25519 import Identity

from telesession import master_keys
from telesession.domain.audit import SERVICE
from telesession.domain.errors import NotFound, Refused
from telesession.domain.messages import Purpose
from telesession.domain.patients import Details
from telesession.domain.recorded import RecordingId
from telesession.master_keys import KeyFile
from telesession.media.reel_files import FOLDER
from telesession.services import parcels
from telesession.services.archive import Archive
from telesession.services.audit import Audit
from telesession.services.backup import Backup, keys_of, last_made
from telesession.services.erasing import Erasing
from telesession.services.patients import Patients
from telesession.services.restore import KEY_FILE, Restored, restore
from telesession.services.rotation import Rotation
from telesession.store.audit import Filter
from telesession.store.database import Database, sqlite_url
from telesession.store.revisions import migrate
from telesession.store.visit_log import VisitLog
from tests.fakes import Clock, read
from tests.media.test_webm import sound
from tests.services import footage, quill


class Clinic:
    """A running clinic in a folder of its own, and what is needed to back it up."""

    def __init__(self, folder: Path, database: Database, clock: Clock, secret: Identity) -> None:
        self.folder = folder
        self.database = database
        self.clock = clock
        self.public = str(secret.to_public())
        self.elsewhere = folder.parent / "elsewhere"
        self.elsewhere.mkdir()
        self.identity = self.elsewhere / "identity.txt"
        self.identity.write_text(f"# created: today\n{secret}\n")
        self.file = self.elsewhere / "monday.age"

    @property
    def backup(self) -> Backup:
        return Backup(self.database, self.clock, self.folder, self.folder / KEY_FILE)

    async def restored(self, into: Path, ring: Path | None = None) -> Restored:
        return await restore(self.file, ring or keys_of(self.file), self.identity, into, self.clock)


@pytest.fixture
async def clinic(tmp_path: Path, clock: Clock) -> AsyncIterator[Clinic]:
    folder = tmp_path / "clinic"
    url = sqlite_url(folder / "telesession.db")
    await migrate(url)
    async with Database(url, KeyFile(folder / KEY_FILE)) as database:
        yield Clinic(folder, database, clock, Identity.generate())


def opened(folder: Path) -> Database:
    return Database(sqlite_url(folder / "telesession.db"), master_keys.load(folder / KEY_FILE))


async def test_everything_comes_back(clinic: Clinic, tmp_path: Path) -> None:
    patient, booked = await quill.live(clinic.database, clinic.clock, clinic.folder)
    recording = RecordingId(booked.appointment.id, 3)
    begun = await Archive(clinic.database, clinic.clock, clinic.folder / FOLDER).open(recording, Purpose.MOVEMENT, 14)
    footage.write(begun.folder, begun.key, list(sound()))
    made = await clinic.backup.make(clinic.file, [clinic.public])

    restored = await clinic.restored(tmp_path / "again")

    assert (made.files, made.keys) == (5, 1)
    assert (restored.files, restored.patients) == (5, 1)
    async with opened(tmp_path / "again") as again:
        there = Archive(again, clinic.clock, tmp_path / "again" / FOLDER)
        for film in await there.films_of([booked.appointment.id]):
            with closing(film.open()) as reel:
                assert len(reel.read(0, reel.size)) == reel.size > 1_000
    assert (tmp_path / "again" / "clips" / quill.CLIP / "playable").read_bytes() == b"film"
    async with opened(tmp_path / "again") as database, VisitLog(database) as log:
        found = await Patients(database, clinic.clock, secrets.token_bytes).get(patient)
        assert found.details == quill.CANARY
        assert len(await log.read(booked.appointment.id)) == 2
        lines = await Audit(database, clinic.clock).read(SERVICE, Filter(action="backup.restored"))
        assert len(lines) == 1
        assert (await Audit(database, clinic.clock).verify()).is_whole
    assert {file.stat().st_mode & 0o077 for file in (tmp_path / "again").rglob("*")} == {0}


async def test_a_backup_tells_nothing_and_is_remembered(clinic: Clinic) -> None:
    await quill.live(clinic.database, clinic.clock, clinic.folder)
    assert last_made(clinic.folder) is None

    made = await clinic.backup.make(clinic.file, [clinic.public])

    for path in (clinic.file, keys_of(clinic.file)):
        stored = path.read_bytes().lower()
        assert stored.startswith(b"age-encryption.org")
        assert not any(word in stored for word in (*quill.WORDS, b"film", b"sqlite", b"telesession"))
        assert path.stat().st_mode & 0o777 == 0o600
    assert last_made(clinic.folder) == made
    assert quill.names_in(clinic.folder, ".*") == [], "no copy is left behind"


async def test_the_larger_file_alone_gives_nobodys_record_away(clinic: Clinic) -> None:
    """Not even to whoever has the secret key and the clinic's key file: the patients' keys are not in it."""
    await quill.live(clinic.database, clinic.clock, clinic.folder)
    async with clinic.database.reading() as tx:
        key = bytes((await tx.exec_driver_sql("SELECT key FROM keys")).scalar_one())

    await clinic.backup.make(clinic.file, [clinic.public])

    secret = parcels.identities(clinic.identity)
    assert key not in pyrage.decrypt(clinic.file.read_bytes(), secret)
    assert b'"keys"' in pyrage.decrypt(keys_of(clinic.file).read_bytes(), secret)


async def test_whoever_was_erased_stays_erased_with_keys_of_after_that(clinic: Clinic, tmp_path: Path) -> None:
    patient, _ = await quill.live(clinic.database, clinic.clock, clinic.folder)
    people = Patients(clinic.database, clinic.clock, secrets.token_bytes)
    other = await people.register(Details("Otto Other"))
    await clinic.backup.make(clinic.file, [clinic.public])
    await Erasing(clinic.database, clinic.clock, clinic.folder).erase(patient)
    later = clinic.elsewhere / "tuesday.age"
    await clinic.backup.make(later, [clinic.public])

    restored = await clinic.restored(tmp_path / "again", keys_of(later))

    assert restored.patients == 1
    async with opened(tmp_path / "again") as database:
        again = Patients(database, clinic.clock, secrets.token_bytes)
        assert (await again.get(other.id)).details.name == "Otto Other"
        with pytest.raises(NotFound):
            await again.get(patient)


async def test_a_backup_of_before_a_rotation_still_opens(clinic: Clinic, tmp_path: Path) -> None:
    patient, _ = await quill.live(clinic.database, clinic.clock, clinic.folder)
    await clinic.backup.make(clinic.file, [clinic.public])
    await Rotation(clinic.database, clinic.folder / KEY_FILE, clinic.clock).rotate()

    await clinic.restored(tmp_path / "again")

    async with opened(tmp_path / "again") as database:
        assert (await Patients(database, clinic.clock, secrets.token_bytes).get(patient)).details == quill.CANARY


async def test_a_backup_is_made_while_others_write(clinic: Clinic, tmp_path: Path) -> None:
    people = Patients(clinic.database, clinic.clock, secrets.token_bytes)
    await people.register(Details("Pat"))
    async with clinic.database.transaction() as tx:
        await tx.exec_driver_sql("UPDATE patients SET revision = 99")
        made = clinic.backup
        copied = await _copied(made, clinic)
    assert copied == 1


async def _copied(backup: Backup, clinic: Clinic) -> int:
    from telesession.store import copies

    target = clinic.elsewhere / "copy.db"
    copies.copy(clinic.folder / "telesession.db", target)
    async with Database(sqlite_url(target)) as copied, copied.reading() as tx:
        return int((await tx.exec_driver_sql("SELECT revision FROM patients")).scalar_one())


async def refusal_of(clinic: Clinic, into: Path, ring: Path | None = None) -> str:
    with pytest.raises(Refused) as refusal:
        await clinic.restored(into, ring)
    return refusal.value.code


async def test_what_was_changed_or_cut_short_is_refused_and_leaves_nothing(clinic: Clinic, tmp_path: Path) -> None:
    await quill.live(clinic.database, clinic.clock, clinic.folder)
    await clinic.backup.make(clinic.file, [clinic.public])
    whole = read(clinic.file)
    before = quill.names_in(tmp_path)

    for damaged in (whole[:-1], whole[: len(whole) // 2], whole[:300], b"", b"nonsense" * 99, flipped(whole)):
        clinic.file.write_bytes(damaged)
        assert await refusal_of(clinic, tmp_path / "again") == "backup_unreadable"
    clinic.file.write_bytes(whole)
    assert await refusal_of(clinic, tmp_path / "again", clinic.file) == "backup_damaged"

    assert quill.names_in(tmp_path) == before
    await clinic.restored(tmp_path / "again")


def flipped(whole: bytes) -> bytes:
    middle = len(whole) // 2
    return whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]


async def test_another_key_opens_nothing(clinic: Clinic, tmp_path: Path) -> None:
    await clinic.backup.make(clinic.file, [clinic.public])
    clinic.identity.write_text(str(Identity.generate()))
    assert await refusal_of(clinic, tmp_path / "again") == "backup_unreadable"

    clinic.identity.write_text("my cat")
    assert await refusal_of(clinic, tmp_path / "again") == "bad_identity"


async def test_nothing_is_written_over(clinic: Clinic, tmp_path: Path) -> None:
    await clinic.backup.make(clinic.file, [clinic.public])
    with pytest.raises(Refused) as refusal:
        await clinic.backup.make(clinic.file, [clinic.public])
    assert refusal.value.code == "backup_exists"

    assert await refusal_of(clinic, clinic.folder) == "not_empty"
    (tmp_path / "empty").mkdir()
    await clinic.restored(tmp_path / "empty")


async def test_a_backup_that_fails_leaves_no_file(clinic: Clinic, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        await clinic.backup.make(clinic.file, ["age1nonsense"])
    assert refusal.value.code == "bad_recipient"

    with pytest.raises(FileNotFoundError):
        await clinic.backup.make(tmp_path / "nowhere" / "x.age", [clinic.public])
    assert quill.names_in(clinic.elsewhere) == ["identity.txt"]


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside", "clips/../../outside", "keys/master.key"])
async def test_an_archive_that_somebody_else_made_writes_nowhere(clinic: Clinic, tmp_path: Path, name: str) -> None:
    """Everybody who knows the public key can make one."""
    await clinic.backup.make(clinic.elsewhere / "real.age", [clinic.public])

    def write(into: object) -> None:
        with tarfile.open(fileobj=into, mode="w|") as archive:  # type: ignore[call-overload]
            archive.addfile(tarfile.TarInfo(name))

    parcels.seal(clinic.file, parcels.recipients([clinic.public]), write)

    code = await refusal_of(clinic, tmp_path / "again", keys_of(clinic.elsewhere / "real.age"))
    assert code == "backup_damaged"
    assert not (tmp_path / "outside").exists()
    assert not (tmp_path / "again").exists()

"""The commands with which a clinic answers a patient who wants everything, or to be forgotten."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from telesession.cli.commands import commands
from telesession.clock import utc_now
from telesession.config import Settings
from telesession.domain.errors import NotFound, Refused
from telesession.domain.patients import Details
from telesession.master_keys import load_or_make
from telesession.services.patients import Patients
from telesession.store.database import Database
from telesession.store.revisions import migrate

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("TELESESSION_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return lambda *arguments, typed="": CliRunner().invoke(commands, arguments, input=typed)


@pytest.fixture
def pat(tmp_path: Path) -> str:
    settings = Settings(data_dir=tmp_path)

    async def register() -> str:
        await migrate(settings.database)
        async with Database(settings.database, load_or_make(settings.master_keys)) as database:
            people = Patients(database, utc_now, lambda count: b"p" * count)
            return (await people.register(Details("Pat Quill"))).id

    return asyncio.run(register())


def test_whoever_erases_is_told_what_goes_and_has_to_type_it(run: Run, pat: str) -> None:
    asked = run("erase", pat, typed="yes\n")
    assert "0 appointments stay" in asked.output
    assert asked.output.endswith("Nothing was erased.\n")

    done = run("erase", pat, typed="erase\n")
    assert done.output.endswith("Erased.\n")
    assert isinstance(run("erase", pat, "--yes").exception, NotFound)


def test_a_hold_stands_against_it(run: Run, pat: str) -> None:
    assert run("hold", pat, "--reason", "a court").output == "Held.\n"
    assert isinstance(run("erase", pat, "--yes").exception, Refused)
    assert run("hold", pat, "--release").output == "Released.\n"
    assert run("erase", pat, "--yes").exit_code == 0


def test_an_export_says_where_it_is_and_that_it_is_not_encrypted(run: Run, pat: str, tmp_path: Path) -> None:
    done = run("export", pat)

    assert "not encrypted" in done.output
    assert (tmp_path / f"patient-{pat}.zip").exists()


def test_the_record_of_access_is_checked_and_printed(run: Run, pat: str) -> None:
    run("export", pat)

    checked = run("audit", "verify")
    assert checked.exit_code == 0
    head = checked.output.splitlines()[-1]
    assert run("audit", "verify", "--seen", head).exit_code == 0
    assert '"action":"patient.exported"' in run("audit", "export").output
    assert run("audit", "verify", "--key").output.startswith("-----BEGIN PUBLIC KEY")

    other = f"{head.partition(':')[0]}:{'0' * 64}"
    broken = run("audit", "verify", "--seen", other)
    assert broken.exit_code == 1
    assert broken.output.startswith(f"Broken at line {head.partition(':')[0]}:")

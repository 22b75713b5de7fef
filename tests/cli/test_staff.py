"""`telesession staff` as people run it."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from telesession.cli import commands as cli

Said = Callable[..., tuple[object, str]]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Said:
    """`said("list")`: exit code or sentence, and what stands on the terminal."""
    monkeypatch.setenv("TELESESSION_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("TELESESSION_PUBLIC_URL", "https://visits.example.org")

    def run(*arguments: str) -> tuple[object, str]:
        monkeypatch.setattr(sys, "argv", ["telesession", "staff", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code, capsys.readouterr().out

    return run


def test_an_account_from_the_first_link_to_the_end(said: Said) -> None:
    assert "there is no clinic" in str(said("list")[0])

    code, out = said("add", "--name", "Ada Admin", "--email", "Ada@example.org", "--role", "administrator")
    assert code == 0
    assert re.fullmatch(r"https://visits\.example\.org/welcome/[\w-]{32}\n", out)
    again = said("reset", "ada@example.org")[1]
    assert again.startswith("https://visits.example.org/welcome/")
    assert again != out

    assert re.search(r"ada@example\.org +administrator +invited", said("list")[1])
    assert said("disable", "ada@example.org") == (0, "Closed.\n")
    assert "closed" in said("list")[1]
    assert said("enable", "ada@example.org")[0] == 0
    assert said("unlock", "ada@example.org")[0] == 0
    assert said("disable", "nobody@example.org")[0] == "telesession: There is no account with this address."

"""The house's rules that no linter knows."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import telesession

PACKAGE = Path(telesession.__file__).parent
ROOT = PACKAGE.parent
MODULES = sorted(PACKAGE.rglob("*.py"))
DOMAIN = sorted((PACKAGE / "domain").glob("*.py"))
BANNED_WORDS = {"manager", "helper", "helpers", "util", "utils", "data", "info", "meeting", "kick", "lobby", "host"}
WORDS_OF_OTHERS = {"host", "data"}
"""Words that stand for what the network or a library calls so; not for things of ours."""


def module_name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


@pytest.mark.parametrize("path", DOMAIN, ids=module_name)
def test_the_domain_reads_no_clock_and_throws_no_dice(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))

    for call in calls(tree):
        assert not re.search(r"\.(now|utcnow|today|time|monotonic|token_\w+|urandom|uuid\d)$", call), call
    assert not any(isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.Global) for node in ast.walk(tree))


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_nothing_is_named_by_a_word_that_says_nothing(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            words = {word.lower() for word in re.findall(r"[A-Z]?[a-z]+", node.name)}
            assert not words & (BANNED_WORDS - WORDS_OF_OTHERS), node.name
    assert not set(path.stem.split("_")) & BANNED_WORDS


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_a_module_begins_by_saying_what_it_is(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not text.strip() or ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_files_and_functions_fit_in_the_eye(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") < 400 or path.name == "messages.py", "one vocabulary stays in one place"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, node.name


def test_only_app_builds_the_parts() -> None:
    """`cli` and `demo` may use two services beside a running one; nobody else makes parts for themselves."""
    parts = {"Rooms", "VisitLog", "Templates", "StaticFiles", "Catalogues.load"}
    for path in MODULES:
        made = parts & set(calls(ast.parse(path.read_text("utf-8"))))
        assert not made or path.name == "app.py", (path, made)


def test_an_ordinary_visit_loads_no_media_library_no_migrations_and_no_passkeys() -> None:
    code = "import sys, telesession.cli.commands, telesession.demo; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert not {"aiortc", "av", "alembic", "webauthn"} & set(loaded)


def test_no_page_names_another_host() -> None:
    for path in [*(ROOT / "web" / "templates").rglob("*.html"), *(ROOT / "web" / "static").rglob("*.[cj]s*")]:
        if "vendor" in path.parts:
            continue
        for address in re.findall(r"https?://[^\s\"'`<>)]+", path.read_text("utf-8")):
            assert address.startswith(("http://www.w3.org/", "https://www.w3.org/")), f"{path.name}: {address}"


def test_lock_files_name_no_address() -> None:
    for path in [*ROOT.glob("requirements*.lock"), ROOT / "web" / "package-lock.json"]:
        text = path.read_text("utf-8")
        assert '"resolved"' not in text
        assert not re.search(r"https?://\S+\.(whl|tgz|tar\.gz)", text)
        assert "--hash=sha256:" in text or '"integrity"' in text

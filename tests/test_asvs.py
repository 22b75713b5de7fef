"""docs/asvs.csv answers each requirement of levels 1 and 2 of OWASP ASVS 5.0 and names tests that exist."""

import ast
import csv
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STATES = {"held", "partly", "operator", "not held"}
COLUMNS = ("id", "level", "requirement", "applies", "state", "how", "test")
COUNTS = {"1": 70, "2": 183}
"""Requirements of each level in version 5.0.0."""

with (ROOT / "docs" / "asvs.csv").open(newline="", encoding="utf-8") as file:
    LINES = list(csv.DictReader(file))


@cache
def names_in(path: Path) -> frozenset[str]:
    """Every function of a file, those of classes too."""
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_every_requirement_of_both_levels_has_one_line() -> None:
    assert tuple(LINES[0]) == COLUMNS
    assert len({line["id"] for line in LINES}) == len(LINES)
    for level, count in COUNTS.items():
        assert sum(line["level"] == level for line in LINES) == count


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["id"])
def test_a_line_says_how_it_stands_and_names_what_holds_it(line: dict[str, str]) -> None:
    assert re.fullmatch(r"(1[0-7]|[1-9])\.\d+\.\d+", line["id"])
    assert line["how"]
    if line["applies"] == "no":
        assert not line["state"]
        assert not line["test"]
        return
    assert line["applies"] == "yes"
    assert line["requirement"]
    assert line["state"] in STATES
    assert line["test"], "a test, or the page or file where it can be read"
    for named in line["test"].split():
        path, _, function = named.partition("::")
        assert (ROOT / path).is_file(), named
        assert not function or function in names_in(ROOT / path), named

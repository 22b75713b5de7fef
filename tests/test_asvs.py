"""docs/asvs.csv answers each requirement of levels 1 and 2 of OWASP ASVS 5.0 and names tests that exist."""

import ast
import csv
import re
from functools import cache
from pathlib import Path

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


def fault_of(line: dict[str, str]) -> str:
    """What is wrong with a line; empty when nothing is."""
    if not re.fullmatch(r"(1[0-7]|[1-9])\.\d+\.\d+", line["id"]) or not line["how"]:
        return "no number, or not how"
    if line["applies"] == "no":
        return "it does not apply and yet has a state" if line["state"] or line["test"] else ""
    if line["applies"] != "yes" or line["state"] not in STATES or not line["requirement"] or not line["test"]:
        return "no requirement, no state, or nothing where it can be read"
    return " ".join(named for named in line["test"].split() if not is_there(named))


def is_there(named: str) -> bool:
    """Whether a file, or a test in it, exists."""
    path, _, function = named.partition("::")
    return (ROOT / path).is_file() and (not function or function in names_in(ROOT / path))


def test_each_line_says_how_it_stands_and_names_what_holds_it() -> None:
    assert {line["id"]: fault for line in LINES if (fault := fault_of(line))} == {}
    assert not is_there("tests/test_asvs.py::test_that_nobody_wrote"), "so that this test could fail"

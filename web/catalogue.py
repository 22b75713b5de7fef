"""Brings the gettext catalogues up to date with the sentences in code: `python web/catalogue.py`, or `--check`.

Sentences are the literal strings of `_("...")` and `n("one", "other", ...)` in templates, `t` and `n` in scripts, and
the second argument of `Refused(code, "...")` in Python. Translators change `locale/*/LC_MESSAGES/messages.po` alone.
"""

import json
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from telesession.domain.consent import WORDINGS

ROOT = Path(__file__).parent.parent
LOCALE = ROOT / "web" / "locale"

Texts = str | tuple[str, ...]

_STRING = r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
_T = re.compile(rf"(?<![\w.$])t\(\s*{_STRING}\s*[,)]")
_N = re.compile(rf"(?<![\w.$])n\(\s*{_STRING},\s*{_STRING},")
_CALL = re.compile(r"(?<![\w.$])[tn]\(")
_UNSTEADY = re.compile(
    rb'"(?:Project-Id-Version|Report-Msgid-Bugs-To|[A-Z]+-[A-Za-z]+-Date|Last-Translator|Language-Team|Generated-By):[^\n]*\n'
)
_NOT_A_CALL = re.compile(r"^\s*(?:export\s+)?(?:function\b|\*|//)")


class NotLiteral(Exception):
    """A sentence that is put together at run time cannot be translated."""


def scripts(path: Path) -> Iterator[tuple[int, Texts]]:
    """The sentences of one ES module. Its calls must name literal strings, else `NotLiteral` says where."""
    text = path.read_text()
    for call in _CALL.finditer(text):
        start = text.rfind("\n", 0, call.start()) + 1
        if _NOT_A_CALL.match(text[start : call.end()]) or path.name == "i18n.js":
            continue
        line = text.count("\n", 0, call.start()) + 1
        found = (_N if call[0].startswith("n") else _T).match(text, call.start())
        if found is None:
            raise NotLiteral(f"{path}:{line}: {text[start:].splitlines()[0].strip()}")
        words = tuple(_unquoted(literal) for literal in found.groups())
        yield line, words if len(words) > 1 else words[0]


def _unquoted(literal: str) -> str:
    inner = literal[1:-1].replace("\\'", "'")
    text: str = json.loads(f'"{inner}"' if literal[0] == '"' else '"' + inner.replace('"', '\\"') + '"')
    return text


def templates(path: Path) -> Iterator[tuple[int, Texts]]:
    """The sentences of one page or letter."""
    with path.open("rb") as file:
        keywords = {"_": None, "n": (1, 2)}
        yield from ((line, texts) for line, texts, *_ in extract("jinja2.ext.babel_extract", file, keywords=keywords))


def refusals(path: Path) -> Iterator[tuple[int, Texts]]:
    """The sentences with which one Python module says no."""
    with path.open("rb") as file:
        yield from ((line, texts) for line, texts, *_ in extract("python", file, keywords={"Refused": (2,)}))


def wordings(path: Path) -> Iterator[tuple[int, Texts]]:
    """What patients agree to."""
    text = path.read_text()
    for versions in WORDINGS.values():
        for sentence in versions[-1].sentences:
            yield text[: text.find(sentence[:40])].count("\n") + 1, sentence


SOURCES = (
    ("web/templates", "*.html", templates),
    ("web/templates", "*.txt", templates),
    ("web/static/js", "*.js", scripts),
    ("telesession", "*.py", refusals),
    ("telesession/domain", "consent.py", wordings),
)


def collect() -> Catalog:
    """All sentences of the product, each with the files that say it."""
    catalog = Catalog(project="telesession", charset="utf-8", fuzzy=False)
    for folder, pattern, sentences in SOURCES:
        for path in sorted((ROOT / folder).rglob(pattern)):
            for _, texts in sentences(path):
                catalog.add(texts, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    return catalog


def written(catalog: Catalog) -> bytes:
    """The file of a catalogue: sentences in a steady order, no dates, versions or line numbers, so diffs are small."""
    file = BytesIO()
    catalog.header_comment = (
        "# The sentences of telesession. `python web/catalogue.py` keeps this file; translate `msgstr`."
    )
    write_po(file, catalog, sort_output=True, include_lineno=False, width=118, ignore_obsolete=True)
    return _UNSTEADY.sub(b"", file.getvalue())


def updated() -> Iterator[tuple[Path, bytes]]:
    """What every catalogue file should hold now."""
    found = collect()
    yield LOCALE / "messages.pot", written(found)
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/messages.po")):
        with path.open("rb") as file:
            catalog = read_po(file, locale=path.parent.parent.name)
        catalog.update(found, no_fuzzy_matching=True)
        yield path, written(catalog)


def main(check: bool) -> int:
    """Write what changed; with `check` only name it, and fail if there is any."""
    stale = [(path, text) for path, text in updated() if not path.exists() or path.read_bytes() != text]
    for path, text in stale:
        print(f"{'stale' if check else 'updated'}: {path.relative_to(ROOT)}")
        if not check:
            path.write_bytes(text)
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))

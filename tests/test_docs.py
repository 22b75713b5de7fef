"""What is written about the code is true of it: generated pages are fresh, links lead somewhere, nothing is missing."""

import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from msgspec import inspect as kinds

from docs import protocol, settings
from docs.generate import GENERATED
from telesession.config import Settings
from telesession.domain import messages

ROOT = Path(__file__).parent.parent
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "certs").glob("*.md")]


@pytest.mark.parametrize(("path", "render"), GENERATED.items(), ids=lambda value: getattr(value, "name", ""))
def test_generated_files_are_fresh(path: Path, render: Callable[[], str]) -> None:
    assert path.read_text("utf-8") == render(), "run: make generate"


def anchors(text: str) -> set[str]:
    """The fragments that a page's headings can be reached by, as code forges make them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    for target, fragment in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)", text):
        other = (page.parent / target) if target else page
        assert other.exists(), f"{target} is missing"
        if fragment:
            assert fragment in anchors(other.read_text("utf-8")), f"no heading #{fragment} in {other.name}"


def test_every_setting_is_described() -> None:
    for field in msgspec.structs.fields(Settings):
        assert settings.description(field.name).endswith("."), field.name


def test_every_frame_is_described_with_an_example_that_the_service_accepts() -> None:
    page = protocol.render()
    described = kinds.type_info(messages.ClientFrame)
    assert isinstance(described, kinds.UnionType)

    for one in described.types:
        assert isinstance(one, kinds.StructType)
        assert f"### `{one.tag}`" in page
        example = msgspec.json.encode(protocol.sample(one))
        assert example.decode() in page
        msgspec.json.decode(example, type=messages.ClientFrame)
    for tag in (one.__struct_config__.tag for one in protocol.structs()):
        assert tag is None or f"### `{tag}`" in page

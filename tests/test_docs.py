"""What is written about the code is true of it: generated pages are fresh, links lead somewhere, nothing is missing."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.server import HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import msgspec
import pytest
from msgspec import inspect as kinds

from docs import protocol, settings
from docs.generate import GENERATED
from telesession.config import Settings
from telesession.domain import messages, webhooks
from telesession.domain.webhooks import TRIAL, WebhookEvent

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


def test_every_event_of_a_webhook_is_described() -> None:
    page = (ROOT / "docs" / "reference" / "webhooks.md").read_text("utf-8")
    for event in [*WebhookEvent, TRIAL]:
        assert f"| `{event}` |" in page


def test_the_receiver_of_the_documentation_believes_us_and_nobody_else(capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs" / "how-to" / "other-software.md").read_text("utf-8")
    [code] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    written: dict[str, Any] = {}
    exec(code.replace('HTTPServer(("", 8000), Receiver).serve_forever()', ""), written)
    written["Receiver"].log_message = lambda *_: None
    body = webhooks.payload(TRIAL, {"webhook": "w"}, datetime.now(UTC))
    ours = webhooks.headers("msg_1", datetime.now(UTC), body, ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
    late = webhooks.headers("msg_1", datetime.now(UTC) - timedelta(minutes=6), body, [webhooks.secret_of(b"x" * 32)])
    with HTTPServer(("127.0.0.1", 0), written["Receiver"]) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        for sent, status in ((ours, 204), ({**ours, "webhook-id": "msg_2"}, 401), (late, 401)):
            line = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
            line.request("POST", "/", body, sent)
            assert line.getresponse().status == status
            line.close()
        server.shutdown()
    assert capsys.readouterr().out.count("webhook.test") == 1

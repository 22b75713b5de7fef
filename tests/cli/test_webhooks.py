"""The commands with which an operator has other software told."""

import asyncio
import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from telesession.cli.commands import commands
from telesession.cli.webhooks import EVENTS
from telesession.domain.webhooks import WebhookEvent
from tests import databases
from tests.receiver import Receiver, listening

Run = Callable[..., Result]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """In a thread of its own: the commands run a loop of theirs."""
    is_there, is_over = threading.Event(), asyncio.Event()
    found: list[tuple[Receiver, asyncio.AbstractEventLoop]] = []

    async def listen() -> None:
        async with listening(lambda: datetime.now(UTC)) as receiver:
            found.append((receiver, asyncio.get_running_loop()))
            is_there.set()
            await is_over.wait()

    thread = threading.Thread(target=lambda: asyncio.run(listen()))
    thread.start()
    assert is_there.wait(10)
    [(receiver, loop)] = found
    yield receiver
    loop.call_soon_threadsafe(is_over.set)
    thread.join()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("TELESESSION_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TELESESSION_WEBHOOK_PRIVATE_NAMES", "127.0.0.1")
    asyncio.run(databases.make(f"sqlite:///{tmp_path / 'telesession.db'}"))
    return lambda *arguments: CliRunner().invoke(commands, ("webhook", *arguments))


def test_a_webhook_is_made_tried_read_and_removed(run: Run, receiver: Receiver) -> None:
    assert run("list").output == "No webhooks.\n"
    made = run("add", receiver.url, "--event", "visit.waiting").output
    webhook = re.findall(r"^webhook +(\w+)$", made, re.MULTILINE)[0]
    receiver.secret = re.findall(r"^secret +(whsec_\S+)$", made, re.MULTILINE)[0]
    assert run("list").output == f"{webhook}  works               visit.waiting  {receiver.url}\n"

    assert run("test", webhook).output == "Taken, with status 204.\n"
    receiver.answers = [302]
    refused = run("test", webhook)
    assert (refused.exit_code, refused.output) == (1, "Error: it was not taken: webhook_refused (status 302).\n")
    old, receiver.secret = receiver.secret, run("rotate", webhook).output.split()[1]
    assert old != receiver.secret
    assert run("test", webhook).exit_code == 0

    assert run("log", webhook).output == "Nothing yet.\n"
    assert run("redeliver", webhook).output == "To be sent again: 0.\n"
    assert run("redeliver", "msg_nothing").exit_code == 1
    assert run("enable", webhook).output == "Enabled.\n"
    assert run("remove", webhook).output == "Removed.\n"
    assert run("remove", webhook).output == "Error: there is no such webhook or delivery.\n"


def test_every_event_can_be_asked_for() -> None:
    assert set(EVENTS) == set(WebhookEvent)

"""The command as people run it: a process of its own, its streams, its signals, its exit code."""

import asyncio
import contextlib
import io
import json
import os
import re
import select
import signal
import socket
import ssl
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import IO

import aiohttp
import pytest
from cryptography import x509

from telesession.cli import commands as cli
from telesession.demo import welcome

READY_S = 3.0
"""What the front page of the documentation promises, from the command to the links that answer."""


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "telesession", *arguments]


def run(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """In a process of its own: for what a start, a running service or the terminal itself has a part in."""
    return subprocess.run(
        command(*arguments), capture_output=True, text=True, timeout=30, check=False, env=os.environ | (env or {})
    )


def done(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """The same in this process, which has loaded everything already."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as here, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        here.setattr(sys, "argv", ["telesession", *arguments])
        for name, value in (env or {}).items():
            here.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            cli.main()
    why = ended.value.code
    said = f"{why}\n" if isinstance(why, str) else ""
    return subprocess.CompletedProcess(arguments, 1 if said else int(why or 0), out.getvalue(), err.getvalue() + said)


Refused = Callable[..., str]


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Refused:
    """`refused("serve", NAME="value")`: what the command says as it gives up, without a process."""

    def said(*arguments: str, **environ: str) -> str:
        for name, value in environ.items():
            monkeypatch.setenv(f"TELESESSION_{name}", value)
        monkeypatch.setattr(sys, "argv", ["telesession", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert capsys.readouterr().out == ""
        return str(ended.value.code) + "\n"

    return said


class Demo:
    """A running `telesession demo --json --port 0`; `links` once it is ready."""

    def __init__(self, *arguments: str, stderr: IO[bytes] | None = None) -> None:
        self.process = subprocess.Popen(
            command("demo", "--json", "--port", "0", *arguments),
            stdout=subprocess.PIPE,
            stderr=stderr or subprocess.DEVNULL,
        )
        assert self.process.stdout is not None
        self.stdout = self.process.stdout
        self.links: dict[str, str] = json.loads(self.stdout.readline())

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=10)


@contextlib.contextmanager
def demo(*arguments: str, stderr: IO[bytes] | None = None) -> Iterator[Demo]:
    running = Demo(*arguments, stderr=stderr)
    try:
        yield running
    finally:
        running.process.kill()
        running.process.wait()
        running.stdout.close()


@contextlib.asynccontextmanager
async def seat_of(running: Demo, link: str = "patient") -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """The socket of whoever opens one of its links, once they said hello."""
    ours = {"Sec-Fetch-Site": "same-origin", "Origin": running.links["url"]}
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(running.links["url"], cookie_jar=jar, headers=ours) as pat:
        async with pat.post(running.links[link], allow_redirects=False) as joined:
            path = joined.headers["Location"].partition("?")[0].removesuffix("/before")
        async with pat.ws_connect(f"{path}/socket", protocols=("telesession.v1",)) as socket_:
            await socket_.send_str('{"type": "hello", "protocol": 1}')
            yield socket_


def children(pid: int) -> list[int]:
    """What a process has started and not seen end."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def status(url: str) -> int:
    with contextlib.closing(urllib.request.urlopen(url, timeout=10)) as answer:
        return int(answer.status)


def test_a_demo_is_ready_when_it_says_so_and_soon() -> None:
    with demo() as running:
        used = os.times()
        assert set(running.links) == {"url", "therapist", "patient", "schedule", "email", "password"}
        urls = [running.links[name] for name in ("url", "therapist", "patient", "schedule")]
        assert [status(url) for url in urls] == [200, 200, 200, 200]
        assert running.stop() == 0
    now = os.times()
    # Seconds of the processor: those of the clock say how busy the machine is with other tests.
    assert now.children_user + now.children_system - used.children_user - used.children_system < READY_S


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_demo_leaves_nothing_behind(number: signal.Signals, tmp_path: Path) -> None:
    before = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = str(tmp_path)
    try:
        with demo() as running:
            assert len(list(tmp_path.iterdir())) == 1
            assert running.stop(number) == 0
            assert running.stdout.read() == b"", "one line, and nothing else"
    finally:
        os.environ.pop("TMPDIR") if before is None else os.environ.update(TMPDIR=before)
    assert list(tmp_path.iterdir()) == []


def test_a_kept_demo_finds_everything_again(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    with demo("--data", str(kept)) as first:
        links = {role: first.links[role].rpartition("/")[2] for role in ("therapist", "patient")}
        first.process.kill()  # no goodbye
    with demo("--data", str(kept)) as second:
        assert {role: second.links[role].rpartition("/")[2] for role in links} == links
        assert status(second.links["patient"]) == 200
        second.stop()

    assert stat.S_IMODE((kept / "demo.json").stat().st_mode) == 0o600
    listed = run("visit", "list", env={"TELESESSION_DATA_DIR": str(kept)})
    assert len(listed.stdout.splitlines()) == 1, "nothing is seeded twice"


def test_the_terminal_shows_the_patients_link_as_a_code_and_says_what_a_phone_needs() -> None:
    def said(url: str) -> str:
        doors = {"therapist": f"{url}/join/t", "patient": f"{url}/join/p", "schedule": f"{url}/schedule"}
        return welcome({"url": url, "email": "ana@example.org", "password": "otters", **doors})

    at_home, on_the_network = said("http://127.0.0.1:8080"), said("https://192.0.2.7:8080")
    assert "http://127.0.0.1:8080/join/p" in at_home
    assert "--lan" in at_home
    assert "https://192.0.2.7:8080/ca" in on_the_network
    assert all("█" in text for text in (at_home, on_the_network))


@pytest.mark.slow
async def test_a_virtual_patient_comes_to_a_demo_and_goes_with_it_even_when_that_is_killed() -> None:
    with demo("--virtual-patient") as running:
        assert "waits here" in welcome(running.links)
        async with seat_of(running, "virtual") as tess:
            await tess.send_str('{"type": "participant.knock", "id": "k"}')
            waiting: list[str] = []
            while not waiting:
                view = (await tess.receive_json(timeout=30)).get("view") or {}
                waiting = [one["name"] for one in view.get("participants", ()) if one["standing"] == "waiting"]
            assert waiting == ["Virtual Patient"]
        (bot,) = [os.pidfd_open(one) for one in children(running.process.pid)]
        running.stop(signal.SIGKILL)
    assert select.select([bot], [], [], 10)[0] == [bot], "it has ended"
    os.close(bot)


async def test_a_stopping_service_tells_browsers_to_come_back() -> None:
    with demo() as running:
        async with seat_of(running) as socket_:
            assert (await socket_.receive_json(timeout=5))["type"] == "welcome"
            running.process.send_signal(signal.SIGTERM)
            goodbye = await socket_.receive_json(timeout=5)
            await socket_.receive(timeout=5)

            assert (goodbye["type"], goodbye["reason"]) == ("goodbye", "draining")
            assert 0 <= goodbye["retry_after_ms"] <= 2000
            assert socket_.close_code == 4503
        assert running.process.wait(timeout=10) == 0


async def test_revoking_a_link_ends_the_visit_of_whoever_is_in_by_it(tmp_path: Path) -> None:
    env = {"TELESESSION_DATA_DIR": str(tmp_path)}
    with demo("--data", str(tmp_path)) as running:
        visit = (await asyncio.to_thread(done, "visit", "list", env=env)).stdout.split()[0]
        listed = (await asyncio.to_thread(done, "visit", "links", visit, env=env)).stdout
        link = re.findall(r"^(\S+) +patient +opens$", listed, re.MULTILINE)[0]
        assert "Pat" not in listed
        async with seat_of(running) as socket_:
            await socket_.receive_json(timeout=5)
            revoking = await asyncio.to_thread(run, "visit", "revoke", link, env=env)
            goodbye = await socket_.receive_json(timeout=5)
        again = (await asyncio.to_thread(done, "visit", "links", visit, env=env)).stdout
        running.stop()

    assert (revoking.returncode, revoking.stdout) == (0, "Revoked.\n")
    assert goodbye == {"type": "goodbye", "reason": "revoked", "retry_after_ms": None}
    assert re.search(rf"^{re.escape(link)} +patient +revoked$", again, re.MULTILINE)
    assert (await asyncio.to_thread(done, "visit", "links", "nothing", env=env)).returncode == 1
    assert (await asyncio.to_thread(done, "visit", "revoke", "nothing", env=env)).returncode == 1


@pytest.mark.parametrize("by", ["option", "environment"])
@pytest.mark.parametrize("name", ["demo", "serve"])
def test_a_taken_port_is_one_sentence_that_says_how_to_choose_another(
    tmp_path: Path, refused: Refused, name: str, by: str
) -> None:
    with contextlib.closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        if by == "environment":
            said = refused(name, DATA_DIR=str(tmp_path / "kept"), PORT=port)
        else:
            said = refused(name, "--port", port, DATA_DIR=str(tmp_path / "kept"))

    assert said == f"telesession: Port {port} is taken. Choose another with --port or TELESESSION_PORT.\n"
    assert not (tmp_path / "kept").exists(), "it gave up before it made anything"


def test_a_misspelt_setting_is_one_sentence() -> None:
    ended = run("serve", env={"TELESESSION_PROT": "80"})

    assert ended.returncode == 1
    assert "Did you mean TELESESSION_PORT?" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_log_goes_to_standard_error_as_json(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log, demo(stderr=log) as running:
        status(running.links["patient"])
        running.stop()

    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    told = [line["event"] for line in lines if line["event"] != "notification"]
    assert told == ["started", "request", "draining", "stopped"]
    assert [line["route"] for line in lines if line["event"] == "request"] == ["/join/{token}"]


def test_visits_are_booked_listed_invited_to_and_cancelled(tmp_path: Path) -> None:
    env = {"TELESESSION_DATA_DIR": str(tmp_path), "TELESESSION_PUBLIC_URL": "https://visits.example.org"}

    booked = done("visit", "create", "--therapist", "Tess", "--patient", "Pat", env=env)
    visit = re.findall(r"^visit +(\S+)$", booked.stdout, re.MULTILINE)[0]
    assert len(re.findall(r"https://visits\.example\.org/join/\S{32}", booked.stdout)) == 2

    invited = done("visit", "invite", visit, "--name", "Gus", "--relation", "interpreter", env=env)
    assert re.fullmatch(r"https://visits\.example\.org/join/\S{32}\n", invited.stdout)

    assert done("visit", "cancel", visit, env=env).stdout == "Cancelled.\n"
    listed = done("visit", "list", env=env).stdout
    assert visit in listed
    assert "cancelled" in listed
    assert "Pat" not in listed
    assert done("visit", "list", "--names", env=env).stdout.endswith("  Pat\n")

    late = done("visit", "invite", visit, "--name", "Gus", env=env)
    assert (late.returncode, late.stderr) == (1, "telesession: This appointment was cancelled.\n")
    assert done("visit", "cancel", visit, env=env).returncode == 0, "harmless when done twice"
    unknown = done("visit", "cancel", "nothing", env=env)
    assert (unknown.returncode, unknown.stderr) == (1, "telesession: there is no such visit, link or patient.\n")


def test_whoever_looks_where_no_clinic_is_hears_so_and_leaves_nothing_there(tmp_path: Path) -> None:
    env = {"TELESESSION_DATA_DIR": str(tmp_path)}
    for command in (("list",), ("invite", "x", "--name", "Gus")):
        ended = done("visit", *command, env=env)
        assert ended.returncode == 1
        assert re.fullmatch(
            r"telesession: there is no clinic at \S+ TELESESSION_DATA_DIR says where it is\.\n", ended.stderr
        )
    assert list(tmp_path.iterdir()) == []


def test_a_start_without_offset_is_refused(tmp_path: Path) -> None:
    env = {"TELESESSION_DATA_DIR": str(tmp_path)}
    ended = done("visit", "create", "--therapist", "T", "--patient", "P", "--at", "2026-12-01T10:00", env=env)

    assert ended.returncode == 2
    assert "offset" in ended.stderr


def test_a_start_long_ago_is_refused(tmp_path: Path) -> None:
    env = {"TELESESSION_DATA_DIR": str(tmp_path)}
    ended = done("visit", "create", "--therapist", "T", "--patient", "P", "--at", "2020-12-01T10:00Z", env=env)

    assert ended.returncode == 1
    assert ended.stderr.endswith("telesession: This appointment would already be over. Please choose a later time.\n")
    assert done("visit", "list", env=env).stdout == "No visits.\n"


def test_certificates_are_signed_by_one_authority_and_keys_stay_private(tmp_path: Path) -> None:
    folder = str(tmp_path / "certs")
    assert done("certs", "--dir", folder, "--host", "localhost", "--host", "127.0.0.1").returncode == 0
    authority = (tmp_path / "certs" / "ca.pem").read_bytes()
    assert done("certs", "--dir", folder, "--host", "clinic.example").returncode == 0

    assert (tmp_path / "certs" / "ca.pem").read_bytes() == authority, "phones trust it once"
    host = x509.load_pem_x509_certificates((tmp_path / "certs" / "host.pem").read_bytes())[0]
    names = host.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["clinic.example"]
    for key in ("ca.key", "host.key"):
        assert stat.S_IMODE((tmp_path / "certs" / key).stat().st_mode) == 0o600


def test_on_the_network_the_demo_speaks_https(tmp_path: Path) -> None:
    certs = tmp_path / "certs"
    with demo("--lan", "--certs", str(certs)) as running:
        port = running.links["url"].rpartition(":")[2]
        trusting = ssl.create_default_context(cafile=str(certs / "ca.pem"))
        with urllib.request.urlopen(f"https://127.0.0.1:{port}/healthz", context=trusting, timeout=10) as answer:
            assert answer.status == 200
        assert running.links["patient"].startswith("https://")
        with urllib.request.urlopen(f"https://127.0.0.1:{port}/ca", context=trusting, timeout=10) as answer:
            assert b"ca.pem" in answer.read()
        with urllib.request.urlopen(f"https://127.0.0.1:{port}/ca.pem", context=trusting, timeout=10) as answer:
            assert answer.read() == (certs / "ca.pem").read_bytes()
        assert running.stop() == 0


def test_only_a_demo_on_the_network_gives_out_its_authority() -> None:
    with demo() as running, pytest.raises(urllib.error.HTTPError) as refused:
        status(f"{running.links['url']}/ca")
    assert refused.value.code == 404
    refused.value.close()


@pytest.mark.slow
def test_slow_headers_and_slow_bodies_are_not_waited_for() -> None:
    with demo() as running:
        port = int(running.links["url"].rpartition(":")[2])
        patient = running.links["patient"].removeprefix(running.links["url"])
        with (
            socket.create_connection(("127.0.0.1", port)) as header,
            socket.create_connection(("127.0.0.1", port)) as body,
        ):
            header.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX-")
            form = b"Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            body.sendall(b"POST %s HTTP/1.1\r\nHost: a\r\n%sContent-Length: 100\r\n\r\na" % (patient.encode(), form))
            for slow in (header, body):
                slow.settimeout(15)
            answered = body.recv(100)
            assert header.recv(100) == b""
        assert answered.startswith(b"HTTP/1.1 408 ")
        running.stop()


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("DATABASE_URL", "mysql://clinic:secret@db/clinic", "database_url"),
        ("DATABASE_URL", "postgresql://clinic:secret@db:port/clinic", "database_url"),
        ("DATABASE_URL", "postgresql://clinic:secret@db/clinic", "SQLite only"),
        ("DATABASE_URL", "clinic:secret@db", "database_url"),
        ("LANGUAGES", "tlh", "No translation"),
        ("PUBLIC_URL", "http://[::1", "public_url"),
        ("PUBLIC_URL", "https://visits.example.org:port", "public_url"),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_sentence_and_quotes_no_secret(
    tmp_path: Path, refused: Refused, name: str, value: str, hint: str
) -> None:
    said = refused("serve", **{"DATA_DIR": str(tmp_path), "PORT": "0", name: value})

    assert said.startswith("telesession: ")
    assert hint in said
    assert "secret" not in said


def test_a_private_key_that_everybody_can_read_is_not_used(tmp_path: Path) -> None:
    done("certs", "--dir", str(tmp_path))
    (tmp_path / "host.key").chmod(0o644)
    ended = run(
        "serve",
        env={
            "TELESESSION_DATA_DIR": str(tmp_path),
            "TELESESSION_PORT": "0",
            "TELESESSION_TLS_CERT": str(tmp_path / "host.pem"),
            "TELESESSION_TLS_KEY": str(tmp_path / "host.key"),
        },
    )

    assert ended.returncode == 1
    assert "chmod 600" in ended.stderr

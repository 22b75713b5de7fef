"""What the doctor says of a clinic, line by line."""

import json
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from click.testing import CliRunner

from telesession import certificates, master_keys
from telesession.cli.commands import commands
from telesession.config import Settings
from telesession.domain.audit import SERVICE, Action
from telesession.services import address_probe, checks, turn_probe
from telesession.services.address_probe import AddressFailed
from telesession.services.audit import Audit
from telesession.services.backup import STAMP, Made
from telesession.services.checks import Finding, Level
from telesession.services.mail_probe import MailFailed, MailServer, log_in
from telesession.services.turn_probe import Place, TurnFailed
from telesession.store.database import Database
from telesession.store.revisions import migrate
from tests.fakes import Clock
from tests.network.coturn import TURNSERVER, Coturn


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    """A clinic in good order, its keys on another disk."""
    settings = Settings(
        data_dir=tmp_path / "clinic",
        master_key_file=tmp_path / "usb" / "master.key",
        public_url="https://visits.example.org",
    )
    await migrate(settings.database)
    master_keys.load_or_make(settings.master_keys)
    return settings


async def levels(settings: Settings, clock: Clock) -> dict[str, Level]:
    return {one.name: one.level for one in await checks.look(settings, clock, knock=answers)}


async def answers(_origin: str, _authority: Path | None) -> datetime:
    """The service is found at its address; its certificate is good for years."""
    return datetime(2036, 1, 1, tzinfo=UTC)


def remember(settings: Settings, clock: Clock) -> None:
    (settings.data_dir / STAMP).write_bytes(msgspec.json.encode(Made(clock(), 1, 1, 1)))


async def test_a_clinic_in_good_order_has_no_problem(settings: Settings, clock: Clock) -> None:
    remember(settings, clock)

    found = await checks.look(settings, clock, knock=answers)

    assert [one for one in found if one.level is Level.PROBLEM and one.name not in ("disk", "clock")] == []
    assert {one.name: one.level for one in found if one.name in ("address", "keys", "database", "backup", "audit")} == {
        "address": Level.GOOD,
        "keys": Level.GOOD,
        "database": Level.GOOD,
        "backup": Level.GOOD,
        "audit": Level.GOOD,
    }
    assert all(one.advice for one in found if one.level is not Level.GOOD)
    assert all(one.text.endswith(".") for one in found)


@pytest.mark.parametrize(
    ("url", "level"),
    [
        ("https://visits.example.org", Level.GOOD),
        ("", Level.WARNING),
        ("http://127.0.0.1:80", Level.WARNING),
        ("http://visits.example.org", Level.PROBLEM),
    ],
)
async def test_an_address_that_gets_no_camera_is_a_problem(url: str, level: Level, clock: Clock) -> None:
    assert (await checks.address(Settings(public_url=url), clock(), answers)).level is level


async def test_a_certificate_is_renewed_in_time(clock: Clock) -> None:
    async def soon(_origin: str, _authority: Path | None) -> datetime:
        return clock() + timedelta(days=13)

    found = await checks.address(Settings(public_url="https://visits.example.org"), clock(), soon)

    assert (found.level, "good until 14 December 2026" in found.text) == (Level.WARNING, True)


async def test_the_address_is_tried_as_browsers_and_the_recorder_come_to_it(tmp_path: Path) -> None:
    said = ["ready", "welcome to nginx"]

    async def readyz(_request: web.Request) -> web.Response:
        return web.json_response({"status": said.pop(0)})

    app = web.Application()
    app.router.add_get("/readyz", readyz)
    made = certificates.make(tmp_path, ["localhost"])
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(made.host, made.host_key)
    server = TestServer(app, scheme="https", host="localhost")
    await server.start_server(ssl=context)
    origin = str(server.make_url("")).rstrip("/")
    try:
        assert await address_probe.knock(origin, made.authority) > datetime.now(UTC)
        with pytest.raises(AddressFailed, match="somebody else answers there, with status 200"):
            await address_probe.knock(origin, made.authority)
        with pytest.raises(AddressFailed, match="not trusted here"):
            await address_probe.knock(origin)
    finally:
        await server.close()
    with pytest.raises(AddressFailed, match="cannot be reached") as gone:
        await address_probe.knock(origin, made.authority)
    assert not gone.value.is_sure, "some networks lead nobody back in to their own address"


def test_keys_are_there_private_whole_and_apart(tmp_path: Path) -> None:
    beside = Settings(data_dir=tmp_path)
    apart = Settings(data_dir=tmp_path / "a", master_key_file=tmp_path / "b" / "k")
    assert checks.key_file(beside).level is Level.PROBLEM

    for settings in (beside, apart):
        master_keys.load_or_make(settings.master_keys)
    assert "folder of the database" in checks.key_file(beside).text
    assert checks.key_file(apart).level is Level.GOOD

    master_keys.add_master(apart.master_keys)
    assert "rotation" in checks.key_file(apart).text
    apart.master_keys.chmod(0o640)
    assert "group" in checks.key_file(apart).text
    apart.master_keys.chmod(0o644)
    assert checks.key_file(apart).level is Level.PROBLEM


@pytest.mark.parametrize(("days", "level"), [(1, Level.GOOD), (3, Level.WARNING), (8, Level.PROBLEM)])
def test_a_backup_grows_old(tmp_path: Path, clock: Clock, days: int, level: Level) -> None:
    assert checks.backup(tmp_path, clock()).level is Level.WARNING
    remember(Settings(data_dir=tmp_path), clock)

    assert checks.backup(tmp_path, clock() + timedelta(days=days)).level is level


@pytest.mark.parametrize(
    ("says", "level"), [("yes", Level.GOOD), ("no", Level.PROBLEM), ("", Level.WARNING), (None, Level.WARNING)]
)
async def test_a_clock_that_nobody_keeps_right_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str | None, level: Level
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    if says is not None:
        program(tmp_path / "timedatectl", says)

    assert (await checks.clock()).level is level


def program(path: Path, says: str) -> None:
    path.write_text(f"#!/bin/sh\necho {says}\n")
    path.chmod(0o700)


async def test_a_database_that_is_missing_damaged_or_not_ours_is_a_problem(
    settings: Settings, tmp_path: Path, clock: Clock
) -> None:
    missing = msgspec.structs.replace(settings, data_dir=tmp_path / "nowhere")
    assert (await levels(missing, clock))["database"] is Level.PROBLEM

    async with Database(settings.database) as database, database.transaction() as tx:
        await tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert (await levels(settings, clock))["database"] is Level.PROBLEM

    damage(settings.data_dir / "telesession.db")
    assert (await levels(settings, clock))["database"] is Level.PROBLEM


def damage(database: Path) -> None:
    for file in database.parent.glob("telesession.db-*"):
        file.unlink()
    database.write_bytes(b"not a database" * 500)


async def test_a_changed_record_of_access_is_a_problem(settings: Settings, clock: Clock) -> None:
    async with Database(settings.database, master_keys.load(settings.master_keys)) as database:
        await Audit(database, clock).note(SERVICE, Action.SIGNED_IN, "tess")
        async with database.transaction() as tx:
            await tx.exec_driver_sql("DROP TRIGGER audit_no_update")
            await tx.exec_driver_sql("UPDATE audit SET actor = 'sam'")

    assert (await levels(settings, clock))["audit"] is Level.PROBLEM


# --- relay and mail ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("turn:turn.example.org", Place("turn.example.org", 3478, False, False)),
        ("turn:192.0.2.1:80?transport=tcp", Place("192.0.2.1", 80, True, False)),
        ("turns:turn.example.org?transport=tcp", Place("turn.example.org", 5349, True, True)),
        ("turn:[2001:db8::1]:3479?transport=udp", Place("2001:db8::1", 3479, False, False)),
    ],
)
def test_the_address_of_a_relay_is_read(url: str, place: Place) -> None:
    assert turn_probe.parse(url) == place


@pytest.fixture
def deaf() -> Iterator[int]:
    """A port where somebody is and nobody answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as port:
        port.bind(("127.0.0.1", 0))
        yield port.getsockname()[1]


def test_a_relay_that_does_not_answer_is_told_apart(deaf: int) -> None:
    with pytest.raises(TurnFailed, match="does not answer"):
        turn_probe.allocate(f"turn:127.0.0.1:{deaf}", "u", "p", wait_s=0.05)
    with pytest.raises(TurnFailed, match="cannot be reached"):
        turn_probe.allocate(f"turn:127.0.0.1:{deaf}?transport=tcp", "u", "p", wait_s=0.05)
    with pytest.raises(TurnFailed, match="not one of a TURN server"):
        turn_probe.allocate("https://example.org", "u", "p")


@pytest.mark.skipif(TURNSERVER is None, reason="needs coturn: apt-get install coturn")
async def test_a_relay_is_asked_for_an_address_with_our_secret(tmp_path: Path) -> None:
    from telesession.clock import utc_now

    relay = Coturn(tmp_path, ["allow-loopback-peers"])
    try:
        urls = tuple(f"turn:127.0.0.1:{relay.port}?transport={kind}" for kind in ("udp", "tcp"))
        well = await checks.turn(Settings(turn_urls=urls, turn_secret=relay.secret), utc_now())
        wrong = await checks.turn(Settings(turn_urls=urls[:1], turn_secret="not that one at all"), utc_now())
    finally:
        relay.stop()

    assert [one.level for one in well] == [Level.GOOD, Level.GOOD], well
    assert "does not know our secret" in wrong[0].text


class Post:
    """A mail server that knows one name and password."""

    def __init__(self) -> None:
        self.controller = Controller(
            object(),
            hostname="127.0.0.1",
            port=0,
            auth_require_tls=False,
            authenticator=lambda _server, _session, _envelope, _how, given: AuthResult(
                success=given == LoginPassword(b"clinic", b"secret"), handled=False
            ),
        )
        self.controller.port = free_port()
        self.controller.start()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def post() -> Iterator[Post]:
    post = Post()
    yield post
    post.controller.stop()


async def test_a_mail_server_is_signed_in_to_and_nothing_is_sent(post: Post) -> None:
    server = MailServer("127.0.0.1", post.controller.port, "clinic", "secret", is_plain=True)
    assert (await checks.mail_server(server)).level is Level.GOOD
    await log_in(msgspec.structs.replace(server, username=""))

    with pytest.raises(MailFailed, match="name or password"):
        await log_in(msgspec.structs.replace(server, password="wrong"))
    with pytest.raises(MailFailed, match="refuses"):
        await log_in(msgspec.structs.replace(server, is_plain=False))
    with pytest.raises(MailFailed, match="reached"):
        await log_in(msgspec.structs.replace(server, port=free_port()), wait_s=1)
    assert (await checks.mail_server(None)).level is Level.WARNING


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_command_says_what_to_do_and_ends_with_one_where_something_is_to_be_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELESESSION_DATA_DIR", str(tmp_path))

    read = CliRunner().invoke(commands, ["check"])
    machine = CliRunner().invoke(commands, ["check", "--json"])
    monkeypatch.setenv("TELESESSION_PROT", "1")
    misspelt = CliRunner().invoke(commands, ["check"])

    assert (read.exit_code, machine.exit_code, misspelt.exit_code) == (1, 1, 1)
    assert "MEND  database" in read.output
    assert {Finding(**one).name for one in json.loads(machine.output)} >= {"settings", "keys", "clock", "turn", "mail"}
    assert "Did you mean TELESESSION_PORT?" in misspelt.output

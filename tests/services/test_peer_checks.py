"""What the doctor says of the peers of the service itself: those that test lines, and recorders."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from telesession.config import Settings, load
from telesession.domain.messages import IceServers, IceTransportPolicy
from telesession.media.reach import Asked, NoPeers, Reach, reach
from telesession.services import peer_checks
from telesession.services.checks import Level
from telesession.services.recorders import inside
from tests.fakes import Clock
from tests.network.coturn import OPEN_TO_LOOPBACK, TURNSERVER, Coturn

OUTSIDE = Settings(public_url="https://visits.example.org", recording=True)


@pytest.mark.parametrize(
    ("found", "settings", "expected"),
    [
        (Reach(False, True, True, True), OUTSIDE, Level.GOOD),
        (Reach(True, True, False, True), OUTSIDE, Level.WARNING),
        (Reach(False, True, False, True), OUTSIDE, Level.PROBLEM),
        (Reach(False, False, False, True), OUTSIDE, Level.PROBLEM),
        (Reach(False, True, False, True), Settings(), Level.WARNING),
    ],
)
def test_a_peer_has_to_be_found_from_outside(found: Reach, settings: Settings, expected: Level) -> None:
    said = peer_checks.peers(settings, found)
    assert said.level is expected
    assert (said.advice == "") is (expected is Level.GOOD)


def test_a_recorder_that_does_not_reach_the_service_is_named_with_where_it_looks() -> None:
    said = peer_checks.recorder(OUTSIDE, Reach(True, True, True, is_answered=False))
    assert said.level is Level.WARNING
    assert "http://127.0.0.1:8080" in said.text


@pytest.mark.parametrize(
    ("host", "expected"),
    [("0.0.0.0", "http://127.0.0.1:8080"), ("::", "http://[::1]:8080"), ("10.0.0.5", "http://10.0.0.5:8080")],
)
def test_our_own_processes_come_to_where_the_service_listens(host: str, expected: str) -> None:
    assert inside(Settings(host=host, public_url="https://visits.example.org")) == expected
    own = Settings(host=host, public_url="https://visits.example.org", tls_cert=Path("host.pem"), tls_key=Path("k"))
    assert inside(own) == "https://visits.example.org", "its certificate is for that name"


@pytest.mark.skipif(TURNSERVER is None, reason="needs coturn: apt-get install coturn")
async def test_it_is_tried_with_the_relay_that_browsers_get_and_at_the_door_for_our_own(
    tmp_path: Path, clock: Clock
) -> None:
    async def ready(_request: web.Request) -> web.Response:
        return web.Response()

    app = web.Application()
    app.router.add_get("/readyz", ready)
    relay = await asyncio.to_thread(Coturn, tmp_path, OPEN_TO_LOOPBACK)
    try:
        async with TestServer(app, host="127.0.0.1") as server:
            settings = load({**relay.settings, "TELESESSION_RECORDING": "true", "TELESESSION_PORT": str(server.port)})
            found = await peer_checks.look(settings, clock)
        assert [(one.name, one.level) for one in found] == [("peers", Level.GOOD), ("recorder", Level.GOOD)]
    finally:
        relay.stop()


async def test_a_clinic_without_the_libraries_is_told_and_one_that_needs_none_is_not(clock: Clock) -> None:
    with pytest.raises(NoPeers):
        await reach(Asked(IceServers((), IceTransportPolicy.ALL, None), "http://127.0.0.1:1"), command=("false",))
    assert await peer_checks.look(Settings(precall_checks=0), clock) == []

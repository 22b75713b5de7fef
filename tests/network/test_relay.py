"""The relay that is shipped: whom it serves, and where it leads."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from telesession.domain.ids import ParticipantId, VisitId
from telesession.live.ice import Ice
from tests.network.coturn import TURNSERVER, Coturn, TurnClient, TurnRefused, password

pytestmark = pytest.mark.skipif(TURNSERVER is None, reason="needs coturn: apt-get install coturn")

SHIPPED = Path(__file__).parent.parent.parent / "docs" / "how-to" / "turnserver.conf"
OUTSIDE = ["8.8.8.8", "2a00:1450:4001::1"]
NO_WAY = [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.17.0.1", "192.0.0.8", "192.0.2.2",
    "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255",
    "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1",
    "2001:db8::1", "2002:7f00:1::1", "fc00::1", "fd00:ec2::254", "fe80::1", "ff02::1",
]  # fmt: skip
FORBIDDEN, BAD_CREDENTIALS = 403, 401


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    """As shipped, but for its addresses; with an IPv6 relay too, which is where coturn 4.6 was open."""
    running = Coturn(tmp_path_factory.mktemp("relay"), [*shipped(), "relay-ip=::1"])
    yield running
    running.stop()


def shipped() -> list[str]:
    """The configuration of the how-to, but for what a test has of its own: port, log, tries of one credential."""
    own = ("listening-port", "min-port", "max-port", "log-file", "simple-log", "user-quota")
    return [line for line in SHIPPED.read_text().splitlines() if not line.startswith(own)]


def _client(relay: Coturn, secret: str | None = None, good_for_s: int = 600) -> TurnClient:
    """With credentials that the service hands out."""
    ice = Ice(turn_urls=("turn:relay",), turn_secret=secret or relay.secret, turn_ttl_s=good_for_s)
    server = ice.servers_for(VisitId("v1"), ParticipantId("p1"), datetime.now(UTC)).ice_servers[0]
    assert server.username is not None
    assert server.credential is not None
    return TurnClient(relay.port, server.username, server.credential)


def test_credentials_of_the_service_open_the_relay(relay: Coturn) -> None:
    with _client(relay) as client:
        client.allocate()
        client.permit("8.8.8.8")


def test_credentials_end_by_themselves(relay: Coturn) -> None:
    with _client(relay, good_for_s=-1) as client, pytest.raises(TurnRefused) as refusal:
        client.allocate()
    assert refusal.value.code == BAD_CREDENTIALS


def test_nobody_lengthens_their_credentials(relay: Coturn) -> None:
    """The expiry is part of what is signed."""
    now = datetime.now(UTC)
    until = [str(int((now + wait).timestamp())) for wait in (timedelta(minutes=1), timedelta(days=1))]
    signed = password(relay.secret, f"{until[0]}:v1:p1")
    with TurnClient(relay.port, f"{until[1]}:v1:p1", signed) as client, pytest.raises(TurnRefused) as refusal:
        client.allocate()
    assert refusal.value.code == BAD_CREDENTIALS


def test_a_wrong_secret_opens_nothing(relay: Coturn) -> None:
    with _client(relay, secret="of another clinic") as client, pytest.raises(TurnRefused) as refusal:
        client.allocate()
    assert refusal.value.code == BAD_CREDENTIALS


@pytest.mark.parametrize("door", ["permit", "bind"])
def test_the_relay_leads_into_no_private_network(relay: Coturn, door: str) -> None:
    answers: dict[str, int | None] = {}
    for address in NO_WAY + OUTSIDE:
        with _client(relay) as client:
            client.allocate(6 if ":" in address else 4)
            try:
                client.permit(address) if door == "permit" else client.bind(address)
                answers[address] = None
            except TurnRefused as refusal:
                answers[address] = refusal.code

    assert answers == {**dict.fromkeys(NO_WAY, FORBIDDEN), **dict.fromkeys(OUTSIDE)}

"""Servers and credentials for finding a path."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

from telesession.domain.ids import ParticipantId, VisitId
from telesession.domain.messages import IceTransportPolicy
from telesession.live.ice import Ice

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


def test_credentials_are_what_coturn_computes_from_the_shared_secret() -> None:
    ice = Ice(turn_urls=("turn:turn.example.org:3478",), turn_secret="a shared secret of some length", turn_ttl_s=600)

    servers = ice.servers_for(VisitId("v"), ParticipantId("p"), NOW)

    (turn,) = servers.ice_servers
    assert turn.username == f"{int(NOW.timestamp()) + 600}:v:p"
    expected = hmac.new(b"a shared secret of some length", turn.username.encode(), hashlib.sha1).digest()
    assert turn.credential == base64.b64encode(expected).decode()
    assert servers.refresh_after_s == 300


def test_without_servers_nothing_expires() -> None:
    assert Ice().servers_for(VisitId("v"), ParticipantId("p"), NOW).refresh_after_s is None


def test_relay_only_hides_addresses_from_the_other_side() -> None:
    ice = Ice(turn_urls=("turn:t",), turn_secret="s" * 16, is_relay_only=True)

    assert ice.servers_for(VisitId("v"), ParticipantId("p"), NOW).policy is IceTransportPolicy.RELAY

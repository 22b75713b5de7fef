"""What other software is told can be believed by it, and goes nowhere inside."""

import base64
import contextlib
import json
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesession.domain.callable_addresses import callable_ones, check_url, is_open
from telesession.domain.errors import Refused
from telesession.domain.ids import VisitId
from telesession.domain.webhooks import (
    RETRIES,
    TOLERANCE,
    Verdict,
    WebhookEvent,
    headers,
    is_genuine,
    next_try,
    payload,
    secret_of,
    verdict,
)

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def test_the_signature_is_the_one_of_the_specification() -> None:
    """The example in the reference libraries of Standard Webhooks."""
    sent = headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        b'{"test": 2432232314}',
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    )

    assert sent["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.binary(max_size=200), st.binary(min_size=24, max_size=64), st.binary(min_size=24, max_size=64))
def test_only_who_has_the_secret_can_sign(body: bytes, ours: bytes, theirs: bytes) -> None:
    sent = headers("m1", NOON, body, [secret_of(ours)])

    assert is_genuine(sent, body, secret_of(ours), NOON)
    assert is_genuine(sent, body, secret_of(theirs), NOON) == (ours == theirs)
    assert not is_genuine(sent, body + b" ", secret_of(ours), NOON)
    assert not is_genuine({**sent, "webhook-id": "m2"}, body, secret_of(ours), NOON)


def test_old_and_future_deliveries_are_not_believed_and_nonsense_is_none() -> None:
    secret = secret_of(b"x" * 32)
    sent = headers("m1", NOON, b"{}", [secret])

    assert is_genuine(sent, b"{}", secret, NOON + TOLERANCE)
    for off in (TOLERANCE + timedelta(seconds=1), -TOLERANCE - timedelta(seconds=1)):
        assert not is_genuine(sent, b"{}", secret, NOON + off)
    assert not is_genuine({}, b"{}", secret, NOON)
    assert not is_genuine({**sent, "webhook-signature": "é v1, v2,x"}, b"{}", secret, NOON)


def test_during_a_rotation_both_secrets_are_believed() -> None:
    old, new = secret_of(b"o" * 32), secret_of(b"n" * 32)
    sent = headers("m1", NOON, b"{}", [new, old])

    assert is_genuine(sent, b"{}", old, NOON)
    assert is_genuine(sent, b"{}", new, NOON)
    with pytest.raises(Refused):
        headers("m1", NOON, b"{}", ["whsec_not base64"])
    assert base64.b64decode(old.removeprefix("whsec_")) == b"o" * 32


@pytest.mark.parametrize("what", WebhookEvent)
def test_a_payload_tells_an_id_and_no_more(what: WebhookEvent) -> None:
    told = json.loads(payload(what, VisitId("v1"), NOON))

    assert told == {"type": what.value, "timestamp": "2026-12-01T12:00:00Z", "data": {"appointment": "v1"}}


def test_a_failed_delivery_is_tried_for_three_days_and_then_given_up() -> None:
    assert [verdict(status) for status in (200, 204, 301, 404, 410, 500)] == [
        Verdict.DELIVERED, Verdict.DELIVERED, Verdict.RETRY, Verdict.RETRY, Verdict.DISABLE, Verdict.RETRY,
    ]  # fmt: skip
    waits = [next_try(failures, NOON) for failures in range(1, len(RETRIES) + 2)]
    assert waits[-1] is None
    assert [at - NOON for at in waits if at is not None] == sorted(RETRIES)
    assert timedelta(days=3) < sum(RETRIES, timedelta()) < timedelta(days=4)


CLOSED = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "192.0.0.8", "198.18.0.1", "240.0.0.1", "192.0.2.1",
    "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "fec0::1", "2001:db8::1", "100::1",
    "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "2002:0a00:0001::1", "2001::1",
]  # fmt: skip


@pytest.mark.parametrize("address", CLOSED)
def test_nothing_inside_is_called(address: str) -> None:
    with pytest.raises(Refused):
        callable_ones([address])
    with pytest.raises(Refused):
        callable_ones(["93.184.216.34", address])
    assert callable_ones([address], allows_private=True)


def test_the_open_network_is_called() -> None:
    assert callable_ones(["93.184.216.34", "2606:2800:220:1::1"]) == ["93.184.216.34", "2606:2800:220:1::1"]
    assert is_open(IPv6Address("64:ff9b::5db8:d822"))
    with pytest.raises(Refused):
        callable_ones([])


@given(st.integers(0, 2**32 - 1))
def test_wrapping_an_address_opens_nothing(number: int) -> None:
    inner = IPv4Address(number)
    wrapped = IPv6Address((0xFFFF << 32) | number)
    translated = IPv6Address((0x64FF9B << 96) | number)

    assert is_open(inner) == is_open(wrapped) == is_open(translated)
    assert not (is_open(inner) and (inner.is_private or inner.is_loopback or inner.is_multicast))


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "https://", "ftp://example.org", "http://example.org", "https://u:p@example.org", "https://u@example.org",
        "https://127.0.0.1/", "https://[::1]/", "https://[fe80::1%25eth0]/", "https://169.254.169.254/latest",
        "https://exa mple.org", "https://example.org:99999", "https://example.org:0", "https://[::1", "https://é.org",
        "https://example.org\\@10.0.0.1/", "https://example.org/" + "a" * 500, "https://example.org/\n",
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_meant_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        check_url(url)


def test_private_addresses_are_for_operators_who_allow_them() -> None:
    assert check_url("https://records.example.org:8443/in?x=1")
    assert check_url("http://10.0.0.5/in", allows_private=True)


@given(st.text(max_size=60))
def test_no_text_breaks_the_check(text: str) -> None:
    for url in (text, f"https://{text}"):
        with contextlib.suppress(Refused):
            assert check_url(url) == url

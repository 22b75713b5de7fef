"""What other software is told can be believed by it, and goes nowhere inside."""

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
    DISABLED_AFTER,
    Delivery,
    DeliveryId,
    Verdict,
    WebhookEvent,
    WebhookId,
    Why,
    enabled,
    failed,
    headers,
    make,
    payload_of,
    secret_of,
    taken,
    verdict,
)
from tests.receiver import Forged, verify

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


secrets = st.binary(min_size=24, max_size=64).map(secret_of)


@given(st.binary(max_size=200), st.lists(secrets, min_size=1, max_size=3, unique=True), secrets, st.data())
def test_only_who_has_a_secret_that_signs_can_sign(
    body: bytes, ours: list[str], theirs: str, data: st.DataObject
) -> None:
    """By a receiver that knows the specification and none of our code."""
    sent = headers("msg_1", NOON, body, ours)

    for secret in ours:
        verify(secret, sent, body, NOON.timestamp())
    changed = [
        ({**sent, "webhook-id": "msg_2"}, body),
        ({**sent, "webhook-timestamp": str(int(NOON.timestamp()) + 1)}, body),
        (sent, body + b" "),
        (sent, data.draw(st.binary(max_size=200).filter(lambda other: other != body))),
    ]
    for changed_headers, changed_body in changed:
        with pytest.raises(Forged):
            verify(ours[0], changed_headers, changed_body, NOON.timestamp())
    if theirs not in ours:
        with pytest.raises(Forged):
            verify(theirs, sent, body, NOON.timestamp())


def test_a_secret_that_is_none_signs_nothing() -> None:
    with pytest.raises(Refused):
        headers("m1", NOON, b"{}", ["whsec_not base64"])


@pytest.mark.parametrize("what", WebhookEvent)
def test_a_payload_tells_ids_and_a_time_and_no_more(what: WebhookEvent) -> None:
    delivery = Delivery(DeliveryId("msg_1"), WebhookId("w"), what, VisitId("v1"), NOON, NOON + timedelta(minutes=1))

    told = json.loads(payload_of(delivery))
    assert told == {"type": what.value, "timestamp": "2026-12-01T12:00:00Z", "data": {"appointment": "v1"}}


def test_what_an_answer_means() -> None:
    assert [verdict(status) for status in (200, 204, 307, 404, 410, 500)] == [
        Verdict.DELIVERED, Verdict.DELIVERED, Verdict.RETRY, Verdict.RETRY, Verdict.DISABLE, Verdict.RETRY,
    ]  # fmt: skip


def test_a_webhook_is_given_up_when_nothing_was_taken_for_days_or_it_is_gone() -> None:
    webhook = make(WebhookId("w"), "https://records.example.org/in", [], [], NOON)
    assert webhook.events == tuple(WebhookEvent)

    first = failed(webhook, Verdict.RETRY, NOON)
    late = failed(first, Verdict.RETRY, NOON + DISABLED_AFTER - timedelta(seconds=1))
    assert late.disabled_at is None
    assert failed(late, Verdict.RETRY, NOON + DISABLED_AFTER).disabled_why is Why.FAILING
    assert failed(taken(late), Verdict.RETRY, NOON + DISABLED_AFTER).disabled_at is None
    gone = failed(webhook, Verdict.DISABLE, NOON)
    assert gone.disabled_why is Why.GONE
    assert enabled(gone) == webhook


def test_a_webhook_hears_of_what_it_names_and_nothing_that_is_none() -> None:
    chosen = make(WebhookId("w"), " https://records.example.org ", ["visit.ended", "visit.waiting"], [], NOON)
    assert chosen.events == (WebhookEvent.VISIT_WAITING, WebhookEvent.VISIT_ENDED)
    for wrong in ("visit.*", "webhook.test", ""):
        with pytest.raises(Refused):
            make(WebhookId("w"), "https://records.example.org", [wrong], [], NOON)


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
    inside = ["10.0.0.5", "Records.clinic.lan", "[fd00::5]"]
    for url in (
        "http://10.0.0.5/in",
        "https://records.clinic.lan",
        "http://RECORDS.clinic.lan:81/x",
        "http://[fd00::5]/",
    ):
        assert check_url(url, inside) == url
    for url in (
        "http://10.0.0.6/in",
        "http://records.clinic.lan.example.org",
        "http://clinic.lan",
        "http://[fd00::6]/",
    ):
        with pytest.raises(Refused):
            check_url(url, inside)


@given(st.text(max_size=60))
def test_no_text_breaks_the_check(text: str) -> None:
    for url in (text, f"https://{text}"):
        with contextlib.suppress(Refused):
            assert check_url(url) == url

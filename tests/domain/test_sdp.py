"""What browsers say to each other passes, and what none of them says does not."""

import json
from pathlib import Path

import pytest

from telesession.domain.messages import Candidate, Candidates, Description, DescriptionKind, Quality, QualityReport
from telesession.domain.sdp import fault_of

CHROMIUM = json.loads((Path(__file__).parent.parent / "vectors" / "sdp-chromium.json").read_text())
OFFER: str = CHROMIUM["offer"]
ANSWER: str = CHROMIUM["answer"]
MINIMAL = (
    "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
    f"a=fingerprint:sha-256 {':'.join(['AB'] * 32)}\r\n"
    "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=setup:actpass\r\n"
)
RELAYED = "candidate:1 1 udp 41885439 203.0.113.9 50000 typ relay raddr 0.0.0.0 rport 0 generation 0"


def of_description(
    sdp: str, kind: DescriptionKind = DescriptionKind.OFFER, *, is_relay_only: bool = False
) -> str | None:
    return fault_of(Description(1, 1, kind, sdp), is_relay_only=is_relay_only)


def of_candidate(line: str, *, is_relay_only: bool = False) -> str | None:
    return fault_of(Candidates(1, (Candidate(line),)), is_relay_only=is_relay_only)


def test_what_chromium_says_passes() -> None:
    assert of_description(OFFER) is None
    assert of_description(ANSWER, DescriptionKind.ANSWER) is None
    assert [of_candidate(line) for line in CHROMIUM["candidates"]] == [None] * len(CHROMIUM["candidates"])


@pytest.mark.parametrize(
    "line",
    [
        "",
        RELAYED,
        "candidate:0 1 UDP 2122252543 192.0.2.5 56789 typ host",
        "candidate:1 1 udp 2113937151 6f1c5a0e-1d5f-4d0e-9f6b-0a1b2c3d4e5f.local 51000 typ host generation 0",
        "candidate:2 1 TCP 2105524479 2001:db8::7 9 typ host tcptype active",
        "candidate:4 1 udp 1677729535 198.51.100.7 60000 typ srflx raddr 0.0.0.0 rport 0",
    ],
)
def test_what_firefox_and_safari_say_passes(line: str) -> None:
    assert of_candidate(line) is None


def test_the_least_description_passes_with_either_end_of_line() -> None:
    assert of_description(MINIMAL) is None
    assert of_description(MINIMAL.replace("\r\n", "\n")) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("v=0", "v=1"),
        ("s=-\r\n", "s=-\r\n\r\n"),
        ("s=-", "s=-\0"),
        ("m=audio 9", "m=message 9"),
        ("UDP/TLS/RTP/SAVPF", "RTP/AVP"),
        ("UDP/TLS/RTP/SAVPF", "RTP/SAVP"),
        ("m=audio 9 UDP/TLS/RTP/SAVPF 111", "m=audio"),
        ("m=audio", "b=audio"),
        ("sha-256", "sha-1"),
        ("AB:AB", "AB"),
        ("a=fingerprint", "a=finger"),
        ("a=setup:actpass", "a=setup:holdconn"),
        ("a=setup:actpass", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x"),
        ("c=IN IP4 0.0.0.0\r\n", "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" * 6),
        ("c=IN IP4 0.0.0.0\r\n", "a=x\r\n" * 2_000),
        ("c=IN IP4 0.0.0.0\r\n", f"a={RELAYED}\r\n" * 65),
    ],
)
def test_what_no_browser_says_is_refused(before: str, after: str) -> None:
    assert before in MINIMAL
    assert of_description(MINIMAL.replace(before, after)) == "bad_description"


def test_an_answer_has_chosen_its_part() -> None:
    assert of_description(MINIMAL, DescriptionKind.ANSWER) == "bad_description"
    assert of_description(MINIMAL.replace("actpass", "active"), DescriptionKind.ANSWER) is None


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "candidate:1 1 sctp 1 192.0.2.1 1 typ host",
        "candidate:1 1 udp 1 192.0.2.1 1 typ other",
        "candidate:1 1 udp 1 192.0.2.1;x 1 typ host",
        RELAYED + "\r\na=x",
    ],
)
def test_a_candidate_that_is_none_is_refused(line: str) -> None:
    assert of_candidate(line) == "bad_candidate"


def test_no_direct_way_is_named_where_all_media_is_relayed() -> None:
    direct = CHROMIUM["candidates"][0]

    assert of_candidate(RELAYED, is_relay_only=True) is None
    assert of_candidate(direct, is_relay_only=True) == "bad_candidate"
    assert of_candidate(direct + " typ relay", is_relay_only=True) == "bad_candidate"
    assert of_description(MINIMAL + f"a={direct}\r\n", is_relay_only=True) == "bad_candidate"
    assert of_description(MINIMAL + f"a={RELAYED}\r\n", is_relay_only=True) is None


def test_other_signals_are_none_of_its_business() -> None:
    assert fault_of(QualityReport(Quality.GOOD), is_relay_only=True) is None

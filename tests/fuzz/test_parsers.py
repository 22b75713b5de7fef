"""Whatever arrives from the network is either read or refused in words; nothing breaks, and nothing slips through."""

import json
import re
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec import inspect as kinds
from msgspec.structs import replace
from yarl import URL

from docs.protocol import sample
from telesession.config import Settings
from telesession.domain import callable_addresses, invitations, second_factor, sessions
from telesession.domain.errors import ProtocolViolation, Refused
from telesession.domain.messages import Candidate, Candidates, ClientFrame, Description, DescriptionKind
from telesession.domain.sdp import fault_of
from telesession.server.address import address_of, place_of
from telesession.server.api import exchange
from telesession.server.api.problems import Declined
from telesession.server.forms import Form
from telesession.server.i18n import Catalogues
from telesession.server.keys import SETTINGS
from telesession.server.socket import read_frame
from telesession.services import calendar
from tests.domain.test_sdp import ANSWER, CHROMIUM, OFFER
from tests.services.test_calendar import APPOINTMENT, LINK, WORDS, lines

LONGEST_S = 0.25
"""Of processor time for one text: what takes longer could be sent again and again to hold everybody up."""

text = st.text(st.characters(codec="utf-8"), max_size=40)
odd_text = st.text(max_size=40)  # half characters too
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | odd_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(odd_text, inner, max_size=4),
    max_leaves=8,
)


def much(examples: int) -> Any:
    """A bounded run in the suite, ten times as much in the long one."""
    quick = settings(max_examples=examples // 2, suppress_health_check=list(HealthCheck))
    return quick, settings(quick, max_examples=examples * 10)


def run(property_: Any, chosen: settings) -> None:
    chosen(property_)()


@contextmanager
def soon() -> Iterator[None]:
    started = time.process_time()
    yield
    assert time.process_time() - started < LONGEST_S


def no_of(read: Callable[[], object]) -> Refused | None:
    """The refusal, if it was one; anything else that is raised is a find."""
    try:
        read()
    except Refused as no:
        return no
    return None


LENGTHS = [pytest.param(0, id="short"), pytest.param(1, id="long", marks=pytest.mark.long)]


# --- frames of the socket ---------------------------------------------------------------------------------------------


def _frames() -> list[dict[str, Any]]:
    union = kinds.type_info(ClientFrame)
    assert isinstance(union, kinds.UnionType)
    return [json.loads(msgspec.json.encode(sample(one))) for one in union.types]


FRAMES = _frames()
KEYS = sorted({key for frame in FRAMES for key in frame})


@st.composite
def frames(draw: st.DrawFn) -> str:
    """A good frame with something wrong with it: a field gone, another type, one too many, one twice."""
    frame = dict(draw(st.sampled_from(FRAMES)))
    for _ in range(draw(st.integers(0, 3))):
        key = draw(st.sampled_from([*frame, *KEYS])) if frame else draw(st.sampled_from(KEYS))
        match draw(st.integers(0, 3)):
            case 0:
                frame.pop(key, None)
            case 1:
                frame[key] = draw(anything)
            case 2:
                frame[draw(odd_text)] = draw(anything)
            case _ if isinstance(frame.get(key), dict):
                inner = dict(frame[key])
                inner[draw(st.sampled_from([*inner, "type", "x"]))] = draw(anything)
                frame[key] = inner
    written = json.dumps(frame, ensure_ascii=draw(st.booleans()))
    if draw(st.booleans()) and frame:
        key = draw(st.sampled_from(sorted(frame)))
        written = f"{written[:-1]}, {json.dumps(key)}: {json.dumps(draw(anything))}}}"
    return written


@pytest.mark.parametrize("length", LENGTHS)
def test_a_frame_is_understood_or_a_violation(length: int) -> None:
    @given(frames() | odd_text | anything.map(json.dumps))
    @example("[" * 60_000)
    @example('{"type":"hello","protocol":' + "9" * 5_000 + "}")
    @example('{"type":"chat.send","id":"1","text":"\ud83d"}')
    @example('{"type":"clock.ping","sent_ms":NaN}')
    def holds(written: str) -> None:
        try:
            with soon():
                frame = read_frame(written)
        except ProtocolViolation:
            return
        again = msgspec.json.encode(frame)  # what is relayed is UTF-8 and means the same to whoever reads it
        assert msgspec.json.decode(again, type=ClientFrame) == frame

    run(holds, much(200)[length])


# --- descriptions and candidates --------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    ["\r\n", "\n", "\r", "\0", "a=", "m=", "a=crypto:1 AES inline:x", "a=fingerprint:sha-1 AB", "m=audio 9 RTP/AVP 0",
     "a=candidate:1 1 udp 1 192.0.2.1 9 typ host", " ", "é", "a=setup:active"]
) | text  # fmt: skip


@st.composite
def descriptions(draw: st.DrawFn) -> str:
    """What Chromium said, cut, doubled, turned round, with pieces put in."""
    parts = draw(st.sampled_from([OFFER, ANSWER])).splitlines(keepends=True)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(parts) - 1))
        match draw(st.integers(0, 3)):
            case 0 if len(parts) > 1:
                del parts[at]
            case 1:
                parts.insert(at, parts[draw(st.integers(0, len(parts) - 1))])
            case 2:
                cut = draw(st.integers(0, len(parts[at])))
                parts[at] = parts[at][:cut] + draw(PIECES) + parts[at][cut:]
            case _:
                parts.insert(at, draw(PIECES) + draw(st.sampled_from(["\r\n", "\n", ""])))
    return "".join(parts)


@pytest.mark.parametrize("length", LENGTHS)
def test_no_description_passes_that_names_plain_media_or_a_direct_way(length: int) -> None:
    @given(descriptions() | text, st.sampled_from(DescriptionKind), st.booleans())
    @example("v=0\n" + "a=x\n" * 1_400, DescriptionKind.OFFER, True)
    @example("v=0\r\n" + "a=" + "x" * 60_000, DescriptionKind.OFFER, True)
    def holds(sdp: str, kind: DescriptionKind, is_relay_only: bool) -> None:
        with soon():
            fault = fault_of(Description(1, 1, kind, sdp), is_relay_only=is_relay_only)
        if fault is not None:
            return
        told = re.split(r"\r\n|\r|\n", sdp)
        assert told[0] == "v=0"
        assert any(line.startswith("a=fingerprint:sha-") for line in told)
        for line in told:
            assert not line.startswith(("a=crypto:", "a=fingerprint:sha-1 ", "a=fingerprint:md"))
            if line.startswith("m="):
                assert line.split(" ")[2].split("/")[1] in ("TLS", "DTLS")
            if is_relay_only and line.startswith("a=candidate:"):
                assert " typ relay" in line
                assert line.count(" typ ") == 1 or line.index(" typ relay") == line.index(" typ ")

    run(holds, much(200)[length])


@pytest.mark.parametrize("length", LENGTHS)
def test_no_candidate_passes_that_is_more_than_one_line(length: int) -> None:
    real = st.sampled_from(
        [*CHROMIUM["candidates"], "candidate:1 1 udp 1 203.0.113.9 5 typ relay raddr 0.0.0.0 rport 0"]
    )

    @given(st.tuples(real, st.integers(0, 80), PIECES, st.integers(0, 3)), st.booleans())
    @example(("candidate:1 1 udp 1 192.0.2.1 9 typ host" + " x" * 500, 0, "", 0), False)
    def holds(parts: tuple[str, int, str, int], is_relay_only: bool) -> None:
        line, at, piece, gone = parts
        changed = line[:at] + piece + line[at + gone :]
        with soon():
            fault = fault_of(Candidates(1, (Candidate(changed),)), is_relay_only=is_relay_only)
        if fault is None and changed:
            assert not re.search(r"[\r\n\0]", changed)
            assert changed.isascii()
            assert not is_relay_only or changed.split(" typ ")[1].startswith("relay")

    run(holds, much(200)[length])


# --- forms, codes, cookies --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", LENGTHS)
def test_a_form_is_read_or_refused_beside_the_field(length: int) -> None:
    digits = st.text(st.sampled_from("0123456789-:+.TZ W_eE٣３ "), max_size=24)

    @given(odd_text | digits, odd_text | digits)
    @example("9" * 5_000, "")
    @example("0001-01-01", "00:00")
    @example("2026-W01-1", "24:00")
    @example("2026-12-01", "10:00+99:00")
    def holds(one: str, other: str) -> None:
        form = Form({"one": one, "other": other})
        for read in (form.whole, form.day, form.optional_day):
            no = no_of(partial(read, "one"))
            assert no is None or no.code == "one_wrong"
        no = no_of(lambda: form.clock("one", "other"))
        assert no is None or no.code in ("one_wrong", "other_wrong")
        if no is None:
            shown = form.clock("one", "other")
            assert (shown.tzinfo, shown.date()) == (None, form.day("one"))

    run(holds, much(200)[length])


@pytest.mark.parametrize("length", LENGTHS)
def test_codes_and_tokens_are_in_one_form_or_none(length: int) -> None:
    typed = odd_text | st.text(st.sampled_from("0O1IL-abcdXYZ ٣３\u2003"), max_size=30)

    @given(typed)
    def holds(code: str) -> None:
        for read, form in (
            (invitations.read_code, r"[0-9A-Z]{4}-[0-9A-Z]{4}"),
            (second_factor.read_code, r"[0-9]{6}"),
            (second_factor.read_recovery_code, r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}"),
        ):
            found = read(code)
            assert found is None or re.fullmatch(form, found, re.ASCII)
        assert not sessions.is_token(code) or code.isascii()
        assert len(sessions.device_name(code)) <= 100

    run(holds, much(200)[length])


# --- headers ----------------------------------------------------------------------------------------------------------

CATALOGUES = Catalogues.load(pseudo=True)
TAGS = st.sampled_from(
    ["en", "es-ES", "en-XA", "zh-Hant-TW", "*", "x", "es-419", "q", ";q=", "0.5", "nan", "inf", "-1", "1e999", ",", " ",
     "_", "en-" + "A" * 300, "es_ES.UTF-8", "en-GB-oed", "de-0", "es-999"]
)  # fmt: skip


@pytest.mark.parametrize("length", LENGTHS)
def test_every_wish_of_a_browser_finds_a_language_that_can_write_a_date(length: int) -> None:
    @given(st.none() | TAGS | odd_text, st.lists(TAGS | odd_text, max_size=8).map("".join))
    @example(None, "en;q=nan,es;q=nan,en-GB")
    def holds(chosen: str | None, wanted: str) -> None:
        reader = CATALOGUES.choose(chosen, wanted)
        assert reader.language in {one.language for one in CATALOGUES.offered}
        assert reader.day(datetime(2026, 12, 1, tzinfo=UTC), "Europe/Madrid")
        assert reader.time(datetime(2026, 12, 1, tzinfo=UTC), "Europe/Madrid")
        assert '"' not in reader.tag
        assert "<" not in reader.tag

    run(holds, much(150)[length])


def asked(query: str = "", **headers: str) -> web.Request:
    app = web.Application()
    app[SETTINGS] = Settings(trusted_proxies=("10.0.0.0/8", "127.0.0.0/8", "::1/128"))
    return make_mocked_request(
        "GET", f"/?{query}", headers={n.replace("_", "-"): v for n, v in headers.items()}, app=app
    )


@pytest.mark.parametrize("length", LENGTHS)
def test_an_address_is_named_only_by_whom_one_trusts(length: int) -> None:
    hop = st.ip_addresses().map(str) | st.sampled_from(
        ["", "unknown", "[::1]:80", "fe80::1%eth0", "1.2.3.4:5", "::ffff:1.2.3.4"]
    )

    @given(st.lists(hop | text, max_size=5).map(", ".join))
    def holds(forwarded: str) -> None:
        request = asked(X_Forwarded_For=forwarded.replace("\n", "").replace("\r", ""))
        assert re.fullmatch(r"nowhere|[0-9a-f.:]+/(24|56)", place_of(request))
        address_of(request)

    run(holds, much(100)[length])


# --- the API ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", LENGTHS)
def test_a_cursor_is_one_of_ours_or_declined(length: int) -> None:
    forged = st.lists(text, max_size=3).map(lambda place: exchange.cursor_of(*place))

    @given(text | st.binary(max_size=60).map(lambda raw: urlsafe_b64encode(raw).decode()) | forged)
    @example(exchange.cursor_of("2026-12-01T00:00:00Z", "x"))
    @example("W1tb" * 90)
    def holds(cursor: str) -> None:
        for kind in (tuple[datetime, str], tuple[str]):
            no = no_of(partial(exchange.place_of, asked(f"cursor={quote(cursor)}"), kind))
            assert no is None or (isinstance(no, Declined) and (no.status, no.field) == (400, "cursor"))

    run(holds, much(100)[length])


@pytest.mark.parametrize("length", LENGTHS)
def test_parameters_and_tags_are_read_or_declined(length: int) -> None:
    moments = st.text(st.sampled_from("0123456789-:+.TZ "), max_size=30)

    @given(text | moments, text)
    @example("0001-01-01T00:00:00+14:00", "0")
    @example("9999-12-31T23:59:59-12:00", "1" * 5_000)
    @example("2026-12-01T00:00:00+99:99", "٣")
    def holds(at: str, other: str) -> None:
        request = asked(
            f"from={quote(at)}&limit={quote(other)}", If_Match=other.encode().hex(), If_None_Match=quote(at)
        )
        reads: list[Callable[[], object]] = [
            lambda: exchange.queried_moment(request, "from"),
            lambda: exchange.limit(request),
            lambda: exchange.text_parameter(request, "limit", 5),
            lambda: exchange.seen_version(request, "1"),
            lambda: exchange.is_unchanged(request, "1"),
        ]
        for no in map(no_of, reads):
            assert no is None or (isinstance(no, Declined) and no.status == 400)

    run(holds, much(150)[length])


# --- what we write for other parsers ----------------------------------------------------------------------------------

PROPERTIES = re.compile(
    r"(BEGIN|END|VERSION|PRODID|METHOD|UID|SEQUENCE|DTSTAMP|DTSTART|DTEND|SUMMARY|DESCRIPTION|LOCATION|URL|CONFERENCE|"
    r"ORGANIZER|ATTENDEE|STATUS|CLASS|COMMENT|TZID|TZOFFSETFROM|TZOFFSETTO|TZNAME|RRULE|RDATE|LAST-MODIFIED)[;:].*",
    re.DOTALL,
)


@pytest.mark.parametrize("length", LENGTHS)
def test_no_word_can_add_a_line_to_a_calendar(length: int) -> None:
    word = st.text(st.characters(codec="utf-8") | st.sampled_from('\r\n;:,"\\\x85\u2028\x0b'), max_size=90)
    plain = len(lines(calendar.entry(APPOINTMENT, WORDS, LINK, "visits@example.org", "pat@example.org")))

    @given(word, word, st.integers(0, 300))
    @example("\r\nATTENDEE:mailto:sam@example.org", "\nEND:VEVENT", 0)
    @example("x", '"\r\nX:1', 0)
    def holds(title: str, join: str, days: int) -> None:
        later = replace(APPOINTMENT, starts_at=APPOINTMENT.starts_at + timedelta(days=days),
                        ends_at=APPOINTMENT.ends_at + timedelta(days=days))  # fmt: skip
        words = calendar.Words(title, join)
        entry = calendar.entry(later, words, LINK, "visits@example.org", "pat@example.org")
        written = lines(entry)
        assert len(written) == plain
        assert all(PROPERTIES.fullmatch(line) for line in written), written
        assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", "".join(written)), "what no line may hold (section 3.1)"

    run(holds, much(40)[length])


@pytest.mark.parametrize("length", LENGTHS)
def test_no_address_of_a_webhook_leads_elsewhere_than_it_says(length: int) -> None:
    hosts = st.sampled_from(
        ["example.org", "10.0.0.1", "[::1]", "0x7f.1", "a@b", "é", "127.0.0.1\\.example.org", "x:99999"]
    )

    @given(st.sampled_from(["https://", "http://", "HTTPS://", "//", ""]), hosts | text, text)
    def holds(scheme: str, host: str, rest: str) -> None:
        try:
            kept = callable_addresses.check_url(scheme + host + rest)
        except Refused:
            return
        assert URL(kept).scheme == "https"
        assert URL(kept).host == urlsplit(kept).hostname, "both readers of an address agree"
        assert URL(kept).user is None

    run(holds, much(200)[length])


def test_days_at_the_edge_of_the_calendar_are_days() -> None:
    assert Form({"on": "1899-12-31"}).day("on") == date(1899, 12, 31)
    for beyond in ("0001-01-01", "9999-12-31"):  # a week further no calendar goes, nor may another time zone
        with pytest.raises(Refused):
            Form({"on": beyond}).day("on")

"""How long somebody stays signed in, how often one may guess, and which codes are good."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesession.domain import guessing, second_factor, sessions
from telesession.domain.errors import Refused
from telesession.domain.guessing import AT_ONE_ACCOUNT, FROM_ONE_PLACE, Guesses
from telesession.domain.ids import SessionId, StaffId
from telesession.domain.sessions import Session
from telesession.domain.staff import clean_sign_in_email, require_other

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def session(name: str = "s", seen_at: datetime = NOON) -> Session:
    return Session(SessionId(name), StaffId("tess"), "", NOON, seen_at, NOON)


def test_a_session_ends_after_a_quarter_of_an_hour_alone() -> None:
    assert not sessions.is_over(session(), NOON + sessions.IDLE - SECOND)
    assert sessions.is_over(session(), NOON + sessions.IDLE)


def test_a_session_in_use_ends_after_half_a_day() -> None:
    late = NOON + sessions.ABSOLUTE
    assert not sessions.is_over(session(seen_at=late - SECOND), late - SECOND)
    assert sessions.is_over(session(seen_at=late - SECOND), late)


def test_the_fourth_browser_ends_the_one_used_least_recently() -> None:
    three = [session(str(number), NOON + number * SECOND) for number in range(3)]

    assert [one.id for one in sessions.surplus(three)] == ["0"]
    assert sessions.surplus(three[1:]) == []


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36", "Chrome, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox, Linux"),
        ("curl/8", ""),
    ],
)
def test_a_browser_is_called_by_its_name(agent: str, name: str) -> None:
    assert sessions.device_name(agent) == name


def test_a_token_is_256_bits_and_only_its_digest_is_kept() -> None:
    token = sessions.token_of(b"\xff" * 32)

    assert sessions.is_token(token)
    assert not sessions.is_token(token[:-1])
    assert len(sessions.digest(token)) == 32
    with pytest.raises(ValueError, match="32 bytes"):
        sessions.token_of(b"short")


def tried(times: int, limit: guessing.Limit, at: datetime = NOON) -> Guesses | None:
    found: Guesses | None = None
    for _ in range(times):
        found = guessing.counted(found, limit, at)
    return found


def test_the_sixth_guess_from_one_place_waits_a_quarter_of_an_hour() -> None:
    five = tried(5, FROM_ONE_PLACE)

    for when in (NOON, NOON + FROM_ONE_PLACE.window - SECOND):
        with pytest.raises(Refused) as refusal:
            guessing.counted(five, FROM_ONE_PLACE, when)
        assert refusal.value.code == "wait"
    assert guessing.counted(five, FROM_ONE_PLACE, NOON + timedelta(minutes=15)).tries == 1


def test_slow_guesses_are_forgotten_by_the_window() -> None:
    four = tried(4, FROM_ONE_PLACE)
    assert guessing.counted(four, FROM_ONE_PLACE, NOON + FROM_ONE_PLACE.window).tries == 1


def test_after_a_hundred_guesses_only_an_administrator_opens_the_account() -> None:
    hundred = tried(100, AT_ONE_ACCOUNT)

    assert guessing.is_locked(hundred, AT_ONE_ACCOUNT)
    assert not guessing.is_locked(tried(99, AT_ONE_ACCOUNT), AT_ONE_ACCOUNT)
    with pytest.raises(Refused):
        guessing.counted(hundred, AT_ONE_ACCOUNT, NOON + timedelta(days=30))


def test_a_right_try_does_not_count() -> None:
    assert guessing.taken_back(tried(1, FROM_ONE_PLACE)) is None
    assert guessing.taken_back(tried(3, FROM_ONE_PLACE)) == tried(2, FROM_ONE_PLACE)
    assert guessing.taken_back(None) is None


@given(st.integers(0, 4_000_000_000), st.integers(-1, 4_000_000_000 // 30 + 3))
def test_a_code_is_of_now_or_beside_it_and_newer_than_the_last(now_s: int, last: int) -> None:
    usable = second_factor.counters(now_s, last)

    assert all(abs(one - now_s // 30) <= 1 and one > last for one in usable)
    assert second_factor.counters(now_s, usable[-1]) == [] if usable else True


@pytest.mark.parametrize(
    ("typed", "code"), [("123456", "123456"), (" 123 456 ", "123456"), ("12345", None), ("١٢٣٤٥٦", None)]
)
def test_a_code_may_be_typed_with_spaces(typed: str, code: str | None) -> None:
    assert second_factor.read_code(typed) == code


@given(st.binary(min_size=10, max_size=10))
def test_a_recovery_code_is_read_however_it_is_typed(entropy: bytes) -> None:
    code = second_factor.recovery_code(entropy)

    assert second_factor.read_recovery_code(code) == code
    assert second_factor.read_recovery_code(code.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == code
    assert second_factor.read_recovery_code(code[:-1]) is None


def test_an_address_is_kept_in_small_letters() -> None:
    assert clean_sign_in_email(" Tess@Example.ORG ") == "tess@example.org"
    for typed, code in (("", "email_missing"), ("tess", "email_wrong")):
        with pytest.raises(Refused) as refusal:
            clean_sign_in_email(typed)
        assert refusal.value.code == code


def test_nobody_shuts_themselves_out() -> None:
    require_other(StaffId("ada"), StaffId("tess"))
    with pytest.raises(Refused):
        require_other(StaffId("ada"), StaffId("ada"))

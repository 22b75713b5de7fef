from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesession.domain.appointments import Appointment, AppointmentStatus, cancelled, fulfilled, moved
from telesession.domain.ids import InvitationId, PatientId, VisitId
from telesession.domain.invitations import (
    BROWSER_KEY_BYTES,
    TOKEN_BYTES,
    Invitation,
    LinkRefused,
    check,
    closes_at,
    digest,
    is_browser_key,
    is_token,
    mint,
    opens_at,
    read_code,
    readable,
    revoked,
    short_code,
)
from telesession.domain.messages import Role

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
BOOKED = Appointment(VisitId("v"), NOON, NOON + HOUR, "Tess", PatientId("p"), "Pat", "Europe/Madrid", NOON)

entropies = st.binary(min_size=TOKEN_BYTES, max_size=TOKEN_BYTES)
moments = st.datetimes(datetime(2026, 11, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def minted(entropy: bytes = b"x" * TOKEN_BYTES) -> tuple[str, Invitation]:
    return mint(InvitationId("i"), VisitId("v"), Role.PATIENT, "Pat", entropy=entropy, created_at=NOON)


def refused(invitation: Invitation, appointment: Appointment, now: datetime) -> LinkRefused:
    with pytest.raises(LinkRefused) as refusal:
        check(invitation, appointment, now)
    return refusal.value


def test_a_link_opens_only_around_its_appointment() -> None:
    _, invitation = minted()

    check(invitation, BOOKED, NOON - HOUR)
    check(invitation, BOOKED, NOON + 3 * HOUR - SECOND)
    for when, code in [
        (NOON - HOUR - SECOND, "too_early"),
        (NOON + 3 * HOUR, "too_late"),
        (NOON + 25 * HOUR - SECOND, "too_late"),
        (NOON + 25 * HOUR, "expired"),
    ]:
        assert refused(invitation, BOOKED, when).code == code


def test_a_link_moves_with_its_appointment() -> None:
    _, invitation = minted()
    later = moved(BOOKED, NOON + 24 * HOUR, HOUR, NOON)

    assert refused(invitation, later, NOON).code == "too_early"
    check(invitation, later, NOON + 24 * HOUR)


def test_a_link_says_why_it_opens_no_longer() -> None:
    _, invitation = minted()

    assert refused(invitation, cancelled(BOOKED, NOON), NOON).code == "cancelled"
    assert refused(invitation, fulfilled(BOOKED, NOON), NOON).code == "ended"
    assert refused(revoked(invitation, NOON), BOOKED, NOON).code == "revoked"


def test_the_page_of_a_closed_link_may_show_the_appointment_until_it_is_forgotten() -> None:
    _, invitation = minted()

    assert refused(invitation, BOOKED, NOON - 2 * HOUR).appointment == BOOKED
    assert refused(invitation, BOOKED, NOON + 25 * HOUR).appointment is None


@given(moments, st.sampled_from(AppointmentStatus), st.booleans())
def test_a_link_opens_exactly_while_everything_allows_it(
    now: datetime, status: AppointmentStatus, is_revoked: bool
) -> None:
    _, invitation = minted()
    appointment = Appointment(BOOKED.id, NOON, NOON + HOUR, "Tess", PatientId("p"), "Pat", "UTC", NOON, status=status)
    if is_revoked:
        invitation = revoked(invitation, NOON)
    is_closed = status in {AppointmentStatus.CANCELLED, AppointmentStatus.FULFILLED}
    may_open = opens_at(appointment) <= now < closes_at(appointment) and not is_revoked and not is_closed

    if may_open:
        check(invitation, appointment, now)
    else:
        refused(invitation, appointment, now)


def test_revoking_twice_keeps_the_first_moment() -> None:
    _, invitation = minted()

    assert revoked(revoked(invitation, NOON), NOON + HOUR).revoked_at == NOON


@given(entropies, entropies)
def test_different_entropy_gives_different_tokens_and_none_is_kept(one: bytes, other: bytes) -> None:
    token, invitation = minted(one)
    other_token, other_invitation = minted(other)

    assert (token == other_token) == (one == other) == (invitation.token_digest == other_invitation.token_digest)
    assert is_token(token)
    assert invitation.token_digest == digest(token)
    assert token not in repr(invitation)


@given(st.text(max_size=80))
def test_no_other_text_passes_for_a_token_or_a_key(text: str) -> None:
    if is_token(text):
        assert len(digest(text)) == 32
    if is_browser_key(text):
        assert len(digest(text)) == 32
    for signs in ("\n", "=", " ", "é", "."):
        assert not is_token(readable(b"x" * TOKEN_BYTES) + signs)
        assert not is_browser_key(readable(b"x" * BROWSER_KEY_BYTES) + signs)


def test_a_token_with_too_little_entropy_is_never_made() -> None:
    with pytest.raises(ValueError, match="entropy"):
        minted(b"x" * 16)


@given(st.binary(min_size=5, max_size=32))
def test_a_short_code_is_read_however_it_is_typed(entropy: bytes) -> None:
    code = short_code(entropy)

    for typed in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} ", code.replace("0", "O")):
        assert read_code(typed) == code


@pytest.mark.parametrize("typed", ["", "ABCD", "ABCD-234", "ABCD-23456", "ABCD-234U", "ÄBCD-2345", "ABCD_2345"])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert read_code(typed) is None

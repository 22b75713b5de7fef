from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesession.domain.errors import Refused
from telesession.domain.ids import PatientId
from telesession.domain.patients import Details, Patient, changed, clean, sought, terms

TODAY = date(2026, 12, 1)
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
JOSE = Details(name="José Núñez-Ortega", email="Jose@example.org", phone="+34600123456", born_on=date(1951, 3, 9))


def is_found(query: str) -> bool:
    return bool(sought(query)) and sought(query) <= terms(JOSE)


@pytest.mark.parametrize(
    "query",
    [
        *("José", "jose", "JO", "nunez", "jose ort", "ORTEGA, José"),
        *("jose@example.org", "3456", "+34 600 123 456", "1951-03-09", "jose 3456", "jose 1951-03-09"),
    ],
)
def test_a_patient_is_found_by(query: str) -> None:
    assert is_found(query)


@pytest.mark.parametrize("query", ["", " ", "ose", "jose maria", "example", "600", "1951", "josé 9999"])
def test_a_patient_is_not_found_by(query: str) -> None:
    assert not is_found(query)


@pytest.mark.parametrize(
    ("typed", "kept"), [("", ""), ("600 123 456", "600123456"), ("0034 (600) 12-34-56", "+34600123456")]
)
def test_phones_are_kept_without_what_people_write_between(typed: str, kept: str) -> None:
    assert clean(Details("Pat", phone=typed), TODAY).phone == kept


@pytest.mark.parametrize(
    ("details", "code"),
    [
        (Details(" "), "name_missing"),
        (Details("Pat", email="pat"), "email_wrong"),
        (Details("Pat", email="pat@example"), "email_wrong"),
        (Details("Pat", email="pat@example.org\nBcc: all@example.org"), "email_wrong"),
        (Details("Pat", phone="call me"), "phone_wrong"),
        (Details("Pat", emergency_phone="1"), "emergency_phone_wrong"),
        (Details("Pat", born_on=date(2026, 12, 2)), "born_on_wrong"),
        (Details("Pat", born_on=date(1800, 1, 1)), "born_on_wrong"),
        (Details("Pat", address="a" * 301), "address_too_long"),
        (Details("Pat", notes="a" * 4_001), "notes_too_long"),
    ],
)
def test_bad_details_are_refused_by_field(details: Details, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        clean(details, TODAY)
    assert refusal.value.code == code


@given(st.text(max_size=64), st.text(max_size=30), st.text(max_size=60))
def test_whatever_is_typed_is_kept_clean_or_refused(name: str, phone: str, notes: str) -> None:
    try:
        kept = clean(Details(name, phone=phone, notes=notes), TODAY)
    except Refused:
        return
    assert clean(kept, TODAY) == kept
    if not any(sign.isdigit() or sign == "@" for sign in kept.name):  # those are taken for numbers and addresses
        assert sought(kept.name) <= terms(kept)


def test_nobody_overwrites_what_somebody_else_just_wrote() -> None:
    before = Patient(PatientId("p"), Details("Pat"), NOON, NOON)

    after = changed(before, Details("Pam"), 1, NOON)
    assert (after.revision, after.details.name) == (2, "Pam")
    with pytest.raises(Refused) as refusal:
        changed(after, Details("Pit"), 1, NOON)
    assert refusal.value.code == "changed_meanwhile"
    assert changed(after, Details("Pam"), 2, NOON) == after

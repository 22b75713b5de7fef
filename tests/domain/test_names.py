import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesession.domain.errors import Refused
from telesession.domain.names import MAX_NAME_LENGTH, clean_name

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@given(st.text(max_size=200))
def test_whatever_is_typed_a_name_is_clean_or_refused(text: str) -> None:
    try:
        name = clean_name(text)
    except Refused:
        return

    assert 1 <= len(name) <= MAX_NAME_LENGTH
    assert name == name.strip()
    assert unicodedata.is_normalized("NFC", name)
    assert not set(name) & set(BIDI)
    assert not [sign for sign in name if unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"}]
    assert clean_name(name) == name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ana \t Ruiz\n", "Ana Ruiz"),
        ("Jose\u0301", "José"),
        ("e\u202e\u0301va", "éva"),
        ("Pat\u202egro.live", "Patgro.live"),
        ("Zoë\x00\x07", "Zoë"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("李小龍", "李小龍"),
    ],
)
def test_names_of_the_world_are_kept_and_tricks_are_not(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


@pytest.mark.parametrize("typed", ["", "   ", "\u200b\u202e", "\u200d", "...", "\ud800"])
def test_a_name_that_nobody_could_read_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as refusal:
        clean_name(typed)
    assert refusal.value.code == "name_missing"


def test_a_name_is_never_cut_short_in_silence() -> None:
    assert clean_name("x" * MAX_NAME_LENGTH) == "x" * MAX_NAME_LENGTH
    with pytest.raises(Refused) as refusal:
        clean_name("x" * (MAX_NAME_LENGTH + 1))
    assert refusal.value.code == "name_too_long"

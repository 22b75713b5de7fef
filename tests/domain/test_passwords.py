"""Which passwords are good enough."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesession.domain.errors import Refused
from telesession.domain.passwords import LONGEST, SHORTEST_ALONE, check, is_long

OWN = ("Riverside Physiotherapy", "Tess Therapist", "tess.therapist")


def refusal(password: str, *, has_second_factor: bool = False) -> str:
    with pytest.raises(Refused) as refused:
        check(password, has_second_factor=has_second_factor, own_words=OWN)
    return refused.value.code


@pytest.mark.parametrize(
    "password", ["correct horse battery", "Über-den-Wolken77", "四つの言葉を覚える人は強いのです", "7gT!kq9#Lw2$xZb"]
)
def test_long_ones_are_good_whatever_they_are_made_of(password: str) -> None:
    check(password, has_second_factor=False, own_words=OWN)
    assert is_long(password)


def test_fifteen_signs_alone_and_eight_beside_a_second_factor() -> None:
    check("brown otter tea", has_second_factor=False)
    assert refusal("brown otter te") == "password_short"
    check("brwn0ttr", has_second_factor=True)
    assert refusal("brwn0tt", has_second_factor=True) == "password_short"


@pytest.mark.parametrize(
    "password",
    [
        "password12345678",
        "P@ssw0rd12345678",
        "qwertyuiop1234567890",
        "aaaaaaaaaaaaaaaaaaaa",
        "abababababababababab",
        "riverside physiotherapy",
        "RiversidePhysiotherapy2026!",
        "tess.therapist.2026",
        "summer2026summer2026",
    ],
)
def test_what_guessers_try_first_is_refused(password: str) -> None:
    assert refusal(password) == "password_common"


@pytest.mark.parametrize("password", ["corvette", "Samantha", "bigdaddy", "1234qwer"])
def test_what_stands_on_the_lists_of_guessers_is_refused_also_beside_a_second_factor(password: str) -> None:
    assert refusal(password, has_second_factor=True) == "password_common"


def test_a_password_has_an_end() -> None:
    assert refusal("ab1" * LONGEST) == "password_long"


@given(st.text(max_size=SHORTEST_ALONE - 1))
def test_nothing_short_is_ever_good_alone(password: str) -> None:
    if not is_long(password):
        assert refusal(password) == "password_short"

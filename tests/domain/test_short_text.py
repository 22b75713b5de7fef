import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesession.domain.short_text import best, fits, is_gsm, to_gsm


def test_accents_that_phones_lack_are_left_out_and_the_others_kept() -> None:
    assert to_gsm("Cita por vídeo con José Peña: mañana, 10:00") == "Cita por video con José Peña: mañana, 10:00"
    assert to_gsm("It’s “now” – soon…") == 'It\'s "now" - soon...'


def test_another_writing_is_left_as_it_is() -> None:
    assert to_gsm("موعدك’") == "موعدك’"
    assert not is_gsm("موعدك")


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("a" * 160, True), ("a" * 161, False), ("€" * 80, True), ("€" * 81, False), ("ж" * 70, True), ("ж" * 71, False)],
)
def test_one_message_holds_so_much(text: str, is_one: bool) -> None:
    assert fits(text) == is_one


def test_the_fullest_text_that_fits_is_taken() -> None:
    assert best(["a" * 161, "b" * 160, "c"]) == "b" * 160
    assert best(["a" * 161, "b" * 162]) == "b" * 162


@given(st.text())
def test_what_became_plain_is_in_the_alphabet_or_untouched(text: str) -> None:
    plain = to_gsm(text)
    assert is_gsm(plain) or plain == text

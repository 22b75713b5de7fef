"""The words to compare, as a program makes them: the same as browsers do, and none with somebody in between."""

import re
from pathlib import Path

from telesession.domain.messages import AnySignal, WordsCommitted, WordsRevealed
from telesession.media.words import PICTURES, Words

TRUST = Path(__file__).parent.parent.parent / "web" / "static" / "js" / "visit" / "trust.js"
TESS, PAT, SAM = (f"sha-256:{letter * 2}" for letter in "abc")
MINE, YOURS = "1" * 64, "2" * 64


def compared(tess: Words, pat: Words) -> None:
    """What one says is heard by the other, until nobody says anything."""
    said: AnySignal | None = tess.begin()
    hears = pat
    while said is not None:
        said, hears = hears.hear(said), tess if hears is pat else pat


def test_both_come_to_the_same_four_words() -> None:
    tess, pat = Words(TESS, PAT, MINE, begins=True), Words(PAT, TESS, YOURS, begins=False)
    compared(tess, pat)

    assert tess.places == pat.places
    assert tess.places is not None
    assert len(tess.places) == 4


def test_with_sam_in_between_the_words_differ() -> None:
    tess, pat = Words(TESS, SAM, MINE, begins=True), Words(PAT, SAM, YOURS, begins=False)
    compared(tess, pat)

    assert tess.places != pat.places


def test_a_second_commitment_is_not_answered_and_a_wrong_number_not_taken() -> None:
    pat = Words(PAT, TESS, YOURS, begins=False)
    first = Words(TESS, PAT, MINE, begins=True).begin()
    assert first is not None
    assert pat.hear(first) is not None
    assert pat.hear(first) is not None, "an answer may have got lost"

    assert pat.hear(WordsCommitted("f" * 64)) is None
    assert pat.hear(WordsRevealed("3" * 64)) is None
    assert pat.places is None


def test_the_pictures_are_those_of_the_page_in_its_order() -> None:
    page = re.findall(r'^ {4}\["(.+?)", t\(', TRUST.read_text("utf-8"), re.MULTILINE)

    assert tuple(page) == PICTURES

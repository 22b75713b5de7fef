"""What counts of everything that was said, and that no text changes without a new version."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from telesession.domain.consent import (
    BEFORE_TREATMENT,
    WORDINGS,
    Consent,
    ConsentId,
    Part,
    current,
    missing,
    standing,
    wording,
)
from telesession.domain.errors import Refused
from telesession.domain.ids import PatientId

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)

PRINTS = {
    (Part.TELEHEALTH, "2026-12"): "80fdb91e0ec797f5",
    (Part.LIMITS, "2026-12"): "0c5958231895dc28",
    (Part.PRIVACY, "2026-12"): "d6fa05244b36189d",
    (Part.RECORDING, "2026-12"): "e72632128b39036a",
}


def said(part: Part, is_given: bool, version: str | None = None) -> Consent:
    return Consent(
        ConsentId("c"), PatientId("pat"), part, version or current(part).version, "en", is_given, "pat", NOON
    )


def test_a_text_that_somebody_may_have_agreed_to_never_changes() -> None:
    """A changed sentence needs a new version at the end of the list, and a line here."""
    prints = {
        (part, one.version): hashlib.sha256("\n".join(one.sentences).encode()).hexdigest()[:16]
        for part, versions in WORDINGS.items()
        for one in versions
    }
    assert prints == PRINTS


def test_each_part_is_asked_for_until_there_is_a_yes_to_what_it_says_today() -> None:
    everything = [said(part, is_given=True) for part in BEFORE_TREATMENT]

    assert missing([]) == BEFORE_TREATMENT
    assert missing(everything) == ()
    assert missing([*everything, said(Part.LIMITS, is_given=False)]) == (Part.LIMITS,)
    assert missing([*everything[:2], said(Part.PRIVACY, is_given=True, version="2025-01")]) == (Part.PRIVACY,)


def test_the_last_word_on_each_part_counts() -> None:
    last = standing([said(Part.LIMITS, is_given=True), said(Part.LIMITS, is_given=False)])

    assert not last[Part.LIMITS].is_given
    assert Part.PRIVACY not in last


def test_what_somebody_agreed_to_can_be_read_again() -> None:
    assert wording(Part.PRIVACY, "2026-12").sentences
    with pytest.raises(Refused):
        wording(Part.PRIVACY, "1999-01")


def test_the_screen_asks_for_what_the_record_says_was_agreed_to() -> None:
    """Whoever agrees to a recording names the version; the sentences are on the page that asks."""
    scripts = Path(__file__).parent.parent.parent / "web" / "static" / "js" / "visit"
    card = (scripts / "recording" / "page.js").read_text()

    assert all(f't("{sentence}")' in card for sentence in current(Part.RECORDING).sentences)
    assert f'const AGREEMENT = "{current(Part.RECORDING).version}";' in (scripts / "recording" / "words.js").read_text()

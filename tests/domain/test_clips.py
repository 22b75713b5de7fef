"""What can be a clip, before anybody reads it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import convert
from msgspec.structs import replace

from telesession.domain.clips import (
    CLIP_PREFIX,
    ClipId,
    ClipState,
    Title,
    begin,
    clean_title,
    is_clip,
    is_stale,
    reasons,
)
from telesession.domain.errors import Refused
from telesession.domain.exercises import Slug
from tests.domain.cast import HEEL_SLIDE, NOON, TESS, VISIT
from tests.domain.shelf import SLUGS

CLIP = begin(HEEL_SLIDE, VISIT, TESS.participant, "Heel slide", 9, NOON)


def test_the_name_of_a_clip_is_one_of_an_exercise_and_of_none_in_the_library() -> None:
    assert convert(HEEL_SLIDE, Slug) == convert(HEEL_SLIDE, ClipId) == HEEL_SLIDE
    assert is_clip(HEEL_SLIDE)
    assert not any(slug.startswith(CLIP_PREFIX) for slug in SLUGS)


@given(st.text())
def test_a_title_is_one_line_or_refused(text: str) -> None:
    try:
        title = clean_title(text)
    except Refused:
        assert not any(sign.isalnum() for sign in text)
        return
    assert convert(title, Title) == title == clean_title(title)
    assert "\n" not in title


def test_every_reason_is_found_by_its_own_code() -> None:
    assert all(code == no.code for code, no in reasons().items())


@pytest.mark.parametrize(
    ("state", "hours", "stale"),
    [
        (ClipState.UPLOADING, 23, False),
        (ClipState.UPLOADING, 24, True),
        (ClipState.CHECKING, 48, False),
        (ClipState.READY, 48, False),
        (ClipState.REFUSED, 48, False),
    ],
)
def test_only_what_nobody_finished_in_a_day_is_stale(state: ClipState, hours: int, stale: bool) -> None:
    assert is_stale(replace(CLIP, state=state), NOON + timedelta(hours=hours)) == stale

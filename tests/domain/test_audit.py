"""The chain of the audit: whatever is done to lines that were written is found."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from telesession.domain.audit import GENESIS, Action, Checkpoint, Head, Line, SealKind, canonical, chained, first_broken
from telesession.domain.audit import is_due as due

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
ROOT = Head(0, GENESIS)

words = st.text(max_size=8)
drafts = st.builds(
    Line,
    seq=st.just(0),
    at=st.datetimes(timezones=st.just(UTC)),
    actor=words,
    role=words,
    action=st.sampled_from(list(Action)),
    subject=words,
    place=words,
    outcome=words,
    reason=st.none() | st.binary(max_size=8),
    digest=st.just(b""),
)


def chain(written: list[Line]) -> list[Line]:
    lines, digest = [], GENESIS
    for seq, draft in enumerate(written, 1):
        line = replace(draft, seq=seq)
        digest = chained(digest, line)
        lines.append(replace(line, digest=digest))
    return lines


chains = st.lists(drafts, min_size=2, max_size=8).map(chain)


@given(chains)
def test_a_chain_that_nobody_touched_is_whole(lines: list[Line]) -> None:
    assert first_broken(ROOT, lines) is None


@given(chains, st.data())
def test_a_changed_line_is_found(lines: list[Line], draw: st.DataObject) -> None:
    at = draw.draw(st.integers(0, len(lines) - 1))
    name = draw.draw(st.sampled_from(["actor", "role", "action", "subject", "place", "outcome", "at", "reason"]))
    before = getattr(lines[at], name)
    after = {"at": NOON if before != NOON else NOON + timedelta(1), "reason": b"x" if before != b"x" else None}
    lines[at] = replace(lines[at], **{name: after.get(name, f"{before}!")})

    assert first_broken(ROOT, lines) == at + 1


@given(chains, st.data())
def test_a_missing_line_is_found_by_the_next(lines: list[Line], draw: st.DataObject) -> None:
    at = draw.draw(st.integers(0, len(lines) - 2))
    del lines[at]

    assert first_broken(ROOT, lines) == at + 1


@given(chains, drafts, st.data())
def test_a_line_that_was_put_in_is_found(lines: list[Line], more: Line, draw: st.DataObject) -> None:
    at = draw.draw(st.integers(0, len(lines) - 1))
    previous = lines[at - 1].digest if at else GENESIS
    put_in = replace(more, seq=at + 1)
    lines.insert(at, replace(put_in, digest=chained(previous, put_in)))  # as well as a stranger can

    assert first_broken(ROOT, lines) == at + 2


@given(chains, st.data())
def test_two_lines_that_changed_places_are_found(lines: list[Line], draw: st.DataObject) -> None:
    one, other = sorted(draw.draw(st.sets(st.integers(0, len(lines) - 1), min_size=2, max_size=2)))
    lines[one], lines[other] = lines[other], lines[one]

    assert first_broken(ROOT, lines) == one + 1


@given(drafts, drafts)
def test_no_two_lines_have_the_same_bytes(one: Line, other: Line) -> None:
    assert (canonical(one) == canonical(other)) == (one == other)


def test_a_chain_is_signed_at_its_first_line_then_after_a_thousand_or_an_hour() -> None:
    signed = Checkpoint(1, SealKind.CHECKPOINT, NOON, b"")

    assert not due(ROOT, None, NOON)
    assert due(Head(1, b""), None, NOON)
    assert not due(Head(1, b""), signed, NOON + timedelta(days=9))
    assert not due(Head(1_000, b""), signed, NOON + timedelta(minutes=59))
    assert due(Head(1_001, b""), signed, NOON)
    assert due(Head(2, b""), signed, NOON + timedelta(hours=1))

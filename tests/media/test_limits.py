"""Nobody can send so much to whoever records, or have so much done, that others go without."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from telesession.domain.ids import ParticipantId
from telesession.domain.messages import Candidate, Candidates, ConnectionWanted, WordsRevealed
from telesession.media.limits import BYTES_AT_ONCE, BYTES_PER_S, OPENINGS_PER_MINUTE, Allowance, Limits, Openings
from telesession.media.rtp import Frame
from tests.fakes import Clock
from tests.media.pairs import Picture, listening

PAT, GUS = ParticipantId("p-pat"), ParticipantId("p-gus")
WITHIN_S = 20

packets = st.lists(st.tuples(st.floats(0, 3), st.integers(1, 1_500)), max_size=200)
"""How long after the one before, and how long."""


@given(packets, st.floats(1, 1_000), st.floats(1_500, 5_000))
def test_no_more_is_taken_in_any_time_than_at_once_and_what_comes_in_that_time(
    packets: list[tuple[float, int]], per_s: float, at_once: float
) -> None:
    allowance, now_s, taken = Allowance(per_s, at_once), 0.0, []
    for after_s, size in packets:
        now_s += after_s
        if allowance.takes(size, now_s):
            taken.append((now_s, size))
    for first in range(len(taken)):
        total = 0
        for at_s, size in taken[first:]:
            total += size
            assert total <= at_once + (at_s - taken[first][0]) * per_s + 0.001


@given(st.lists(st.floats(0.01, 3), max_size=200))
def test_who_stays_below_the_rate_loses_nothing(pauses: list[float]) -> None:
    allowance, now_s = Allowance(1_000, 3_000), 0.0
    for after_s in pauses:
        now_s += after_s
        assert allowance.takes(after_s * 1_000 * 0.99, now_s)


def test_what_a_recording_asks_for_and_the_largest_pictures_are_far_below_it() -> None:
    assert BYTES_PER_S * 8 >= 3 * 1_500_000
    assert BYTES_AT_ONCE > 5_000_000
    assert BYTES_PER_S * 3_600 < 2.1e9, "an hour of one who wants to fill the disk"


def test_each_participant_has_so_many_openings_and_ways_and_nothing_else_is_counted() -> None:
    openings = Openings()
    ways = Candidates(1, (Candidate("candidate:1 1 udp 1 192.0.2.1 9 typ host", "0", 0),) * 20)
    asked = [openings.takes(PAT, ConnectionWanted(n), 5.0) for n in range(OPENINGS_PER_MINUTE + 5)]
    assert asked.count(True) == OPENINGS_PER_MINUTE
    assert [openings.takes(PAT, ways, 5.0) for _ in range(12)].count(True) == 10
    assert openings.takes(GUS, ConnectionWanted(1), 5.0)
    assert openings.takes(PAT, ConnectionWanted(99), 8.0), "a while later"
    assert all(openings.takes(PAT, WordsRevealed("ab" * 32), 5.0) for _ in range(100))


async def test_a_flood_is_lost_like_on_a_bad_line_and_told_once() -> None:
    clock = Clock()
    came: asyncio.Queue[int | ParticipantId] = asyncio.Queue()
    limits = Limits(came.put_nowait, lambda: Allowance(10_000, 40_000), lambda: clock().timestamp())

    def keep(_kind: object, _at_s: float, frame: Frame) -> None:
        came.put_nowait(len(frame.data))

    async with (
        listening(keep, Picture(), held=lambda connection: limits.hold(PAT, connection)),
        asyncio.timeout(WITHIN_S),
    ):
        total = 0
        while isinstance(one := await came.get(), int):
            total += one
        assert one == PAT
        assert 10_000 < total < 40_000, "the clock stands still"
        assert came.empty()
        clock.pass_by(seconds=4)
        assert isinstance(await came.get(), int), "what comes later is taken again, and nobody is told twice"

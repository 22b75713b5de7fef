"""The way to one browser: in order, bounded, never waiting."""

from hypothesis import given
from hypothesis import strategies as st

from telesession.domain.messages import Reason
from telesession.live.outbox import MAX_BYTES, Outbox


class Line:
    """A browser that takes frames, or does not just now."""

    def __init__(self) -> None:
        self.is_open = True
        self.sent: list[bytes] = []

    def send_now(self, frame: bytes) -> bool:
        if self.is_open:
            self.sent.append(frame)
        return self.is_open


@given(st.lists(st.tuples(st.sampled_from(["put", "read", "close line", "open line"]), st.integers(0, 3)), max_size=60))
async def test_frames_arrive_in_order_whether_the_browser_takes_them_at_once_or_not(
    steps: list[tuple[str, int]],
) -> None:
    line = Line()
    outbox = Outbox(line.send_now)
    reader = aiter(outbox)
    put = 0
    for step, _ in steps:
        if step == "put":
            outbox.put_encoded(b"%d" % put)
            put += 1
        elif step == "read" and outbox.waiting:
            line.sent.append(await anext(reader))
        elif step == "close line":
            line.is_open = False
        else:
            line.is_open = True
    while outbox.waiting:
        line.sent.append(await anext(reader))

    assert line.sent == [b"%d" % n for n in range(put)]


async def test_a_frame_that_would_not_fit_closes_as_slow_and_drops_the_rest() -> None:
    outbox = Outbox()
    outbox.put_encoded(b"x" * MAX_BYTES)
    outbox.put_encoded(b"one too many")

    assert outbox.closing is Reason.SLOW
    assert [frame async for frame in outbox] == [b'{"type":"goodbye","reason":"slow","retry_after_ms":0}']


async def test_a_large_view_makes_nobody_slow() -> None:
    outbox = Outbox()
    outbox.put_encoded(b"ice servers")
    outbox.put_encoded(b"x" * (MAX_BYTES + 1))

    assert outbox.closing is None
    assert outbox.waiting == 2


async def test_an_abandoned_outbox_says_nothing_more() -> None:
    outbox = Outbox()
    outbox.put_encoded(b"unsaid")
    outbox.abandon()

    assert [frame async for frame in outbox] == []

"""Packets come in any order, twice or never; frames come whole and in order, after a loss only what can be shown."""

import tracemalloc
from collections.abc import Sequence as Many

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesession.media.rtp import (
    MOST_FRAME_BYTES,
    MOST_LATE_S,
    WAIT_PICTURE_S,
    Frame,
    Pictures,
    SenderTime,
    Sequence,
    Sounds,
    StreamTime,
    vp8_is_key,
    vp8_part,
    vp8_size,
)
from telesession.media.rtp_packet import Packet

KEY = b"\x10\x02\x00\x9d\x01\x2a\x00\x05\xd0\x02" + b"key"
DELTA = b"\x11\x02\x00" + b"delta"


def packets(frames: Many[bytes], first: int = 0, each: int = 4) -> list[Packet]:
    """The frames in parts of `each` bytes, as a browser sends them."""
    sent: list[Packet] = []
    for number, frame in enumerate(frames):
        parts = [frame[at : at + each] for at in range(0, len(frame), each)]
        for place, part in enumerate(parts):
            descriptor = b"\x10" if place == 0 else b"\x00"
            is_last = place == len(parts) - 1
            sent.append(Packet((first + len(sent)) & 0xFFFF, number * 3_000, is_last, descriptor + part))
    return sent


def received(arriving: Many[Packet], wait_s: float = 1.0, step_s: float = 0.001) -> list[Frame]:
    sequence, pictures = Sequence(wait_s), Pictures()
    taken = (one for number, packet in enumerate(arriving) for one in sequence.add(packet, number * step_s))
    return [frame for frame in map(pictures.add, taken) if frame is not None]


@given(st.data(), st.integers(0, 65_535))
def test_packets_that_come_late_or_twice_change_nothing(data: st.DataObject, first: int) -> None:
    frames = [KEY, *[DELTA + bytes([n]) for n in range(20)]]
    sent = packets(frames, first)
    late = data.draw(st.lists(st.integers(0, 8), min_size=len(sent) - 1, max_size=len(sent) - 1))
    arriving = [sent[0], *sorted(sent[1:], key=lambda one: late[sent.index(one) - 1] + sent.index(one))]
    twice = [one for one in arriving for _ in range(data.draw(st.integers(1, 2)))]

    assert [one.data for one in received(twice)] == frames


def test_after_a_loss_nothing_comes_until_a_picture_that_stands_alone() -> None:
    sent = packets([KEY, DELTA + b"1", DELTA + b"2", DELTA + b"3", KEY + b"2", DELTA + b"4"])
    lost = [one for one in sent if one.timestamp != 3_000 or one.is_last]
    frames = received(lost, wait_s=0.0)
    assert [one.data for one in frames] == [KEY, KEY + b"2", DELTA + b"4"]
    assert [one.after_loss for one in frames] == [False, True, False]


def test_what_is_missing_is_asked_for_and_given_up_after_a_while() -> None:
    sequence = Sequence(WAIT_PICTURE_S)
    sent = packets([KEY, DELTA])
    gone = sent.pop(1)
    assert sequence.add(sent[0], 0.0) == [sent[0]]
    assert sequence.add(sent[1], 0.1) == []
    assert sequence.missing(0.1) == [gone.sequence_number]
    assert sequence.missing(0.11) == []
    assert sequence.add(gone, 0.2) == [gone, sent[1]]
    assert sequence.add(sent[3], 0.3) == []
    assert sequence.add(sent[4], 0.3 + WAIT_PICTURE_S + 0.1) == [None, sent[3], sent[4]]


def test_a_stream_begins_with_a_picture_that_stands_alone() -> None:
    pictures = Pictures()
    assert pictures.wants_key
    for packet in packets([DELTA, KEY]):
        pictures.add(packet)
    assert not pictures.wants_key


@given(st.lists(st.binary(min_size=1, max_size=12), max_size=30))
def test_whatever_is_in_a_packet_nothing_worse_happens_than_no_picture(payloads: list[bytes]) -> None:
    pictures = Pictures()
    for number, payload in enumerate(payloads):
        try:
            frame = pictures.add(Packet(number, number * 3_000, True, payload))
        except ValueError:
            frame = pictures.add(None)
        assert frame is None or vp8_is_key(frame.data) or not pictures.wants_key


def test_a_picture_that_never_ends_is_given_up() -> None:
    pictures = Pictures()
    assert pictures.add(Packet(0, 0, True, b"\x10" + KEY)) is not None
    pictures.add(Packet(1, 9, False, b"\x10" + bytes(1_000)))
    for number in range(2, 4_100):
        pictures.add(Packet(number, 9, False, b"\x00" + bytes(1_000)))
    assert pictures.wants_key
    assert pictures.add(Packet(4_100, 9, True, b"\x00" + bytes(1_000))) is None


@pytest.mark.parametrize("payload", [b"\x10" + bytes(1_000), b"\x10\x00", b"\x10"])
def test_nothing_grows_with_a_picture_that_only_ever_begins(payload: bytes) -> None:
    pictures = Pictures()
    tracemalloc.start()
    try:
        for number in range(20_000):
            pictures.add(Packet(number, 9, False, payload + b""))
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 1.5 * min(MOST_FRAME_BYTES, 20_000 * len(payload) + 10_000)


def test_the_size_is_read_from_the_picture_itself() -> None:
    assert vp8_size(KEY) == (1_280, 720)
    assert vp8_size(DELTA) is None
    assert vp8_size(KEY[:8]) is None
    assert vp8_part(b"\x90\x80\x81\x23" + KEY) == (True, KEY)  # with a long number of the picture


def test_sound_goes_on_after_a_loss() -> None:
    sounds = Sounds()
    first, second = Packet(1, 960, False, b"a"), Packet(3, 2_880, False, b"b")
    frames = [sounds.add(first), sounds.add(None), sounds.add(second)]
    assert [one and (one.data, one.after_loss) for one in frames] == [(b"a", False), None, (b"b", True)]


def test_picture_and_sound_are_brought_together_by_what_their_sender_says() -> None:
    sender = SenderTime()
    picture, sound = StreamTime(90_000, sender), StreamTime(48_000, sender)
    spoken_at = 3_900_000_000  # NTP seconds
    picture.learn(spoken_at << 32, 4_294_967_000)
    sound.learn(spoken_at << 32, 77)
    lips = [picture.sent_at((4_294_967_000 + 90 * ms) % 2**32, ms / 1_000 + 0.050) for ms in (0, 1_000, 2_000)]
    voice = [
        sound.sent_at(77 + 48 * ms, ms / 1_000 + late_s) for ms, late_s in ((0, 0.130), (1_000, 0.09), (2_000, 0.2))
    ]
    assert all(abs(seen - heard) < 0.001 for seen, heard in zip(lips, voice, strict=True))


@given(st.lists(st.tuples(st.integers(0, 2**64 - 1), st.integers(0, 2**32 - 1), st.booleans()), max_size=20))
def test_whatever_time_a_sender_says_it_is_nothing_is_older_than_a_way_can_be(
    said: list[tuple[int, int, bool]],
) -> None:
    sender = SenderTime()
    picture, sound = StreamTime(90_000, sender), StreamTime(48_000, sender)
    for now_s, (ntp, timestamp, is_picture) in enumerate(said, start=1_000):
        stream = picture if is_picture else sound
        stream.learn(ntp, timestamp ^ 0xFFFF)
        assert now_s - MOST_LATE_S <= stream.sent_at(timestamp, now_s) <= now_s + 1e-3

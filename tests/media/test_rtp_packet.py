"""A packet is read as aiortc would read it, and whatever comes, nothing worse happens than no packet."""

import contextlib

import pytest
from aiortc.rtp import RtpPacket
from hypothesis import given
from hypothesis import strategies as st

from telesession.media.rtp_packet import read_packet

BYTE, WORD, LONG = st.integers(0, 255), st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF)


@given(st.data(), st.binary(max_size=40), st.lists(LONG, max_size=15), BYTE)
def test_every_field_is_where_rfc_3550_puts_it(
    data: st.DataObject, payload: bytes, contributors: list[int], padding_size: int
) -> None:
    sent = RtpPacket(data.draw(st.integers(0, 127)), data.draw(st.integers(0, 1)), data.draw(WORD), data.draw(LONG))
    sent.ssrc, sent.csrc, sent.payload, sent.padding_size = data.draw(LONG), contributors, payload, padding_size

    packet = read_packet(sent.serialize())

    assert (packet.payload_type, packet.is_last) == (sent.payload_type, bool(sent.marker))
    assert (packet.sequence_number, packet.timestamp, packet.ssrc) == (sent.sequence_number, sent.timestamp, sent.ssrc)
    assert (packet.payload, packet.padding_size, packet.extension) == (payload, padding_size, None)


def test_an_extension_is_kept_and_is_no_part_of_the_payload() -> None:
    datagram = bytes.fromhex("90 e0 0001 00000002 00000003 bede 0001 32 000102") + b"payload"
    packet = read_packet(datagram)
    assert packet.extension == (0xBEDE, b"\x32\x00\x01\x02")
    assert packet.payload == b"payload"


@given(st.one_of(st.binary(max_size=60), st.binary(max_size=60).map(lambda rest: b"\x90" + rest)))
def test_what_aiortc_takes_for_no_packet_is_none(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        theirs = RtpPacket.parse(data)
        assert read_packet(data).payload == theirs.payload
        return
    with pytest.raises(ValueError, match=r"\w"):
        read_packet(data)

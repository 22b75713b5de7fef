"""The same pictures and sound in a fresh MP4 that begins with its index, so that it plays before all of it is there."""

from collections.abc import Callable
from pathlib import Path

import av
from av.bitstream import BitStreamFilterContext
from av.packet import Packet
from av.stream import Stream

from telesession.media.reading import opened, picture_of, sound_of

WITHOUT_MESSAGES = "filter_units=remove_types=6"
"""H.264 carries messages (SEI, ITU-T H.264 annex D) beside its pictures, where cameras put times and places too."""

MUXING = {"movflags": "+faststart", "fflags": "+bitexact"}


def repack(source: Path, target: Path, at: Callable[[float], None]) -> None:
    """Write `target`; `at` is told the second that it has come to. Raises what av raises."""
    with opened(source) as old, av.open(str(target), "w", format="mp4", options=MUXING) as new:
        picture = picture_of(old)
        taken: dict[int, Stream] = {picture.index: new.add_stream_from_template(picture, opaque=True)}
        if (sound := sound_of(old)) is not None:
            taken[sound.index] = new.add_stream_from_template(sound, opaque=True)
        written: dict[int, int] = {}
        without = BitStreamFilterContext(WITHOUT_MESSAGES, picture, taken[picture.index])
        for packet in old.demux([stream for stream in old.streams if stream.index in taken]):
            index = packet.stream.index
            packets: list[Packet[Stream]] = [packet] if packet.size else []  # the last one of a stream is empty
            if index == picture.index:
                packets = without.filter(packet if packets else None)
            for one in packets:
                put_in_order(one, index, written)
                one.stream = taken[index]
                new.mux(one)
            if packet.pts is not None:
                at(float(packet.pts * packet.time_base))


def put_in_order(packet: "Packet[Stream]", index: int, written: dict[int, int]) -> None:
    """Move a packet that is to be decoded no later than the one before it by a tick: browsers record some."""
    if packet.dts is None or packet.pts is None:
        raise ValueError("a packet without a time has no place")
    packet.dts = max(packet.dts, written.get(index, packet.dts - 1) + 1)
    packet.pts = max(packet.pts, packet.dts)
    written[index] = packet.dts

"""The same pictures and sound in a fresh MP4 that begins with its index, so that it plays before all of it is there."""

from collections.abc import Callable
from pathlib import Path

import av
from av.bitstream import BitStreamFilterContext
from av.packet import Packet
from av.stream import Stream

from telesession.media.reading import opened, picture_of

WITHOUT_MESSAGES = "filter_units=remove_types=6"
"""H.264 carries messages (SEI, ITU-T H.264 annex D) beside its pictures, where cameras put times and places too."""


def repack(source: Path, target: Path, at: Callable[[float], None]) -> None:
    """Write `target`; `at` is told the second that it has come to. Raises what av raises."""
    with opened(source) as old, av.open(str(target), "w", format="mp4", options=MUXING) as new:
        picture = picture_of(old)
        taken: dict[int, Stream] = {picture.index: new.add_stream_from_template(picture, opaque=True)}
        if old.streams.audio:
            taken[old.streams.audio[0].index] = new.add_stream_from_template(old.streams.audio[0], opaque=True)
        without = BitStreamFilterContext(WITHOUT_MESSAGES, picture, taken[picture.index])
        for packet in old.demux([stream for stream in old.streams if stream.index in taken]):
            index = packet.stream.index
            packets: list[Packet[Stream]] = [packet] if packet.dts is not None else []
            if index == picture.index:
                packets = without.filter(packet if packets else None)
            for one in packets:
                one.stream = taken[index]
                new.mux(one)
            if packet.pts is not None:
                at(float(packet.pts * packet.time_base))


MUXING = {"movflags": "+faststart+negative_cts_offsets", "fflags": "+bitexact"}

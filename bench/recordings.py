"""Recordings of 720p per core, beside aiortc's own MediaRecorder in the same run; memory of one, and how it grows.

    python -m bench.recordings [--recordings 20] [--seconds 20] [--minutes 0]

A recording has two people, each of whom sends a picture of 1280 x 720 in VP8, 30 times a second at 1.5 Mbit/s, and
sound in Opus. One process sends what it encoded once, another one records, on a core of its own where there are two;
what counts is the processor time that the second one takes. With `--minutes` its memory is watched for so long.
"""

import argparse
import asyncio
import contextlib
import heapq
import itertools
import json
import os
import resource
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import av
import uvloop
from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpTransceiver,
    RTCSessionDescription,
)
from aiortc.clock import current_ntp_time
from aiortc.codecs import HEADER_EXTENSIONS, get_encoder
from aiortc.contrib.media import MediaRecorder
from av.audio.frame import AudioFrame
from av.packet import Packet
from av.video.frame import VideoFrame

from bench.report import report
from telesession.domain.ids import ParticipantId
from telesession.media.ear import Kind
from telesession.media.receiver import Listening, only_what_we_keep
from telesession.media.rtp import Frame
from telesession.media.takes import Take

WIDTH, HEIGHT, PER_S, BITS_PER_S, LOOP_S = 1_280, 720, 30, 1_500_000, 4
ALONE = RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
WARM_UP_S = 6.0


def picture() -> list[bytes]:
    """Some seconds of a picture that moves everywhere, as it is encoded in a visit."""
    codec = av.CodecContext.create("libvpx", "w")
    codec.width, codec.height, codec.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    codec.time_base, codec.bit_rate, codec.gop_size = Fraction(1, PER_S), BITS_PER_S, PER_S * LOOP_S
    codec.options = {"deadline": "realtime", "cpu-used": "8", "maxrate": str(BITS_PER_S), "bufsize": "500000"}
    noise = os.urandom(WIDTH * 2)
    frames = []
    for number in range(PER_S * LOOP_S):
        frame = VideoFrame(WIDTH, HEIGHT, "yuv420p")
        for plane in frame.planes:
            row = bytes((one & 31) + 100 for one in noise[number : number + plane.line_size])
            plane.update(row * (plane.buffer_size // plane.line_size))
        frame.pts = number
        frames += [bytes(packet) for packet in codec.encode(frame)]
    return frames + [bytes(packet) for packet in codec.encode(None)]


def sound() -> list[bytes]:
    """Some seconds of noise in Opus."""
    codec = av.CodecContext.create("libopus", "w")
    codec.sample_rate, codec.layout, codec.format, codec.bit_rate = 48_000, "stereo", "s16", 32_000
    frames = []
    for number in range(LOOP_S * 50):
        frame = AudioFrame(format="s16", layout="stereo", samples=960)
        frame.sample_rate, frame.pts = 48_000, number * 960
        frame.planes[0].update(os.urandom(frame.planes[0].buffer_size))
        frames += [bytes(packet) for packet in codec.encode(frame)]
    return frames


class Stream:
    """The same encoded frames over and over, in the packets that a browser would make of them."""

    def __init__(self, place: RTCRtpTransceiver, frames: list[bytes], per_s: int, hz: int, first: int) -> None:
        codec = place._codecs[0]
        encoder = get_encoder(codec)
        self._packets = [encoder.pack(as_packet(one, number, hz))[0] for number, one in enumerate(frames)]
        self._transport, self._ssrc = place.sender.transport, place.sender._ssrc
        assert codec.payloadType is not None
        self._payload_type = codec.payloadType
        self._times, self._ticks = itertools.count(first), hz // per_s
        self._sequence_number = 0
        self.every_s = 1 / per_s

    async def send(self) -> None:
        """The next frame."""
        number = next(self._times)
        packets = self._packets[number % len(self._packets)]
        sent = current_ntp_time() >> 14 & 0xFFFFFF
        for place, payload in enumerate(packets):
            self._sequence_number = (self._sequence_number + 1) & 0xFFFF
            marker = 0x80 if place == len(packets) - 1 else 0
            header = _HEADER.pack(
                0x90, marker | self._payload_type, self._sequence_number, number * self._ticks & 0xFFFFFFFF,
                self._ssrc, 0xBEDE, 1, SENT_AT << 28 | 2 << 24 | sent,
            )  # fmt: skip
            await self._transport._send_rtp(header + payload)


SENT_AT = HEADER_EXTENSIONS["video"][1].id
"""The number of the extension that says when a packet was sent, as every end here offers it."""
_HEADER = struct.Struct("!BBHLLHHL")


def as_packet(frame: bytes, number: int, hz: int) -> "Packet[Any]":
    packet: Packet[Any] = Packet(frame)
    packet.pts, packet.time_base = number, Fraction(1, hz)
    return packet


async def keep_sending(streams: list[Stream]) -> None:
    """Each frame when it is due; no two streams begin at the same moment."""
    began = time.monotonic()
    due = [(began + stream.every_s * place / len(streams), place) for place, stream in enumerate(streams)]
    heapq.heapify(due)
    while True:
        at_s, place = due[0]
        await asyncio.sleep(max(0.0, at_s - time.monotonic()))
        await streams[place].send()
        heapq.heapreplace(due, (at_s + streams[place].every_s, place))


# --- the process that records: offers on its standard input, answers on its standard output


def say(said: object) -> None:
    """One line of JSON."""
    print(json.dumps(said), flush=True)


async def answer(end: RTCPeerConnection, offer: str) -> str:
    await end.setRemoteDescription(RTCSessionDescription(offer, "offer"))
    await end.setLocalDescription(await end.createAnswer())
    return str(end.localDescription.sdp)


async def record_ours(folder: Path) -> None:
    """Answer each offer with ears, and write what they hear; two connections are a recording."""
    ends, takes = [], []
    async for number, offer in offers():
        if number % 2 == 0:
            takes.append(Take(folder, os.urandom(32), number + 1, time.monotonic(), 0))
        take = takes[-1]
        end = RTCPeerConnection(ALONE)
        for kind in ("audio", "video"):
            end.addTransceiver(kind, "recvonly")
        only_what_we_keep(end)
        them = ParticipantId(f"p{number}")
        ears = Listening(end, partial(write, take, them))
        ears.take_over()
        ends.append((end, ears))
        say({"answer": await answer(end, offer)})


def write(take: Take, them: ParticipantId, kind: Kind, at_s: float, frame: Frame) -> None:
    counted["pictures"] += kind == "video"
    take.add(them, kind, at_s, frame)


async def record_theirs(folder: Path) -> None:
    """The same with aiortc's own recorder, a file for each connection."""
    async for number, offer in offers():
        end = RTCPeerConnection(ALONE)
        recorder = MediaRecorder(str(folder / f"{number}.webm"))
        end.on("track", lambda track, recorder=recorder: recorder.addTrack(Counted(track)))
        said = await answer(end, offer)
        await recorder.start()
        keep.append((end, recorder))
        say({"answer": said})


keep: list[Any] = []
counted = {"pictures": 0}


class Counted(MediaStreamTrack):
    """Passes on what another track brings, and counts it."""

    def __init__(self, track: MediaStreamTrack) -> None:
        super().__init__()
        self.kind = track.kind
        self._track = track

    async def recv(self) -> Any:
        frame = await self._track.recv()
        counted["pictures"] += self.kind == "video"
        return frame


async def offers() -> AsyncIterator[tuple[int, str]]:
    """Offers as they come, numbered; questions after processor time and memory are answered between them."""
    told = asyncio.StreamReader(1 << 20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(told), sys.stdin)
    number = 0
    while line := await told.readline():
        asked = json.loads(line)
        if "offer" in asked:
            yield number, asked["offer"]
            number += 1
        else:
            spent = resource.getrusage(resource.RUSAGE_SELF)
            say({"cpu_s": spent.ru_utime + spent.ru_stime, "memory_kib": memory_kib(), **counted})


def memory_kib() -> int:
    """What this process has for itself."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Clean", "Private_Dirty")))


# --- the process that sends


class Recording:
    """The other process."""

    def __init__(self, how: str, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.recordings", "--process", how, str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        if (os.cpu_count() or 1) > 1:
            os.sched_setaffinity(self._process.pid, {0})

    async def ask(self, what: object) -> Any:
        def ask() -> Any:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps(what) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())

        return await asyncio.to_thread(ask)

    def end(self) -> None:
        self._process.kill()
        self._process.wait()


@contextlib.contextmanager
def recording(how: str) -> Iterator[tuple[Recording, Path]]:
    """Such a process, with a folder that goes with it."""
    with tempfile.TemporaryDirectory() as folder:
        process = Recording(how, Path(folder))
        try:
            yield process, Path(folder)
        finally:
            process.end()


async def connect(process: Recording, encoded: dict[str, list[bytes]], number: int) -> list[Stream]:
    """One more who sends."""
    end, connected = RTCPeerConnection(ALONE), asyncio.Event()

    @end.on("connectionstatechange")
    def changed() -> None:
        if end.connectionState == "connected":
            connected.set()

    sound, picture = (end.addTransceiver(kind, "sendonly") for kind in ("audio", "video"))
    picture.setCodecPreferences(
        [one for one in picture.sender.getCapabilities("video").codecs if one.mimeType == "video/VP8"]
    )
    await end.setLocalDescription(await end.createOffer())
    told = await process.ask({"offer": end.localDescription.sdp})
    await end.setRemoteDescription(RTCSessionDescription(told["answer"], "answer"))
    await connected.wait()
    keep.append(end)
    # Not everybody's pictures that stand alone, which are large, at the same moment.
    return [
        Stream(sound, encoded["audio"], 50, 48_000, 0),
        Stream(picture, encoded["video"], PER_S, 90_000, number * 7),
    ]


async def measure(how: str, people: int, seconds: float, minutes: float = 0) -> dict[str, Any]:
    """What `people` cost the process that records."""
    encoded = {"video": await asyncio.to_thread(picture), "audio": await asyncio.to_thread(sound)}
    with recording(how) as (process, folder):
        empty = await process.ask({})
        streams = [one for number in range(people) for one in await connect(process, encoded, number)]
        sending = asyncio.create_task(keep_sending(streams))
        await asyncio.sleep(WARM_UP_S)
        before, began, bytes_before = await process.ask({}), time.monotonic(), written(folder)
        memory = [before["memory_kib"]]
        for _ in range(int(minutes * 6)):
            await asyncio.sleep(10)
            memory.append((await process.ask({}))["memory_kib"])
        await asyncio.sleep(seconds)
        after, took = await process.ask({}), time.monotonic() - began
        memory.append(after["memory_kib"])
        pictures_seen = after["pictures"] - before["pictures"]
        # By the picture: who does not keep up takes less processor time than is needed.
        per_person = (after["cpu_s"] - before["cpu_s"]) / max(pictures_seen, 1) * PER_S
        figures = {
            "people": people,
            "seconds": round(took),
            "kept_up": round(pictures_seen / took / people / PER_S, 2),
            "recordings_of_two_per_core": round(1 / 2 / per_person, 1) if pictures_seen else None,
            "pictures_of_720p_per_core": round(1 / per_person, 1) if pictures_seen else None,
            "mbit_per_s_and_person": round((written(folder) - bytes_before) * 8 / took / people / 1e6, 2),
            "memory_of_the_process_mib": round(empty["memory_kib"] / 1024, 1),
            "memory_of_a_recording_mib": round((memory[0] - empty["memory_kib"]) / 1024 / people * 2, 1),
            "memory_kib": memory,
        }
        sending.cancel()
        while keep:
            await keep.pop().close()
    return figures


def written(folder: Path) -> int:
    return sum(one.stat().st_size for one in folder.iterdir())


async def main(recordings: int, seconds: float, minutes: float) -> None:
    ours = await measure("ours", recordings * 2, seconds, minutes)
    report("recordings", how="telesession", **ours)
    theirs = await measure("theirs", 1, seconds)
    report("recordings", how="aiortc MediaRecorder", **theirs)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recordings", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--minutes", type=float, default=0.0)
    parser.add_argument("--process", nargs=2)
    chosen = parser.parse_args()
    if chosen.process:
        how, folder = chosen.process
        uvloop.run((record_ours if how == "ours" else record_theirs)(Path(folder)))
    else:
        uvloop.run(main(chosen.recordings, chosen.seconds, chosen.minutes))

"""Two aiortc ends on this machine: one sends a picture that changes and a tone, the other one listens."""

import asyncio
import fractions
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiortc import MediaStreamTrack, RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame

from telesession.media.ear import Kind
from telesession.media.receiver import Listening, only_what_we_keep
from telesession.media.rtp import Frame

ALONE = RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)


class Picture(MediaStreamTrack):
    """Noise, 20 times a second: half a megabit of it."""

    kind = "video"

    def __init__(self, width: int = 160, height: int = 120) -> None:
        super().__init__()
        self._size = width, height
        self._began = time.monotonic()
        self._number = 0

    async def recv(self) -> VideoFrame:
        self._number += 1
        await asyncio.sleep(max(0.0, self._began + self._number / 20 - time.monotonic()))
        frame = VideoFrame(*self._size, "yuv420p")
        for plane in frame.planes:
            plane.update(os.urandom(plane.buffer_size))
        frame.pts, frame.time_base = self._number * 4_500, fractions.Fraction(1, 90_000)
        return frame


class Tone(MediaStreamTrack):
    """A tone of 500 Hz in pieces of 20 ms."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._began = time.monotonic()
        self._number = 0

    async def recv(self) -> AudioFrame:
        self._number += 1
        await asyncio.sleep(max(0.0, self._began + self._number * 0.02 - time.monotonic()))
        frame = AudioFrame(format="s16", layout="mono", samples=960)
        wave = b"".join((8_000 if at // 48 % 2 else -8_000).to_bytes(2, "little", signed=True) for at in range(960))
        frame.planes[0].update(wave)
        frame.sample_rate, frame.pts = 48_000, self._number * 960
        frame.time_base = fractions.Fraction(1, 48_000)
        return frame


@asynccontextmanager
async def listening(
    on_frame: Callable[[Kind, float, Frame], None],
    *tracks: MediaStreamTrack,
    told: Callable[[str], str] = lambda sdp: sdp,
    held: Callable[[RTCPeerConnection], object] = lambda _: None,
) -> AsyncIterator[tuple[RTCPeerConnection, RTCPeerConnection, Listening]]:
    """The end that sends `tracks`, the end that listens, and its ears; connected. `told`: the offer as it arrives.

    `held`: what is done to the end that listens before it is connected.
    """
    sends, listens = RTCPeerConnection(ALONE), RTCPeerConnection(ALONE)
    for track in tracks:
        sends.addTrack(track)
    for track in tracks:
        listens.addTransceiver(track.kind, "recvonly")
    only_what_we_keep(listens)
    ears = Listening(listens, on_frame)
    ears.take_over()
    held(listens)
    try:
        await sends.setLocalDescription(await sends.createOffer())
        offer = sends.localDescription
        await listens.setRemoteDescription(RTCSessionDescription(told(offer.sdp), offer.type))
        await listens.setLocalDescription(await listens.createAnswer())
        await sends.setRemoteDescription(listens.localDescription)
        yield sends, listens, ears
    finally:
        await sends.close()
        await listens.close()
        await ears.close()

"""Any video that can be read as VP8 and Opus in WebM, which every current browser plays, and a picture of it."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from telesession.media.reading import check_size, opened, picture_of, sound_of

LONG_SIDE, SHORT_SIDE, PER_S = 1_280, 720, 30
POSTER_SIDE = 640
BITS_PER_S = 1_500_000
SOUND_PER_S, SOUND_BITS_PER_S = 48_000, 64_000
MILLISECONDS = Fraction(1, 1_000)

ENCODING = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "error-resilient": "0", "auto-alt-ref": "0"}
MUXING = {"cues_to_front": "1", "fflags": "+bitexact"}
TURNS = {90: "transpose=cclock", -90: "transpose=clock", 180: "hflip,vflip", -180: "hflip,vflip"}
"""ffmpeg's filter for a picture that is to be seen turned so many degrees against the clock."""


def fit(width: int, height: int, long_side: int, short_side: int) -> tuple[int, int]:
    """The largest even size of the same shape that is inside the two sides, either way round, and no enlargement."""
    scale = min(1.0, long_side / max(width, height), short_side / min(width, height))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def quarter_turns(degrees: float) -> int:
    """The nearest of 0, 90, 180, -90: cameras are held in no other way."""
    nearest = round(degrees / 90) * 90 % 360
    return nearest - 360 if nearest > 180 else nearest


def seen_size(container: InputContainer, picture: VideoStream) -> tuple[int, int]:
    """Width and height of the picture as people see it, turned, with square pixels."""
    first = next(container.decode(picture))
    assert isinstance(first, VideoFrame)
    return _turned(*_squared(first, picture), quarter_turns(first.rotation))


def transcode(source: Path, target: Path, at: Callable[[float], None]) -> None:
    """Write `target`; `at` is told the second that it has come to. Raises what av raises."""
    with opened(source) as old, av.open(str(target), "w", format="webm", options=MUXING) as new:
        picture = picture_of(old)
        first = next(old.decode(picture))
        assert isinstance(first, VideoFrame)
        old.seek(0)
        drawing = Drawing(new, picture, first)
        sound = sound_of(old)
        speaking = Speaking(new, sound) if sound is not None else None
        begins_s = float(first.time or 0.0)
        for frame in old.decode([stream for stream in (picture, sound) if stream is not None]):
            if isinstance(frame, VideoFrame):
                check_size(frame.width, frame.height)
                drawing.draw(frame)
                at(float(frame.time or 0.0) - begins_s)
            elif isinstance(frame, AudioFrame) and speaking is not None:
                speaking.speak(frame)
        drawing.finish()
        if speaking is not None:
            speaking.finish()


class Drawing:
    """The picture's way: turned, made smaller, at most so many a second, encoded."""

    def __init__(self, new: OutputContainer, picture: VideoStream, first: VideoFrame) -> None:
        turn = quarter_turns(first.rotation)
        width, height = fit(*_turned(*_squared(first, picture), turn), LONG_SIDE, SHORT_SIDE)
        rate = picture.guessed_rate or picture.average_rate
        per_s = min(Fraction(rate), Fraction(PER_S)) if rate else Fraction(PER_S)
        self._graph = _pipe(picture, first, f"fps={per_s},{TURNS.get(turn, 'null')},scale={width}:{height},setsar=1")
        self._new = new
        self._stream = new.add_stream("libvpx", rate=per_s, options=ENCODING)
        self._stream.width, self._stream.height, self._stream.pix_fmt = width, height, "yuv420p"
        self._stream.bit_rate = BITS_PER_S
        self._stream.gop_size = 2 * PER_S  # seeking to any second decodes two at the most

    def draw(self, frame: VideoFrame) -> None:
        self._graph.vpush(frame)
        self._encode()

    def finish(self) -> None:
        self._graph.vpush(None)
        self._encode()
        self._new.mux(self._stream.encode(None))

    def _encode(self) -> None:
        for drawn in _pulled(self._graph):
            drawn.pict_type = av.video.frame.PictureType.NONE  # as the encoder likes, not as it was
            self._new.mux(self._stream.encode(drawn))


class Speaking:
    """The sound's way: at one rate, in one layout, encoded."""

    def __init__(self, new: OutputContainer, sound: AudioStream) -> None:
        layout = "mono" if sound.codec_context.layout.nb_channels == 1 else "stereo"
        self._new = new
        self._stream = new.add_stream("libopus", rate=SOUND_PER_S, layout=layout)
        self._stream.bit_rate = SOUND_BITS_PER_S
        self._resampler = av.AudioResampler(format="s16", layout=layout, rate=SOUND_PER_S)

    def speak(self, frame: AudioFrame | None) -> None:
        for part in self._resampler.resample(frame):
            self._new.mux(self._stream.encode(part))

    def finish(self) -> None:
        self.speak(None)
        self._new.mux(self._stream.encode(None))


def draw_poster(source: Path, target: Path) -> None:
    """One picture of the video as JPEG: not the very first, which is often black or a hand at the phone."""
    with opened(source) as old:
        picture = picture_of(old)
        best: VideoFrame | None = None
        for frame in old.decode(picture):
            assert isinstance(frame, VideoFrame)
            best = frame
            if float(frame.time or 0.0) >= 1.0:
                break
        assert best is not None
        turn = quarter_turns(best.rotation)
        width, height = fit(*_turned(*_squared(best, picture), turn), POSTER_SIDE, POSTER_SIDE)
        steps = f"{TURNS.get(turn, 'null')},scale={width}:{height}:out_range=full,setsar=1,format=yuvj420p"
        graph = _pipe(picture, best, steps)
        graph.vpush(best)
        graph.vpush(None)
        encoder = av.CodecContext.create("mjpeg", "w")
        assert isinstance(encoder, av.VideoCodecContext)
        encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = width, height, "yuvj420p", MILLISECONDS
        drawn = next(_pulled(graph))
        target.write_bytes(b"".join(bytes(packet) for packet in [*encoder.encode(drawn), *encoder.encode(None)]))


def _pipe(picture: VideoStream, first: VideoFrame, steps: str) -> Graph:
    """A graph from the stream's pictures through `steps` to `vpull`."""
    graph = Graph()
    graph.threads = 1
    nodes = [graph.add_buffer(width=first.width, height=first.height, format=first.format, time_base=picture.time_base)]
    for step in (*steps.split(","), "format=yuv420p" if "format=" not in steps else "null"):
        name, _, arguments = step.partition("=")
        nodes.append(graph.add(name, arguments or None))
    nodes.append(graph.add("buffersink"))
    graph.link_nodes(*nodes).configure()
    return graph


def _pulled(graph: Graph) -> Iterator[VideoFrame]:
    while True:
        try:
            yield graph.vpull()
        except (av.BlockingIOError, av.EOFError):
            return


def _squared(frame: VideoFrame, picture: VideoStream) -> tuple[int, int]:
    """The size with square pixels: the shape of one is 1:1 on phones, not on older cameras."""
    shape = picture.sample_aspect_ratio
    return (max(1, round(frame.width * shape)) if shape else frame.width), frame.height


def _turned(width: int, height: int, degrees: int) -> tuple[int, int]:
    return (height, width) if degrees in (90, -90) else (width, height)

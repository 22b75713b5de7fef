"""What the browsers of tests take for a camera: small pictures and few, as all are coded and drawn without a GPU.

Two pages in a visit need half of a processor with these, and nearly a whole one with Chromium's own at 720p.
"""

import tempfile
from functools import cache
from pathlib import Path

WIDTH, HEIGHT, A_SECOND, PICTURES = 320, 240, 8, 16


@cache
def small_camera() -> Path:
    """A file of raw video (YUV4MPEG2) in which a bright bar wanders over a dark ground; Chromium plays it for ever."""
    file = Path(tempfile.mkdtemp(prefix="camera-")) / "camera.y4m"
    step = WIDTH // PICTURES
    rows = [b"\x40" * (n * step) + b"\xd0" * step + b"\x40" * (WIDTH - (n + 1) * step) for n in range(PICTURES)]
    grey = b"\x80" * (WIDTH * HEIGHT // 2)
    pictures = b"".join(b"FRAME\n" + row * HEIGHT + grey for row in rows)
    file.write_bytes(b"YUV4MPEG2 W%d H%d F%d:1 Ip A1:1 C420jpeg\n" % (WIDTH, HEIGHT, A_SECOND) + pictures)
    return file

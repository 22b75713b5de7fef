"""The mannequin's studio: every exercise to look at, turn and photograph. Served on loopback."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'"
SOFTWARE = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
"""WebGL without a graphics card."""


class _Handler(SimpleHTTPRequestHandler):
    def translate_path(self, path: str) -> str:
        """`/static/` is the product's, `/exercises/` the library's, everything else the studio's."""
        for prefix, folder in (("/static/", ROOT / "web"), ("/exercises/", ROOT / "telesession")):
            if path.startswith(prefix):
                self.directory = str(folder)
                return super().translate_path(path)
        self.directory = str(HERE)
        return super().translate_path(path)

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", CSP)
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the name is the standard library's
        pass


def slugs() -> list[str]:
    """Every entry of the library."""
    return sorted(path.stem for path in (ROOT / "telesession" / "exercises").glob("*.json"))


@contextmanager
def studio(port: int = 0) -> Iterator[str]:
    """The address of the studio, while it is open."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/index.html"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

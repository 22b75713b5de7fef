"""Every screen of the visit from made-up states: served on loopback for looking, for screenshots and for axe."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

from telesession.services.exercises import Library
from tests.media.films import film

HERE = Path(__file__).parent
WEB = HERE.parents[2] / "web"
PICTURES = WEB / "static" / "exercises"

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
    "connect-src 'self'; require-trusted-types-for 'script'; trusted-types lit-html"
)
"""As strict as the product's own, so that a style attribute or a stray script shows here first."""


@cache
def _made() -> dict[str, tuple[str, bytes]]:
    """What lies nowhere as a file: the library as browsers get it, and a clip."""
    exercises = {name: ("application/json", body) for name, body in Library.load().files().items()}
    pictures = {f"exercises/{file.name}": ("image/svg+xml", file.read_bytes()) for file in PICTURES.glob("*.svg")}
    with TemporaryDirectory() as folder:
        clip = film(Path(folder) / "clip.webm", codec="libvpx", kind="webm", size=(320, 180)).read_bytes()
    drawing = (HERE / "poster.svg").read_bytes()
    clips = {"clips/clip-one/stream": ("video/webm", clip), "clips/clip-one/poster": ("image/svg+xml", drawing)}
    return exercises | pictures | clips


class _Handler(SimpleHTTPRequestHandler):
    def translate_path(self, path: str) -> str:
        """`/static/` is the product's, everything else the gallery's."""
        if path.startswith("/static/"):
            return super().translate_path(path.removeprefix("/static"))
        self.directory, kept = str(HERE), self.directory
        found = super().translate_path(path)
        self.directory = kept
        return found

    def do_GET(self) -> None:
        """`/exercises/` and `/clips/` are as the product serves them."""
        found = _made().get(self.path.removeprefix("/"))
        if found is None:
            super().do_GET()
            return
        self.send_response(HTTPStatus.OK)
        kind, body = found
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", CSP)
        self.send_header("Cache-Control", "max-age=60" if self.path.endswith(".svg") else "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the name is the standard library's
        pass


@contextmanager
def gallery() -> Iterator[str]:
    """The address of the gallery, while it is open."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(WEB / "static")))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/index.html"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

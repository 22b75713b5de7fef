"""Static files: all of them in memory from the start, under a URL that names the build, so browsers keep them for good.

No path of a request ever touches the disk.
"""

import gzip
import hashlib
import json
import posixpath
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from aiohttp import web
from msgspec import Struct

from telesession.server.keys import STATIC
from telesession.server.places import WEB

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
"""Everything else in the folder, such as type declarations and source maps, is for developers and stays there."""

BUILT = "built/"
BUNDLED = re.compile(r"(js|css|vendor)/.*\.(js|css)")

UNCHANGING = "public, max-age=31536000, immutable"
IMPORT = re.compile(r"""^\s*(?:import|export)\b[^;"']*?["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)


class File(Struct, frozen=True):
    """One file as it is sent."""

    body: bytes
    gzipped: bytes | None
    content_type: str


class StaticFiles:
    """Every static file of one build. `extra` are files made at the start, by name."""

    def __init__(self, folder: Path = WEB / "static", extra: Mapping[str, bytes] | None = None) -> None:
        if not (folder / "vendor" / "lit.js").exists():
            raise FileNotFoundError(f"{folder / 'vendor'} is missing: `make setup` builds it.")
        found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
        sources = {name: path.read_bytes() for name, path in found.items() if path.suffix in TYPES}
        bodies = _with_bundles(sources) | dict(extra or {})
        self._files = {name: _file(name, body) for name, body in bodies.items()}
        digest = hashlib.sha256()
        for name in sorted(bodies):
            digest.update(f"{name}\0{len(bodies[name])}\0".encode() + bodies[name])
        self.build = digest.hexdigest()[:12]

    def url(self, path: str) -> str:
        """Where browsers find the file `path`; raises KeyError when there is none, so that a typo never ships."""
        if path not in self._files:
            raise KeyError(path)
        return f"/static/{self.build}/{path}"

    def preloads(self, entry: str) -> list[str]:
        """URLs of all modules that the module `entry` imports, directly or not, in the order they are met."""
        met: list[str] = [entry]
        for name in met:
            text = self._files[name].body.decode()
            imported = (
                posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) for path in IMPORT.findall(text)
            )
            met.extend(path for path in dict.fromkeys(imported) if path not in met)
        return [self.url(name) for name in met[1:]]

    def find(self, path: str) -> File | None:
        """The file, if there is one."""
        return self._files.get(path)


def _with_bundles(found: dict[str, bytes]) -> dict[str, bytes]:
    """The files to serve: what `web/bundle.js` made in place of its sources, if it was made from these very sources."""
    sources = {name: body for name, body in found.items() if not name.startswith(BUILT)}
    digest = hashlib.sha256()
    for name in sorted(name for name in sources if BUNDLED.fullmatch(name)):
        digest.update(f"{name}\0".encode() + sources[name])
    manifest = json.loads(found.get(f"{BUILT}manifest.json", b"{}"))
    if manifest.get("sources") != digest.hexdigest():
        return sources
    built = {name.removeprefix(BUILT): body for name, body in found.items() if name.startswith(BUILT)}
    return sources | built


@cache
def _file(name: str, body: bytes) -> File:
    """Packed once a process, however often the service is built in it: that is nearly half of what building takes."""
    gzipped = gzip.compress(body, 9, mtime=0)
    return File(body, gzipped if len(gzipped) < len(body) * 0.9 else None, TYPES[Path(name).suffix])


async def serve(request: web.Request) -> web.Response:
    """A file of this build. One asked for under another build's URL, during an upgrade, is sent but not to be kept."""
    files = request.app[STATIC]
    file = files.find(request.match_info["path"])
    if file is None:
        raise web.HTTPNotFound
    headers = {
        "Content-Type": file.content_type,
        "Cache-Control": UNCHANGING if request.match_info["build"] == files.build else "no-store",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Encoding",
    }
    if file.gzipped is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
        return web.Response(body=file.gzipped, headers=headers | {"Content-Encoding": "gzip"})
    return web.Response(body=file.body, headers=headers)

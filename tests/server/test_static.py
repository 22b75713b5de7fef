"""Static files come from memory, compressed, under a URL that says which build they are of."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

from telesession.server.keys import STATIC
from telesession.server.places import WEB
from telesession.server.static import UNCHANGING, StaticFiles
from tests.server.conftest import Service

VENDOR = WEB / "static" / "vendor"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small site: `main.js` imports `a.js`, which imports `b.js`, which imports `a.js` again."""
    files = {
        "vendor/lit.js": "export const html = 1;",
        "js/main.js": 'import { a } from "./lib/a.js";\nimport { html } from "../vendor/lit.js";\n',
        "js/lib/a.js": '/** @import { X } from "../t.js" */\n// import "./not.js"\nimport {\n  b,\n} from "./b.js";',
        "js/lib/b.js": 'export { a } from "./a.js";\n',
        "js/types.d.ts": "export type X = 1;",
        "css/visit-b.css": "b {}",
        "css/visit-a.css": "a {}",
        "css/long.css": "p { color: red; }\n" * 100,
        "notes.txt": "for developers",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_preloads_are_all_that_a_module_imports_and_what_that_imports(folder: Path) -> None:
    static = StaticFiles(folder)

    assert static.preloads("js/main.js") == [
        static.url(name) for name in ("js/lib/a.js", "vendor/lit.js", "js/lib/b.js")
    ]


def bundle(folder: Path) -> None:
    """What `web/bundle.js` leaves behind."""
    digest = hashlib.sha256()
    for name in ("css/long.css", "css/visit-a.css", "css/visit-b.css", "js/lib/a.js", "js/lib/b.js", "js/main.js"):
        digest.update(f"{name}\0".encode() + (folder / name).read_bytes())
    digest.update(b"vendor/lit.js\0" + (folder / "vendor/lit.js").read_bytes())
    (folder / "built/js").mkdir(parents=True)
    (folder / "built/js/main.js").write_text("small()")
    (folder / "built/manifest.json").write_text(json.dumps({"sources": digest.hexdigest()}))


def test_a_bundle_is_served_in_place_of_the_sources_that_it_was_made_from(folder: Path) -> None:
    bundle(folder)
    static = StaticFiles(folder)

    file = static.find("js/main.js")
    assert file is not None
    assert file.body == b"small()"
    assert static.preloads("js/main.js") == []
    assert static.find("built/js/main.js") is None


def test_a_bundle_older_than_its_sources_is_not_served(folder: Path) -> None:
    bundle(folder)
    (folder / "js/lib/b.js").write_text("// changed since")

    file = StaticFiles(folder).find("js/main.js")
    assert file is not None
    assert file.body.startswith(b"import")


def test_a_changed_byte_changes_every_url(folder: Path) -> None:
    before = StaticFiles(folder).url("js/main.js")
    (folder / "css/long.css").write_text("p { color: blue; }\n")

    assert StaticFiles(folder).url("js/main.js") != before


def test_files_made_at_the_start_are_part_of_the_build(folder: Path) -> None:
    plain, more = StaticFiles(folder), StaticFiles(folder, {"locale/es.json": b"{}"})

    assert more.build != plain.build
    assert more.find("locale/es.json") is not None


def test_a_typo_in_a_template_never_ships(folder: Path) -> None:
    with pytest.raises(KeyError):
        StaticFiles(folder).url("css/lnog.css")


def test_without_the_vendored_bundles_the_service_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="make setup"):
        StaticFiles(tmp_path)


@pytest.mark.parametrize("name", ["js/types.d.ts", "notes.txt", "../secret", "/etc/passwd"])
def test_what_is_not_for_browsers_stays_here(folder: Path, name: str) -> None:
    assert StaticFiles(folder).find(name) is None


def plain(service: Service, name: str) -> bytes:
    """The file as the service has it: bundled where a fresh bundle lies beside the sources."""
    file = service.app[STATIC].find(name)
    assert file is not None
    return file.body


async def test_a_file_of_this_build_is_kept_for_good_and_sent_small(service: Service) -> None:
    path = (await service_url(service)) + "css/base.css"

    async with service.somebody().http.get(path, headers={"Accept-Encoding": "gzip"}, auto_decompress=False) as answer:
        body = await answer.read()

    assert answer.headers["Cache-Control"] == UNCHANGING
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == plain(service, "css/base.css")


async def test_a_browser_without_gzip_gets_the_file_as_it_is(service: Service) -> None:
    path = (await service_url(service)) + "css/base.css"

    async with service.somebody().http.get(path, headers={"Accept-Encoding": "identity"}) as answer:
        assert "Content-Encoding" not in answer.headers
        assert await answer.read() == plain(service, "css/base.css")


async def test_during_an_upgrade_another_builds_url_is_answered_but_not_kept(service: Service) -> None:
    async with service.somebody().http.get("/static/000000000000/css/base.css") as answer:
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["nothing.css", "..%2f..%2fpyproject.toml", "js/../../templates/layout.html", "%00"])
async def test_no_path_leads_out_of_the_map(service: Service, path: str) -> None:
    async with service.somebody().http.get((await service_url(service)) + path) as answer:
        assert answer.status == 404


async def service_url(service: Service) -> str:
    async with service.somebody().http.get("/") as answer:
        page = await answer.text()
    return page.partition('href="')[2].partition("icon.svg")[0]


def test_the_vendored_files_are_those_of_the_manifest_and_the_lock_file() -> None:
    manifest = json.loads((VENDOR / "manifest.json").read_text())
    locked = json.loads((WEB / "package-lock.json").read_text())["packages"]

    assert {one["file"] for one in manifest} | {"manifest.json"} == {path.name for path in VENDOR.iterdir()}
    for one in manifest:
        assert hashlib.sha256((VENDOR / one["file"]).read_bytes()).hexdigest() == one["sha256"], one["file"]
        package = locked[f"node_modules/{one['package']}"]
        assert (package["version"], package["license"]) == (one["version"], one["license"])


def test_the_lock_file_names_no_address() -> None:
    assert "://" not in "".join(
        line for line in (WEB / "package-lock.json").read_text().splitlines() if '"resolved"' in line
    )


def test_every_icon_that_a_page_or_script_names_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (VENDOR / "icons.svg").read_text()))
    named: set[str] = set()
    for path in (WEB / "templates").rglob("*.html"):
        named |= set(re.findall(r'icon\("([\w-]+)"', path.read_text()))
    for path in (WEB / "static/js").rglob("*.js"):
        named |= set(re.findall(r'\bicon(?:\(|: )"([\w-]+)"', path.read_text()))

    assert named
    assert named - sprite == set()

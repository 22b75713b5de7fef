"""The mannequin: bytes to fetch, time to the first picture, processor time of a frame.

    python -m bench.mannequin [--frames 120]

Frames are measured in headless Chromium with software WebGL, which is the worst case: `submit` is what the page's own
code takes and what every device pays, `drawn` waits for the picture and is mostly the graphics card that is not there.
"""

import argparse
import gzip
import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench.report import report, spread
from tests.browser.clinic import CHROMIUM, FLAGS
from tests.browser.stills import ROOT, SOFTWARE, slugs, studio

STATIC = ROOT / "web" / "static"
IMPORT = re.compile(r"""^\s*(?:import|export)\b[^;"']*?["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)
LIMIT_BYTES = 60_000

BOOT = """async (slug) => {
    const exercise = await studio.entry(slug);
    const canvas = document.createElement("canvas");
    canvas.style.cssText = "position: fixed; inset: 0; width: 360px; height: 400px";
    document.body.append(canvas);
    const start_ms = performance.now();
    const mannequin = new studio.Mannequin(canvas);
    mannequin.show(exercise);
    mannequin.draw(0);
    canvas.getContext("webgl2").finish();
    window.stand = { canvas, mannequin };
    return performance.now() - start_ms;
}"""

FRAMES = """async ([count, waits]) => {
    const { canvas, mannequin } = window.stand;
    const gl = canvas.getContext("webgl2");
    const pixel = new Uint8Array(4);
    const took = [];
    for (let frame = 0; frame < count; frame += 1) {
        const start_ms = performance.now();
        mannequin.draw((frame / count) * mannequin.cycle_s);
        if (waits) gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
        took.push(performance.now() - start_ms);
        if (!waits) gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    }
    return took;
}"""


def modules(entry: Path) -> set[Path]:
    """`entry` and everything that it imports."""
    found, ways = set[Path](), [entry.resolve()]
    while ways:
        path = ways.pop()
        if path not in found:
            found.add(path)
            ways += [(path.parent / name).resolve() for name in IMPORT.findall(path.read_text())]
    return found


def gzipped(paths: set[Path]) -> int:
    """Bytes of all of them, each compressed by itself as they are sent."""
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)


def sizes() -> dict[str, Any]:
    """What has to be fetched, as the sources are."""
    player = modules(STATIC / "js" / "mannequin" / "player.js")
    stills = modules(STATIC / "js" / "mannequin" / "stills.js") - player
    entries = [ROOT / "telesession" / "exercises" / f"{slug}.json" for slug in slugs()]
    moving = [{key: json.loads(path.read_text())[key] for key in ("poses", "timeline", "pins")} for path in entries]
    return {
        "player_gzip": gzipped(player),
        "stills_besides_gzip": gzipped(stills),
        "limit": LIMIT_BYTES,
        "movement_gzip": spread([len(gzip.compress(json.dumps(one).encode(), 9)) for one in moving], 0),
    }


def frames(page: Page, slug: str, count: int) -> dict[str, Any]:
    """One exercise on a phone-sized canvas."""
    boot_ms = page.evaluate(BOOT, slug)
    page.evaluate(FRAMES, [10, True])
    submit, drawn = (page.evaluate(FRAMES, [count, waits]) for waits in (False, True))
    return {"boot_ms": round(boot_ms), "submit_ms": spread(submit), "drawn_ms": spread(drawn)}


def main() -> None:
    """Print one JSON line for the bytes and one for each exercise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=120)
    arguments = parser.parse_args()
    report("mannequin_bytes", **sizes())
    with studio() as address, sync_playwright() as playwright:
        flags = [flag for flag in FLAGS if flag != "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*flags, *SOFTWARE])
        for slug in ("bridge", "sit-to-stand", "bird-dog"):
            page = browser.new_page()
            page.goto(f"{address}?sheet")
            page.wait_for_function("window.studio")
            report("mannequin_frame", exercise=slug, **frames(page, slug, arguments.frames))
            page.close()
        browser.close()


if __name__ == "__main__":
    main()

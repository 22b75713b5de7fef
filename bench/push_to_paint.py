"""How soon a patient sees what the therapist shows: from the press on Show to the first painted frame of the figure.

    python -m bench.push_to_paint [--visits 2] [--pushes 16]

Two real browsers in one visit. The code that draws came while the visit went on, as it does in life.

- `painted_ms`: until the first picture of the exercise is on the screen, by the browser's own account (Element Timing
  of a dot that comes into the page with it). Where a processor draws the figure, that picture is one made ahead.
- `page_ms`: the part of it after the patient's browser was told.
- `moving_ms`: until the pixels of the moving figure are there and the next frame begins. Without a graphics card the
  processor makes them, and the video's too, which is the worst case (`drawn_ms` of bench.mannequin: one frame alone).

The first push of each exercise, which may also have to fetch its movement, is counted apart: `first_painted_ms`.
The therapist's own screen shows pictures: one processor draws here for two. Measured in a visit with cameras, and with
sound only.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path
from typing import NamedTuple

from playwright.async_api import Browser, async_playwright

from bench.report import report, spread
from tests.browser.clinic import CHROMIUM, DESKTOP, FAKE_DEVICES, FLAGS, PHONE, ClinicProcess, Person

LIMIT_MS = 150
EXERCISES = ["bridge", "sit-to-stand", "clamshell", "bird-dog"]

WATCH_FOR_PAINT = """
const now = () => performance.timeOrigin + performance.now();
let seen = null;
let tell = () => {};
const note = (what, at) => {
  if (!seen || what in seen) return;
  seen[what] = at;
  if ("painted" in seen && "moving" in seen) tell(seen);
};
window.nextPaint = () => new Promise((resolve) => { seen = {}; tell = (all) => { seen = null; resolve(all); }; });

window.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => { if (data.includes("demonstration.pushed")) note("told", now()); });
  }
};

const append = Element.prototype.append;
Element.prototype.append = function (...given) {
  append.apply(this, given);
  if (!seen || "dotted" in seen || !(given[0] instanceof HTMLCanvasElement)) return;
  note("dotted", now());
  const dot = document.createElement("div");
  dot.setAttribute("elementtiming", "shown");
  dot.textContent = ".";
  append.call(this, dot);
};
new PerformanceObserver((list) => {
  for (const { identifier, renderTime } of list.getEntries()) {
    if (identifier === "shown") note("painted", performance.timeOrigin + renderTime);
  }
}).observe({ type: "element", buffered: true });

const draw = WebGL2RenderingContext.prototype.drawElements;
WebGL2RenderingContext.prototype.drawElements = function (...given) {
  draw.apply(this, given);
  if (!seen || "drawn" in seen || !this.canvas.isConnected) return;
  note("drawn", now());
  queueMicrotask(() => { // the rest of the figure is drawn before this runs
    this.readPixels(0, 0, 1, 1, this.RGBA, this.UNSIGNED_BYTE, new Uint8Array(4));
    requestAnimationFrame(() => note("moving", now()));
  });
};
"""
PLAN = """(slugs) => {
  const cards = telesession.state().panel.library.exercises;
  const planned = slugs.map((slug) => cards.find((card) => card.slug === slug));
  return telesession.ask({
    type: "plan.set",
    planned: planned.map(({ slug, version, dosage }) => ({ exercise: slug, version, dosage })),
  });
}"""
FETCHED = """() => performance.getEntriesByType("resource")
  .some(({ name, responseEnd }) => /player/.test(name) && responseEnd > 0)"""
PRESS_SHOW = """(place) => {
  const door = document.querySelectorAll(".planned .button.is-shown")[place];
  const pressed = performance.timeOrigin + performance.now();
  door.click();
  return pressed;
}"""
NOTHING_SHOWN = "() => telesession.state().view.practice.demonstration === null"


class Delays(NamedTuple):
    """Milliseconds; see above."""

    painted: float
    page: float
    moving: float


async def push(tess: Person, pat: Person, place: int) -> Delays:
    """Show one, wait for its picture, and show nothing any more."""
    async with asyncio.timeout(30):
        seen = asyncio.create_task(pat.page.evaluate("nextPaint()"))
        await pat.page.evaluate("() => null")  # by now it listens
        pressed: float = await tess.page.evaluate(PRESS_SHOW, place)
        at: dict[str, float] = await seen
        await tess.press("Stop showing")
        for person in (tess, pat):
            await person.page.wait_for_function(NOTHING_SHOWN)
    await pat.page.wait_for_timeout(500)
    return Delays(at["painted"] - pressed, at["painted"] - at["told"], at["moving"] - pressed)


async def visit(browser: Browser, folder: Path, pushes: int, has_cameras: bool) -> list[Delays]:
    """The delays of one visit, in the order of its pushes."""
    clinic = await ClinicProcess(folder).start()
    tess = await Person.sit_down(browser, DESKTOP, reduced_motion="reduce")
    pat = await Person.sit_down(browser, PHONE)
    await pat.context.add_init_script(WATCH_FOR_PAINT)
    try:
        await tess.open(clinic.therapist)
        await pat.open(clinic.patient)
        await tess.press("Admit")
        await tess.sees_moving_pictures()
        await pat.sees_moving_pictures()
        if not has_cameras:
            for person in (tess, pat):
                await person.page.keyboard.press("Control+e")
        await tess.page.wait_for_function("() => telesession.state().panel.library !== null")
        await tess.page.evaluate(PLAN, EXERCISES)
        await pat.page.wait_for_function(FETCHED)
        await pat.page.wait_for_timeout(5_000)  # talking comes before showing
        return [await push(tess, pat, number % len(EXERCISES)) for number in range(pushes)]
    finally:
        for person in (tess, pat):
            await person.context.close()
        await clinic.stop()


async def main(visits: int, pushes: int) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *FAKE_DEVICES])
        for has_cameras in (True, False):
            first: list[Delays] = []
            again: list[Delays] = []
            for _ in range(visits):
                with tempfile.TemporaryDirectory(prefix="bench-") as folder:
                    delays = await visit(browser, Path(folder), pushes, has_cameras)
                first += delays[: len(EXERCISES)]
                again += delays[len(EXERCISES) :]
            report(
                "push_to_paint",
                visit="with cameras" if has_cameras else "sound only",
                pushes=len(again),
                painted_ms=spread([one.painted for one in again], 0),
                page_ms=spread([one.page for one in again], 0),
                moving_ms=spread([one.moving for one in again], 0),
                first_painted_ms=spread([one.painted for one in first], 0),
                limit_ms=LIMIT_MS,
            )
        await browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=2)
    parser.add_argument("--pushes", type=int, default=16, help="a visit, the first of each exercise among them")
    arguments = parser.parse_args()
    asyncio.run(main(arguments.visits, arguments.pushes))

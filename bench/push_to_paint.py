"""How soon a patient sees what the therapist shows: from the press on Show to the first painted frame of the figure.

    python -m bench.push_to_paint [--visits 2] [--pushes 16]

Two real browsers in one visit. The code that draws came while the visit went on, as it does in life. `drawn_ms` is
until the page has handed the first frame to the graphics card: all that page and service do. `painted_ms` is until its
pixels are there and the next frame begins; without a graphics card the processor makes them, and the video's too, which
is the worst case (see `drawn_ms` of bench.mannequin for one frame alone). The first push of each exercise also fetches
its movement and makes the canvas: `first_painted_ms`. The therapist's own screen shows pictures: one processor draws
here for two. Measured in a visit with cameras, and with sound only.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from bench.report import report, spread
from tests.browser.clinic import CHROMIUM, DESKTOP, FAKE_DEVICES, FLAGS, PHONE, ClinicProcess, Person

LIMIT_MS = 150
EXERCISES = ["bridge", "sit-to-stand", "clamshell", "bird-dog"]

WATCH_FOR_PAINT = """
let tell = null;
window.nextPaint = () => new Promise((resolve) => { tell = resolve; });
const draw = WebGL2RenderingContext.prototype.drawElements;
WebGL2RenderingContext.prototype.drawElements = function (...given) {
  draw.apply(this, given);
  if (!tell) return;
  const done = tell;
  tell = null;
  const now = () => performance.timeOrigin + performance.now();
  queueMicrotask(() => { // the rest of the figure is drawn before this runs
    const drawn = now();
    this.readPixels(0, 0, 1, 1, this.RGBA, this.UNSIGNED_BYTE, new Uint8Array(4));
    requestAnimationFrame(() => done([drawn, now()]));
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


Delays = tuple[float, float]
"""Milliseconds until the first frame is drawn, and until it is painted."""


async def push(tess: Person, pat: Person, place: int) -> Delays:
    """Show one, wait for its picture, and show nothing any more."""
    async with asyncio.timeout(30):
        painted = asyncio.create_task(pat.page.evaluate("nextPaint()"))
        await pat.page.evaluate("() => null")  # by now it listens
        pressed: float = await tess.page.evaluate(PRESS_SHOW, place)
        drawn, shown = await painted
        await tess.press("Stop showing")
        for person in (tess, pat):
            await person.page.wait_for_function(NOTHING_SHOWN)
    await pat.page.wait_for_timeout(500)
    return drawn - pressed, shown - pressed


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
                drawn_ms=spread([drawn for drawn, _ in again], 0),
                painted_ms=spread([painted for _, painted in again], 0),
                first_painted_ms=spread([painted for _, painted in first], 0),
                limit_ms=LIMIT_MS,
            )
        await browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=2)
    parser.add_argument("--pushes", type=int, default=16, help="a visit, the first of each exercise among them")
    arguments = parser.parse_args()
    asyncio.run(main(arguments.visits, arguments.pushes))

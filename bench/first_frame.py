"""How soon people see each other, and what a patient's pages weigh, in real browsers on one machine.

    python -m bench.first_frame [--rounds 15]

`admit_to_frame_ms`: from the therapist's press on Admit to the first remote picture, on each side. `open_to_frame_ms`:
from opening the page of a visit that one was admitted to, to the first remote picture. Bytes are as they come over the
wire: `before_visit` is all that was asked for until the waiting room stood, from an empty cache; `with_visit` adds what
the visit loads.
"""

import argparse
import asyncio
import math
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from bench.report import report, spread
from tests.browser.clinic import CHROMIUM, DESKTOP, FLAGS, PHONE, ClinicProcess, Person

CAMERAS = ["--use-fake-device-for-media-stream=fps=30", "--use-fake-ui-for-media-stream"]
"""As fast as real ones: the next picture is never far."""

WATCH_FOR_THE_FIRST_PICTURE = """
new MutationObserver(() => {
  if (document.querySelector(".waiting")) window.waitingAt ??= performance.timeOrigin + performance.now();
}).observe(document, { childList: true, subtree: true });
window.firstPicture = new Promise((resolve) => {
  const look = () => {
    const video = document.querySelector("video[data-participant]");
    if (!video) return;
    seen.disconnect();
    video.requestVideoFrameCallback(() => resolve(performance.timeOrigin + performance.now()));
  };
  const seen = new MutationObserver(look);
  seen.observe(document, { childList: true, subtree: true });
});
"""
PRESS_ADMIT = """() => {
  const admit = [...document.querySelectorAll("button")].find((button) => button.textContent.trim() === "Admit");
  const pressed = performance.timeOrigin + performance.now();
  admit.click();
  return pressed;
}"""


class Scale:
    """Weighs what a page loads: requests and bytes over the wire."""

    def __init__(self) -> None:
        self._asked: dict[str, float] = {}
        self._bytes: dict[str, int] = {}
        self._hosts: set[str] = set()

    async def put_under(self, context: BrowserContext, page: Page) -> None:
        devtools = await context.new_cdp_session(page)
        await devtools.send("Network.enable")
        devtools.on("Network.requestWillBeSent", self._ask)
        devtools.on("Network.loadingFinished", self._finish)

    def _ask(self, event: dict[str, Any]) -> None:
        self._asked[event["requestId"]] = event["wallTime"] * 1000
        self._hosts.add(event["request"]["url"].split("/")[2])

    def _finish(self, event: dict[str, Any]) -> None:
        self._bytes[event["requestId"]] = int(event["encodedDataLength"])

    def read(self, before_ms: float = math.inf) -> dict[str, float]:
        """What was asked for before that moment, in Unix milliseconds."""
        asked = [request for request, at_ms in self._asked.items() if at_ms < before_ms]
        weight = sum(self._bytes.get(request, 0) for request in asked)
        return {"requests": len(asked), "kb": round(weight / 1000, 1), "hosts": len(self._hosts)}


async def sit_down(browser: Browser, viewport: dict[str, int]) -> Person:
    person = await Person.sit_down(browser, viewport)
    await person.context.add_init_script(WATCH_FOR_THE_FIRST_PICTURE)
    return person


async def first_picture(person: Person) -> float:
    """When the first remote picture was shown, in Unix milliseconds."""
    async with asyncio.timeout(30):
        at: float = await person.page.evaluate("window.firstPicture")
    return at


async def meet(browser: Browser, folder: Path) -> tuple[list[float], float, dict[str, dict[str, float]]]:
    """One visit: the delays after Admit on both sides, the delay after opening again, and the weights."""
    clinic = await ClinicProcess(folder, {"TELESESSION_DEBUG": "false"}).start()
    tess, pat = await sit_down(browser, DESKTOP), await sit_down(browser, PHONE)
    scale = Scale()
    await scale.put_under(pat.context, pat.page)
    try:
        await tess.open(clinic.therapist)
        await pat.open(clinic.patient)
        await pat.sees_heading("You are in the waiting room")
        await tess.sees_button("Admit")
        await pat.page.wait_for_timeout(1_000)  # people do not admit within the same second
        weights = {"before_visit": scale.read(await pat.page.evaluate("window.waitingAt"))}
        pressed: float = await tess.page.evaluate(PRESS_ADMIT)
        delays = [await first_picture(person) - pressed for person in (tess, pat)]
        weights["with_visit"] = scale.read()
        again = await pat.context.new_page()
        await again.goto(pat.page.url)
        opened: float = await again.evaluate("performance.timeOrigin")
        return delays, await first_picture(Person(pat.context, again)) - opened, weights
    finally:
        for person in (tess, pat):
            await person.context.close()
        await clinic.stop()


async def main(rounds: int) -> None:
    therapist, patient, opened = [], [], []
    weights: dict[str, dict[str, float]] = {}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *CAMERAS])
        for _ in range(rounds):
            with tempfile.TemporaryDirectory(prefix="bench-") as folder:
                (at_therapist, at_patient), after_opening, weights = await meet(browser, Path(folder))
            therapist.append(at_therapist)
            patient.append(at_patient)
            opened.append(after_opening)
        await browser.close()
    report(
        "first_frame",
        rounds=rounds,
        admit_to_frame_ms={"therapist": spread(therapist, 0), "patient": spread(patient, 0)},
        open_to_frame_ms=spread(opened, 0),
        weights=weights,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    asyncio.run(main(parser.parse_args().rounds))

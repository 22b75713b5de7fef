"""How far apart two screens are in the same exercise, when both are far from the service and their network is poor.

    python -m bench.skew [--visits 3] [--samples 100] [--round-trip-ms 200] [--loss 0.02]

Each browser reaches the service through a relay that delays and loses (bench/far_away.py), as long there as back.
`skew_ms` compares, at one and the same instant of this machine's clock, how many milliseconds of the exercise the two
screens have come to; whatever they draw is a pure function of that. The therapist steers every few seconds. What was
steered reaches the two screens one after the other: `on_its_way` is the share of the instants at which one of them had
not heard of it yet, which are not skew and not in `skew_ms`.
"""

import argparse
import asyncio
import random
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, async_playwright

from bench.far_away import far_away
from bench.report import report, spread
from telesession.domain.playback import position_at
from tests.browser.clinic import CHROMIUM, DESKTOP, FAKE_DEVICES, FLAGS, PHONE, ClinicProcess, Person

LIMIT_MS = 50
SAMPLES_BETWEEN_STEERING = 12

PUSH = """() => telesession.ask({
  type: "demonstration.push", exercise: "bridge", version: 1, aim: { view: "lateral_right" },
  dosage: { sets: 3, reps: 50, hold_s: 3, rest_s: 60, side: "both" },
})"""
STEER = """([position_s, rate]) => {
  const { number } = telesession.state().view.practice.demonstration;
  const how = { mode: "together", is_playing: true, position_s, rate, lead_s: 0 };
  void telesession.ask({ type: "demonstration.steer", demonstration: number, ...how });
}"""
READ = """() => ({
  at_ms: performance.timeOrigin + performance.now(),
  server_ms: telesession.now_ms(),
  shown: telesession.state().view.practice.demonstration,
})"""


def position_ms(read: dict[str, Any], at_ms: float) -> float:
    """Where the screen that was read stands at another instant of this machine's clock."""
    shown, server_ms = read["shown"], read["server_ms"] + at_ms - read["at_ms"]
    anchor_at = datetime.fromisoformat(shown["anchor_at"])
    now = datetime.fromtimestamp(server_ms / 1000, anchor_at.tzinfo)
    return position_at(shown["is_playing"], anchor_at, shown["anchor_s"], shown["rate"], now) * 1000


async def skew_ms(tess: Person, pat: Person) -> float | None:
    """How far apart they are now; None while one of the two has not heard of the last change."""
    one, other = await asyncio.gather(tess.page.evaluate(READ), pat.page.evaluate(READ))
    if one["shown"] != other["shown"]:
        return None
    return abs(position_ms(one, one["at_ms"]) - position_ms(other, one["at_ms"]))


async def visit(browser: Browser, clinic: ClinicProcess, samples: int, chance: random.Random) -> list[float | None]:
    """What was found in one visit, in the order of its instants."""
    tess = await Person.sit_down(browser, DESKTOP, reduced_motion="reduce")
    pat = await Person.sit_down(browser, PHONE, reduced_motion="reduce")
    try:
        await tess.open(clinic.therapist)
        await pat.open(clinic.patient)
        await tess.press("Admit")
        await pat.page.wait_for_function("() => telesession.state().view?.type === 'visit'")
        await tess.page.evaluate(PUSH)
        await pat.page.wait_for_function("() => telesession.state().view.practice.demonstration")
        found = []
        for number in range(samples):
            if number % SAMPLES_BETWEEN_STEERING == 0:
                await tess.page.evaluate(STEER, [chance.uniform(0, 60), chance.choice([0.5, 1, 1.5])])
                await pat.page.wait_for_timeout(chance.uniform(0, 400))
            found.append(await skew_ms(tess, pat))
            await pat.page.wait_for_timeout(chance.uniform(150, 450))
        return found
    finally:
        for person in (tess, pat):
            await person.context.close()


async def main(visits: int, samples: int, round_trip_s: float, loss: float) -> None:
    found: list[float | None] = []
    chance = random.Random(1)
    async with async_playwright() as playwright:
        for _ in range(visits):
            with tempfile.TemporaryDirectory(prefix="bench-") as folder:
                clinic = await ClinicProcess(Path(folder)).start()
                port = int(clinic.url.rpartition(":")[2].strip("/"))
                async with far_away(port, round_trip_s, loss, chance.getrandbits(32)) as relay:
                    rule = f"--host-resolver-rules=MAP 127.0.0.1:{port} 127.0.0.1:{relay}"
                    browser = await playwright.chromium.launch(
                        executable_path=CHROMIUM, args=[*FLAGS, *FAKE_DEVICES, rule]
                    )
                    found += await visit(browser, clinic, samples, chance)
                    await browser.close()
                await clinic.stop()
    together = [one for one in found if one is not None]
    report(
        "skew",
        visits=visits,
        samples=len(found),
        round_trip_ms=round(round_trip_s * 1000),
        loss=loss,
        skew_ms=spread(together, 1),
        worst_ms=round(max(together), 1),
        on_its_way=round(1 - len(together) / len(found), 3),
        limit_ms=LIMIT_MS,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=3)
    parser.add_argument("--samples", type=int, default=100)
    parser.add_argument("--round-trip-ms", type=float, default=200)
    parser.add_argument("--loss", type=float, default=0.02)
    arguments = parser.parse_args()
    asyncio.run(main(arguments.visits, arguments.samples, arguments.round_trip_ms / 1000, arguments.loss))

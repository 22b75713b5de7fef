"""How many visits of virtual therapist and patient a core carries, by the public protocol on one machine.

    python -m bench.bots [--pairs 6] [--seconds 15]

Each pair is two aiortc ends with sound and picture, encrypted, in both directions; nothing that comes is decoded.
`film`: everybody sends what was encoded once, which is what `telesession bench visits` does. `drawn`: each patient
draws and encodes its own pictures, as the virtual patient of a demo does. `lossy`: the film, with 5 % of the packets
lost in runs of two.
"""

import argparse
import asyncio
from typing import Any

import msgspec

from bench.report import report
from telesession.load import measure
from telesession.media.loss import NO_LOSS, Loss


async def one(pairs: int, seconds: float, loss: Loss = NO_LOSS, *, is_drawn: bool = False) -> dict[str, Any]:
    """The figures of one load, with the visits that one core would carry."""
    seen = await measure(pairs, seconds, loss, is_drawn=is_drawn)
    figures: dict[str, Any] = msgspec.to_builtins(seen)
    return {**figures, "visits_per_core": round(pairs / seen.bots_cores, 1)}


async def main(pairs: int, seconds: float) -> None:
    report(
        "bots",
        film=await one(pairs, seconds),
        drawn=await one(pairs, seconds, is_drawn=True),
        lossy=await one(pairs, seconds, Loss(5, burst=2)),
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=15)
    given = parser.parse_args()
    asyncio.run(main(given.pairs, given.seconds))

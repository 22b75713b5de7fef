"""What every measurement says about where it was taken, and the figures that it prints."""

import json
import os
import platform
import sqlite3
from collections.abc import Sequence
from statistics import median, quantiles
from typing import Any


def machine() -> dict[str, Any]:
    """The machine, in a few words."""
    return {
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "load": round(os.getloadavg()[0], 2),
    }


def spread(values: Sequence[float], digits: int = 2) -> dict[str, float]:
    """Median and 95th percentile."""
    p95 = quantiles(values, n=20)[-1] if len(values) > 1 else values[0]
    return {"median": round(median(values), digits), "p95": round(p95, digits)}


def report(bench: str, **figures: Any) -> None:
    """Print one JSON line."""
    print(json.dumps({"bench": bench, **figures, "machine": machine()}), flush=True)

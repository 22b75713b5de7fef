"""The second of a clip to show, as the server computes it: the browser must come to the same."""

import json
from pathlib import Path

from telesession.domain.messages import Mode
from telesession.domain.playback import second_of_clip

PLACE = Path(__file__).parent / "clips.json"
DURATIONS_S = (12.5, 0.04, 600.0)
POSITIONS_S = (0.0, 0.5, 12.499, 12.5, 12.75, 25.0, 599.99, 1_234.567)


def render() -> str:
    """One length and mode a line, with pairs of a position in the demonstration and a second of the clip."""
    cases = [
        {
            "duration_s": duration_s,
            "mode": mode,
            "seconds": [[at_s, round(second_of_clip(duration_s, mode, at_s), 6)] for at_s in POSITIONS_S],
        }
        for duration_s in DURATIONS_S
        for mode in (Mode.WATCH, Mode.ONCE)
    ]
    return "[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n"

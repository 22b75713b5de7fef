"""Views before and after an event, as the domain computes them: what `web/static/js/visit/view.js` must compute too."""

import random
from pathlib import Path
from typing import Any

import msgspec

from telesession.domain.ids import CommandId
from telesession.domain.messages import (
    Admit,
    AnyCommand,
    Decline,
    DeviceState,
    Entry,
    Knock,
    Leave,
    Remove,
    ReportDevices,
    SendChat,
    SendNotice,
)
from telesession.domain.room import Room, evolve
from telesession.domain.view import letter, view
from tests.domain.cast import CAST, TESS, play

PLACE = Path(__file__).parent / "views.json"
STEPS = 120
KEPT_PER_KIND = 2


def render() -> str:
    """JSON: a list of `{before, entry, after}`; a few examples of each event for therapists, others and outsiders."""
    examples: dict[tuple[str, str], list[dict[str, Any]]] = {}
    chance = random.Random(7)
    room = Room()
    for n in range(STEPS):
        actor = TESS if n == 0 else chance.choice([TESS, *CAST])
        before = room
        room, entries = play(room, actor, _something(n, chance))
        for entry in entries:
            after = evolve(before, entry)
            for one in CAST:
                if isinstance(letter(before, after, entry, one.participant), Entry):
                    seen = view(before, one.participant)
                    kept = examples.setdefault((type(entry.event).__name__, type(seen).__name__ + one.role), [])
                    if len(kept) < KEPT_PER_KIND:
                        kept.append({"before": seen, "entry": entry, "after": view(after, one.participant)})
            before = after
    in_order = [example for key in sorted(examples) for example in examples[key]]
    return msgspec.json.format(msgspec.json.encode(in_order), indent=1).decode() + "\n"


def _something(n: int, chance: random.Random) -> AnyCommand:
    own, whom = CommandId(f"c{n}"), chance.choice(CAST).participant
    if n == 0:
        return Knock(id=own)
    commands: list[AnyCommand] = [
        Knock(id=own),
        Admit(id=own, participant=whom),
        SendChat(id=own, text=f"Line {n}"),
        SendNotice(id=own, participant=whom, text=f"Notice {n}"),
        ReportDevices(id=own, microphone=chance.choice(list(DeviceState)), camera=chance.choice(list(DeviceState))),
        Decline(id=own, participant=whom),
        Remove(id=own, participant=whom),
        Leave(id=own),
    ]
    often = [6, 6, 3, 4, 4, 1, 1, 1]
    return chance.choices(commands, often)[0]

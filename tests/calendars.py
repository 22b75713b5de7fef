"""What a calendar shows after the invitations that it was sent, as that of a mail program reads them (ical.js)."""

import json
import subprocess
from base64 import b64encode
from collections.abc import Sequence

from telesession.server.places import WEB

READER = """
import ICAL from "ical.js";
const kept = new Map();
for (const file of JSON.parse(process.argv[1])) {
  const calendar = new ICAL.Component(ICAL.parse(Buffer.from(file, "base64").toString()));
  const method = calendar.getFirstPropertyValue("method");
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  const event = new ICAL.Event(calendar.getFirstSubcomponent("vevent"));
  const sequence = event.sequence ?? 0;
  if ((kept.get(event.uid)?.sequence ?? -1) >= sequence) continue;
  const starts_at = new Date(event.startDate.toUnixTime() * 1000).toISOString().replace(".000", "");
  kept.set(event.uid, { sequence, isOn: method === "REQUEST", shown: [event.summary, starts_at] });
}
console.log(JSON.stringify([...kept.values()].filter(({ isOn }) => isOn).map(({ shown }) => shown)));
"""


def as_a_calendar_shows(files: Sequence[bytes]) -> list[list[str]]:
    """Title and start, in UTC, of each appointment that is left once all `files` have come, in this order.

    Each is known by its UID; one that comes with no higher SEQUENCE than what is there is old, and changes nothing.
    """
    told = json.dumps([b64encode(file).decode() for file in files])
    command = ["node", "--input-type=module", "--eval", READER, told]
    shown: list[list[str]] = json.loads(subprocess.run(command, cwd=WEB, capture_output=True, check=True).stdout)
    return shown

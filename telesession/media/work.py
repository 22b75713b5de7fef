"""What the service says to the process that records, and hears from it: a line of JSON each, by its standard streams.

Keys and cookies come this way and no other: arguments and environments can be read by whoever lists processes.
"""

from datetime import datetime

import msgspec
from msgspec import Struct

from telesession.domain.ids import ParticipantId

LONGEST_LINE = 16_384
ALIVE_EVERY_S = 0.25


class Work(Struct, frozen=True, tag_field="type", tag="work"):
    """Record this: `participant` is the seat to take, `cookie` what opens it, `key` what everything is sealed with."""

    participant: ParticipantId
    recording: int
    origin: str
    """Of the service, as browsers know it."""
    address: str
    """Where it is reached from here."""
    socket_path: str
    cookie: tuple[str, str]
    starts_at: datetime
    folder: str
    key: bytes
    kept_free: int
    authority: str | None = None
    """File of certificates to trust for https, beside those that the machine trusts."""

    def __repr__(self) -> str:
        return f"Work({self.participant!r})"


class Stop(Struct, frozen=True, tag_field="type", tag="stop"):
    """Put away what there is of this seat's work, and end it."""

    participant: ParticipantId


class Alive(Struct, frozen=True, tag_field="type", tag="alive"):
    """Said every `ALIVE_EVERY_S` by whoever is able to record: a process that hangs records nothing."""


class Over(Struct, frozen=True, tag_field="type", tag="over"):
    """This seat's work has ended and all of it is put away. `error`: what went wrong, by its name, and where."""

    participant: ParticipantId
    parts: int
    error: str = ""
    where: str = ""


class Flooded(Struct, frozen=True, tag_field="type", tag="flooded"):
    """This participant of a visit sends far more than they are asked for; what is too much is lost. Said once."""

    sender: ParticipantId


Told = Work | Stop
Said = Over | Flooded | Alive

read_told = msgspec.json.Decoder(Told).decode
read_said = msgspec.json.Decoder(Said).decode


def line_of(said: Told | Said) -> bytes:
    """As it goes over a stream."""
    return msgspec.json.encode(said) + b"\n"

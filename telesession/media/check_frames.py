"""What the service and the process of its pre-call checks say to each other, over the process's own pipes."""

import asyncio
from typing import Annotated, BinaryIO

import msgspec
from msgspec import Meta, Struct

from telesession.domain.messages import Candidate, IceServers
from telesession.domain.precall import Plan, Route

LONGEST_BYTES = 131_072
LENGTH_BYTES = 4

Number = Annotated[int, Meta(ge=0)]


class Frame(Struct, frozen=True, tag_field="type", array_like=True):
    """Base of all. `check` numbers the checks of one process."""

    check: Number


class Offer(Frame, frozen=True, tag="offer"):
    """A browser opens a connection."""

    route: Route
    sdp: str
    servers: IceServers
    plan: Plan


class Ways(Frame, frozen=True, tag="ways"):
    """More addresses at which the browser may be found."""

    route: Route
    candidates: tuple[Candidate, ...]


class End(Frame, frozen=True, tag="end"):
    """Let go of everything of this check."""


class Ready(Frame, frozen=True, tag="ready"):
    """The first frame of a process: everything is loaded. Its `check` is 0."""


class Answer(Frame, frozen=True, tag="answer"):
    route: Route
    sdp: str


class Failure(Frame, frozen=True, tag="failure"):
    """This connection is not to be; `route` is None when the whole check is over."""

    route: Route | None
    code: str


ToPeer = Offer | Ways | End
FromPeer = Ready | Answer | Failure

_encode = msgspec.msgpack.Encoder().encode
_to_peer: msgspec.msgpack.Decoder[ToPeer] = msgspec.msgpack.Decoder(ToPeer)
_from_peer: msgspec.msgpack.Decoder[FromPeer] = msgspec.msgpack.Decoder(FromPeer)


def packed(frame: ToPeer | FromPeer) -> bytes:
    """The frame as it goes through a pipe: its length, then itself."""
    body = _encode(frame)
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


async def read_to_peer(stream: asyncio.StreamReader) -> ToPeer | None:
    """The next frame for the peer; None when there will be none."""
    body = await _read(stream)
    return None if body is None else _to_peer.decode(body)


async def read_from_peer(stream: asyncio.StreamReader) -> FromPeer | None:
    """The next frame from the peer; None when it is gone or speaks nonsense, which comes to the same."""
    body = await _read(stream)
    try:
        return None if body is None else _from_peer.decode(body)
    except msgspec.DecodeError:
        return None


def write(stream: BinaryIO, frame: FromPeer) -> None:
    """Say it at once."""
    stream.write(packed(frame))
    stream.flush()


async def _read(stream: asyncio.StreamReader) -> bytes | None:
    try:
        length = int.from_bytes(await stream.readexactly(LENGTH_BYTES), "big")
        return await stream.readexactly(length) if length <= LONGEST_BYTES else None
    except (asyncio.IncompleteReadError, ConnectionError):
        return None

"""How the service's own peers can be reached, asked of a process that tries: those that test lines, and recorders."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from telesession.domain.messages import IceServers

COMMAND = (sys.executable, "-I", "-m", "telesession.media.reach_worker")
WITHIN_S = 20.0


class Asked(Struct, frozen=True):
    """What a peer of the service is given, and where the service should answer: its `address` for its own processes."""

    servers: IceServers
    address: str
    authority: str | None = None
    """File of certificates to trust there, beside those that the machine trusts."""


class Reach(Struct, frozen=True):
    """What was found."""

    has_public: bool
    """The machine itself has a public address, or a STUN server told us one that leads to it."""
    has_private: bool
    has_relay: bool
    is_answered: bool
    """The service answers at the address for its own processes."""


class NoPeers(Exception):
    """The process said nothing that can be read, or not in time: mostly what it needs is not installed."""


async def reach(asked: Asked, command: Sequence[str] = COMMAND) -> Reach:
    """Try it; raises `NoPeers`."""
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={})
    try:
        async with asyncio.timeout(WITHIN_S):
            said, _ = await process.communicate(msgspec.json.encode(asked))
        return msgspec.json.decode(said, type=Reach)
    except (TimeoutError, msgspec.DecodeError) as no:
        raise NoPeers from no
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()

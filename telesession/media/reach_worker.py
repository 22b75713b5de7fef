"""The process behind `reach.py`: one connection that nobody answers, for the addresses that it would be found at."""

import asyncio
import sys
from ipaddress import ip_address
from pathlib import Path

import msgspec
from aiohttp import ClientError, ClientTimeout
from aiortc import RTCIceCandidate, RTCPeerConnection
from aiortc.sdp import SessionDescription

from telesession.media.peer import configuration_of
from telesession.media.reach import Asked, Reach
from telesession.media.wire import open_session

ANSWERS_WITHIN = ClientTimeout(total=5.0)


async def look(asked: Asked) -> Reach:
    """Gather as for a visit, and knock at the service."""
    candidates, is_answered = await asyncio.gather(_gather(asked), _is_answered(asked))
    directly = [one for one in candidates if one.type in ("host", "srflx")]
    return Reach(
        has_public=any(ip_address(one.ip).is_global for one in directly),
        has_private=any(not ip_address(one.ip).is_global for one in directly),
        has_relay=any(one.type == "relay" for one in candidates),
        is_answered=is_answered,
    )


async def _gather(asked: Asked) -> list[RTCIceCandidate]:
    connection = RTCPeerConnection(configuration_of(asked.servers))
    try:
        connection.createDataChannel("reach")
        await connection.setLocalDescription(await connection.createOffer())
        said = SessionDescription.parse(connection.localDescription.sdp)
        return [one for media in said.media for one in media.ice_candidates]
    finally:
        await connection.close()


async def _is_answered(asked: Asked) -> bool:
    async with open_session(Path(asked.authority) if asked.authority else None) as http:
        try:
            async with http.get(f"{asked.address}/readyz", timeout=ANSWERS_WITHIN) as answer:
                return answer.status == 200
        except (ClientError, TimeoutError, OSError):
            return False


if __name__ == "__main__":
    found = asyncio.run(look(msgspec.json.decode(sys.stdin.buffer.read(), type=Asked)))
    sys.stdout.buffer.write(msgspec.json.encode(found))

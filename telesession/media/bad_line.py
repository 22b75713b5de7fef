"""A connection of aiortc that loses packets on purpose: a bad line without rights over the network."""

from aiortc import RTCPeerConnection
from msgspec.structs import replace

from telesession.media.loss import Dropper, Loss


def lose(pc: RTCPeerConnection, loss: Loss) -> None:
    """Lose packets of either direction, below encryption and above ICE: what a bad line does to sound and picture."""
    ice = pc.getTransceivers()[0].receiver.transport.transport
    sent, received = Dropper(loss), Dropper(replace(loss, seed=loss.seed + 1))
    send, recv = ice._send, ice._recv

    async def send_some(packet: bytes) -> None:
        if not sent.drops():
            await send(packet)

    async def recv_some() -> bytes:
        packet: bytes = await recv()
        while received.drops():
            packet = await recv()
        return packet

    ice._send, ice._recv = send_some, recv_some  # type: ignore[assignment]

"""The way of a packet from the socket to whoever listens: no task, no queue and no decoder on it.

aiortc hands every datagram to a task by a queue, takes it apart into objects, and has its own receivers decode what is
in it, in a thread each. The seams are two: the method by which a datagram reaches a connection's queue, and the router
of a transport, which is told which receiver gets which packets. Both are replaced for one transport, and nothing of
aiortc changes for anybody else in the process (ADR 153, ADR 163).
"""

import time
from collections.abc import Callable

import pylibsrtp
from aiortc.rtcdtlstransport import RTCDtlsTransport, RtpReceiver, RtpRouter, RtpSender
from aiortc.rtp import AnyRtcpPacket, is_rtcp

from telesession.media.ear import Ear
from telesession.media.rtp_packet import read_packet

LONGEST_DATAGRAM = 1_500
"""What is longer came from no browser, and aiortc closes the connection over it."""


class WayIn(RtpRouter):
    """Stands in the place of a transport's router, and between its socket and its queue. Make it before it connects."""

    def __init__(
        self,
        transport: RTCDtlsTransport,
        ear_for: Callable[[RtpReceiver], Ear],
        note_strange: Callable[[int], object],
    ) -> None:
        super().__init__()
        self._transport = transport
        self._ear_for = ear_for
        self._note_strange = note_strange
        self._ears: dict[RtpReceiver, Ear] = {}
        self._by_payload_type: dict[int, Ear] = {}
        connection = transport.transport._connection
        self._long_way = connection.data_received
        connection.data_received = self._receive  # type: ignore[method-assign]
        transport._rtp_router = self

    # --- as aiortc calls its router

    def register_receiver(  # what streams there are is learnt from their packets
        self,
        receiver: RtpReceiver,
        ssrcs: list[int],  # noqa: ARG002
        payload_types: list[int],
        mid: str | None = None,  # noqa: ARG002
    ) -> None:
        """When a transport is connected: whoever would decode these payload types."""
        ear = self._ears[receiver] = self._ear_for(receiver)
        self._by_payload_type |= dict.fromkeys(payload_types, ear)

    def unregister_receiver(self, receiver: RtpReceiver) -> None:
        """When a connection is closed."""
        ear = self._ears.pop(receiver, None)
        self._by_payload_type = {each: one for each, one in self._by_payload_type.items() if one is not ear}

    def route_rtcp(self, packet: AnyRtcpPacket) -> "set[RtpReceiver | RtpSender]":
        """For each packet; an ear knows which streams are its own."""
        return {*super().route_rtcp(packet), *self._ears.values()}

    # --- as aioice calls its connection

    def _receive(self, data: bytes, component: int) -> None:
        if len(data) > LONGEST_DATAGRAM:
            return
        if not 127 < data[0] < 192 or is_rtcp(data):  # RFC 7983 section 7
            self._long_way(data, component)
            return
        session = self._transport._rx_srtp
        if session is None:
            return  # the keys are not there yet; what was lost so is asked for again
        try:
            packet = read_packet(session.unprotect(data))
        except (pylibsrtp.Error, ValueError):
            return
        ear = self._by_payload_type.get(packet.payload_type)
        if ear is None:
            self._note_strange(packet.ssrc)
        else:
            ear.take(packet, time.monotonic())

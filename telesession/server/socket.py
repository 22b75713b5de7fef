"""The WebSocket of one participant: frames in, frames out, one goodbye. Rules live in `domain`, rooms in `live`."""

import asyncio
import time
from contextlib import suppress
from typing import cast

import msgspec
from aiohttp import WSMsgType, web

from telesession import logs
from telesession.domain import sdp
from telesession.domain.errors import NotFound, ProtocolViolation, Refused
from telesession.domain.ids import ParticipantId, VisitId
from telesession.domain.invitations import LinkRefused
from telesession.domain.messages import (
    CLOSE_CODES,
    MAX_FRAME_BYTES,
    PROTOCOL,
    SUBPROTOCOL,
    AnyCommand,
    AnySignal,
    Candidates,
    ClientFrame,
    ClockPing,
    ClockPong,
    Description,
    Hello,
    Reason,
    RefusedFrame,
    Role,
    SignalRefused,
    SignalTo,
)
from telesession.domain.room import MAX_ADMITTED
from telesession.domain.seats import Seat
from telesession.domain.sessions import SEEN_EVERY
from telesession.live.hub import Hub
from telesession.live.outbox import Outbox, SendNow
from telesession.server import session_cookie
from telesession.server.address import place_of
from telesession.server.keys import INVITATIONS, NOW, ROOMS, SESSIONS, SETTINGS, SOCKETS
from telesession.server.rate import Rate
from telesession.server.seat_cookie import browser_key
from telesession.server.surrogates import mended

HELLO_WITHIN_S = 5
SEND_WITHIN_S = 10
HEARTBEAT_S = 10
COMMANDS_PER_S, COMMANDS_AT_ONCE = 20, 40
SIGNALS_PER_S, SIGNALS_AT_ONCE = 50, 200
EXCESS_PER_S, EXCESS_AT_ONCE = 10, 200
"""Frames beyond a rate that are refused and no more. Whoever sends still more is closed."""
SOCKETS_PER_S, SOCKETS_AT_ONCE = 0.5, 30
"""Of one seat. A page that cannot hold a line comes back some fifteen times a minute; people press reload faster."""
SOCKETS_RETRY_MS = 5_000
CANDIDATES_A_DESCRIPTION = 256
"""A phone with a relay and two networks finds some forty; each new description may be followed by as many again."""
FAILED_RETRY_MS = 2_000
REASON_OF_LINK = {
    "ended": Reason.ENDED,
    "revoked": Reason.REVOKED,
    "moved": Reason.REVOKED,
    "cancelled": Reason.CANCELLED,
}
"""What a socket is told by the code of its invitation's refusal; `no_seat` for all others."""

_decode = msgspec.json.Decoder(ClientFrame).decode


async def connect(request: web.Request) -> web.WebSocketResponse:
    """Open the socket of the participant in the URL, for the browser that holds their seat.

    A page of another origin gets 403 (RFC 6455 section 10.2), whoever does not ask for our subprotocol 400; everything
    else is said by a close code.
    """
    if request.headers.get("Origin") not in request.app[SETTINGS].origins:
        raise web.HTTPForbidden
    asked = request.headers.get("Sec-WebSocket-Protocol", "").split(",")
    if SUBPROTOCOL not in map(str.strip, asked):
        raise web.HTTPBadRequest
    ws = web.WebSocketResponse(
        protocols=(SUBPROTOCOL,), heartbeat=HEARTBEAT_S, max_msg_size=MAX_FRAME_BYTES, compress=False
    )
    await ws.prepare(request)
    outbox = Outbox(_sender(request, ws), place_of(request))
    socket = Socket(request, ws, outbox)
    started = time.monotonic()
    writer = asyncio.create_task(_write(request, ws, outbox), name="socket writer")
    try:
        await socket.run()
        await asyncio.wait([writer], timeout=SEND_WITHIN_S)
    finally:
        writer.cancel()
        logs.get().info(
            "socket_closed",
            visit_id=socket.visit,
            seconds=round(time.monotonic() - started, 1),
            frames_in=socket.frames_in,
            signals_refused=socket.signals_refused,
            code=ws.close_code,
            reason=outbox.closing,
        )
    return ws


class Socket:
    """Reads one browser's frames until it goes or misbehaves; its outbox carries the answers and says why it ends."""

    def __init__(self, request: web.Request, ws: web.WebSocketResponse, outbox: Outbox) -> None:
        self._request = request
        self._ws = ws
        self._outbox = outbox
        self._now = request.app[NOW]
        self._commands = Rate(COMMANDS_PER_S, COMMANDS_AT_ONCE)
        self._signals = Rate(SIGNALS_PER_S, SIGNALS_AT_ONCE)
        self._excess = Rate(EXCESS_PER_S, EXCESS_AT_ONCE)
        self._candidates: dict[ParticipantId, int] = {}
        self._is_relay_only = request.app[SETTINGS].ice_relay_only
        self.frames_in = 0
        self.signals_refused = 0
        self.visit: VisitId | None = None
        self._session_token = session_cookie.token_of(request)
        self._session_due = self._now()

    async def run(self) -> None:
        """Seat, hello, then frames. When this returns the outbox is closing."""
        try:
            await self._live()
        except NotFound:
            self._outbox.close(Reason.NO_SEAT)
        except LinkRefused as no:
            self._outbox.close(REASON_OF_LINK.get(no.code, Reason.NO_SEAT))
        except Refused as no:  # the seat may be good: it cannot be looked up now
            logs.get().warning("socket_failed", visit_id=self.visit, code=no.code)
            self._outbox.close(Reason.FAILED, FAILED_RETRY_MS)
        except ProtocolViolation as violation:
            logs.get().info("protocol_violation", visit_id=self.visit, code=violation.code)
            self._outbox.close(Reason.MALFORMED)
        except _Gone:
            self._outbox.abandon()
        except Exception as error:  # noqa: BLE001 the last resort: the browser comes back, the operator gets the place
            logs.get().error("socket_failed", visit_id=self.visit, error=type(error).__name__, where=logs.where(error))
            self._outbox.close(Reason.FAILED, FAILED_RETRY_MS)

    async def _live(self) -> None:
        seat = await self._seat()
        if not self._request.app[SOCKETS].allows(seat.participant, time.monotonic()):
            self._outbox.close(Reason.TOO_MANY, retry_after_ms=SOCKETS_RETRY_MS)
            return
        hello = await self._hello()
        if hello is None:
            return
        self.visit = seat.visit
        rooms = self._request.app[ROOMS]
        hub = await rooms.enter(seat, hello.since, self._outbox, hello.opened_ms)
        try:
            await hub.note_absences()  # whoever was missed is back
            while self._outbox.closing is None:
                await self._take(hub, seat, await self._frame())
                if seat.role is Role.THERAPIST:
                    await self._stay_signed_in()
        finally:
            rooms.leave(hub, seat, self._outbox)

    async def _seat(self) -> Seat:
        participant = ParticipantId(self._request.match_info["participant"])
        return await self._request.app[INVITATIONS].seat(participant, browser_key(self._request))

    async def _hello(self) -> Hello | None:
        try:
            async with asyncio.timeout(HELLO_WITHIN_S):
                hello = await self._frame()
        except TimeoutError:
            self._outbox.close(Reason.NO_HELLO, retry_after_ms=1_000)
            return None
        if not isinstance(hello, Hello):
            raise ProtocolViolation("hello_first")
        if hello.protocol != PROTOCOL:
            raise ProtocolViolation("unknown_protocol")
        return hello

    async def _frame(self) -> ClientFrame:
        message = await self._ws.receive()
        if message.type is not WSMsgType.TEXT:
            if message.type is WSMsgType.BINARY:
                raise ProtocolViolation("binary")
            raise _Gone
        self.frames_in += 1
        return read_frame(message.data)

    async def _take(self, hub: Hub, seat: Seat, frame: ClientFrame) -> None:
        match frame:
            case ClockPing(sent_ms=sent_ms):
                received_ms = self._now().timestamp() * 1000
                if self._is_within(self._signals):
                    self._outbox.put(ClockPong(sent_ms, received_ms, self._now().timestamp() * 1000))
            case SignalTo(to=to, signal=signal):
                if self._is_within(self._signals):
                    self._relay(hub, seat, to, signal)
            case Hello():
                raise ProtocolViolation("hello_twice")
            case _:
                await self._command(hub, seat, frame)

    async def _stay_signed_in(self) -> None:
        """A therapist in a visit is busy at this browser: it stays signed in, though not beyond its last hour."""
        now = self._now()
        if self._session_token is None or now < self._session_due:
            return
        self._session_due = now + SEEN_EVERY
        with suppress(Refused):  # the visit goes on whatever becomes of it
            if await self._request.app[SESSIONS].whose(self._session_token) is None:
                self._session_token = None

    def _relay(self, hub: Hub, seat: Seat, to: ParticipantId, signal: AnySignal) -> None:
        fault = sdp.fault_of(signal, is_relay_only=self._is_relay_only) or self._excess_of(to, signal)
        if fault is None:
            hub.signal(seat, to, signal)
        else:
            self.signals_refused += 1
            self._outbox.put(SignalRefused(to, fault))

    def _excess_of(self, to: ParticipantId, signal: AnySignal) -> str | None:
        """Candidates beyond what one description to one other may be followed by."""
        if isinstance(signal, Description):
            self._candidates.pop(to, None)
        elif isinstance(signal, Candidates):
            sent = self._candidates.get(to, 0) + len(signal.candidates)
            if sent > CANDIDATES_A_DESCRIPTION or (
                to not in self._candidates and len(self._candidates) > MAX_ADMITTED  # and a recorder
            ):
                return "too_many_candidates"
            self._candidates[to] = sent
        return None

    async def _command(self, hub: Hub, seat: Seat, command: AnyCommand) -> None:
        try:
            if not self._is_within(self._commands):
                raise Refused("too_many", "That was too fast. Please try again in a moment.")
            await hub.command(seat, command)
        except Refused as no:
            self._outbox.put(RefusedFrame(command.id, no.code, no.text))

    def _is_within(self, rate: Rate) -> bool:
        """Whether the frame may pass; closes a socket that keeps sending what may not."""
        now = time.monotonic()
        if rate.allows(now):
            return True
        if not self._excess.allows(now):
            self._outbox.close(Reason.TOO_MANY, retry_after_ms=10_000)
        return False


def read_frame(text: str) -> ClientFrame:
    """What a browser sent; raises `ProtocolViolation`, whatever it is."""
    try:
        try:
            return cast(ClientFrame, _decode(text))
        except msgspec.DecodeError:
            if (whole := mended(text)) == text:
                raise
            return cast(ClientFrame, _decode(whole))
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
        raise ProtocolViolation("malformed") from None


class _Gone(Exception):
    """The browser closed the socket, or the line is dead."""


def _sender(request: web.Request, ws: web.WebSocketResponse) -> SendNow:
    """How the outbox hands over a frame without waiting."""

    def send_now(frame: bytes) -> bool:
        if request.protocol.writing_paused:
            return False
        sending = ws.send_frame(frame, WSMsgType.TEXT)
        try:
            sending.send(None)
        except (StopIteration, ConnectionError):
            return True  # sent, or there is nobody to send to: whoever reads from this socket sees that
        sending.close()  # sent as well: it would only wait for room for the next one
        return True

    return send_now


async def _write(request: web.Request, ws: web.WebSocketResponse, outbox: Outbox) -> None:
    """Send what the outbox holds; a browser that does not take a frame in time is cut off."""
    try:
        async for frame in outbox:
            async with asyncio.timeout(SEND_WITHIN_S):
                await ws.send_frame(frame, WSMsgType.TEXT)
        if outbox.closing is not None:
            await ws.close(code=CLOSE_CODES[outbox.closing][0])
    except (TimeoutError, ConnectionError):
        if request.transport is not None:
            request.transport.abort()

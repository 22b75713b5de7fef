"""The pre-call check: its page, and the socket over which a browser meets the service's own peer for some seconds.

Whoever has a link or a seat may test; the link may do so before it opens too. Nothing of a visit is told here.
"""

import asyncio
import contextlib
import time
from typing import Any, cast

import msgspec
from aiohttp import WSMsgType, web

from telesession import logs
from telesession.domain import sdp
from telesession.domain.errors import NotFound, ProtocolViolation, Refused
from telesession.domain.ids import ParticipantId
from telesession.domain.messages import Candidates as Signalled
from telesession.domain.messages import Description, DescriptionKind, IceServers
from telesession.domain.precall import Outcome, Route
from telesession.media.check import Check
from telesession.media.check import Heard as PeerSaid
from telesession.media.check_frames import Answer as PeerAnswer
from telesession.server import seat_cookie
from telesession.server.i18n import reader_of
from telesession.server.keys import DRAINING, INVITATIONS, PRECALL, PRECALLS, SETTINGS, TEMPLATES
from telesession.server.pages.join import counted
from telesession.server.precall_frames import (
    SUBPROTOCOL,
    Answer,
    Ask,
    Begin,
    Candidates,
    Done,
    Failed,
    Heard,
    InLine,
    Offer,
    Over,
    RouteToTry,
    Told,
    Verdict,
)
from telesession.services.line import Place
from telesession.services.precall import Precall, Taker

CHECKS_PER_S, CHECKS_AT_ONCE = 1 / 15, 8
"""Of one visit: whoever moves about the house to find a better place tests a few times in a row."""
HEARD_WITHIN_S = 120.0
HEARTBEAT_S = 10.0
MOST_FRAMES = 200
SEND_WITHIN_S = 10.0

_decode = msgspec.json.Decoder(Ask).decode
_encode = msgspec.json.Encoder().encode


async def show(request: web.Request) -> web.Response:
    """The page of the check, for whoever has the link; looking changes nothing."""
    token = request.match_info["token"]
    async with counted(request):
        opened = await request.app[INVITATIONS].peek_early(token)
    if not request.app[SETTINGS].precall_checks:
        raise NotFound
    facts = {
        "socket_path": f"/join/{token}/line/socket",
        "clinic_phone": request.app[SETTINGS].clinic_phone,
        "onward": f"/join/{token}",
    }
    context = {"appointment": opened.appointment, "onward": f"/join/{token}", "page": facts}
    return request.app[TEMPLATES].render(request, "join/line.html", context)


async def by_link(request: web.Request) -> web.WebSocketResponse:
    """The socket of whoever has the link."""
    _require_page(request)
    async with counted(request):
        opened = await request.app[INVITATIONS].peek_early(request.match_info["token"])
    return await _serve(request, Taker(opened.appointment.id, opened.invitation.role))


async def by_seat(request: web.Request) -> web.WebSocketResponse:
    """The socket of whoever holds the seat."""
    _require_page(request)
    participant = ParticipantId(request.match_info["participant"])
    seat = await request.app[INVITATIONS].seat(participant, seat_cookie.browser_key(request))
    return await _serve(request, Taker(seat.visit, seat.role))


def _require_page(request: web.Request) -> None:
    """Only our own pages, and only who speaks the protocol (RFC 6455 section 10.2)."""
    if request.headers.get("Origin") not in request.app[SETTINGS].origins:
        raise web.HTTPForbidden
    asked = request.headers.get("Sec-WebSocket-Protocol", "").split(",")
    if SUBPROTOCOL not in map(str.strip, asked):
        raise web.HTTPBadRequest
    if not request.app[SETTINGS].precall_checks or request.app[DRAINING].is_set():
        raise NotFound


async def _serve(request: web.Request, taker: Taker) -> web.WebSocketResponse:
    ws = web.WebSocketResponse(protocols=(SUBPROTOCOL,), heartbeat=HEARTBEAT_S, max_msg_size=65_536, compress=False)
    await ws.prepare(request)
    began = time.monotonic()
    conversation = Conversation(request.app[PRECALL], taker, ws)
    code = "done"
    try:
        if not request.app[PRECALLS].allows(taker.visit, began):
            raise Refused("too_many", "You have tested a few times in a row. Please wait a minute and try again.")
        await conversation.run(request.app[DRAINING])
    except Refused as no:
        code = no.code
        with contextlib.suppress(_Gone):
            await _tell(ws, Over(no.code, reader_of(request).catalogue.gettext(no.text)))
    except ProtocolViolation as violation:
        code = violation.code
        await ws.close(code=1008)
    finally:
        seconds = round(time.monotonic() - began, 1)
        logs.get().info("precall_closed", visit_id=taker.visit, seconds=seconds, code=code, reason=conversation.said)
        await ws.close()
    return ws


class Conversation:
    """One browser's check, from the line to the verdict."""

    def __init__(self, precall: Precall, taker: Taker, ws: web.WebSocketResponse) -> None:
        self._precall = precall
        self._taker = taker
        self._ws = ws
        self._frames = 0
        self._offered: set[Route] = set()
        self._outcome: Outcome | None = None
        self.said: str | None = None
        """The verdict, for the log."""

    async def run(self, draining: asyncio.Event) -> None:
        """Raises `Refused` when there will be no verdict, `ProtocolViolation` for what no browser of ours sends."""
        reading = asyncio.create_task(self._converse(), name="precall")
        leaving = asyncio.create_task(draining.wait(), name="precall draining")
        try:
            await asyncio.wait([reading, leaving], return_when=asyncio.FIRST_COMPLETED)
            if reading.done():
                reading.result()
            else:
                raise Refused("unavailable", "The service is restarting. Please try again in a minute.")
        except _Gone:
            pass
        finally:
            await _cancel(reading, leaving)

    async def _converse(self) -> None:
        with self._precall.line.standing(self._taker.visit) as place:
            await self._wait(place)
            await self._check()
        try:
            async with asyncio.timeout(HEARD_WITHIN_S):
                await self._hear()
        except TimeoutError:
            return

    async def _wait(self, place: Place) -> None:
        """Tell the place in the line until it is one's turn. Whoever leaves gives it up."""
        if not place.number:
            return
        leaving = asyncio.create_task(self._ws.receive(), name="precall in line")
        try:
            while place.number:
                await _tell(self._ws, InLine(place.number))
                moved = asyncio.create_task(place.moved.wait(), name="precall line")
                await asyncio.wait([moved, leaving], return_when=asyncio.FIRST_COMPLETED)
                await _cancel(moved)
                if leaving.done():
                    raise _Gone  # nothing is to be said while one waits
                place.moved.clear()
        finally:
            await _cancel(leaving)

    async def _check(self) -> None:
        theirs = self._precall.servers(self._taker, "browser")
        try:
            done = await self._measured(theirs)
        except OSError:  # the process could not be started
            raise _broken() from None
        self._outcome = await self._precall.conclude(self._taker, {route: done.of(route) for route in theirs})
        self.said = self._outcome.verdict
        await _tell(self._ws, Verdict(self._outcome))

    async def _measured(self, theirs: dict[Route, IceServers]) -> Done:
        routes = tuple(RouteToTry(route, one.ice_servers, one.policy) for route, one in theirs.items())
        said: asyncio.Queue[PeerSaid] = asyncio.Queue()
        async with self._precall.peers.check(said.put_nowait) as check:
            await _tell(self._ws, Begin(routes, self._precall.plan))
            measuring = asyncio.create_task(self._measure(check), name="precall measuring")
            telling = asyncio.create_task(self._pass_on(said), name="precall telling")
            try:
                within_s = self._precall.check_within_s
                await asyncio.wait([measuring, telling], timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
                if measuring.done():
                    return measuring.result()
                if telling.done():
                    raise _broken()
                raise Refused("too_slow", "The test took too long. Please try it once more.")
            finally:
                await _cancel(measuring, telling)

    async def _pass_on(self, said: asyncio.Queue[PeerSaid]) -> None:
        """Tell the browser what our peer says, until that is gone."""
        while True:
            frame = await said.get()
            if isinstance(frame, PeerAnswer):
                await _tell(self._ws, Answer(frame.route, frame.sdp))
            elif frame.route is not None:
                await _tell(self._ws, Failed(frame.route, frame.code))
            else:
                return

    async def _measure(self, check: Check) -> Done:
        """Relay until the browser has its numbers."""
        ours = self._precall.servers(self._taker, "service")
        while True:
            frame = await self._frame()
            match frame:
                case Offer(route=route, sdp=text) if route in ours and route not in self._offered:
                    self._offered.add(route)
                    _require_good(Description(0, 0, DescriptionKind.OFFER, text))
                    check.offer(route, text, ours[route], self._precall.plan)
                case Candidates(route=route, candidates=candidates) if route in self._offered:
                    _require_good(Signalled(0, candidates))
                    check.add_ways(route, candidates)
                case Done():
                    return frame
                case _:
                    raise ProtocolViolation("not_now")

    async def _hear(self) -> None:
        frame = await self._frame()
        if not isinstance(frame, Heard) or self._outcome is None:
            raise ProtocolViolation("not_now")
        self._outcome = await self._precall.note_heard(self._taker, self._outcome, is_heard=frame.is_heard)
        await _tell(self._ws, Verdict(self._outcome))

    async def _frame(self) -> Ask:
        message = await self._ws.receive()
        if message.type is not WSMsgType.TEXT:
            raise _Gone if message.type is not WSMsgType.BINARY else ProtocolViolation("binary")
        self._frames += 1
        if self._frames > MOST_FRAMES:
            raise ProtocolViolation("too_many")
        try:
            return cast(Ask, _decode(message.data))
        except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
            raise ProtocolViolation("malformed") from None


class _Gone(Exception):
    """The browser closed the socket, or the line is dead."""


def _broken() -> Refused:
    return Refused("failed", "The test broke off on our side. Please try it once more.")


def _require_good(signal: Description | Signalled) -> None:
    """What no browser sends is not handed on (`domain/sdp.py`)."""
    fault = sdp.fault_of(signal, is_relay_only=False)
    if fault is not None:
        raise ProtocolViolation(fault)


async def _tell(ws: web.WebSocketResponse, frame: Told) -> None:
    """Send it, or find that nobody is there any more."""
    try:
        async with asyncio.timeout(SEND_WITHIN_S):
            await ws.send_frame(_encode(frame), WSMsgType.TEXT)
    except (TimeoutError, ConnectionError):
        raise _Gone from None


async def _cancel(*tasks: asyncio.Task[Any]) -> None:
    """End them and see to it that they have ended."""
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)

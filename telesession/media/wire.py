"""A participant without a browser: takes a seat by a join link and speaks the public protocol. There is no back door.

`docs/reference/protocol.md` is all that it knows. What frames mean to a visit is for others: `peer.py`, `bots.py`.
"""

import asyncio
import math
import re
import secrets
import ssl
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec
from aiohttp import (
    ClientConnectorCertificateError,
    ClientError,
    ClientSession,
    ClientWebSocketResponse,
    CookieJar,
    TCPConnector,
    WSMsgType,
)
from msgspec import Struct
from msgspec.structs import replace
from yarl import URL

from telesession.domain.errors import Refused
from telesession.domain.ids import CommandId, ParticipantId
from telesession.domain.messages import (
    CLOSE_CODES,
    PROTOCOL,
    SUBPROTOCOL,
    AnyCommand,
    AnySignal,
    ClientFrame,
    ClockPing,
    ClockPong,
    Done,
    Entry,
    Goodbye,
    Hello,
    Reason,
    RefusedFrame,
    ServerFrame,
    Shown,
    SignalTo,
    View,
    Welcome,
)
from telesession.domain.view import apply

DIAL_WITHIN_S = 8.0
PING_EVERY_S = 5.0
PING_FIRST_S = 0.2
"""Between the first few pings, so that the clock is right from the beginning."""
FIRST_PINGS = 3
SILENT_FOR_S = 9.0
"""A pong is due every few seconds: after so long without a word the line is dead."""
BACKOFF_S = (0.0, 0.3, 1.0, 2.0, 4.0)
STEADY_S = 10.0
"""Only a line that held this long makes the next loss start again without delay."""
HOLD_BACK_S = 1.0
MOST_WAITING = 500
SAMPLES = 8

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(ServerFrame).decode
_FACTS = re.compile(r'<script type="application/json" id="page">(.*?)</script>', re.DOTALL)
_BOXES = re.compile(r'<input type="checkbox" name="(agree_\w+)" value="([^"]*)"')
_REASONS = {code: reason for reason, (code, _) in CLOSE_CODES.items()}


class NoSeat(Exception):
    """The link or the seat does not open now; the text says what was answered."""


class Place(Struct, frozen=True):
    """A seat that was taken, and what its page says."""

    participant: ParticipantId
    origin: str
    socket_path: str
    exercises_url: str
    starts_at: datetime
    opened_ms: int
    address: str = ""
    """Where the service is reached, when that is not `origin`."""


class Facts(Struct, frozen=True):
    """What a visit's page hands to its scripts, as far as it is of use here."""

    participant: ParticipantId
    socket_path: str
    exercises_url: str
    starts_at: datetime
    opened_ms: int


def open_session(authority: Path | None = None) -> ClientSession:
    """A browser's worth of cookies for one person; `authority`: whom to trust for https besides those known here."""
    context = ssl.create_default_context(cafile=None if authority is None else str(authority))
    return ClientSession(
        connector=TCPConnector(ssl=context),
        cookie_jar=CookieJar(unsafe=True),  # a clinic to try is often known by its address alone
        headers={"Sec-Fetch-Site": "same-origin"},
    )


async def take_seat(http: ClientSession, link: str, where: str = "", phone: str = "") -> Place:
    """Open the link and press its button, as a browser would; a patient who is asked agrees, and says `where` they are.

    Raises `NoSeat` when the link does not open now.
    """
    url = URL(link)
    async with http.get(url) as looked:
        await _expect(looked.status, 200)
    async with http.post(url, data={"check": "skip"}, allow_redirects=False) as taken:
        await _expect(taken.status, 303)
        visit = url.join(URL(taken.headers["Location"]))
    if visit.path.endswith("/before"):
        async with http.get(visit) as asked:
            await _expect(asked.status, 200)
            agreed = dict(_BOXES.findall(await asked.text()))
        said = {**agreed, "where": "other", "place": where, "number": "other", "phone": phone}
        async with http.post(visit, data=said, allow_redirects=False) as answered:
            await _expect(answered.status, 303)
            visit = visit.join(URL(answered.headers["Location"]))
    async with http.get(visit) as shown:
        await _expect(shown.status, 200)
        found = _FACTS.search(await shown.text())
    if found is None:
        raise NoSeat("The visit's page has no facts.")
    facts = msgspec.json.decode(found[1].encode(), type=Facts)
    return Place(
        facts.participant,
        str(url.origin()),
        facts.socket_path,
        facts.exercises_url,
        facts.starts_at,
        facts.opened_ms,
    )


async def _expect(status: int, wanted: int) -> None:
    if status != wanted:
        raise NoSeat(f"answered {status}")


class ServerClock:
    """The server's clock, from the exchange with the shortest way (RFC 5905 section 8). `clock.js` does the same."""

    def __init__(self, now_ms: Callable[[], float]) -> None:
        self._now_ms = now_ms
        self._samples: deque[tuple[float, float]] = deque(maxlen=SAMPLES)

    def now_ms(self) -> float:
        """The server's Unix time; our own clock's reading until anything is known."""
        return self._now_ms() + (min(self._samples)[1] if self._samples else 0.0)

    def hear(self, server_time_ms: float) -> None:
        """As the welcome says it: counts until there is better."""
        if not self._samples:
            self._samples.append((float("inf"), server_time_ms - self._now_ms()))

    def learn(self, pong: ClockPong) -> None:
        """An answer to our ping."""
        back_ms = self._now_ms()
        way_ms = max(0.0, back_ms - pong.sent_ms - (pong.answered_ms - pong.received_ms))
        self._samples.append((way_ms, (pong.received_ms - pong.sent_ms + pong.answered_ms - back_ms) / 2))


class Line:
    """One conversation with the service over any number of sockets: it comes back after every loss until a goodbye.

    `view` is what this participant sees now. `hear` is told every frame but the answers to commands, once and in order,
    when `view` has it already.
    """

    def __init__(self, http: ClientSession, place: Place, hear: Callable[[ServerFrame], None]) -> None:
        self._http = http
        self._place = place
        self._hear = hear
        self._seq: int | None = None
        self._waiting: dict[CommandId, tuple[AnyCommand, asyncio.Future[int]]] = {}
        self._outgoing: asyncio.Queue[ClientFrame] | None = None
        self._socket: ClientWebSocketResponse | None = None
        self._goodbye: Goodbye | None = None
        self._away_s = 0.0
        self._welcome_at = math.inf
        self.clock = ServerClock(lambda: time.monotonic() * 1_000)
        self.view: View | None = None

    @property
    def is_open(self) -> bool:
        return self._outgoing is not None

    async def run(self, patience_s: float = 120.0, first_s: float | None = None) -> Reason | None:
        """Hold the line until a goodbye for good; None when the service was not to be found for `patience_s`.

        `first_s`: how long to try before it was found for the first time, if not as long. Whatever is still asked then
        fails with `Refused`. Raises aiohttp's `ClientConnectorCertificateError` when the certificate is not trusted.
        """
        try:
            return await self._hold(patience_s, patience_s if first_s is None else first_s)
        finally:
            for _, answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(Refused("closed", "The connection is closed."))
                    answer.exception()  # whoever asked may be gone

    async def ask(self, command: AnyCommand) -> int:
        """Give a command, again on every new socket until it is answered; its event number. Raises `Refused`."""
        command = replace(command, id=CommandId(secrets.token_hex(8)))
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting[command.id] = (command, answer)
        self._say(command)
        try:
            return await answer
        finally:
            del self._waiting[command.id]

    def signal(self, to: ParticipantId, signal: AnySignal) -> bool:
        """Send something that is only worth anything now; False when there is no line."""
        return self._say(SignalTo(to, signal))

    async def drop(self, for_s: float) -> None:
        """Hang up without a word and stay away for so long, as a lost network would have it."""
        self._away_s = for_s
        if self._socket is not None:
            await self._socket.close(code=1001)

    async def _hold(self, patience_s: float, first_s: float) -> Reason | None:
        seen_at, attempts, longest_s = time.monotonic(), 0, first_s
        while True:
            reason = await self._once()
            if reason is not None and not CLOSE_CODES[reason][1]:
                return reason
            now = time.monotonic()
            if self._welcome_at <= now:
                seen_at, longest_s = now, patience_s
                attempts = 0 if now - self._welcome_at > STEADY_S else attempts
            if now - seen_at > longest_s:
                return None
            pause_s = max(self._away_s, BACKOFF_S[min(attempts, len(BACKOFF_S) - 1)], self._retry_after_s())
            self._away_s, attempts = 0.0, attempts + 1
            await asyncio.sleep(pause_s)

    async def _once(self) -> Reason | None:
        """One socket, from its hello to its end; why the server closed it, if it did."""
        self._goodbye, self._welcome_at = None, math.inf
        address = self._place.address or self._place.origin
        url = f"{address.replace('http', 'ws', 1)}{self._place.socket_path}"
        try:
            async with asyncio.timeout(DIAL_WITHIN_S):
                socket = await self._http.ws_connect(
                    url, protocols=(SUBPROTOCOL,), headers={"Origin": self._place.origin}
                )
        except ClientConnectorCertificateError:
            raise
        except (ClientError, TimeoutError, OSError):
            return None  # the service is away
        self._socket = socket
        outgoing: asyncio.Queue[ClientFrame] = asyncio.Queue(MOST_WAITING)
        outgoing.put_nowait(Hello(PROTOCOL, self._seq, self._place.opened_ms))
        writing = asyncio.create_task(self._write(socket, outgoing), name="line writer")
        try:
            async with socket:
                await self._read(socket, outgoing)
        finally:
            self._socket = self._outgoing = None
            writing.cancel()
        return _REASONS.get(socket.close_code or 0)

    async def _read(self, socket: ClientWebSocketResponse, outgoing: asyncio.Queue[ClientFrame]) -> None:
        while True:
            try:
                message = await socket.receive(timeout=SILENT_FOR_S)
            except (TimeoutError, ClientError, OSError):
                return
            if message.type is not WSMsgType.TEXT:
                return
            self._take(_decode(message.data), outgoing)

    async def _write(self, socket: ClientWebSocketResponse, outgoing: asyncio.Queue[ClientFrame]) -> None:
        loop, pings = asyncio.get_running_loop(), 0
        ping_at = loop.time() + PING_FIRST_S
        while True:
            frame: ClientFrame
            try:
                async with asyncio.timeout_at(ping_at):
                    frame = await outgoing.get()
            except TimeoutError:
                frame, pings = ClockPing(time.monotonic() * 1_000), pings + 1
                ping_at = loop.time() + (PING_FIRST_S if pings < FIRST_PINGS else PING_EVERY_S)
            try:
                await socket.send_str(_encode(frame).decode())
            except (ConnectionError, ClientError):
                return  # the reader sees it too

    def _take(self, frame: ServerFrame, outgoing: asyncio.Queue[ClientFrame]) -> None:
        match frame:
            case Done() | RefusedFrame():
                self._settle(frame)
                return
            case Entry(seq=seq) if self._seq is None or self.view is None or seq <= self._seq:
                return  # seen before
            case Entry(seq=seq) if self.view is not None:
                self._seq, self.view = seq, apply(self.view, frame)
            case Shown(seq=seq, view=view):
                self._seq, self.view = seq, view
            case Welcome():
                self._welcome(frame, outgoing)
            case ClockPong():
                self.clock.learn(frame)
            case Goodbye():
                self._goodbye = frame
        self._hear(frame)

    def _welcome(self, frame: Welcome, outgoing: asyncio.Queue[ClientFrame]) -> None:
        self.clock.hear(frame.server_time_ms)
        self._outgoing, self._welcome_at = outgoing, time.monotonic()
        if frame.view is not None:
            self._seq, self.view = frame.seq, frame.view
        for command, _ in self._waiting.values():
            self._say(command)

    def _settle(self, frame: Done | RefusedFrame) -> None:
        _, answer = self._waiting.get(frame.id, (None, None))
        if answer is None or answer.done():
            return
        if isinstance(frame, Done):
            answer.set_result(frame.seq)
        elif frame.code == "too_many":
            asyncio.get_running_loop().call_later(HOLD_BACK_S, self._again, frame.id)
        else:
            answer.set_exception(Refused(frame.code, frame.text))

    def _again(self, own: CommandId) -> None:
        if own in self._waiting:
            self._say(self._waiting[own][0])

    def _say(self, frame: ClientFrame) -> bool:
        if self._outgoing is None or self._outgoing.full():
            return False
        self._outgoing.put_nowait(frame)
        return True

    def _retry_after_s(self) -> float:
        return ((self._goodbye and self._goodbye.retry_after_ms) or 0) / 1_000

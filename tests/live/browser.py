"""What a browser does with its frames, in Python and without a network: the counterpart of `visit/connection.js`."""

import msgspec

from telesession.domain.messages import (
    Entry,
    Goodbye,
    IceServers,
    Presence,
    ServerFrame,
    Shown,
    SignalFrom,
    View,
    Welcome,
)
from telesession.domain.seats import Seat
from telesession.domain.view import apply
from telesession.live.hub import Hub
from telesession.live.outbox import Outbox
from telesession.live.rooms import Rooms

_decoder = msgspec.json.Decoder(ServerFrame)


class Browser:
    """One tab of one seat. It keeps what it has seen over reconnects, as a page does."""

    def __init__(self, seat: Seat, rooms: Rooms, opened_ms: int | None = None) -> None:
        self.seat = seat
        self.opened_ms = opened_ms
        self.rooms = rooms
        self.view: View | None = None
        self.seq: int | None = None
        self.frames: list[ServerFrame] = []
        self.outbox: Outbox | None = None
        self.hub: Hub | None = None

    async def open(self) -> "Browser":
        """Open a socket and read what comes at once."""
        self.outbox = Outbox()
        self.hub = await self.rooms.enter(self.seat, self.seq, self.outbox, self.opened_ms)
        return self

    def drop(self) -> None:
        """Lose the socket with everything that was on its way."""
        if self.hub is not None and self.outbox is not None:
            self.rooms.leave(self.hub, self.seat, self.outbox)
        self.hub = self.outbox = None

    async def read(self) -> list[ServerFrame]:
        """Take in everything that has come; answers with the new frames."""
        assert self.outbox is not None
        new: list[ServerFrame] = []
        while self.outbox.waiting:
            frame = _decoder.decode(await anext(aiter(self.outbox)))
            self._see(frame)
            new.append(frame)
        self.frames += new
        return new

    def _see(self, frame: ServerFrame) -> None:
        match frame:
            case Welcome(view=view, seq=seq):
                self.view = view if view is not None else self.view
                self.seq = seq if view is not None else self.seq
            case Shown(view=view, seq=seq):
                self.view, self.seq = view, seq
            case Entry():
                assert self.view is not None
                self.view, self.seq = apply(self.view, frame), frame.seq
            case _:
                pass

    def saw(self, kind: type[IceServers | Presence | SignalFrom | Goodbye | Entry]) -> bool:
        """Whether a frame of this kind ever came."""
        return any(isinstance(frame, kind) for frame in self.frames)

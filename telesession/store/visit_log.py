"""The visit log: what has happened in each visit, numbered, durable, never changed. It decides nothing."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from copy import copy
from typing import Any, Self

from msgspec import Struct
from sqlalchemy import Row, insert, select
from sqlalchemy.exc import IntegrityError, StatementError

from telesession.domain.errors import Refused
from telesession.domain.ids import CommandId, ParticipantId, VisitId
from telesession.domain.messages import Entry
from telesession.store import bodies, keys
from telesession.store.database import NOT_NOW, Database, Transaction
from telesession.store.schema import visit_log
from telesession.store.vault import Cipher

MAX_GROUP = 256
"""Appends that share one commit."""

MAX_CIPHERS = 2_000
"""Visits whose key is kept at hand."""

FindCipher = Callable[[VisitId], Awaitable[Cipher]]

MAX_WAITING = 1_024
"""Appends that wait for their turn; further ones wait to be queued."""


class Logged(Struct, frozen=True):
    """One stored line: what happened, who caused it, and by which command (on the last event of that command only)."""

    entry: Entry
    participant: ParticipantId
    command: CommandId | None = None


class LogConflict(Exception):
    """Somebody else appended first, or this command is in the log already. Read again and decide again."""


class _Append(Struct, frozen=True):
    rows: list[dict[str, Any]]
    written: "asyncio.Future[None]"


class VisitLog:
    """All visits' logs. Appends that arrive together are committed together: see ADR 0010."""

    def __init__(
        self, database: Database, *, max_group: int = MAX_GROUP, find_cipher: FindCipher | None = None
    ) -> None:
        self._database = database
        self._max_group = max_group
        self._find_cipher = find_cipher or self._look_up
        self._ciphers: OrderedDict[VisitId, Cipher] = OrderedDict()
        self._waiting: asyncio.Queue[_Append] = asyncio.Queue(MAX_WAITING)
        self._writer: asyncio.Task[None] | None = None

    async def read(self, visit: VisitId, after: int = 0) -> list[Logged]:
        """The lines of `visit` that follow number `after`, in order."""
        async with self._database.reading() as tx:
            rows = await _rows(tx, visit, after)
        return _opened(rows, visit, await self._cipher(visit)) if rows else []

    async def append(self, visit: VisitId, lines: Sequence[Logged]) -> None:
        """Write the lines, all or none; they are durable when this returns.

        Raises `LogConflict` when the visit went on meanwhile, and `Refused("storage")` when the disk or the database
        cannot take them now; nothing was written then. A caller that is cancelled does not know which: it reads again.
        """
        if not lines:
            return
        cipher = await self._cipher(visit)
        append = _Append([_row(visit, line, cipher) for line in lines], asyncio.get_running_loop().create_future())
        await self._waiting.put(append)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write(), name="visit-log")
        await append.written

    async def close(self) -> None:
        """Wait until everything that was handed in is written."""
        if self._writer is not None:
            await self._writer

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _cipher(self, visit: VisitId) -> Cipher:
        """What seals the lines of `visit`. The ones used last stay at hand: this is the hot path."""
        cipher = self._ciphers.pop(visit, None) or await self._find_cipher(visit)
        self._ciphers[visit] = cipher
        if len(self._ciphers) > MAX_CIPHERS:
            self._ciphers.popitem(last=False)
        return cipher

    async def _look_up(self, visit: VisitId) -> Cipher:
        async with self._database.reading() as tx:
            return await keys.of_visit(tx, visit)

    async def _write(self) -> None:
        """Live as long as anybody waits. A task of its own, so that no caller's cancellation touches others' lines."""
        while group := self._next_group():
            try:
                await self._commit(group)
            except BaseException as failure:
                while group:
                    _answer(group, failure)
                    group = self._next_group()
                raise

    def _next_group(self) -> list[_Append]:
        return [self._waiting.get_nowait() for _ in range(min(self._max_group, self._waiting.qsize()))]

    async def _commit(self, group: list[_Append]) -> None:
        """Answer everybody in `group`; if one of them does not fit, the others are written all the same."""
        try:
            async with self._database.transaction() as tx:
                await _insert(tx, [row for append in group for row in append.rows])
        except Refused as refusal:
            _answer(group, refusal)
        except (StatementError, ValueError) as misfit:
            if len(group) > 1:
                await self._commit_apart(group)
            else:
                _answer(group, _told(misfit))
        else:
            _answer(group)

    async def _commit_apart(self, group: list[_Append]) -> None:
        """One transaction again, with a savepoint for each."""
        misfits: list[tuple[_Append, Exception]] = []
        try:
            async with self._database.transaction() as tx:
                for append in group:
                    try:
                        async with tx.begin_nested():
                            await _insert(tx, append.rows)
                    except NOT_NOW:
                        raise
                    except (StatementError, ValueError) as misfit:
                        misfits.append((append, misfit))
        except Refused as refusal:
            _answer(group, refusal)
        else:
            for append, reason in misfits:
                _answer([append], _told(reason))
            _answer(group)


async def read_all(tx: Transaction, visit: VisitId) -> list[Logged]:
    """All lines of `visit`, for whoever takes them elsewhere; raises `NotFound` when its patient was erased."""
    return _opened(await _rows(tx, visit, 0), visit, await keys.of_visit(tx, visit))


async def _rows(tx: Transaction, visit: VisitId, after: int) -> Sequence[Row[*tuple[Any, ...]]]:
    log = visit_log.c
    wanted = select(log.seq, log.at, log.participant, log.command_id, log.body)
    return (await tx.execute(wanted.where(log.visit == visit, log.seq > after).order_by(log.seq))).all()


def _opened(rows: Sequence[Row[*tuple[Any, ...]]], visit: VisitId, cipher: Cipher) -> list[Logged]:
    return [
        Logged(
            Entry(row.seq, row.at, bodies.decode(row.body, visit, row.seq, cipher)),
            ParticipantId(row.participant),
            row.command_id,
        )
        for row in rows
    ]


async def _insert(tx: Transaction, rows: list[dict[str, Any]]) -> None:
    await tx.execute(insert(visit_log), rows)


def _row(visit: VisitId, line: Logged, cipher: Cipher) -> dict[str, Any]:
    return {
        "visit": visit,
        "seq": line.entry.seq,
        "at": line.entry.at,
        "participant": line.participant,
        "command_id": line.command,
        "body": bodies.encode(line.entry.event, visit, line.entry.seq, cipher),
    }


def _told(misfit: Exception) -> Exception:
    """What the caller is told. Anything but a conflict is our own mistake and is shown as it is."""
    if not isinstance(misfit, IntegrityError):
        return misfit
    conflict = LogConflict()
    conflict.__cause__ = misfit
    return conflict


def _answer(group: list[_Append], error: BaseException | None = None) -> None:
    """Wake everybody in `group` who has no answer yet and still waits for one."""
    for append in group:
        if append.written.done():
            continue
        if error is None:
            append.written.set_result(None)
        elif isinstance(error, asyncio.CancelledError):
            append.written.cancel()
        else:
            append.written.set_exception(_own(error))


def _own(error: BaseException) -> BaseException:
    """One exception for each caller: a traceback grows with every task that raises it."""
    own = copy(error)
    own.__cause__ = error.__cause__
    return own

"""The audit of access, for whoever answers for it: read, checked, signed. Lines are written where things happen."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime

from msgspec import Struct

from telesession import logs
from telesession.domain.audit import COMMAND_LINE, DONE, Action, Actor, Checkpoint, Draft, Line
from telesession.domain.errors import Refused
from telesession.store import audit
from telesession.store.audit import Filter, Verdict
from telesession.store.database import Database, Transaction
from telesession.store.vault import Unreadable

MOST = 200
"""Lines on a page."""


class Told(Struct, frozen=True):
    """A line as it is read: `reason` opened; None too where it cannot be."""

    line: Line
    reason: str | None


class Audit:
    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def note(
        self, by: Actor, action: Action, subject: str, outcome: str = DONE, reason: str | None = None
    ) -> None:
        """Write a line of its own, for what changes nothing else in the database."""
        async with self._database.transaction() as tx:
            await audit.add(tx, Draft(by, action, subject, outcome, reason), self._now())

    async def read(self, by: Actor, wanted: Filter, most: int = MOST) -> list[Told]:
        """Up to `most` lines, the newest first. Reading the audit is audited too."""
        async with self._database.transaction() as tx:
            found = [await _told(tx, line) for line in await audit.search(tx, wanted, most)]
            if wanted.before is None:
                await audit.add(tx, Draft(by, Action.AUDIT_READ, "audit"), self._now())
        return found

    async def verify(self, seen: tuple[int, str] | None = None) -> Verdict:
        """Look at the whole chain. `seen` is a line's number and digest that somebody noted elsewhere.

        What a signature does not cover yet can be cut off without a trace here: that is what noting is for.
        """
        async with self._database.reading() as tx:
            verdict = await audit.verify(tx)
            if seen is None or not verdict.is_whole:
                return verdict
            digest = await audit.digest_at(tx, seen[0])
        if digest is None or digest.hex() != seen[1]:
            return Verdict(verdict.lines, verdict.head, verdict.signed, seen[0], "not the one that was noted")
        return verdict

    async def export(self, by: Actor = COMMAND_LINE) -> AsyncIterator[Told]:
        """Every line, the oldest first."""
        await self.note(by, Action.AUDIT_EXPORTED, "audit")
        async with self._database.reading() as tx:
            async for lines in audit.chunks(tx):
                for line in lines:
                    yield await _told(tx, line)

    async def public_key(self) -> str:
        """What signatures are checked with, as PEM."""
        # Loaded when it is wanted: it costs a starting service a sixth of a second.
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        async with self._database.reading() as tx:
            key = audit.public_key(tx)
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    async def sign(self) -> Checkpoint | None:
        """Sign where the chain stands if that is due, and say so in the log of the process, which goes elsewhere."""
        async with self._database.transaction() as tx:
            signed = await audit.sign_if_due(tx, self._now())
        if signed is not None:
            logs.get().info("audit_signed", seq=signed.seq, digest=signed.digest.hex())
        return signed


def parse_seen(text: str) -> tuple[int, str]:
    """`SEQ:DIGEST` as `verify` prints it; raises `Refused`."""
    seq, _, digest = text.partition(":")
    if not seq.isdecimal() or len(digest) != 64:
        raise Refused("bad_seen", "This must be a number and a digest, as in 120:9f86d081…")
    return int(seq), digest.lower()


async def _told(tx: Transaction, line: Line) -> Told:
    try:
        return Told(line, await audit.reason_of(tx, line))
    except Unreadable:
        return Told(line, None)

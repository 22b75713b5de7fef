"""The audit in the database: lines are added, read and, when their time is over, removed from the beginning."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct
from msgspec.structs import asdict, replace
from sqlalchemy import Row, delete, func, insert, select

from telesession.domain import audit as rules
from telesession.domain.audit import GENESIS, Action, Checkpoint, Draft, Head, Line, SealKind
from telesession.store.database import Transaction, vault_of
from telesession.store.schema import audit, audit_checkpoints

CHUNK = 1_000

LINE = tuple(audit.c[name] for name in Line.__struct_fields__)
CHECKPOINT = tuple(audit_checkpoints.c[name] for name in Checkpoint.__struct_fields__)


class Filter(Struct, frozen=True):
    """Which lines; empty fields do not narrow. `before` is a line's number: the page of older ones."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


class Verdict(Struct, frozen=True):
    """What looking at the whole chain told. `broken` is the first line that is not as it was written."""

    lines: int
    head: Head
    signed: int
    """The last line that a signature covers."""
    broken: int | None = None
    cause: str = ""

    @property
    def is_whole(self) -> bool:
        return self.broken is None


async def add(tx: Transaction, draft: Draft, now: datetime) -> Line:
    """Write a line after the last one; signs the chain when that is due.

    Two writers at once cannot both: SQLite has one, elsewhere the line's number is taken and the transaction fails.
    """
    head = await head_of(tx)
    seq = head.seq + 1
    reason = None if draft.reason is None else vault_of(tx).clinic.seal(draft.reason.encode(), _place(seq))
    actor = draft.actor
    line = Line(
        seq=seq,
        at=now,
        actor=actor.id,
        role=actor.role,
        action=draft.action,
        subject=draft.subject,
        place=actor.place,
        outcome=draft.outcome,
        reason=reason,
        digest=b"",
    )
    line = replace(line, digest=rules.chained(head.digest, line))
    await tx.execute(insert(audit), asdict(line))
    await sign_if_due(tx, now)
    return line


async def head_of(tx: Transaction) -> Head:
    """Where the chain stands, also when every line was removed."""
    row = (await tx.execute(select(audit.c.seq, audit.c.digest).order_by(audit.c.seq.desc()).limit(1))).one_or_none()
    return await _root(tx) if row is None else Head(row.seq, row.digest)


async def sign_if_due(tx: Transaction, now: datetime) -> Checkpoint | None:
    """Sign where the chain stands if it is time to; the signature, for somebody to keep elsewhere."""
    head = await head_of(tx)
    if not rules.is_due(head, await last_checkpoint(tx), now):
        return None
    return await _sign(tx, head, SealKind.CHECKPOINT, now)


async def last_checkpoint(tx: Transaction) -> Checkpoint | None:
    """The signature that covers most."""
    wanted = select(*CHECKPOINT).order_by(audit_checkpoints.c.seq.desc()).limit(1)
    row = (await tx.execute(wanted)).one_or_none()
    return None if row is None else _checkpoint(row)


async def search(tx: Transaction, wanted: Filter, most: int) -> list[Line]:
    """Up to `most` lines, the newest first."""
    asked = select(*LINE).order_by(audit.c.seq.desc()).limit(most)
    for name in ("actor", "action", "subject"):
        if value := getattr(wanted, name):
            asked = asked.where(audit.c[name] == value)
    if wanted.since is not None:
        asked = asked.where(audit.c.at >= wanted.since)
    if wanted.until is not None:
        asked = asked.where(audit.c.at < wanted.until)
    if wanted.before is not None:
        asked = asked.where(audit.c.seq < wanted.before)
    return [_line(row) for row in await tx.execute(asked)]


async def chunks(tx: Transaction, after: int = 0) -> AsyncIterator[list[Line]]:
    """All lines that follow number `after`, in order, so many at a time."""
    while True:
        wanted = select(*LINE).where(audit.c.seq > after).order_by(audit.c.seq).limit(CHUNK)
        lines = [_line(row) for row in await tx.execute(wanted)]
        if not lines:
            return
        yield lines
        after = lines[-1].seq


async def line_at(tx: Transaction, seq: int) -> Line | None:
    """One line; None when it was removed in time."""
    row = (await tx.execute(select(*LINE).where(audit.c.seq == seq))).one_or_none()
    return None if row is None else _line(row)


async def reason_of(tx: Transaction, line: Line) -> str | None:
    """The words that somebody gave; raises `Unreadable` when they were changed or moved."""
    return None if line.reason is None else vault_of(tx).clinic.open(line.reason, _place(line.seq)).decode()


async def verify(tx: Transaction) -> Verdict:
    """Look at every line and every signature."""
    public = public_key(tx)
    root, seals = await _root(tx), await _checkpoints(tx)
    forged = next((one.seq for one in seals if not _is_signed(public, one)), None)
    if forged is not None:
        return Verdict(0, root, 0, forged, "signature")
    signed = {one.seq: one.digest for one in seals if one.seq > root.seq}
    head, count = root, 0
    async for lines in chunks(tx):
        broken = rules.first_broken(head, lines)
        at_odds = next((one.seq for one in lines if signed.get(one.seq, one.digest) != one.digest), None)
        found = min((number for number in (broken, at_odds) if number is not None), default=None)
        if found is not None:
            return Verdict(count, head, max(signed, default=0), found, "line" if found == broken else "rewritten")
        count += len(lines)
        head = Head(lines[-1].seq, lines[-1].digest)
    last = max(signed, default=root.seq)
    if last > head.seq:
        return Verdict(count, head, last, head.seq + 1, "cut off")
    return Verdict(count, head, last)


async def digest_at(tx: Transaction, seq: int) -> bytes | None:
    """The digest of one line; None when it is not there."""
    wanted = select(audit.c.digest).where(audit.c.seq == seq)
    digest: bytes | None = (await tx.execute(wanted)).scalar_one_or_none()
    return digest


async def count_before(tx: Transaction, moment: datetime) -> int:
    """How many lines are older; all of them are at the beginning."""
    last = await _last_before(tx, moment)
    wanted = select(func.count()).select_from(audit).where(audit.c.seq <= last)
    return (await tx.execute(wanted)).scalar_one()


async def prune(tx: Transaction, moment: datetime, now: datetime) -> int:
    """Remove the lines from the beginning that are older than `moment`; a signed tombstone keeps the chain's end."""
    last = await _last_before(tx, moment)
    digest = await digest_at(tx, last)
    if digest is None:
        return 0
    await _sign(tx, Head(last, digest), SealKind.TOMBSTONE, now)
    return (await tx.execute(delete(audit).where(audit.c.seq <= last))).rowcount


async def last_of(tx: Transaction, action: Action, subject: str) -> datetime | None:
    """When this was done to `subject` last."""
    wanted = select(func.max(audit.c.seq)).where(audit.c.action == action, audit.c.subject == subject)
    at = select(audit.c.at).where(audit.c.seq == wanted.scalar_subquery())
    moment: datetime | None = (await tx.execute(at)).scalar_one_or_none()
    return moment


async def is_noted(tx: Transaction, draft: Draft, since: datetime) -> bool:
    """Whether the same actor did the same to the same subject since then."""
    wanted = select(audit.c.seq).where(
        audit.c.subject == draft.subject,
        audit.c.action == draft.action,
        audit.c.actor == draft.actor.id,
        audit.c.at > since,
    )
    return (await tx.execute(wanted.limit(1))).first() is not None


def public_key(tx: Transaction) -> Ed25519PublicKey:
    """What signatures are checked with, here and by whoever keeps exports."""
    return _private_key(tx).public_key()


async def _last_before(tx: Transaction, moment: datetime) -> int:
    """The last line before the first one that is to stay: a clock that went back leaves no hole."""
    kept = (await tx.execute(select(func.min(audit.c.seq)).where(audit.c.at >= moment))).scalar_one()
    if kept is not None:
        return int(kept) - 1
    return (await head_of(tx)).seq


async def _root(tx: Transaction) -> Head:
    """What the first line that is here follows."""
    wanted = select(*CHECKPOINT).where(audit_checkpoints.c.kind == SealKind.TOMBSTONE)
    row = (await tx.execute(wanted.order_by(audit_checkpoints.c.seq.desc()).limit(1))).one_or_none()
    return Head(0, GENESIS) if row is None else Head(row.seq, row.digest)


async def _checkpoints(tx: Transaction) -> Sequence[Checkpoint]:
    wanted = select(*CHECKPOINT).order_by(audit_checkpoints.c.seq)
    return [_checkpoint(row) for row in await tx.execute(wanted)]


async def _sign(tx: Transaction, head: Head, kind: SealKind, now: datetime) -> Checkpoint:
    unsigned = Checkpoint(head.seq, kind, now, head.digest)
    signed = replace(unsigned, signature=_private_key(tx).sign(unsigned.message))
    await tx.execute(insert(audit_checkpoints), asdict(signed))
    return signed


def _is_signed(public: Ed25519PublicKey, one: Checkpoint) -> bool:
    try:
        public.verify(one.signature, one.message)
    except InvalidSignature:
        return False
    return True


def _private_key(tx: Transaction) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(vault_of(tx).clinic.derive("audit signature"))


def _line(row: Row[*tuple[Any, ...]]) -> Line:
    return Line(*row)


def _checkpoint(row: Row[*tuple[Any, ...]]) -> Checkpoint:
    return Checkpoint(row.seq, SealKind(row.kind), row.at, row.digest, row.signature)


def _place(seq: int) -> str:
    return f"audit.reason:{seq}"

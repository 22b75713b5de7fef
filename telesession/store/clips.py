"""Clips in the database: whose they are, how far they are, what became of them. Titles are sealed; bytes are files.

A visit's are sealed for its patient, the clinic's own with the clinic's key.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, or_, select, update

from telesession.domain.clips import Clip, ClipId, ClipState, Container, Playable
from telesession.domain.errors import NotFound
from telesession.domain.ids import ParticipantId, VisitId
from telesession.store import keys
from telesession.store.database import Transaction, vault_of
from telesession.store.schema import clips
from telesession.store.vault import Cipher

COLUMNS = (
    clips.c.id,
    clips.c.visit,
    clips.c.title,
    clips.c.size_bytes,
    clips.c.state,
    clips.c.uploaded_by,
    clips.c.created_at,
    clips.c.progress,
    clips.c.refusal,
    clips.c.container,
    clips.c.duration_s,
    clips.c.width,
    clips.c.height,
)


async def add(tx: Transaction, clip: Clip) -> None:
    """Store a new clip."""
    await tx.execute(insert(clips), _fields(clip, await _cipher(tx, clip.visit)))


async def get(tx: Transaction, visit: VisitId | None, clip: ClipId, *, for_change: bool = False) -> Clip:
    """The clip of that visit or of the clinic; raises `NotFound` for another visit's as for none."""
    wanted = select(*COLUMNS).where(clips.c.id == clip, or_(clips.c.visit == visit, clips.c.visit.is_(None)))
    row = (await tx.execute(wanted.with_for_update() if for_change else wanted)).one_or_none()
    if row is None:
        raise NotFound
    return _clip(row, await _cipher(tx, row.visit))


async def save(tx: Transaction, clip: Clip) -> None:
    """Replace the stored clip of the same id; one that was removed meanwhile stays removed."""
    fields = _fields(clip, await _cipher(tx, clip.visit))
    await tx.execute(update(clips).where(clips.c.id == clip.id).values(fields))


async def remove(tx: Transaction, clip: ClipId) -> None:
    """Forget the clip; harmless when it is gone already."""
    await tx.execute(delete(clips).where(clips.c.id == clip))


async def list_for_visit(tx: Transaction, visit: VisitId) -> list[Clip]:
    """The clips of `visit`, the oldest first."""
    return await _all(tx, clips.c.visit == visit)


async def list_of_clinic(tx: Transaction) -> list[Clip]:
    """The clinic's own clips, for all visits, the oldest first."""
    return await _all(tx, clips.c.visit.is_(None))


async def list_missing(tx: Transaction, ids: Sequence[ClipId]) -> list[ClipId]:
    """Those of `ids` that are no clips, or are no longer."""
    known = {row.id for row in await tx.execute(select(clips.c.id))}
    return [clip for clip in ids if clip not in known]


async def list_in_state(tx: Transaction, state: ClipState) -> list[Clip]:
    """The clips of all visits that are in `state`, the oldest first."""
    return await _all(tx, clips.c.state == state)


async def _all(tx: Transaction, condition: ColumnElement[bool]) -> list[Clip]:
    wanted = select(*COLUMNS).where(condition).order_by(clips.c.created_at, clips.c.id)
    rows = (await tx.execute(wanted)).all()
    visits = {row.visit for row in rows} - {None}
    ciphers = await keys.of_visits(tx, visits) if visits else {}
    own = vault_of(tx).clinic
    readable = [row for row in rows if row.visit is None or row.visit in ciphers]
    return [_clip(row, own if row.visit is None else ciphers[row.visit]) for row in readable]


async def _cipher(tx: Transaction, visit: VisitId | None) -> Cipher:
    return vault_of(tx).clinic if visit is None else await keys.of_visit(tx, visit)


def _place(clip: str) -> str:
    return f"clips.title:{clip}"


def _fields(clip: Clip, cipher: Cipher) -> dict[str, Any]:
    playable = clip.playable
    return {
        "id": clip.id,
        "visit": clip.visit,
        "title": cipher.seal(clip.title.encode(), _place(clip.id)),
        "size_bytes": clip.size_bytes,
        "state": clip.state,
        "uploaded_by": clip.uploaded_by,
        "created_at": clip.created_at,
        "progress": clip.progress,
        "refusal": clip.refusal,
        "container": playable and playable.container,
        "duration_s": playable and playable.duration_s,
        "width": playable and playable.width,
        "height": playable and playable.height,
    }


def _clip(row: Row[*tuple[Any, ...]], cipher: Cipher) -> Clip:
    playable = row.container and Playable(Container(row.container), row.duration_s, row.width, row.height)
    return Clip(
        id=ClipId(row.id),
        visit=None if row.visit is None else VisitId(row.visit),
        title=cipher.open(row.title, _place(row.id)).decode(),
        size_bytes=row.size_bytes,
        state=ClipState(row.state),
        uploaded_by=ParticipantId(row.uploaded_by),
        created_at=row.created_at,
        progress=row.progress,
        refusal=row.refusal,
        playable=playable or None,
    )

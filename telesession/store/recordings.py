"""Recordings in the database: that there are some, until when, their keys, and what is in them. The films are files."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, and_, delete, func, insert, select, update

from telesession.domain.errors import NotFound
from telesession.domain.ids import PatientId, VisitId
from telesession.domain.messages import Purpose
from telesession.domain.recorded import Contents, KeptRecording, RecordingId
from telesession.store import keys
from telesession.store.database import Transaction
from telesession.store.schema import appointments, patients, recordings
from telesession.store.vault import Cipher

COLUMNS = (
    recordings.c.visit,
    recordings.c.number,
    recordings.c.purpose,
    recordings.c.keep_days,
    recordings.c.begun_at,
    recordings.c.contents,
)

_decode = msgspec.json.Decoder(Contents).decode


async def add(tx: Transaction, kept: KeptRecording, key: bytes) -> None:
    """Keep a new recording and the key of its films, sealed for its patient."""
    cipher = await keys.of_visit(tx, kept.id.visit)
    await tx.execute(
        insert(recordings),
        {
            "visit": kept.id.visit,
            "number": kept.id.number,
            "purpose": kept.purpose,
            "keep_days": kept.keep_days,
            "begun_at": kept.begun_at,
            "key": cipher.seal(key, _place("key", kept.id)),
            "contents": None,
        },
    )


async def find(tx: Transaction, recording: RecordingId) -> tuple[KeptRecording, bytes] | None:
    """The recording and its key; None when there is none, or none any more."""
    row = (await tx.execute(select(*COLUMNS, recordings.c.key).where(_is(recording)))).one_or_none()
    if row is None:
        return None
    cipher = await keys.of_visit(tx, recording.visit)
    return _kept(row, cipher), cipher.open(row.key, _place("key", recording))


async def get(tx: Transaction, recording: RecordingId) -> tuple[KeptRecording, bytes]:
    """Like `find`; raises `NotFound`."""
    found = await find(tx, recording)
    if found is None:
        raise NotFound
    return found


async def save_contents(tx: Transaction, recording: RecordingId, contents: Contents) -> None:
    """Keep what is in the recording, for when the visit's log is gone; one that was removed stays removed."""
    cipher = await keys.of_visit(tx, recording.visit)
    sealed = cipher.seal(msgspec.json.encode(contents), _place("contents", recording))
    await tx.execute(update(recordings).where(_is(recording)).values(contents=sealed))


async def remove(tx: Transaction, recording: RecordingId) -> None:
    """Forget the recording and its key: its films open no more. Harmless when it is gone already."""
    await tx.execute(delete(recordings).where(_is(recording)))


async def list_of_visits(tx: Transaction, visits: Sequence[VisitId]) -> list[KeptRecording]:
    """The recordings of `visits`, the oldest first."""
    wanted = select(*COLUMNS).where(recordings.c.visit.in_(visits)).order_by(recordings.c.begun_at)
    rows = (await tx.execute(wanted)).all()
    ciphers = await keys.of_visits(tx, {row.visit for row in rows}) if rows else {}
    return [_kept(row, ciphers[row.visit]) for row in rows if row.visit in ciphers]


async def list_of_patient(tx: Transaction, patient: PatientId) -> list[KeptRecording]:
    """All recordings of the visits of `patient`, the oldest first."""
    wanted = select(appointments.c.id).where(appointments.c.patient == patient)
    return await list_of_visits(tx, [VisitId(row.id) for row in await tx.execute(wanted)])


async def list_unsettled(tx: Transaction) -> list[RecordingId]:
    """Those of which only the visit's log knows what is in them."""
    wanted = select(recordings.c.visit, recordings.c.number).where(recordings.c.contents.is_(None))
    return [RecordingId(VisitId(row.visit), row.number) for row in await tx.execute(wanted)]


async def list_all(tx: Transaction) -> list[RecordingId]:
    """Every recording that is kept."""
    wanted = select(recordings.c.visit, recordings.c.number)
    return [RecordingId(VisitId(row.visit), row.number) for row in await tx.execute(wanted)]


async def ids_of_visits(tx: Transaction, visits: Sequence[VisitId]) -> list[RecordingId]:
    """The recordings of `visits`, whether or not they can still be opened."""
    wanted = select(recordings.c.visit, recordings.c.number).where(recordings.c.visit.in_(visits))
    return [RecordingId(VisitId(row.visit), row.number) for row in await tx.execute(wanted)]


async def remove_of_visits(tx: Transaction, visits: Sequence[VisitId]) -> None:
    """Forget all recordings of `visits`; their files are still to be removed."""
    await tx.execute(delete(recordings).where(recordings.c.visit.in_(visits)))


async def list_due(tx: Transaction, now: datetime, most: int) -> list[RecordingId]:
    """Recordings that were kept for as long as was said when people agreed, unless somebody holds them."""
    wanted = (
        select(recordings.c.visit, recordings.c.number, recordings.c.keep_days, appointments.c.ends_at)
        .join(appointments, appointments.c.id == recordings.c.visit)
        .join(patients, patients.c.id == appointments.c.patient)
        .where(and_(recordings.c.keep_days > 0, patients.c.held_at.is_(None), appointments.c.ends_at < now))
        .order_by(appointments.c.ends_at)
    )
    due = (
        RecordingId(VisitId(row.visit), row.number)
        for row in (await tx.execute(wanted)).all()
        if (now - row.ends_at).days >= row.keep_days
    )
    return [one for one, _ in zip(due, range(most), strict=False)]


async def count_of_visits(tx: Transaction, visits: Sequence[VisitId]) -> int:
    """How many recordings `visits` have."""
    return (await tx.execute(select(func.count()).where(recordings.c.visit.in_(visits)))).scalar_one()


def _is(recording: RecordingId) -> Any:
    return and_(recordings.c.visit == recording.visit, recordings.c.number == recording.number)


def _place(column: str, recording: RecordingId) -> str:
    return f"recordings.{column}:{recording.subject}"


def _kept(row: Row[*tuple[Any, ...]], cipher: Cipher) -> KeptRecording:
    recording = RecordingId(VisitId(row.visit), row.number)
    sealed = row.contents
    return KeptRecording(
        recording,
        Purpose(row.purpose),
        row.keep_days,
        row.begun_at,
        None if sealed is None else _decode(cipher.open(sealed, _place("contents", recording))),
    )

"""Patients in the database: sealed, and found by keyed digests of what one may search by."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, delete, func, insert, select, update

from telesession.domain.errors import NotFound
from telesession.domain.ids import PatientId
from telesession.domain.patients import Details, Patient, terms
from telesession.store import keys
from telesession.store.database import Transaction, vault_of
from telesession.store.schema import keys as keys_of_patients
from telesession.store.schema import patient_terms, patients
from telesession.store.vault import Cipher

TERM_BYTES = 16

COLUMNS = (patients.c.id, patients.c.body, patients.c.revision, patients.c.created_at, patients.c.changed_at)

_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Details)


async def add(tx: Transaction, patient: Patient) -> None:
    """Store a new patient under a key of their own."""
    await tx.execute(insert(patients), {"id": patient.id, "body": b"", **_stamps(patient)})
    await _write(tx, patient, await keys.add(tx, patient.id))


async def get(tx: Transaction, patient: PatientId, *, for_change: bool = False) -> Patient:
    """The patient of this id; raises `NotFound`, also for one who was erased."""
    wanted = select(*COLUMNS).where(patients.c.id == patient)
    row = (await tx.execute(wanted.with_for_update() if for_change else wanted)).one_or_none()
    ciphers = await keys.of_patients(tx, [patient])
    if row is None or patient not in ciphers:
        raise NotFound
    return _patient(row, ciphers[patient])


async def save(tx: Transaction, patient: Patient) -> None:
    """Replace the stored patient of the same id."""
    ciphers = await keys.of_patients(tx, [patient.id])
    await tx.execute(update(patients).where(patients.c.id == patient.id).values(_stamps(patient)))
    await _write(tx, patient, ciphers[patient.id])


async def details_of(tx: Transaction, wanted: Iterable[PatientId]) -> dict[PatientId, Details]:
    """The details of several patients; those who were erased are missing."""
    ids = set(wanted)
    ciphers = await keys.of_patients(tx, ids)
    rows = await tx.execute(select(*COLUMNS).where(patients.c.id.in_(ids)))
    return {row.id: _patient(row, ciphers[row.id]).details for row in rows if row.id in ciphers}


async def search(tx: Transaction, words: Iterable[str], most: int) -> list[Patient]:
    """Up to `most` patients who have every one of `words` among their terms, the ones changed last first."""
    digests = {_term(tx, word) for word in words}
    found = (
        select(patient_terms.c.patient)
        .where(patient_terms.c.term.in_(digests))
        .group_by(patient_terms.c.patient)
        .having(func.count() == len(digests))
    )
    wanted = select(*COLUMNS).where(patients.c.id.in_(found)).order_by(patients.c.changed_at.desc()).limit(most)
    return await _open_all(tx, (await tx.execute(wanted)).all())


async def list_recent(tx: Transaction, most: int) -> list[Patient]:
    """Up to `most` patients, the ones changed last first."""
    wanted = select(*COLUMNS).where(patients.c.erased_at.is_(None)).order_by(patients.c.changed_at.desc()).limit(most)
    return await _open_all(tx, (await tx.execute(wanted)).all())


async def list_by_id(tx: Transaction, words: Iterable[str], after: str, most: int) -> list[Patient]:
    """Up to `most` patients who have every one of `words`, those whose id comes after `after`, in the order of ids."""
    digests = {_term(tx, word) for word in words}
    wanted = select(*COLUMNS).join(keys_of_patients, keys_of_patients.c.patient == patients.c.id)
    wanted = wanted.where(patients.c.id > after, patients.c.erased_at.is_(None)).order_by(patients.c.id).limit(most)
    if digests:
        found = select(patient_terms.c.patient).where(patient_terms.c.term.in_(digests))
        found = found.group_by(patient_terms.c.patient).having(func.count() == len(digests))
        wanted = wanted.where(patients.c.id.in_(found))
    return await _open_all(tx, (await tx.execute(wanted)).all())


async def _open_all(tx: Transaction, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[Patient]:
    ciphers = await keys.of_patients(tx, [row.id for row in rows])
    return [_patient(row, ciphers[row.id]) for row in rows if row.id in ciphers]


async def _write(tx: Transaction, patient: Patient, cipher: Cipher) -> None:
    body = cipher.seal(_ENCODER.encode(patient.details), _place(patient.id))
    await tx.execute(update(patients).where(patients.c.id == patient.id).values(body=body))
    await tx.execute(delete(patient_terms).where(patient_terms.c.patient == patient.id))
    rows = [{"term": _term(tx, word), "patient": patient.id} for word in terms(patient.details)]
    await tx.execute(insert(patient_terms), rows)


def _stamps(patient: Patient) -> dict[str, Any]:
    return {"revision": patient.revision, "created_at": patient.created_at, "changed_at": patient.changed_at}


def _term(tx: Transaction, word: str) -> bytes:
    return vault_of(tx).clinic.derive(f"patient term:{word}")[:TERM_BYTES]


def _patient(row: Row[*tuple[Any, ...]], cipher: Cipher) -> Patient:
    details = _DECODER.decode(cipher.open(row.body, _place(row.id)))
    return Patient(PatientId(row.id), details, row.created_at, row.changed_at, row.revision)


def _place(patient: str) -> str:
    return f"patients.body:{patient}"

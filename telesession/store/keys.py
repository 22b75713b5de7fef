"""The patients' keys in the database, each wrapped by the master key. Whoever has lost theirs is erased."""

from collections.abc import Iterable

from sqlalchemy import delete, insert, select, update

from telesession.domain.errors import NotFound
from telesession.domain.ids import PatientId, VisitId
from telesession.store.database import Transaction, vault_of
from telesession.store.schema import appointments, keys
from telesession.store.vault import Cipher, Wrapped


async def add(tx: Transaction, patient: PatientId) -> Cipher:
    """Give a new patient a key."""
    vault = vault_of(tx)
    wrapped = vault.new_key(patient)
    await tx.execute(insert(keys), {"patient": patient, "master": wrapped.master, "key": wrapped.key})
    return vault.cipher(patient, wrapped)


async def of_patients(tx: Transaction, patients: Iterable[PatientId]) -> dict[PatientId, Cipher]:
    """What opens the records of `patients`; those who were erased are missing."""
    wanted = select(keys.c.patient, keys.c.master, keys.c.key).where(keys.c.patient.in_(set(patients)))
    vault = vault_of(tx)
    return {
        PatientId(row.patient): vault.cipher(row.patient, Wrapped(row.master, row.key))
        for row in await tx.execute(wanted)
    }


async def of_visits(tx: Transaction, visits: Iterable[VisitId]) -> dict[VisitId, Cipher]:
    """What opens everything kept about `visits`; those of patients who were erased are missing."""
    wanted = (
        select(appointments.c.id, keys.c.patient, keys.c.master, keys.c.key)
        .join(keys, keys.c.patient == appointments.c.patient)
        .where(appointments.c.id.in_(set(visits)))
    )
    vault = vault_of(tx)
    return {
        VisitId(row.id): vault.cipher(row.patient, Wrapped(row.master, row.key)) for row in await tx.execute(wanted)
    }


async def of_visit(tx: Transaction, visit: VisitId) -> Cipher:
    """What opens everything kept about `visit`; raises `NotFound` when its patient was erased."""
    ciphers = await of_visits(tx, [visit])
    if visit not in ciphers:
        raise NotFound
    return ciphers[visit]


async def destroy(tx: Transaction, patient: PatientId) -> None:
    """Make everything that was sealed for `patient` unreadable, for ever."""
    await tx.execute(delete(keys).where(keys.c.patient == patient))


async def rewrap(tx: Transaction, most: int) -> int:
    """Bring up to `most` keys under the newest master key; how many were brought. 0 when all are."""
    vault = vault_of(tx)
    wanted = select(keys.c.patient, keys.c.master, keys.c.key).where(keys.c.master != vault.master).limit(most)
    rows = (await tx.execute(wanted)).all()
    for row in rows:
        fresh = vault.rewrap(row.patient, Wrapped(row.master, row.key))
        await tx.execute(update(keys).where(keys.c.patient == row.patient).values(master=fresh.master, key=fresh.key))
    return len(rows)

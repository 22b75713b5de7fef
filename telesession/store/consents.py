"""Consents in the database: a line for each yes and each no, never changed."""

from msgspec.structs import asdict
from sqlalchemy import delete, insert, select

from telesession.domain.consent import Consent, ConsentId, Part
from telesession.domain.ids import PatientId, VisitId
from telesession.store.database import Transaction
from telesession.store.schema import consents

COLUMNS = tuple(consents.c[name] for name in Consent.__struct_fields__)


async def add(tx: Transaction, consent: Consent) -> None:
    """Store what was said."""
    await tx.execute(insert(consents), asdict(consent))


async def list_of_patient(tx: Transaction, patient: PatientId) -> list[Consent]:
    """Everything that `patient` said, the oldest first."""
    wanted = select(*COLUMNS).where(consents.c.patient == patient).order_by(consents.c.at, consents.c.id)
    return [
        Consent(
            id=ConsentId(row.id),
            patient=PatientId(row.patient),
            part=Part(row.part),
            text_version=row.text_version,
            language=row.language,
            is_given=row.is_given,
            by=row.by,
            at=row.at,
            visit=None if row.visit is None else VisitId(row.visit),
        )
        for row in await tx.execute(wanted)
    ]


async def remove_of_patient(tx: Transaction, patient: PatientId) -> int:
    """Forget what `patient` said; how many lines."""
    return (await tx.execute(delete(consents).where(consents.c.patient == patient))).rowcount

"""What patients agreed to: said, taken back, asked for."""

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct

from telesession.domain import consent as rules
from telesession.domain.audit import Action, Actor, Draft
from telesession.domain.consent import Consent, ConsentId, Part
from telesession.domain.ids import PatientId, VisitId
from telesession.services.emergencies import require_record
from telesession.services.identity import fresh_id
from telesession.store import audit, consents, patients
from telesession.store.database import Database


class Said(Struct, frozen=True):
    """A yes or a no to one part, as it read in that version and language."""

    part: Part
    is_given: bool
    text_version: str
    language: str


class State(Struct, frozen=True):
    """What counts now, and to which parts the patient has still to agree as they read today."""

    standing: dict[Part, Consent]
    missing: tuple[Part, ...]


class Consents:
    def __init__(self, database: Database, now: Callable[[], datetime], random_bytes: Callable[[int], bytes]) -> None:
        self._database = database
        self._now = now
        self._random_bytes = random_bytes

    async def record(self, patient: PatientId, said: Sequence[Said], by: Actor, visit: VisitId | None = None) -> State:
        """Keep what was said on one page, all or nothing; saying the same again changes nothing.

        Raises `NotFound` for nobody, and `Refused` for a yes to a text that changed meanwhile.
        """
        for one in said:
            if one.is_given:
                rules.require_readable(one.part, one.text_version)
            else:
                rules.wording(one.part, one.text_version)
        async with self._database.transaction() as tx:
            await patients.get(tx, patient)
            await require_record(tx, patient, by, self._now())
            before = rules.standing(await consents.list_of_patient(tx, patient))
            for one in said:
                if _is_said(before.get(one.part), one):
                    continue
                line = Consent(
                    id=ConsentId(fresh_id(self._random_bytes)),
                    patient=patient,
                    part=one.part,
                    text_version=one.text_version,
                    language=one.language,
                    is_given=one.is_given,
                    by=by.id,
                    at=self._now(),
                    visit=visit,
                )
                await consents.add(tx, line)
                action = Action.CONSENT_GIVEN if one.is_given else Action.CONSENT_WITHDRAWN
                await audit.add(tx, Draft(by, action, f"{patient}:{one.part}"), self._now())
            return _state(await consents.list_of_patient(tx, patient))

    async def state(self, patient: PatientId) -> State:
        """What `patient` agreed to, and what is missing; raises `NotFound`."""
        async with self._database.reading() as tx:
            await patients.get(tx, patient)
            return _state(await consents.list_of_patient(tx, patient))


def _is_said(before: Consent | None, now: Said) -> bool:
    """Whether nothing new is said. Whoever never said yes takes nothing back."""
    if before is None:
        return not now.is_given
    if not now.is_given:
        return not before.is_given
    return before.is_given and before.text_version == now.text_version


def _state(said: Sequence[Consent]) -> State:
    return State(rules.standing(said), rules.missing(said))

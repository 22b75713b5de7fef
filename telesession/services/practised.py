"""What was practised in a visit, read from its log by whoever writes the note about it."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from msgspec import Struct

from telesession.domain.appointments import Appointment
from telesession.domain.audit import SERVICE, Action, Actor, Draft
from telesession.domain.clips import ShownClip
from telesession.domain.dosage import Dosage
from telesession.domain.exercises import Language
from telesession.domain.ids import VisitId
from telesession.domain.messages import Exertion
from telesession.domain.practice import FindExercise
from telesession.domain.room import Room
from telesession.services.emergencies import require_record
from telesession.store import appointments, audit
from telesession.store.database import Database

Names = Mapping[Language, str]


class Exercised(Struct, frozen=True):
    """One exercise that was shown: how often, and pain and effort of its sets as the patient or the therapist said."""

    names: Names
    times: int
    exertions: tuple[Exertion, ...]


class Given(Struct, frozen=True):
    """One exercise to do at home."""

    names: Names
    dosage: Dosage


class Record(Struct, frozen=True):
    """Of one visit: everything shown in the order of its first time, and what goes home."""

    appointment: Appointment
    exercises: tuple[Exercised, ...]
    programme: tuple[Given, ...]


class Practised:
    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        look: Callable[[VisitId], Awaitable[Room]],
        library: FindExercise,
    ) -> None:
        self._database = database
        self._now = now
        self._look = look
        self._library = library

    async def read(self, visit: VisitId, by: Actor = SERVICE) -> Record:
        """The record, and a line in the audit that `by` read it; raises `NotFound`."""
        async with self._database.transaction() as tx:
            appointment = await appointments.get(tx, visit)
            await require_record(tx, appointment.patient, by, self._now())
            await audit.add(tx, Draft(by, Action.VISIT_LOG_READ, visit), self._now())
        practice = (await self._look(visit)).practice
        exercises = tuple(
            Exercised(
                self._names(one.exercise, one.version, one.clip),
                one.times,
                tuple(said for said in practice.exertions if said.exercise == one.exercise),
            )
            for one in practice.shown
        )
        programme = tuple(
            Given(self._names(one.exercise, one.version, one.clip), one.dosage) for one in practice.programme
        )
        return Record(appointment, exercises, programme)

    def _names(self, slug: str, version: int, clip: ShownClip | None) -> Names:
        if clip is not None:
            return {Language.EN: clip.title}
        exercise = self._library(slug, version)
        return {Language.EN: slug} if exercise is None else exercise.names

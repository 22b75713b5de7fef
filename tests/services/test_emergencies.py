"""Whose record staff may read, and what breaking the glass opens: one record, for an hour, for somebody to look at."""

import secrets
from datetime import timedelta
from pathlib import Path

import pytest

from telesession.domain.audit import SERVICE, Action, Actor
from telesession.domain.emergencies import NotInCharge
from telesession.domain.errors import NotFound, Refused
from telesession.domain.ids import PatientId, StaffId
from telesession.domain.patients import Details, Patient
from telesession.domain.staff import Staff, StaffRole
from telesession.media.reel_files import FOLDER
from telesession.services.archive import Archive
from telesession.services.arrivals import Arrivals
from telesession.services.audit import Audit
from telesession.services.emergencies import Emergencies
from telesession.services.invitations import Invitations
from telesession.services.patients import Patients
from telesession.services.scheduling import Scheduling
from telesession.store.audit import Filter
from telesession.store.database import Database
from tests.fakes import Clock
from tests.people import People
from tests.services import footage

WHY = "Tess is ill and Pat called, dizzy"


class Clinic:
    """Pat is treated by Tess; Tom, Fay at the front desk and two administrators work there too."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.patients = Patients(database, clock, secrets.token_bytes)
        self.emergencies = Emergencies(database, clock, secrets.token_bytes)
        self.arrivals = Arrivals(database, clock)
        self.scheduling = Scheduling(database, clock, secrets.token_bytes)
        self.invitations = Invitations(database, clock, secrets.token_bytes)
        self.audit = Audit(database, clock)
        self._people = People(database, clock)
        self._clock = clock

    async def open(self) -> "Clinic":
        self.tess = await self._hire("Tess", StaffRole.THERAPIST)
        self.tom = await self._hire("Tom", StaffRole.THERAPIST)
        self.fay = await self._hire("Fay", StaffRole.FRONT_DESK)
        self.ada = await self._hire("Ada", StaffRole.ADMINISTRATOR)
        self.abe = await self._hire("Abe", StaffRole.ADMINISTRATOR)
        self.pat: Patient = await self.patients.register(Details("Pat"))
        booked = await self.scheduling.book(
            self._clock(), timedelta(hours=1), "Tess", self.pat.id, "UTC", self.staff[self.tess.id].id
        )
        self.visit = booked.appointment.id
        return self

    async def _hire(self, name: str, role: StaffRole) -> Actor:
        one = await self._people.hire(f"{name} {name}", role)
        self.staff = {**getattr(self, "staff", {}), one.id: one}
        return acting(one)


def acting(one: Staff) -> Actor:
    return Actor(one.id, one.role, "192.0.2.0/24")


@pytest.fixture
async def clinic(database: Database, clock: Clock) -> Clinic:
    return await Clinic(database, clock).open()


async def test_care_reads_its_own_patients_and_the_front_desk_keeps_everybodys_record(clinic: Clinic) -> None:
    for may in (clinic.tess, clinic.fay, SERVICE):
        assert (await clinic.patients.get(clinic.pat.id, may)).details.name == "Pat"
    for may_not in (clinic.tom, clinic.ada):
        with pytest.raises(NotInCharge):
            await clinic.patients.get(clinic.pat.id, may_not)
        with pytest.raises(NotInCharge):
            await clinic.patients.change(clinic.pat.id, Details("Tim"), 1, may_not)
        with pytest.raises(NotInCharge):
            await clinic.invitations.take_seat(clinic.visit, None, may_not)


async def test_a_patient_whom_nobody_treats_yet_is_everybodys(clinic: Clinic) -> None:
    new = await clinic.patients.register(Details("New"))

    assert (await clinic.patients.get(new.id, clinic.tom)).id


@pytest.mark.parametrize("change", ["called off", "long ago"])
async def test_whoever_treats_a_patient_no_longer_has_no_more_to_do_with_them(
    clinic: Clinic, clock: Clock, change: str
) -> None:
    if change == "called off":
        await clinic.scheduling.cancel(clinic.visit)
    clock.pass_by(days=0 if change == "called off" else 367)
    await clinic.scheduling.book(
        clock(), timedelta(hours=1), "Tom", clinic.pat.id, "UTC", clinic.staff[clinic.tom.id].id
    )

    assert (await clinic.patients.get(clinic.pat.id, clinic.tom)).id
    with pytest.raises(NotInCharge):
        await clinic.patients.get(clinic.pat.id, clinic.tess)


async def test_a_reason_opens_one_record_and_its_visit_for_an_hour(clinic: Clinic, clock: Clock) -> None:
    other = await clinic.patients.register(Details("Other"))
    await clinic.scheduling.book(clock(), timedelta(hours=1), "Tess", other.id, "UTC", clinic.staff[clinic.tess.id].id)
    await clinic.emergencies.begin(clinic.pat.id, WHY, clinic.tom)

    assert (await clinic.patients.get(clinic.pat.id, clinic.tom)).id
    assert (await clinic.invitations.take_seat(clinic.visit, None, clinic.tom)).seat.visit == clinic.visit
    with pytest.raises(NotInCharge):
        await clinic.patients.get(other.id, clinic.tom)
    with pytest.raises(NotInCharge):
        await clinic.patients.get(clinic.pat.id, clinic.ada)
    clock.pass_by(minutes=60)
    with pytest.raises(NotInCharge):
        await clinic.patients.get(clinic.pat.id, clinic.tom)


async def test_the_front_desk_sees_where_a_patient_is_only_in_an_emergency(clinic: Clinic) -> None:
    assert (await clinic.arrivals.card(clinic.visit, clinic.tess)).name == "Pat"
    with pytest.raises(NotInCharge):
        await clinic.arrivals.card(clinic.visit, clinic.fay)

    await clinic.emergencies.begin(clinic.pat.id, WHY, clinic.fay)

    assert (await clinic.arrivals.card(clinic.visit, clinic.fay)).name == "Pat"


@pytest.mark.parametrize("reason", ["", "why not", " " * 40, "\u202e" * 40])
async def test_without_a_reason_nothing_opens(clinic: Clinic, reason: str) -> None:
    with pytest.raises(Refused, match="reason_missing"):
        await clinic.emergencies.begin(clinic.pat.id, reason, clinic.tom)
    with pytest.raises(NotFound):
        await clinic.emergencies.begin(PatientId("nobody"), WHY, clinic.tom)

    assert await clinic.emergencies.list_newest() == []
    assert await clinic.audit.read(SERVICE, Filter(action=Action.GLASS_BROKEN)) == []


async def test_it_is_on_the_record_and_in_the_audit_until_another_administrator_has_looked(clinic: Clinic) -> None:
    begun = await clinic.emergencies.begin(clinic.pat.id, WHY, clinic.ada)

    told = (await clinic.emergencies.list_of_patient(clinic.pat.id))[0]
    assert (told.staff_name, told.reason) == ("Ada Ada", WHY)
    line = (await clinic.audit.read(SERVICE, Filter(action=Action.GLASS_BROKEN)))[0]
    assert (line.line.actor, line.line.subject, line.reason) == (clinic.ada.id, clinic.pat.id, WHY)
    unseen = [await clinic.emergencies.count_unseen(StaffId(one.id)) for one in (clinic.ada, clinic.abe)]
    assert unseen == [0, 1], "nobody is asked to look at their own"
    with pytest.raises(Refused, match="own_emergency"):
        await clinic.emergencies.review(begun.id, clinic.ada)
    await clinic.emergencies.review(begun.id, clinic.abe)
    await clinic.emergencies.review(begun.id, clinic.abe)

    assert await clinic.emergencies.count_unseen(StaffId(clinic.abe.id)) == 0
    seen = await clinic.audit.read(SERVICE, Filter(action=Action.GLASS_REVIEWED))
    assert [one.line.actor for one in seen] == [clinic.abe.id]


async def test_what_was_recorded_is_part_of_the_record(
    clinic: Clinic, database: Database, clock: Clock, tmp_path: Path
) -> None:
    recording = await footage.record(database, clock, tmp_path, clinic.visit)
    archive = Archive(database, clock, tmp_path / FOLDER)

    for trying in (
        archive.may_watch(recording, clinic.tom),
        archive.say_why(recording, WHY, clinic.tom),
        archive.remove(recording, WHY, clinic.ada),
    ):
        with pytest.raises(NotInCharge):
            await trying
    await archive.say_why(recording, WHY, clinic.tess)
    assert await archive.may_watch(recording, clinic.tess)

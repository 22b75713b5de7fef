"""Staff are called by mail to a patient who waits, over real SMTP on this machine, with a clock that the test moves."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from telesession.domain.appointments import Appointment
from telesession.domain.attendance import Attendance
from telesession.domain.patients import Details
from telesession.domain.staff import StaffRole
from telesession.store.database import Database
from tests.fakes import Clock
from tests.people import People, fast_passwords
from tests.services.correspondence import SETTINGS, Clinic, Mailbox, mail_to

DESK = "desk@example.org"
PAT = Details("Pat Ñandú")


@pytest.fixture
def clinic(database: Database, clock: Clock, mailbox: Mailbox) -> Clinic:
    settings = replace(SETTINGS, alert_mails=(DESK,), time_zone="Europe/Madrid")
    return Clinic(database, clock, mail_to(mailbox), settings)


class Day:
    """An appointment of Tess in ten minutes, and a patient who comes and goes."""

    def __init__(self, clinic: Clinic, clock: Clock, appointment: Appointment) -> None:
        self.clinic = clinic
        self.clock = clock
        self.appointment = appointment

    async def notes(self, seen: Attendance) -> None:
        await self.clinic.scheduling.note_attendance(self.appointment.id, seen)

    async def knocks(self, at: datetime | None = None) -> None:
        await self.notes(Attendance(waiting_since=at or self.clock()))

    async def at(self, minutes: float) -> None:
        """So many minutes after the start, with everything done that was due until then."""
        self.clock.now = self.appointment.starts_at + timedelta(minutes=minutes)
        await self.clinic.jobs.catch_up()


@pytest.fixture
async def day(clinic: Clinic, clock: Clock, database: Database) -> Day:
    tess = await People(database, clock, fast_passwords()).hire("Tess Therapist", StaffRole.THERAPIST)
    start, length = clock() + timedelta(minutes=10), timedelta(minutes=30)
    booked = await clinic.scheduling.book(start, length, tess.name, PAT, "UTC", tess.id)
    return Day(clinic, clock, booked.appointment)


async def test_who_waits_for_long_calls_their_therapist_and_the_desk_once_and_is_not_named(
    day: Day, mailbox: Mailbox
) -> None:
    await day.knocks()
    await day.at(4.9)
    assert mailbox.mails == [], "coming early is waiting for nobody"

    await day.at(5)
    await day.at(20)

    [mail] = mailbox.mails
    assert mailbox.recipients == [["tess@example.org", DESK]]
    assert mail["Subject"] == "A patient has been waiting for 15 minutes"
    text = mail.get_content()
    assert "video appointment at 1:10pm with Tess Therapist has been waiting since 1pm" in text
    assert "https://visits.example.org/schedule" in text
    assert "Pat" not in mail.as_string()
    assert "join" not in text


@pytest.mark.parametrize("seen", [Attendance(), Attendance(live_since=datetime(2026, 12, 1, 12, 12).astimezone())])
async def test_nobody_is_called_to_who_was_let_in_or_has_left(day: Day, mailbox: Mailbox, seen: Attendance) -> None:
    await day.knocks()
    await day.notes(seen)
    await day.at(30)

    assert mailbox.mails == []


async def test_who_comes_again_is_called_for_again(day: Day, mailbox: Mailbox) -> None:
    await day.at(1)
    await day.knocks()
    await day.at(3)
    await day.notes(Attendance())
    await day.knocks()

    await day.at(6)
    assert mailbox.mails == [], "five minutes count from when they came back"
    await day.at(8)
    assert len(mailbox.mails) == 1


async def test_who_was_away_when_it_was_time_is_called_for_once_they_are_back(day: Day, mailbox: Mailbox) -> None:
    await day.at(0)
    await day.knocks()
    await day.notes(Attendance(away_since=day.clock()))
    await day.at(6)
    assert mailbox.mails == [], "nobody is there to be let in"

    await day.knocks(day.appointment.starts_at)
    await day.at(12)
    assert len(mailbox.mails) == 1
    await day.notes(Attendance(away_since=day.clock()))
    await day.at(90)
    assert len(mailbox.mails) == 1


async def test_who_was_told_that_it_takes_longer_waits_in_vain_only_after_that(day: Day, mailbox: Mailbox) -> None:
    await day.knocks()
    await day.clinic.notifications.late(day.appointment.id, 10)

    await day.at(5)
    assert mailbox.mails == []
    await day.at(15)
    assert len(mailbox.mails) == 1


async def test_a_mail_server_that_is_down_is_asked_again_while_somebody_waits(day: Day, mailbox: Mailbox) -> None:
    mailbox.answers = ["451 not now"]
    await day.knocks()
    await day.at(5)
    assert mailbox.mails == []

    await day.at(5.1)
    assert len(mailbox.mails) == 1


async def test_a_clinic_that_does_not_want_it_calls_nobody(database: Database, clock: Clock, mailbox: Mailbox) -> None:
    clinic = Clinic(database, clock, mail_to(mailbox), replace(SETTINGS, alert_mails=(DESK,), alert_after_min=0))
    booked = await clinic.scheduling.book(clock(), timedelta(minutes=30), "Tess", PAT, "UTC")
    day = Day(clinic, clock, booked.appointment)
    await day.knocks()
    await day.at(20)

    assert mailbox.mails == []

"""What patients are told, over real SMTP on this machine, with a clock that the test moves."""

import asyncio
import io
import re
import signal
import sys
from asyncio.subprocess import PIPE
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from icalendar import Calendar, Event
from structlog.testing import capture_logs

from telesession.domain.errors import Refused
from telesession.domain.ids import NotificationId
from telesession.domain.jobs import PAUSES
from telesession.domain.notifications import Channel, Kind, Letter, State
from telesession.domain.patients import Details
from telesession.services.erasing import Erasing
from telesession.services.jobs import LEASE
from telesession.services.scheduling import Booked
from telesession.store import keys
from telesession.store.appointments import ERASED
from telesession.store.database import Database
from tests.fakes import Clock
from tests.keys import KEYS
from tests.services.correspondence import Clinic, Gateway, Mailbox, mail_to, serve

PAT = Details("Pat Ñandú", email="pat@example.org", phone="+34600123456", born_on=date(1950, 2, 3), language="en-GB")
TESS = "Ana Ruiz"
LENGTH = timedelta(minutes=45)
START = datetime(2026, 12, 8, 9, tzinfo=UTC)


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def clinic(database: Database, clock: Clock, mailbox: Mailbox) -> Clinic:
    return Clinic(database, clock, mail_to(mailbox))


async def book(clinic: Clinic, details: Details = PAT, start: datetime = START) -> Booked:
    return await clinic.scheduling.book(start, LENGTH, TESS, details, "Europe/Madrid")


def part(mail: EmailMessage, kind: str) -> str:
    """The text of the mail's only part of this type."""
    [found] = [one for one in mail.walk() if one.get_content_type() == kind]
    assert isinstance(found, EmailMessage)
    content = found.get_content()
    return content if isinstance(content, str) else content.decode()


def link_in(text: str) -> str:
    [token] = set(re.findall(r"https://visits\.example\.org/join/([\w-]{32})", text))
    return str(token)


def event_of(mail: EmailMessage) -> tuple[str, Event]:
    calendar = Calendar.from_ical(part(mail, "text/calendar"))
    [event] = calendar.walk("VEVENT")
    assert isinstance(event, Event)
    return str(calendar["METHOD"]), event


async def code_of(clinic: Clinic, token: str) -> str:
    with pytest.raises(Refused) as refusal:
        await clinic.invitations.peek(token)
    return refusal.value.code


async def states(clinic: Clinic, booked: Booked) -> dict[Kind, State]:
    listed = await clinic.notifications.list_for_visit(booked.appointment.id)
    return {one.notification.kind: one.notification.state for one in listed}


async def test_a_booking_arrives_as_a_mail_whose_link_opens(clinic: Clinic, mailbox: Mailbox, clock: Clock) -> None:
    booked = await book(clinic)
    await clinic.jobs.catch_up()

    [mail] = mailbox.mails
    assert mailbox.recipients == [["pat@example.org"]]
    assert mail["Subject"] == "Your video appointment on Tuesday 8 December, 10am"
    assert mail["Auto-Submitted"] == "auto-generated"
    for text in (part(mail, "text/plain"), part(mail, "text/html")):
        for said in (
            "Pat Ñandú", TESS, "Tuesday, 8 December 2026", "10am", "Central European", "45 minutes", "Wi-Fi",
            "+44 1632 960001", "chair",
        ):  # fmt: skip
            assert said in text, said
        assert re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", text)
        assert "1950" not in text, "no date of birth"
        assert link_in(text) == booked.patient_token
    clock.now = START - timedelta(minutes=5)
    assert (await clinic.invitations.peek(booked.patient_token)).appointment == booked.appointment


async def test_its_calendar_entry_says_when_and_where_and_nothing_of_health(clinic: Clinic, mailbox: Mailbox) -> None:
    booked = await book(clinic)
    await clinic.jobs.catch_up()

    [mail] = mailbox.mails
    method, event = event_of(mail)
    assert (method, str(event["SEQUENCE"]), str(event["UID"])) == ("REQUEST", "0", booked.appointment.id)
    assert event.start == START
    assert str(event["DTSTART"].params["TZID"]) == "Europe/Madrid"
    assert str(event["SUMMARY"]) == "Video appointment"
    assert link_in(str(event["URL"])) == booked.patient_token
    [attached] = [one for one in mail.walk() if one.get_filename() == "appointment.ics"]
    assert part(mail, "application/ics").replace("\r\n", "\n") == part(mail, "text/calendar").replace("\r\n", "\n")
    assert attached.get_content_disposition() == "attachment"
    for private in (TESS, "Pat", "herap", "Physio", "PHYSIO", "pain"):
        assert private not in part(mail, "text/calendar").replace("REQ-", "")


async def test_a_move_sends_the_next_sequence_and_the_old_link_says_so(
    clinic: Clinic, mailbox: Mailbox, clock: Clock
) -> None:
    booked = await book(clinic)
    await clinic.jobs.catch_up()
    moved = await clinic.scheduling.move(booked.appointment.id, START + timedelta(days=1, minutes=30))
    await clinic.jobs.catch_up()

    first, second = mailbox.mails
    assert second["Subject"] == "New time for your video appointment: Wednesday 9 December, 10:30am"
    method, event = event_of(second)
    assert (method, str(event["SEQUENCE"])) == ("REQUEST", "1")
    assert event["UID"] == event_of(first)[1]["UID"]
    assert link_in(part(second, "text/plain")) == moved.patient_token
    assert await code_of(clinic, link_in(part(first, "text/plain"))) == "moved"


async def test_to_move_it_to_where_it_is_tells_nobody_and_keeps_the_links(clinic: Clinic, mailbox: Mailbox) -> None:
    booked = await book(clinic)
    again = await clinic.scheduling.move(booked.appointment.id, START)
    await clinic.jobs.catch_up()

    assert again == booked
    assert len(mailbox.mails) == 1


async def test_a_cancellation_takes_it_out_of_the_calendar(clinic: Clinic, mailbox: Mailbox, clock: Clock) -> None:
    booked = await book(clinic)
    await clinic.jobs.catch_up()
    await clinic.scheduling.cancel(booked.appointment.id)
    await clinic.scheduling.cancel(booked.appointment.id)
    await clinic.jobs.catch_up()

    _, mail = mailbox.mails
    method, event = event_of(mail)
    assert (method, str(event["SEQUENCE"]), str(event["STATUS"])) == ("CANCEL", "1", "CANCELLED")
    assert "/join/" not in part(mail, "text/plain") + part(mail, "text/calendar")
    clock.now = START
    await clinic.jobs.catch_up()
    assert len(mailbox.mails) == 2, "what was to remind of it is dropped"
    assert (await states(clinic, booked))[Kind.REMINDER_1H] is State.DROPPED


async def test_reminders_come_in_time_with_the_same_link_and_each_once(
    clinic: Clinic, mailbox: Mailbox, clock: Clock
) -> None:
    booked = await book(clinic)
    for before in (timedelta(days=1), timedelta(hours=1), timedelta(minutes=10)):
        clock.now = START - before - timedelta(seconds=1)
        await clinic.jobs.catch_up()
        count = len(mailbox.mails)
        clock.pass_by(seconds=1)
        await clinic.jobs.catch_up()
        await clinic.jobs.catch_up()
        assert len(mailbox.mails) == count + 1
        assert link_in(part(mailbox.mails[-1], "text/plain")) == booked.patient_token

    assert [mail["Subject"].split(":")[0] for mail in mailbox.mails[-2:]] == [
        "Reminder",
        "Your video appointment begins at 10am",
    ]


async def test_a_moved_appointment_is_reminded_of_at_its_new_time_alone(
    clinic: Clinic, mailbox: Mailbox, clock: Clock
) -> None:
    booked = await book(clinic)
    await clinic.scheduling.move(booked.appointment.id, START + timedelta(days=1))
    clock.now = START
    await clinic.jobs.catch_up()
    subjects = [str(mail["Subject"]) for mail in mailbox.mails]

    assert sorted(subjects) == [
        "New time for your video appointment: Wednesday 9 December, 10am",
        "Reminder: your video appointment on Wednesday 9 December, 10am",
    ]


async def test_what_a_service_says_that_was_away_is_still_true(clinic: Clinic, mailbox: Mailbox, clock: Clock) -> None:
    """It was stopped for a week: of all that was due only what is of use goes out."""
    booked = await book(clinic)
    clock.now = START - timedelta(minutes=5)
    await clinic.jobs.catch_up()

    assert await states(clinic, booked) == {
        Kind.INVITATION: State.SENT,
        Kind.REMINDER_24H: State.DROPPED,
        Kind.REMINDER_1H: State.DROPPED,
        Kind.REMINDER_10MIN: State.SENT,
    }
    assert len(mailbox.mails) == 2


async def test_a_server_that_is_down_is_asked_again_later(database: Database, clock: Clock, mailbox: Mailbox) -> None:
    nobody_there = Mailbox()
    (closed := await serve(nobody_there)).close()
    await closed.wait_closed()
    clinic = Clinic(database, clock, mail_to(nobody_there))
    booked = await book(clinic)
    await clinic.jobs.catch_up()
    [listed] = await clinic.notifications.list_outbox()
    assert (listed.notification.state, listed.notification.error) == (State.WAITING, "mail_unreachable")

    mailbox.answers = ["451 try later"]
    clinic = Clinic(database, clock, mail_to(mailbox))
    await clinic.jobs.catch_up()
    assert mailbox.answers, "not yet: 5 seconds"
    clock.pass_by(seconds=5)
    await clinic.jobs.catch_up()
    assert mailbox.mails == []
    assert not mailbox.answers
    clock.pass_by(minutes=5)
    await clinic.jobs.catch_up()
    assert len(mailbox.mails) == 1
    assert (await states(clinic, booked))[Kind.INVITATION] is State.SENT


@pytest.mark.parametrize(
    ("at_recipient", "at_text", "code"),
    [("550 no such mailbox", None, "address_refused"), (None, "554 spam", "mail_refused")],
)
async def test_a_no_for_ever_is_not_asked_again(
    clinic: Clinic, mailbox: Mailbox, clock: Clock, at_recipient: str | None, at_text: str | None, code: str
) -> None:
    mailbox.recipient_answers = [at_recipient] if at_recipient else []
    mailbox.answers = [at_text] if at_text else []
    await book(clinic)
    await clinic.jobs.catch_up()
    clock.pass_by(hours=10)
    await clinic.jobs.catch_up()

    [listed] = await clinic.notifications.list_outbox()
    assert (listed.notification.state, listed.notification.error) == (State.FAILED, code)
    assert listed.sent is not None, "staff can copy it"
    assert [job.error for job in await clinic.jobs.list_failed()] == [code]
    assert mailbox.mails == []

    await clinic.notifications.resend(listed.notification.id)
    await clinic.notifications.resend(listed.notification.id)
    await clinic.jobs.catch_up()
    assert len(mailbox.mails) == 1


async def test_without_a_way_to_send_it_waits_in_the_outbox_for_staff(database: Database, clock: Clock) -> None:
    clinic = Clinic(database, clock, {})
    booked = await book(clinic, Details("Pat Morgan"))
    await clinic.jobs.catch_up()

    [listed] = await clinic.notifications.list_outbox()
    assert (listed.notification.state, listed.patient_name) == (State.OUTBOX, "Pat Morgan")
    assert listed.sent is not None
    assert link_in(listed.sent.text) == booked.patient_token
    assert await clinic.notifications.copy(listed.notification.id) == listed.sent

    await clinic.scheduling.move(booked.appointment.id, START + timedelta(days=1))
    await clinic.jobs.catch_up()
    outbox = {one.notification.kind: one.notification.state for one in await clinic.notifications.list_outbox()}
    assert outbox == {Kind.INVITATION: State.DROPPED, Kind.MOVED: State.OUTBOX}
    with pytest.raises(Refused) as refusal:
        await clinic.notifications.resend(listed.notification.id)
    assert refusal.value.code == "not_sent_yet"


async def test_what_is_still_to_come_can_be_read_as_it_would_be(clinic: Clinic) -> None:
    booked = await book(clinic)
    reminder = (await clinic.notifications.list_for_visit(booked.appointment.id))[-1]

    assert reminder.sent is None
    assert link_in((await clinic.notifications.copy(reminder.notification.id)).text) == booked.patient_token


async def test_running_late_and_being_ready_are_told_once_by_text_message(
    database: Database, clock: Clock, mailbox: Mailbox, gateway: Gateway
) -> None:
    clinic = Clinic(database, clock, {**mail_to(mailbox), Channel.SMS: gateway})
    booked = await book(clinic, start=clock() + timedelta(minutes=5))
    await clinic.jobs.catch_up()
    assert (len(mailbox.mails), len(gateway.texts)) == (1, 1)

    for minutes in (10, 10, 20):
        await clinic.notifications.late(booked.appointment.id, minutes)
        await clinic.jobs.catch_up()
    await clinic.notifications.ready(booked.appointment.id)
    await clinic.notifications.ready(booked.appointment.id)
    await clinic.jobs.catch_up()

    texts = [letter.text for letter in gateway.texts[1:]]
    link = f"https://visits.example.org/join/{booked.patient_token}"
    assert texts == [
        f"Ana Ruiz is running about 10 minutes late. Your link stays the same: {link}",
        f"Ana Ruiz is running about 20 minutes late. Your link stays the same: {link}",
        f"Ana Ruiz is ready for your video appointment: {link}",
    ]
    assert len(mailbox.mails) == 1


async def test_a_change_that_fails_tells_nobody(clinic: Clinic, mailbox: Mailbox, database: Database) -> None:
    """The notification is queued in the transaction of the booking."""
    with pytest.raises(Refused):
        await book(clinic, Details(" "))
    await clinic.jobs.catch_up()

    assert mailbox.mails == []
    assert await clinic.notifications.list_outbox() == []


async def test_nothing_that_tells_who_is_treated_is_logged_or_readable_in_the_database(
    logged: io.StringIO, clinic: Clinic, mailbox: Mailbox, database: Database
) -> None:
    mailbox.answers = ["554 5.7.1 <pat@example.org> Pat Ñandú"]
    booked = await book(clinic)
    await clinic.jobs.catch_up()
    [listed] = await clinic.notifications.list_outbox()
    await clinic.notifications.resend(listed.notification.id)
    await clinic.jobs.catch_up()

    assert len(mailbox.mails) == 1
    assert '"kind": "invitation"' in logged.getvalue()
    await database.close()
    with open(str(database.url.database), "rb") as file:  # noqa: ASYNC230, PTH123  a few pages, in a test
        stored = file.read().decode("latin-1")
    for secret in ("Pat", "pat@example.org", "600123456", booked.patient_token, "example.org/join"):
        assert secret not in logged.getvalue()
        assert secret not in stored


async def test_of_an_erased_patient_nobody_is_told_and_nothing_can_be_read(
    clinic: Clinic, mailbox: Mailbox, database: Database, clock: Clock
) -> None:
    booked = await book(clinic)
    await clinic.jobs.catch_up()
    async with database.transaction() as tx:
        await keys.destroy(tx, booked.appointment.patient)
    clock.now = START - timedelta(hours=24)
    await clinic.jobs.catch_up()

    assert len(mailbox.mails) == 1
    assert await clinic.jobs.list_failed() == []
    reminder, invitation = await clinic.notifications.list_outbox()
    assert (reminder.notification.state, invitation.notification.state) == (State.DROPPED, State.SENT)
    assert invitation.sent is None
    assert invitation.patient_name == ERASED


async def test_erasing_calls_off_what_was_still_to_be_told(
    clinic: Clinic, mailbox: Mailbox, database: Database, clock: Clock, tmp_path: Path
) -> None:
    booked = await book(clinic)
    await clinic.jobs.catch_up()

    await Erasing(database, clock, tmp_path).erase(booked.appointment.patient)

    clock.now = START
    with capture_logs() as lines:
        await clinic.jobs.catch_up()
    assert len(mailbox.mails) == 1
    assert lines == [], "nothing was left to do"


async def test_whoever_is_erased_while_a_letter_is_on_its_way_breaks_no_job(
    database: Database, clock: Clock, tmp_path: Path
) -> None:
    class Eraser:
        async def send(self, _letter: Letter, _notification: NotificationId) -> None:
            await Erasing(database, clock, tmp_path).erase(booked.appointment.patient)

    clinic = Clinic(database, clock, {Channel.MAIL: Eraser()})
    booked = await book(clinic)
    with capture_logs() as lines:
        await clinic.jobs.catch_up()

        clock.now = START
        await clinic.jobs.catch_up()
    assert [line["event"] for line in lines] == ["job_lost"]
    assert await clinic.notifications.list_outbox() == []


async def test_what_breaks_whoever_sends_it_is_shown_as_not_sent(database: Database, clock: Clock) -> None:
    class Broken:
        async def send(self, letter: Letter, notification: NotificationId) -> None:  # noqa: ARG002  the port's
            raise RuntimeError(letter.to)

    clinic = Clinic(database, clock, {Channel.MAIL: Broken()})
    await book(clinic)
    for pause in (timedelta(0), *PAUSES):
        clock.now += pause
        await clinic.jobs.catch_up()

    [invitation] = await clinic.notifications.list_outbox()
    assert (invitation.notification.state, invitation.notification.error) == (State.FAILED, "broke")


SENDER = """
import asyncio, secrets, sys
from datetime import datetime
from telesession.store import keys
from telesession.store.appointments import ERASED
from telesession.store.database import Database
from tests.fakes import Clock
from tests.keys import KEYS
from tests.services.correspondence import Clinic, Mailbox, mail_to

async def main():
    mailbox = Mailbox()
    mailbox.port = int(sys.argv[2])
    clinic = Clinic(Database(sys.argv[1], KEYS), Clock(datetime.fromisoformat(sys.argv[3])), mail_to(mailbox))
    await clinic.jobs.run()

asyncio.run(main())
"""


class Hesitant(Mailbox):
    """A mail server that says nothing to the first sender, before or after it has taken the mail."""

    def __init__(self, takes_it: bool) -> None:
        super().__init__()
        self.was_asked = asyncio.Event()
        self._takes_it = takes_it

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.was_asked.is_set():
            return await super().handle_DATA(server, session, envelope)
        if self._takes_it:
            await super().handle_DATA(server, session, envelope)
        self.was_asked.set()
        await asyncio.Event().wait()
        return ""


@pytest.mark.parametrize("takes_it", [False, True])
async def test_a_reminder_goes_once_although_its_process_was_killed_and_two_take_over(
    url: str, database: Database, clock: Clock, takes_it: bool
) -> None:
    """Killed after the server took it, nobody can know: then it comes again under the same Message-ID."""
    mailbox = Hesitant(takes_it)
    server = await serve(mailbox)
    await book(Clinic(database, clock, mail_to(mailbox)), start=clock() + timedelta(minutes=5))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SENDER, url, str(mailbox.port), clock().isoformat(), stderr=PIPE
    )
    async with asyncio.timeout(60):
        await mailbox.was_asked.wait()
    process.send_signal(signal.SIGKILL)
    await process.communicate()

    clock.now += LEASE + timedelta(seconds=1)
    async with Database(url, KEYS) as beside:
        one, other = (Clinic(place, clock, mail_to(mailbox)) for place in (database, beside))
        await asyncio.gather(one.jobs.catch_up(), other.jobs.catch_up())
        clock.pass_by(minutes=1)
        await asyncio.gather(one.jobs.catch_up(), other.jobs.catch_up())
    server.close()

    assert len(mailbox.mails) == 1 + takes_it
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == 1
    [listed] = await one.notifications.list_outbox()
    assert listed.notification.state is State.SENT

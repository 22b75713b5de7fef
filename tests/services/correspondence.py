"""A mail server, a gateway for text messages and the services that write to them, for tests of notifications."""

import asyncio
import secrets
from collections.abc import Mapping
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

from telesession.config import MailTls, Settings
from telesession.domain.ids import NotificationId
from telesession.domain.notifications import Channel, Letter
from telesession.post.port import NotSent, Post
from telesession.post.smtp import Mail, Relay
from telesession.server.i18n import Catalogues
from telesession.server.letters import Letters
from telesession.services.alerts import JOB as ALERT
from telesession.services.alerts import Alerts
from telesession.services.invitations import Invitations
from telesession.services.jobs import Jobs
from telesession.services.notifications import Notifications
from telesession.services.scheduling import Scheduling
from telesession.services.telling import JOB, Telling
from telesession.store.database import Database
from tests.fakes import Clock

SETTINGS = Settings(
    public_url="https://visits.example.org",
    clinic_name="Riverside Physiotherapy",
    clinic_phone="+44 1632 960001",
    mail_from="visits@example.org",
)


class Mailbox:
    """What a mail server received. `answers` are given to the next deliveries in place of a yes."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.recipients: list[list[str]] = []
        self.answers: list[str] = []
        self.recipient_answers: list[str] = []
        self.port = 0

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.recipient_answers:
            return self.recipient_answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        content = envelope.content
        assert isinstance(content, bytes)
        self.raw.append(content)
        self.recipients.append(list(envelope.rcpt_tos))
        mail = message_from_bytes(content, policy=policy.SMTP)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"


async def serve(mailbox: Mailbox) -> asyncio.Server:
    """Let `mailbox` listen on a free port of this machine; close what is returned."""
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(mailbox, hostname="localhost", enable_SMTPUTF8=True), "127.0.0.1", 0
    )
    mailbox.port = server.sockets[0].getsockname()[1]
    return server


class Gateway:
    """Takes text messages, or says no as told."""

    def __init__(self) -> None:
        self.texts: list[Letter] = []
        self.answers: list[NotSent] = []

    async def send(self, letter: Letter, notification: NotificationId) -> None:  # noqa: ARG002  the port's
        if self.answers:
            raise self.answers.pop(0)
        self.texts.append(letter)


class Clinic:
    """The services of one process."""

    def __init__(
        self, database: Database, clock: Clock, post: Mapping[Channel, Post], settings: Settings = SETTINGS
    ) -> None:
        self.jobs = Jobs(database, clock, secrets.token_bytes)
        telling = Telling(clock, secrets.token_bytes, self.jobs, post.keys())
        letters = Letters(settings, Catalogues.load())
        self.notifications = Notifications(database, clock, telling, letters, post)
        self.jobs.on(JOB, self.notifications.deliver, self.notifications.give_up)
        after = timedelta(minutes=settings.alert_after_min)
        alerts = Alerts(database, clock, self.jobs, letters, post.get(Channel.MAIL), after, settings.alert_mails)
        self.jobs.on(ALERT, alerts.deliver)
        self.scheduling = Scheduling(database, clock, secrets.token_bytes, telling, when_waiting=alerts.watch)
        self.invitations = Invitations(database, clock, secrets.token_bytes)


def mail_to(mailbox: Mailbox) -> dict[Channel, Post]:
    """A way to `mailbox`."""
    return {Channel.MAIL: Mail(Relay("127.0.0.1", mailbox.port, MailTls.NONE), "visits@example.org", "Riverside")}

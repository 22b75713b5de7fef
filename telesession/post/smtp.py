"""Mail: a letter as a message of text, HTML and calendar (RFC 5322, 2045, 6047), handed to the clinic's SMTP server."""

import re
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from email.utils import format_datetime

import aiosmtplib
from msgspec import Struct

from telesession.config import MailTls
from telesession.domain.ids import NotificationId
from telesession.domain.notifications import Letter
from telesession.post.port import NotSent

CONNECT_WITHIN_S = 20.0
"""For each step of the conversation; the job has a limit for the whole of it."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


class Relay(Struct, frozen=True):
    """The server that takes the clinic's mail."""

    host: str
    port: int
    tls: MailTls
    username: str = ""
    password: str = ""


class Mail:
    """Sends by mail, from one address."""

    def __init__(self, relay: Relay, sender: str, sender_name: str) -> None:
        self._relay = relay
        self._sender = sender
        self._sender_name = sender_name

    async def send(self, letter: Letter, notification: NotificationId) -> None:
        """Hand the letter to the server; raises `NotSent`."""
        try:
            message = compose(letter, notification, self._sender, self._sender_name, datetime.now(UTC))
        except (ValueError, UnicodeError, LookupError) as wrong:
            raise NotSent("address_refused", may_retry=False) from wrong
        relay = self._relay
        try:
            await aiosmtplib.send(
                message,
                sender=self._sender,
                recipients=[letter.to, *letter.also],
                hostname=relay.host,
                port=relay.port,
                username=relay.username or None,
                password=relay.password or None,
                local_hostname=self._sender.rpartition("@")[2],  # asked for by name, a resolver may keep us waiting
                timeout=CONNECT_WITHIN_S,
                use_tls=relay.tls is MailTls.TLS,
                start_tls=relay.tls is MailTls.STARTTLS,
            )
        except (aiosmtplib.SMTPException, OSError, UnicodeError) as error:
            raise _failure(error) from error


def compose(
    letter: Letter, notification: NotificationId, sender: str, sender_name: str, written_at: datetime
) -> EmailMessage:
    """The letter as a message; the same notification always has the same Message-ID. Raises `ValueError`.

    The calendar stands both among the alternatives, where calendars look for it (RFC 6047 section 2.4), and as a file.
    """
    message = EmailMessage(policy=POLICY)
    message["From"] = Address(one_line(sender_name), addr_spec=sender)
    message["To"] = [Address(addr_spec=one) for one in (letter.to, *letter.also)]
    message["Subject"] = one_line(letter.subject)
    message["Date"] = format_datetime(written_at)
    message["Message-ID"] = f"<{notification}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice answers it
    message["Content-Language"] = letter.language
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    if letter.calendar:
        calendar = letter.calendar.decode()
        message.add_alternative(calendar, subtype="calendar", params={"method": letter.calendar_method})
        message.add_attachment(letter.calendar, maintype="application", subtype="ics", filename="appointment.ics")
    return message


def one_line(text: str) -> str:
    """The text fit for a header: no sign in it ends a line."""
    return _CONTROL.sub(" ", text).strip()


def _failure(error: Exception) -> NotSent:
    """What the server's answer means: 4yz may pass, 5yz will not (RFC 5321 section 4.2.1)."""
    match error:
        case aiosmtplib.SMTPRecipientsRefused(recipients=[first, *_]):
            return NotSent("address_refused", may_retry=first.code < 500)
        case aiosmtplib.SMTPAuthenticationError():
            return NotSent("mail_sign_in_refused", may_retry=True)  # nothing is wrong with the letter
        case aiosmtplib.SMTPSenderRefused(code=code):
            return NotSent("sender_refused", may_retry=code < 500)
        case aiosmtplib.SMTPDataError(code=code):
            return NotSent("mail_refused", may_retry=code < 500)
        case aiosmtplib.SMTPNotSupported() | UnicodeError():
            return NotSent("address_not_supported", may_retry=False)
        case _:
            return NotSent("mail_unreachable", may_retry=True)

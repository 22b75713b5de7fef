"""Letters: what a notification says, in the patient's language and time zone. Whether it goes is not decided here."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from telesession.config import Settings
from telesession.domain import short_text
from telesession.domain.attendance import Slot
from telesession.domain.names import clean_line
from telesession.domain.notifications import Channel, Facts, Kind, Letter, address
from telesession.server.i18n import Catalogues, Reader
from telesession.server.places import WEB
from telesession.server.templates import COMPILED, bdi

FULL = frozenset({Kind.INVITATION, Kind.MOVED, Kind.REMINDER_24H})
"""Read with time left to get a chair."""

WITH_CALENDAR = frozenset({Kind.INVITATION, Kind.MOVED, Kind.CANCELLED})


class Letters:
    """Writes all letters of the service."""

    def __init__(self, settings: Settings, catalogues: Catalogues, folder: Path = WEB / "templates") -> None:
        self._settings = settings
        self._catalogues = catalogues
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            bytecode_cache=COMPILED,
        )
        self._environment.filters.update(bdi=bdi)
        self._environment.globals.update(
            clinic_name=clean_line(settings.clinic_name), clinic_phone=clean_line(settings.clinic_phone)
        )

    def write(self, channel: Channel, facts: Facts) -> Letter:
        """The letter for `channel`, ready to go."""
        # A language with its country, en-US, chooses how dates are written too.
        reader = self._catalogues.choose(None, facts.details.language)
        if channel is Channel.SMS:
            return self._text_message(reader, facts)
        return self._mail(reader, facts)

    def call(self, slot: Slot, now: datetime, to: Sequence[str]) -> Letter:
        """The letter that calls staff to a patient who waits, in the clinic's own language and time zone."""
        reader, zone, appointment = self._catalogues.choose(None, ""), self._settings.time_zone, slot.appointment
        since = slot.since or now
        written = self._environment.get_template("mail/alert.txt").render(
            minutes=max(1, int((now - since).total_seconds()) // 60),
            therapist_name=appointment.therapist_name,
            time=reader.hour(appointment.starts_at, zone),
            since=reader.hour(since, zone),
            schedule=f"{self._settings.origin}/schedule",
            _=reader.words,
            n=reader.plural_words,
        )
        subject, _, text = written.strip().partition("\n")
        return Letter(to[0], subject, text.strip() + "\n", language=reader.language, also=tuple(to[1:]))

    def _text_message(self, reader: Reader, facts: Facts) -> Letter:
        wordings = [clean_line(line) for line in self._plain(reader, "mail/short.txt", facts).splitlines()]
        text = short_text.best([line for line in wordings if line])
        return Letter(address(facts.details, Channel.SMS), "", text, language=reader.language)

    def _mail(self, reader: Reader, facts: Facts) -> Letter:
        subject, opening = self._plain(reader, "mail/opening.txt", facts).strip().splitlines()
        heard = {"subject": subject, "opening": opening}
        text = self._plain(reader, "mail/appointment.txt", facts, heard)
        html = self._environment.get_template("mail/appointment.html").render(
            self._context(reader, facts), **heard, _=reader.sentence, n=reader.plural
        )
        to = address(facts.details, Channel.MAIL)
        method, entry = self._calendar(reader, facts, to)
        return Letter(to, subject, text.strip() + "\n", html, reader.language, entry, method)

    def _plain(self, reader: Reader, name: str, facts: Facts, more: Mapping[str, str] | None = None) -> str:
        return self._environment.get_template(name).render(
            self._context(reader, facts), **(more or {}), _=reader.words, n=reader.plural_words
        )

    def _context(self, reader: Reader, facts: Facts) -> dict[str, object]:
        appointment, origin = facts.appointment, self._settings.origin
        at, zone = appointment.starts_at, appointment.time_zone
        return {
            "kind": facts.kind,
            "appointment": appointment,
            "details": facts.details,
            "late_minutes": facts.late_minutes,
            "reader": reader,
            "day": reader.weekday(at, zone),
            "short_day": reader.short_day(at, zone),
            "time": reader.hour(at, zone),
            "minutes": round((appointment.ends_at - at).total_seconds() / 60),
            "link": self._link(facts),
            # The code opens only together with the date of birth, which therefore has to be known.
            "code": facts.code if facts.details.born_on else "",
            "code_page": f"{origin}/join",
            "is_full": facts.kind in FULL,
        }

    def _link(self, facts: Facts) -> str:
        return f"{self._settings.origin}/join/{facts.token}" if facts.token else ""

    def _calendar(self, reader: Reader, facts: Facts, to: str) -> tuple[str, bytes]:
        """What calendars are told, and its method; nothing where there is nobody to tell, or nobody who tells."""
        if facts.kind not in WITH_CALENDAR or not to or not self._settings.mail_from:
            return "", b""
        from telesession.services import calendar  # its library takes long to load, and a visit needs none

        words = calendar.Words(reader.words("Video appointment"), reader.words("Join your video appointment"))
        entry = calendar.entry(facts.appointment, words, self._link(facts), self._settings.mail_from, to)
        return calendar.method_of(facts.appointment), entry

"""What the letters say, in each language, and that nothing in them can be forged."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from telesession.config import Settings
from telesession.domain.appointments import Appointment
from telesession.domain.ids import PatientId, VisitId
from telesession.domain.notifications import Channel, Facts, Kind, Letter
from telesession.domain.patients import Details
from telesession.domain.short_text import fits, is_gsm
from telesession.server.i18n import Catalogues
from telesession.server.letters import Letters

START = datetime(2026, 12, 1, 9, tzinfo=UTC)
APPOINTMENT = Appointment(
    VisitId("v"), START, START + timedelta(minutes=45), "José Peña", PatientId("p"), "Pat", "Europe/Madrid", START
)
PAT = Details("Pat", email="pat@example.org", phone="+34600123456", language="en-GB")
FACTS = Facts(Kind.INVITATION, APPOINTMENT, PAT, "t" * 32, "ABCD-2345", late_minutes=15)
SETTINGS = Settings(
    public_url="https://visits.example.org",
    clinic_name="Riverside Physical Therapy",
    clinic_phone="+44 1632 960001",
    mail_from="visits@example.org",
)


def letter(facts: Facts, channel: Channel = Channel.MAIL, settings: Settings = SETTINGS) -> Letter:
    return Letters(settings, Catalogues.load()).write(channel, facts)


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("en-GB", "Your video appointment on Tuesday 1 December, 10am"),
        ("en-US", "Your video appointment on Tuesday, December 1, 10am"),
        ("es", "Su videocita: martes, 1 de diciembre, 10:00"),
        ("", "Your video appointment on Tuesday 1 December, 10am"),
        ("tlh", "Your video appointment on Tuesday 1 December, 10am"),
    ],
)
def test_the_subject_says_when_as_people_there_do(language: str, subject: str) -> None:
    assert letter(replace(FACTS, details=replace(PAT, language=language))).subject == subject


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("kind", Kind)
def test_every_letter_is_whole_in_every_language(kind: Kind, language: str) -> None:
    token = "" if kind is Kind.CANCELLED else FACTS.token
    facts = replace(FACTS, kind=kind, details=replace(PAT, language=language), token=token)
    mail, text = letter(facts), letter(facts, Channel.SMS).text

    for said in (mail.subject, mail.text, mail.html, text):
        assert said
        assert not re.search(r"\{\w+\}|\{\{|\{%", said), "something was not filled in"
    assert "\n\n\n" not in mail.text
    assert mail.html.count("<a ") == (kind is not Kind.CANCELLED), "one button"
    assert ("/join/" in text) is (kind is not Kind.CANCELLED)
    assert fits(text)
    assert is_gsm(text)
    assert (mail.calendar != b"") is (kind in (Kind.INVITATION, Kind.MOVED, Kind.CANCELLED))


def test_a_text_message_drops_words_before_it_becomes_two() -> None:
    settings = replace(SETTINGS, clinic_name="The Very Long Name of a Physical Therapy Practice by the River")

    text = letter(FACTS, Channel.SMS, settings).text
    assert text == f"Video appointment on Tue 1 Dec, 10am: https://visits.example.org/join/{'t' * 32}"


def test_names_are_words_and_never_markup() -> None:
    mean = '<img src="https://evil.example/x">'
    facts = replace(
        FACTS, details=replace(PAT, name=mean), appointment=replace(APPOINTMENT, therapist_name="{code} & <b>")
    )
    mail = letter(facts, settings=replace(SETTINGS, clinic_name="A & B <Clinic>\r\nBcc: x@y.org"))

    assert "<img" not in mail.html
    assert "&lt;img" in mail.html
    assert "A &amp; B &lt;Clinic&gt;" in mail.html
    assert "{code} & <b>" in mail.text
    assert mean in mail.text
    assert mail.subject.count("\n") == 0


def test_nothing_is_loaded_from_anywhere_when_it_is_read() -> None:
    html = letter(FACTS).html

    assert not re.search(r"<(img|link|script|iframe|style)\b|url\(|@import", html)
    assert set(re.findall(r"https?://[^/\"<\s]+", html)) == {"https://visits.example.org"}


def test_the_code_is_there_only_for_whom_it_opens() -> None:
    born = replace(FACTS, details=replace(PAT, born_on=START.date().replace(year=1950)))

    assert "ABCD-2345" not in letter(FACTS).text
    assert "ABCD-2345" in letter(born).text
    assert "1950" not in letter(born).text + letter(born).html

"""The calendar entry line by line, as RFC 5545 has it, without the library that writes it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from telesession.domain.appointments import Appointment, cancelled, moved
from telesession.domain.ids import PatientId, VisitId
from telesession.services import calendar
from telesession.services.calendar import Words
from tests.calendars import as_a_calendar_shows

START = datetime(2026, 3, 29, 7, tzinfo=UTC)
"""The morning on which Europe's clocks went forward."""
APPOINTMENT = Appointment(
    VisitId("a1b2"),
    START,
    START + timedelta(minutes=45),
    "Ana Ruiz",
    PatientId("p"),
    "Pat",
    "Europe/Madrid",
    START - timedelta(days=9),
)
LINK = f"https://visits.example.org/join/{'x' * 32}"
WORDS = Words("Videocita", "Entrar en su videocita; deprisa,\r\nEl Río: año ñandú y más palabras todavía")


def written(appointment: Appointment) -> bytes:
    return calendar.entry(appointment, WORDS, LINK, "visits@example.org", "pat@example.org")


def lines(entry: bytes) -> list[str]:
    """Unfolded (section 3.1)."""
    return re.sub(r"\r\n[ \t]", "", entry.decode()).split("\r\n")[:-1]


def component(entry: bytes, name: str) -> dict[str, str]:
    """The lines of the first component of this name, by what stands before the first colon."""
    found = lines(entry)
    begin = found.index(f"BEGIN:{name}")
    return dict(line.split(":", 1) for line in found[begin + 1 : found.index(f"END:{name}")])


@pytest.mark.parametrize("appointment", [APPOINTMENT, cancelled(APPOINTMENT, START - timedelta(days=1))])
def test_lines_end_as_they_must_and_none_is_long(appointment: Appointment) -> None:
    entry = written(appointment)

    assert entry.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in entry.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in entry.split(b"\r\n"))
    assert entry == written(appointment), "the same each time"


def test_it_names_the_time_in_the_patients_zone_and_brings_the_zone_along() -> None:
    event = component(written(APPOINTMENT), "VEVENT")

    assert event["DTSTART;TZID=Europe/Madrid"] == "20260329T090000"
    assert event["DTEND;TZID=Europe/Madrid"] == "20260329T094500"
    assert component(written(APPOINTMENT), "VTIMEZONE")["TZID"] == "Europe/Madrid"
    summer = component(written(APPOINTMENT), "DAYLIGHT")
    assert (summer["TZOFFSETFROM"], summer["TZOFFSETTO"]) == ("+0100", "+0200")
    assert "BEGIN:VALARM" not in lines(written(APPOINTMENT)), "reminders are ours"


def test_it_leads_to_the_visit_and_says_nothing_of_it() -> None:
    event = component(written(APPOINTMENT), "VEVENT")
    [conference] = [line for line in lines(written(APPOINTMENT)) if line.startswith("CONFERENCE")]

    assert event["URL"] == LINK
    assert conference.endswith(f":{LINK}")
    assert "FEATURE=VIDEO" in conference
    assert "VALUE=URI" in conference
    assert (event["SUMMARY"], event["CLASS"]) == ("Videocita", "PRIVATE")
    assert "Ana Ruiz" not in written(APPOINTMENT).decode()


def test_what_was_typed_ends_no_line() -> None:
    event = component(written(APPOINTMENT), "VEVENT")

    assert event["DESCRIPTION"].startswith(r"Entrar en su videocita\; deprisa\,")
    assert not any(line.startswith("El Río") for line in lines(written(APPOINTMENT)))


def test_each_change_replaces_the_one_before() -> None:
    later = moved(APPOINTMENT, START + timedelta(hours=1), timedelta(minutes=45), START - timedelta(days=2))
    off = cancelled(later, START - timedelta(days=1))
    events = [component(written(one), "VEVENT") for one in (APPOINTMENT, later, off)]

    assert [event["SEQUENCE"] for event in events] == ["0", "1", "2"]
    assert {event["UID"] for event in events} == {"a1b2"}
    assert [event["STATUS"] for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [lines(written(one))[3] for one in (APPOINTMENT, off)] == ["METHOD:REQUEST", "METHOD:CANCEL"]
    assert "join" not in written(off).decode()


def test_utc_needs_no_zone() -> None:
    entry = written(replace(APPOINTMENT, time_zone="UTC"))

    assert component(entry, "VEVENT")["DTSTART"] == "20260329T070000Z"
    assert "BEGIN:VTIMEZONE" not in lines(entry)


def test_a_real_calendar_moves_it_whatever_comes_late_and_takes_it_out_again() -> None:
    """Read by another library than the one that wrote it."""
    later = moved(APPOINTMENT, START + timedelta(hours=1), timedelta(minutes=45), START - timedelta(days=2))
    files = [written(one) for one in (APPOINTMENT, later, APPOINTMENT, cancelled(later, START - timedelta(days=1)))]

    shown = [as_a_calendar_shows(files[:count]) for count in (1, 3, 4)]

    assert shown == [[["Videocita", "2026-03-29T07:00:00Z"]], [["Videocita", "2026-03-29T08:00:00Z"]], []]

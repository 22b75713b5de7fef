from datetime import UTC, datetime

import pytest

from telesession.domain.ids import NotificationId
from telesession.domain.notifications import Letter
from telesession.post.smtp import compose

AT = datetime(2026, 12, 1, 12, tzinfo=UTC)
LETTER = Letter(
    "pat@example.org", "Your video appointment", "Dear Pat,\n", "<p>Dear</p>", "en", b"BEGIN:X\r\n", "REQUEST"
)


def headers(letter: Letter, sender_name: str = "Riverside") -> list[str]:
    message = compose(letter, NotificationId("n1"), "visits@example.org", sender_name, AT)
    return message.as_bytes().split(b"\r\n\r\n")[0].decode().replace("\r\n ", " ").split("\r\n")


def names(lines: list[str]) -> list[str]:
    return [line.split(":")[0] for line in lines]


def test_nothing_that_was_typed_adds_a_header() -> None:
    plain = names(headers(LETTER))

    for text in (
        "Hello\r\nBcc: all@example.org",
        "Hello\nBcc: all@example.org\n\nbody",
        "Hello\u2028Bcc: x",
        "\x00\x0bHello",
    ):
        assert names(headers(Letter("pat@example.org", text, "t", "h", "en", b"B", "REQUEST"))) == plain
        assert names(headers(LETTER, sender_name=text)) == plain


@pytest.mark.parametrize(
    "to", ["pat@example.org\r\nBcc: all@example.org", "a@b.org, c@d.org", "", "Pat <pat@example.org>"]
)
def test_an_address_is_one_address(to: str) -> None:
    with pytest.raises((ValueError, LookupError)):
        compose(Letter(to, "s", "t", "h"), NotificationId("n1"), "visits@example.org", "Riverside", AT)


def test_the_same_notification_is_the_same_message() -> None:
    assert "Message-ID: <n1@example.org>" in headers(LETTER)


def test_the_calendar_is_an_alternative_and_a_file() -> None:
    message = compose(LETTER, NotificationId("n1"), "visits@example.org", "Clínica “Río”, S.L.", AT)
    kinds = [part.get_content_type() for part in message.walk()]

    assert kinds == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics",
    ]  # fmt: skip
    [calendar] = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    assert calendar.get_param("method") == "REQUEST"

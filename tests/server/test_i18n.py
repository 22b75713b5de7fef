"""Readers get their language; translators get every sentence; nobody gets a broken one."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from telesession.config import BadSettings
from telesession.server.i18n import PSEUDO, Catalogue, Catalogues, fill, longer
from telesession.server.places import WEB
from tests.server.conftest import Service

LOCALE = WEB / "locale"
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def catalog(name: str) -> Catalog:
    with (LOCALE / name).open("rb") as file:
        return read_po(file)


def texts(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def test_every_sentence_in_code_is_in_the_catalogues() -> None:
    """Mend with `python web/catalogue.py`, then translate."""
    checked = subprocess.run(
        [sys.executable, WEB / "catalogue.py", "--check"], capture_output=True, text=True, check=False
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("path", sorted(LOCALE.glob("*/LC_MESSAGES/messages.po")), ids=lambda path: path.parts[-3])
def test_every_sentence_is_translated_with_the_same_fields(path: object) -> None:
    wrong = []
    for message in catalog(str(path)):
        if not message.id:
            continue
        asked = set(re.findall(r"\{\w+\}", "".join(texts(message))))
        for form in forms(message):
            given_fields = set(re.findall(r"\{\w+\}", form))
            if not form or message.fuzzy or not given_fields <= asked or asked - given_fields - {"{count}"}:
                wrong.append((texts(message)[0], form))

    assert wrong == []


@pytest.mark.parametrize(
    ("cookie", "accepts", "language", "tag"),
    [
        (None, "es-MX,es;q=0.9,en;q=0.8", "es", "es-MX"),
        (None, "ca, es;q=0.4, en;q=0.7", "en", "en-GB"),
        (None, "en-US,en;q=0.9", "en", "en-US"),
        (None, "", "en", "en-GB"),
        (None, "ja", "en", "en-GB"),
        (None, "es;q=0, en", "en", "en-GB"),
        (None, "es;q=much, */;;,", "en", "en-GB"),
        ("es", "en-US,en;q=0.9", "es", "es-ES"),
        ("xx", "es", "es", "es-ES"),
        (None, "en-ZZZZZZ", "en", "en-GB"),
    ],
)
def test_a_reader_gets_what_they_chose_else_what_their_browser_asks(
    cookie: str | None, accepts: str, language: str, tag: str
) -> None:
    reader = Catalogues.load().choose(cookie, accepts)

    assert (reader.language, reader.tag) == (language, tag)


@given(st.text(max_size=80))
def test_no_header_is_too_strange(header: str) -> None:
    assert CATALOGUES.choose(header, header).day(NOON, "Europe/Madrid")


CATALOGUES = Catalogues.load()


def test_dates_are_written_as_people_there_write_them() -> None:
    def written(accepts: str) -> tuple[str, str]:
        reader = CATALOGUES.choose(None, accepts)
        return reader.day(NOON, "Europe/Madrid"), reader.time(NOON, "Europe/Madrid").replace("\u202f", " ")

    assert written("en-GB") == ("Tuesday, 1 December 2026", "13:00") or written("en-GB")[0] == "Tuesday 1 December 2026"
    assert written("en-US") == ("Tuesday, December 1, 2026", "1:00 PM")
    assert written("es") == ("martes, 1 de diciembre de 2026", "13:00")


def test_the_number_chooses_the_form() -> None:
    polish = Catalogue(
        "pl",
        {"{count} day": ("{count} dzień", "{count} dni", "{count} dni")},
        lambda count: 0 if count == 1 else 1,
    )

    assert polish.ngettext("{count} day", "{count} days", 1) == "{count} dzień"
    assert polish.ngettext("{count} day", "{count} days", 5) == "{count} dni"
    assert polish.ngettext("{count} week", "{count} weeks", 5) == "{count} weeks", "English until it is translated"


def test_what_is_filled_in_cannot_become_markup() -> None:
    assert fill("With {name}", {"name": "<b>Sam</b>"}) == "With &lt;b&gt;Sam&lt;/b&gt;"
    assert fill("With {name} & {other}", {"name": "Sam"}) == "With Sam &amp; {other}"


@given(st.text(alphabet="abc {}xyz", max_size=40))
def test_the_testers_language_keeps_every_field_and_is_longer(text: str) -> None:
    made = longer(text)

    assert re.findall(r"\{\w+\}", made) == re.findall(r"\{\w+\}", text)
    assert len(made) >= 1.3 * len(text)


def test_the_testers_language_is_offered_only_when_asked_for() -> None:
    assert not Catalogues.load().offers(PSEUDO)
    assert Catalogues.load(pseudo=True).offers(PSEUDO)


def test_a_clinic_chooses_its_languages_and_their_order() -> None:
    catalogues = Catalogues.load(languages=("es",))

    assert catalogues.choose(None, "en").language == "es"
    with pytest.raises(BadSettings, match="'xx'"):
        Catalogues.load(languages=("xx",))


def test_scripts_get_what_they_say_and_what_rules_refuse_and_no_more() -> None:
    files = CATALOGUES.files()
    pages, visit = json.loads(files["locale/es.pages.json"]), json.loads(files["locale/es.visit.json"])

    assert pages["Copied"] == "Copiado"
    assert pages["Starts in {count} minute"] == ["Empieza en {count} minuto", "Empieza en {count} minutos"]
    assert visit["Only the therapist can invite guests."].startswith("Solo")
    assert "Only the therapist can invite guests." not in pages
    assert "You need no account, no app and no password." not in {**pages, **visit}


async def test_the_language_switch_works_without_scripts(service: Service) -> None:
    pat = service.somebody()

    async with pat.http.post("/language", data={"language": "es", "next": "/sign-in"}) as answer:
        page = await answer.text()

    assert str(answer.url.path) == "/sign-in"
    assert '<html lang="es-ES" dir="ltr"' in page


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example/", "/\\evil.example", "evil", "", "/\r\nX: y"]
)
async def test_the_language_switch_sends_nobody_elsewhere(service: Service, elsewhere: str) -> None:
    form = {"language": "es", "next": elsewhere}
    async with service.somebody().http.post("/language", data=form, allow_redirects=False) as answer:
        assert answer.headers["Location"] == "/"


async def test_a_language_that_we_do_not_have_changes_nothing(service: Service) -> None:
    form = {"language": "xx", "next": "/"}
    async with service.somebody().http.post("/language", data=form, allow_redirects=False) as answer:
        assert answer.status == 303
        assert "Set-Cookie" not in answer.headers

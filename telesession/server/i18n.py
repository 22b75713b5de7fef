"""Languages: one gettext catalogue a language, for templates, for refusals and, as JSON, for the browser.

English is the source: a sentence is its own key. In every sentence a `{name}` is filled in, here as in `lib/i18n.js`.
"""

import gettext
import json
import re
import string
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, get_timezone_name
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from markupsafe import Markup, escape

from telesession.config import BadSettings
from telesession.server.keys import CATALOGUES
from telesession.server.places import WEB

LANGUAGE_COOKIE = "language"
SOURCE = "en"
PSEUDO = "en-XA"
MIRRORED = "en-XB"
"""The testers' languages: one with longer sentences, one that is written from right to left."""
AREAS: dict[str, Callable[[str], bool]] = {
    "pages": lambda path: path.startswith(tuple(f"web/static/js/{folder}/" for folder in ("pages", "lib", "precall"))),
    "visit": lambda path: not path.startswith(("web/templates/", "web/static/js/pages/")),
}
"""Which scripts need which sentences, by the file that says them. A visit also shows the refusals of the rules."""
DEFAULT_REGION = {"en": "en-GB", "es": "es-ES"}
"""How dates are written for readers who name a language and no country."""

_WITH_COUNTRY = re.compile(r"[a-z]{2,3}-(?:[A-Z]{2}|\d{3})")
_FIELD = re.compile(r"\{(\w+)\}")
_YEAR_AT_END = re.compile(r"(?:,|\s*'[^']*')?\s*y+\s*$")
_ACCENTS = str.maketrans("aceinouyACEINOUY", "àçéîñöûýÀÇÉÎÑÖÛÝ")
_HEBREW = str.maketrans(string.ascii_letters, 2 * "אבגדהוזחטיכלמנסעפצקרשתךםןף")
_TESTERS = {PSEUDO: "[Ṕšéûðö]", MIRRORED: "[עברי]"}


class Catalogue:
    """The sentences of one language."""

    def __init__(self, language: str, messages: Mapping[str, tuple[str, ...]], plural: Callable[[int], int]) -> None:
        locale = Locale.parse("en" if language in _TESTERS else language, sep="-")
        self.language = language
        self.native_name = _TESTERS.get(language) or (locale.get_display_name() or language).capitalize()
        self.direction: str = "rtl" if language == MIRRORED else locale.text_direction
        self._messages = messages
        self._plural = plural

    def gettext(self, text: str) -> str:
        """The sentence in this language; the English one where nobody has translated it yet."""
        return self._messages.get(text, (text,))[0]

    def ngettext(self, one: str, other: str, count: int) -> str:
        """The form of the sentence that goes with `count`."""
        forms = self._messages.get(one)
        if forms is None:
            return one if count == 1 else other
        return forms[min(self._plural(count), len(forms) - 1)]

    def subset(self, texts: Sequence[str]) -> dict[str, str | list[str]]:
        """The translations of `texts` alone, in the shape that `lib/i18n.js` reads."""
        found = {text: self._messages[text] for text in texts if text in self._messages}
        return {text: forms[0] if len(forms) == 1 else list(forms) for text, forms in found.items()}


class Reader:
    """Who reads a page: their language, and the country's way to write dates."""

    def __init__(self, catalogue: Catalogue, tag: str) -> None:
        self.catalogue = catalogue
        self.language = catalogue.language
        self.direction = catalogue.direction
        self.tag = tag
        """BCP 47, for `<html lang>` and Intl."""
        self._locale = Locale.parse(tag if catalogue.language not in _TESTERS else "en-GB", sep="-")

    def sentence(self, text: str, **values: object) -> str:
        """The sentence with `values` filled in. Markup-safe: what is filled in is escaped."""
        return fill(self.catalogue.gettext(text), values)

    def plural(self, one: str, other: str, count: int, **values: object) -> str:
        """The sentence that goes with `count`, which it may name as `{count}`."""
        return fill(self.catalogue.ngettext(one, other, count), {"count": count, **values})

    def words(self, text: str, **values: object) -> str:
        """The sentence with `values` filled in, for plain text: nothing is escaped."""
        return fill_plain(self.catalogue.gettext(text), values)

    def plural_words(self, one: str, other: str, count: int, **values: object) -> str:
        """The sentence that goes with `count`, for plain text."""
        return fill_plain(self.catalogue.ngettext(one, other, count), {"count": count, **values})

    def day(self, at: datetime, zone: str) -> str:
        """Such as "Monday 23 November 2026"."""
        return format_date(at.astimezone(ZoneInfo(zone)).date(), "full", locale=self._locale)

    def date(self, on: date, form: str = "full") -> str:
        """A day of the calendar: "full" such as "Monday 23 November 2026", "EEE d MMM" such as "Mon 23 Nov"."""
        return format_date(on, form, locale=self._locale)

    def time(self, at: datetime, zone: str) -> str:
        """Such as "14:30" or "2:30 PM", as people there write it."""
        return format_time(at.astimezone(ZoneInfo(zone)), "short", locale=self._locale)

    def weekday(self, at: datetime, zone: str) -> str:
        """Such as "Tuesday 1 December": the day where the year goes without saying."""
        pattern = _YEAR_AT_END.sub("", str(self._locale.date_formats["full"].pattern))
        day = format_date(at.astimezone(ZoneInfo(zone)).date(), pattern, locale=self._locale)
        return day.replace(",", "", 1) if self.tag == "en-GB" else day

    def short_day(self, at: datetime, zone: str) -> str:
        """Such as "Tue 1 Dec", where every letter costs."""
        return format_skeleton("MMMEd", at.astimezone(ZoneInfo(zone)), locale=self._locale)

    def hour(self, at: datetime, zone: str) -> str:
        """Such as "10am" or "5:30pm" in English, as one says it; elsewhere as one writes it."""
        if self._locale.language != "en":
            return self.time(at, zone)
        return format_time(at.astimezone(ZoneInfo(zone)), "h:mma", locale=self._locale).lower().replace(":00", "")

    def zone(self, at: datetime, zone: str) -> str:
        """The time zone's own name, such as "Central European Standard Time"."""
        return get_timezone_name(at.astimezone(ZoneInfo(zone)), locale=self._locale)


class Catalogues:
    """All languages that are offered; the first is for readers whose language is not."""

    def __init__(self, catalogues: Sequence[Catalogue], browser_texts: Mapping[str, Sequence[str]]) -> None:
        self.offered = tuple(catalogues)
        self._by_language = {catalogue.language: catalogue for catalogue in catalogues}
        self._browser_texts = browser_texts

    @classmethod
    def load(cls, folder: Path = WEB / "locale", languages: Sequence[str] = (), pseudo: bool = False) -> "Catalogues":
        """Read the catalogues of `folder`; `languages` chooses and orders them, `pseudo` adds those of the testers."""
        template = _read(folder / "messages.pot")
        found = {SOURCE: Catalogue(SOURCE, {}, lambda count: int(count != 1))}
        for path in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
            language = path.parent.parent.name.replace("_", "-")
            found[language] = _translated(language, _read(path))
        unknown = [language for language in languages if language not in found]
        if unknown:
            raise BadSettings(f"No translation for {unknown[0]!r}; there is: {', '.join(found)}.")
        chosen = [found[language] for language in languages or found]
        if pseudo:
            chosen.extend((_testers(PSEUDO, template, longer), _testers(MIRRORED, template, mirrored)))
        return cls(chosen, {area: _texts(template, is_said) for area, is_said in AREAS.items()})

    def offers(self, language: str) -> bool:
        """Readers may choose this language."""
        return language in self._by_language

    def choose(self, chosen: str | None, accept_language: str) -> Reader:
        """The reader's language: what they chose before, else the best that their browser asks for."""
        wanted = _wanted(accept_language)
        for tag in ([chosen] if chosen else []) + wanted:
            catalogue = self._by_language.get(tag) or self._by_language.get(tag.split("-")[0])
            if catalogue is not None:
                return Reader(catalogue, _regional(catalogue.language, wanted))
        return Reader(self.offered[0], _regional(self.offered[0].language, wanted))

    def files(self) -> dict[str, bytes]:
        """The browser's catalogues, as static files by name. English needs none."""
        return {
            catalogue_file(catalogue.language, area): json.dumps(
                catalogue.subset(texts), ensure_ascii=False, sort_keys=True
            ).encode()
            for catalogue in self.offered
            if catalogue.language != SOURCE
            for area, texts in self._browser_texts.items()
        }


def catalogue_file(language: str, area: str) -> str:
    """Name of the static file with the sentences that scripts of `area` say, in `language`."""
    return f"locale/{language}.{area}.json"


def reader_of(request: web.Request) -> Reader:
    """Who reads the answer to this request."""
    catalogues = request.app[CATALOGUES]
    return catalogues.choose(request.cookies.get(LANGUAGE_COOKIE), request.headers.get("Accept-Language", ""))


def fill(text: str, values: Mapping[str, object]) -> Markup:
    """`text` with each `{name}` replaced by its value; everything is escaped, so the result may stand in a page."""
    return Markup(_FIELD.sub(lambda field: str(escape(values.get(field[1], field[0]))), str(escape(text))))  # noqa: S704


def fill_plain(text: str, values: Mapping[str, object]) -> str:
    """`text` with each `{name}` replaced by its value, as it is: not for pages."""
    return _FIELD.sub(lambda field: str(values.get(field[1], field[0])), text)


def longer(text: str) -> str:
    """The sentence as the testers' language has it: accented, 40 % longer, in brackets, its fields untouched."""
    return f"[{_in_letters(text, _ACCENTS)}{' ·' * max(1, len(text) // 5)}]"


def mirrored(text: str) -> str:
    """The sentence in letters that are written from right to left, its fields untouched."""
    return _in_letters(text, _HEBREW)


def _in_letters(text: str, letters: Mapping[int, int]) -> str:
    parts = re.split(r"(\{\w+\})", text)
    return "".join(part if part.startswith("{") else part.translate(letters) for part in parts)


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def _translated(language: str, catalog: Catalog) -> Catalogue:
    messages = {_key(message): _forms(message) for message in catalog if message.id and not message.fuzzy}
    complete = {text: forms for text, forms in messages.items() if all(forms)}
    return Catalogue(language, complete, gettext.c2py(catalog.plural_expr))


def _testers(language: str, template: Catalog, say: Callable[[str], str]) -> Catalogue:
    ids = [(message.id,) if isinstance(message.id, str) else tuple(message.id) for message in template if message.id]
    return Catalogue(language, {texts[0]: tuple(map(say, texts)) for texts in ids}, lambda count: int(count != 1))


def _texts(template: Catalog, is_said: Callable[[str], bool]) -> list[str]:
    return [_key(message) for message in template if message.id and any(is_said(path) for path, _ in message.locations)]


def _wanted(accept_language: str) -> list[str]:
    """The tags of an Accept-Language header (RFC 9110 section 12.5.4), best first."""
    ranked: list[tuple[float, str]] = []
    for part in accept_language[:256].split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            ranked.append((-float(quality or 1), tag.strip()))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(ranked, key=lambda one: one[0]) if tag and weight < 0]


def _regional(language: str, wanted: Sequence[str]) -> str:
    """`language` with the country that the browser names beside it, so that dates look as they do there."""
    for tag in wanted:
        if _WITH_COUNTRY.fullmatch(tag) and tag.split("-")[0] == language and _is_known(tag):
            return tag
    return DEFAULT_REGION.get(language, language)


def _is_known(tag: str) -> bool:
    try:
        return Locale.parse(tag, sep="-") is not None
    except (UnknownLocaleError, ValueError):
        return False

"""Pages: Jinja2 on a short leash. A missing variable is an error, everything is escaped, sentences are translated."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web
from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

from telesession.config import Settings
from telesession.domain.sessions import IDLE
from telesession.server.i18n import SOURCE, Catalogues, catalogue_file, reader_of
from telesession.server.keys import NONCE, NOW, STAFF
from telesession.server.places import WEB
from telesession.server.static import StaticFiles


class Compiled(BytecodeCache):
    """Compiles each template once a process, however often the service is built in it."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was compiled from the same text, if it was."""
        if kept := self._kept.get(bucket.key):
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


class Templates:
    """All pages of the service."""

    def __init__(
        self, settings: Settings, static: StaticFiles, catalogues: Catalogues, folder: Path = WEB / "templates"
    ) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            bytecode_cache=COMPILED,
        )
        self._environment.filters.update(script_json=script_json, bdi=bdi)
        self._environment.globals.update(
            clinic_name=settings.clinic_name,
            clinic_phone=settings.clinic_phone,
            clinic_zone=settings.time_zone,
            languages=catalogues.offered,
            url=static.url,
            preloads=static.preloads,
            minutes_until=minutes_until,
            days_until=days_until,
            idle_s=round(IDLE.total_seconds()),
        )
        self._static = static

    def render(self, request: web.Request, name: str, context: Mapping[str, object], status: int = 200) -> web.Response:
        """The page `name` for whoever asks, in their language. `context` may not be kept: nothing here is cached."""
        reader = reader_of(request)
        area = "visit" if name.startswith("visit/") else "pages"
        catalogue = "" if reader.language == SOURCE else self._static.url(catalogue_file(reader.language, area))
        page = self._environment.get_template(name).render(
            context,
            _=reader.sentence,
            n=reader.plural,
            reader=reader,
            catalogue=catalogue,
            nonce=request[NONCE],
            here=request.path,
            staff=request.get(STAFF),
            now=request.app[NOW],
        )
        response = web.Response(text=page, content_type="text/html", status=status)
        # No page repeats what a stranger could make it say, so its compressed size tells nothing (BREACH).
        response.enable_compression()
        return response


def minutes_until(at: datetime, now: datetime) -> int:
    """Whole minutes from `now`, a begun one counts; negative once `at` is past."""
    return -int((now - at).total_seconds() // 60)


def days_until(at: datetime, now: datetime, zone: str) -> int:
    """Dates from the one of `now` to the one of `at` on a calendar in `zone`: tomorrow is 1, however late it is."""
    there = ZoneInfo(zone)
    return (at.astimezone(there).date() - now.astimezone(there).date()).days


def script_json(value: object) -> Markup:
    """`value` as JSON that may stand inside `<script type="application/json">`: nothing in it can end the element."""
    return Markup(json.dumps(value, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704


def bdi(name: str) -> Markup:
    """Somebody's name, kept apart from the direction of the writing around it."""
    return Markup("<bdi>{}</bdi>").format(escape(name))

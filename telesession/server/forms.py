"""Forms of pages: what was typed, and the same page again with a sentence beside the field that is wrong."""

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from datetime import date, datetime

from aiohttp import web

from telesession.domain.errors import Refused
from telesession.server.keys import TEMPLATES
from telesession.server.problems import STATUS_OF_REFUSAL

LONGEST = 5_000
_WHOLE = re.compile(r"-?[0-9]{1,9}")

YEARS = range(1800, 2200)
"""What any clock can show in any time zone, a day before and a week after; nobody was born or is treated beyond."""


def day_of(text: str) -> date:
    """A day as a browser's own field gives it, 2026-12-01; raises `ValueError`."""
    on = date.fromisoformat(text)
    if on.year not in YEARS:
        raise ValueError("no day that anybody can mean")
    return on


class Form:
    """The fields of one posted form. Reading a bad one raises `Refused`, whose code says which field it was."""

    def __init__(self, typed: Mapping[str, str]) -> None:
        self.typed = dict(typed)

    @classmethod
    async def of(cls, request: web.Request) -> "Form":
        """The form that came with `request`."""
        posted = await request.post()
        return cls({name: value[:LONGEST] for name, value in posted.items() if isinstance(value, str)})

    def text(self, name: str) -> str:
        """What was typed, without spaces around it; empty when nothing was."""
        return self.typed.get(name, "").strip()

    def is_ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return name in self.typed

    def whole(self, name: str) -> int:
        """A whole number; raises `Refused`."""
        if not _WHOLE.fullmatch(self.text(name)):
            raise Refused(f"{name}_wrong", "Please enter a number.")
        return int(self.text(name))

    def day(self, name: str) -> date:
        """A date as the browser's own field gives it, 2026-12-01; raises `Refused`."""
        try:
            return day_of(self.text(name))
        except ValueError:
            raise Refused(f"{name}_wrong", "Please choose a day.") from None

    def optional_day(self, name: str) -> date | None:
        """A date, or None when nothing was typed; raises `Refused`."""
        return self.day(name) if self.text(name) else None

    def clock(self, day: str, time: str) -> datetime:
        """What a clock on the wall shows, of two fields: no time zone; raises `Refused`."""
        on = self.day(day)
        try:
            return datetime.fromisoformat(f"{on}T{self.text(time)}").replace(tzinfo=None)
        except ValueError:
            raise Refused(f"{time}_wrong", "Please choose a time.") from None

    def once(self, by: str) -> str:
        """Names this very form as `by` filled it in: the same when it is sent twice. Empty: it cannot be told.

        What is changed makes it another, so that going back and booking for somebody else books once more.
        """
        if not self.text("once"):
            return ""
        return hashlib.sha256(json.dumps([by, *sorted(self.typed.items())]).encode()).hexdigest()


def fresh_once() -> str:
    """What a form carries that does something new each time it is asked for."""
    return secrets.token_urlsafe(16)


class Problem:
    """Why a form was not taken: the sentence, and the field it stands beside."""

    def __init__(self, no: Refused, fields: Mapping[str, str], default: str) -> None:
        self.text = no.text
        self.code = no.code
        prefix = next((prefix for prefix in fields if no.code.startswith(prefix)), "")
        self.field = fields.get(prefix, default)


async def typed(request: web.Request, *names: str) -> dict[str, str]:
    """The fields of the form that was sent; one that is missing is empty."""
    form = await Form.of(request)
    return {name: form.typed.get(name, "") for name in names}


def answer(
    request: web.Request, page: str, context: Mapping[str, object], no: Refused | None = None, status: int = 200
) -> web.Response:
    """The page `page`; with `no` it says so, beside the field whose name begins the refusal's code."""
    if no is not None:
        status = STATUS_OF_REFUSAL.get(no.code, 422)
    return request.app[TEMPLATES].render(request, page, {**context, "error": no}, status=status)


def see_other(path: str) -> web.Response:
    """Go on at another page, which a reload asks for and not for this form again."""
    return web.Response(status=303, headers={"Location": path})

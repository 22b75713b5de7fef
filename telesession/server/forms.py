"""What people typed into a form, read field by field. What is wrong is said beside its field, and nothing is lost."""

from collections.abc import Mapping
from datetime import date, datetime

from aiohttp import web

from telesession.domain.errors import Refused

LONGEST = 5_000


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
        try:
            return int(self.text(name))
        except ValueError:
            raise Refused(f"{name}_wrong", "Please enter a number.") from None

    def day(self, name: str) -> date:
        """A date as the browser's own field gives it, 2026-12-01; raises `Refused`."""
        try:
            return date.fromisoformat(self.text(name))
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


class Problem:
    """Why a form was not taken: the sentence, and the field it stands beside."""

    def __init__(self, no: Refused, fields: Mapping[str, str], default: str) -> None:
        self.text = no.text
        self.code = no.code
        prefix = next((prefix for prefix in fields if no.code.startswith(prefix)), "")
        self.field = fields.get(prefix, default)

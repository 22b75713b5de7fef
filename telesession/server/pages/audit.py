"""The record of access, for administrators: who did what, and whether nobody changed the record."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from telesession.domain.audit import Action
from telesession.server.actors import actor_of
from telesession.server.forms import Form
from telesession.server.keys import ACCOUNTS, AUDIT, SETTINGS, TEMPLATES
from telesession.services.audit import MOST
from telesession.store.audit import Filter


async def show(request: web.Request) -> web.Response:
    """The newest lines, or those that `?actor=`, `?action=`, `?subject=`, `?since=` and `?until=` choose."""
    form = Form({name: value[:128] for name, value in request.query.items()})
    zone = request.app[SETTINGS].time_zone
    lines = await request.app[AUDIT].read(actor_of(request), _wanted(form, zone))
    verdict = await request.app[AUDIT].verify()
    accounts = await request.app[ACCOUNTS].list_all()
    return request.app[TEMPLATES].render(
        request,
        "audit/show.html",
        {
            "typed": form,
            "lines": lines,
            "names": {str(one.staff.id): one.staff.name for one in accounts},
            "verdict": verdict,
            "older": lines[-1].line.seq if len(lines) == MOST else None,
            "actions": [("", "-"), *((action.value, action.value) for action in Action)],
            "zone": zone,
            "at_zone": ZoneInfo(zone),
        },
    )


def _wanted(form: Form, zone: str) -> Filter:
    before = form.text("before")
    until = _midnight(form, "until", zone)
    return Filter(
        actor=form.text("actor"),
        action=form.text("action"),
        subject=form.text("subject"),
        since=_midnight(form, "since", zone),
        until=None if until is None else until + timedelta(days=1),
        before=int(before) if before.isdecimal() and len(before) < 16 else None,
    )


def _midnight(form: Form, name: str, zone: str) -> datetime | None:
    """When the day that was chosen begins at the clinic."""
    day = form.optional_day(name)
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))

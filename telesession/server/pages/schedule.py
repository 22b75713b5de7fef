"""The clinic's day and week: who comes when, who waits, who is in. It stays true by itself while it is open."""

import asyncio
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web
from msgspec import Struct

from telesession.domain.attendance import Slot, SlotState
from telesession.domain.errors import Refused
from telesession.domain.series import moment
from telesession.domain.staff import StaffRole
from telesession.domain.webhooks import Webhook
from telesession.server.forms import day_of
from telesession.server.keys import (
    CHANGES,
    DRAINING,
    EMERGENCIES,
    NOTIFICATIONS,
    NOW,
    SCHEDULING,
    SESSION,
    SESSIONS,
    SETTINGS,
    STAFF,
    TEMPLATES,
    VIRTUAL_PATIENT,
    WEBHOOKS,
)
from telesession.server.steps import steps_of

DAYS = 7
AROUND = timedelta(hours=12)
"""Nobody waits for an appointment that is further away."""


class Day(Struct, frozen=True):
    """One day of the week on the schedule."""

    on: date
    is_today: bool
    slots: list[Slot]


async def show(request: web.Request) -> web.Response:
    """The week in which `?day=` lies, today's unless told; `?whose=all` shows everybody's to therapists too."""
    zone = ZoneInfo(request.app[SETTINGS].time_zone)
    today = request.app[NOW]().astimezone(zone).date()
    chosen = _chosen(request, today)
    monday = chosen - timedelta(days=chosen.weekday())
    is_own = _is_own(request)
    begin, end = _midnight(monday, zone), _midnight(monday + timedelta(days=DAYS), zone)
    slots = await request.app[SCHEDULING].slots(begin, end)
    shown = [slot for slot in slots if not is_own or _is_theirs(request, slot)]
    week = [_day(monday + timedelta(days=number), today, shown, zone) for number in range(DAYS)]
    waiting = await _queue(request)
    return request.app[TEMPLATES].render(
        request,
        "schedule/show.html",
        {
            "chosen": chosen,
            "today": today,
            "monday": monday,
            "week": week,
            "waiting": waiting,
            "for_staff": await request.app[NOTIFICATIONS].count_for_staff(),
            "is_own": is_own,
            "may_choose": request[STAFF].role is StaffRole.THERAPIST,
            "zone": str(zone),
            "steps": await steps_of(request),
            "silenced": await _silenced(request),
            "unseen": await _unseen(request),
            "one_day": timedelta(days=1),
            "has_virtual_patient": VIRTUAL_PATIENT in request.app,
        },
    )


async def changes(request: web.Request) -> web.StreamResponse:
    """A stream of events (HTML Living Standard, server-sent events), one whenever a schedule shows something else: how
    many wait. It goes on when its session is left alone, since a number names nobody; it ends with the session.
    """
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
    await response.prepare(request)
    draining = request.app[DRAINING]
    with request.app[CHANGES].listening() as changed, suppress(ConnectionResetError):  # every page is closed some day
        while not draining.is_set() and await request.app[SESSIONS].look_at(request[SESSION].id) is not None:
            is_news = await _is_set(changed, request.app[CHANGES].beat_s)
            await response.write(b"data: %d\n\n" % len(await _queue(request)) if is_news else b": still here\n\n")
    return response


async def _unseen(request: web.Request) -> int:
    """How often others used emergency access and no administrator has looked yet."""
    if request[STAFF].role is not StaffRole.ADMINISTRATOR:
        return 0
    return await request.app[EMERGENCIES].count_unseen(request[STAFF].id)


async def _silenced(request: web.Request) -> list[Webhook]:
    """Webhooks that nothing is sent to any more: an administrator has to know, nobody else can do anything."""
    if request[STAFF].role is not StaffRole.ADMINISTRATOR:
        return []
    return [one for one in await request.app[WEBHOOKS].list_all() if one.disabled_at is not None]


async def _is_set(changed: asyncio.Event, beat_s: float) -> bool:
    """Whether it was set within a beat; it is clear again then."""
    try:
        async with asyncio.timeout(beat_s):
            await changed.wait()
    except TimeoutError:
        return False
    changed.clear()
    return True


def _day(on: date, today: date, slots: list[Slot], zone: ZoneInfo) -> Day:
    """What begins on a day of the clinic's calendar."""
    return Day(on, on == today, [slot for slot in slots if slot.appointment.starts_at.astimezone(zone).date() == on])


def _midnight(on: date, zone: ZoneInfo) -> datetime:
    return moment(datetime.combine(on, time()), zone.key)


async def _queue(request: web.Request) -> list[Slot]:
    """Whoever of those that one sees waits now, whatever day is shown; the longest first."""
    now, is_own = request.app[NOW](), _is_own(request)
    slots = await request.app[SCHEDULING].slots(now - AROUND, now + AROUND)
    seen = [slot for slot in slots if not is_own or _is_theirs(request, slot)]
    waiting = [slot for slot in seen if slot.state is SlotState.WAITING and slot.since is not None]
    return sorted(waiting, key=lambda slot: slot.since or now)


def _chosen(request: web.Request, today: date) -> date:
    text = request.query.get("day", "")
    try:
        return day_of(text) if text else today
    except ValueError:
        raise Refused("day_wrong", "This is not a day.") from None


def _is_own(request: web.Request) -> bool:
    """Therapists see their own appointments unless they ask for all; the front desk always sees all."""
    return request[STAFF].role is StaffRole.THERAPIST and request.query.get("whose") != "all"


def _is_theirs(request: web.Request, slot: Slot) -> bool:
    return slot.appointment.therapist == request[STAFF].id

"""The only place that builds the parts and joins them; everything else gets what it needs handed in."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

from aiohttp import web

from telesession import logs, master_keys
from telesession.clock import utc_now
from telesession.config import Settings
from telesession.live import doors
from telesession.live.ice import Ice
from telesession.live.rooms import Rooms
from telesession.server import middlewares, routes, socket
from telesession.server.api import entry
from telesession.server.changes import Changes
from telesession.server.i18n import Catalogues
from telesession.server.keys import (
    API_KEYS,
    ARRIVALS,
    CATALOGUES,
    CHANGES,
    CLIPS,
    DATABASE,
    DRAINING,
    IDEMPOTENCY,
    INVITATIONS,
    LISTING,
    LOG,
    NOW,
    PATIENTS,
    REQUESTS,
    ROOMS,
    SCHEDULING,
    SETTINGS,
    SOCKETS,
    STATIC,
    TEMPLATES,
)
from telesession.server.rate import Rates
from telesession.server.static import StaticFiles
from telesession.server.templates import Templates
from telesession.services.api_keys import ApiKeys
from telesession.services.arrivals import Arrivals
from telesession.services.clips import Clips
from telesession.services.exercises import Library
from telesession.services.idempotency import Idempotency
from telesession.services.invitations import Invitations
from telesession.services.listing import Listing
from telesession.services.patients import Patients
from telesession.services.scheduling import Scheduling
from telesession.store.database import Database
from telesession.store.visit_log import VisitLog


def build(
    settings: Settings,
    *,
    now: Callable[[], datetime] = utc_now,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> web.Application:
    """The whole service, not started yet. `settings.public_url` must be final: links are made from it."""
    app = web.Application(
        middlewares=[middlewares.record, middlewares.explain, middlewares.guard, entry.admit],
        client_max_size=middlewares.MAX_BODY_BYTES,
    )
    app[SETTINGS] = settings
    app[NOW] = now
    app[DRAINING] = asyncio.Event()
    app[DATABASE] = database = Database(settings.database, master_keys.load_or_make(settings.master_keys))
    app[SCHEDULING] = Scheduling(database, now, random_bytes)
    app[ARRIVALS] = Arrivals(database, now)
    app[PATIENTS] = Patients(database, now, random_bytes)
    app[CHANGES] = Changes(app[SCHEDULING].last_noted)
    app[INVITATIONS] = Invitations(database, now, random_bytes)
    app[CLIPS] = Clips(database, now, random_bytes, settings.data_dir / "clips")
    _add_api(app, random_bytes)
    app[LOG] = VisitLog(database)
    library = Library.load()
    app[ROOMS] = Rooms(
        app[LOG], now, ice_of(settings), app[SCHEDULING].note_attendance, library.find, app[CLIPS].in_visit
    )
    app[SOCKETS] = Rates(socket.SOCKETS_PER_S, socket.SOCKETS_AT_ONCE)
    app[CATALOGUES] = catalogues = Catalogues.load(languages=settings.languages, pseudo=settings.debug)
    app[STATIC] = static = StaticFiles(extra={**catalogues.files(), **library.files()})
    app[TEMPLATES] = Templates(settings, static, catalogues)
    app.on_response_prepare.append(middlewares.add_headers)
    app.cleanup_ctx.append(_store)
    app.cleanup_ctx.append(_clips)
    app.cleanup_ctx.append(_doors)
    app.cleanup_ctx.append(_changes)
    routes.install(app)
    return app


def _add_api(app: web.Application, random_bytes: Callable[[int], bytes]) -> None:
    app[API_KEYS] = ApiKeys(app[DATABASE], app[NOW], random_bytes)
    app[IDEMPOTENCY] = Idempotency(app[DATABASE], app[NOW])
    app[LISTING] = Listing(app[DATABASE])
    app[REQUESTS] = Rates(entry.REQUESTS_PER_S, entry.REQUESTS_AT_ONCE)


def ice_of(settings: Settings) -> Ice:
    """The STUN and TURN servers that the operator chose."""
    return Ice(
        stun_urls=settings.stun_urls,
        turn_urls=settings.turn_urls,
        turn_secret=settings.turn_secret,
        turn_ttl_s=settings.turn_ttl_s,
        is_relay_only=settings.ice_relay_only,
    )


async def _store(app: web.Application) -> AsyncIterator[None]:
    yield
    await app[LOG].close()
    await app[DATABASE].close()


async def _clips(app: web.Application) -> AsyncIterator[None]:
    preparing = asyncio.create_task(app[CLIPS].run(), name="clips")
    preparing.add_done_callback(_report_death)
    yield
    preparing.cancel()
    await asyncio.wait([preparing])


async def _doors(app: web.Application) -> AsyncIterator[None]:
    watching = asyncio.create_task(doors.watch(app[ROOMS], app[INVITATIONS].list_shut_out), name="doors")
    watching.add_done_callback(_report_death)
    yield
    watching.cancel()
    await asyncio.wait([watching])  # else it would leave its question to the database unanswered


async def _changes(app: web.Application) -> AsyncIterator[None]:
    watching = asyncio.create_task(app[CHANGES].run(), name="changes")
    watching.add_done_callback(_report_death)
    yield
    watching.cancel()
    await asyncio.wait([watching])


def _report_death(task: asyncio.Task[Any]) -> None:
    """What should run for ever and ends by itself is our own mistake, and somebody has to know that it is gone."""
    if not task.cancelled() and (error := task.exception()) is not None:
        logs.get().error(f"{task.get_name()}_ended", error=type(error).__name__, where=logs.where(error))

"""The only place that builds the parts and joins them; everything else gets what it needs handed in."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from aiohttp import web

from telesession import logs, master_keys
from telesession.clock import utc_now
from telesession.config import Settings
from telesession.domain.notifications import Channel
from telesession.domain.precall import Thresholds
from telesession.live import absences, doors, endings
from telesession.live.absences import Absences
from telesession.live.ice import Ice
from telesession.live.ports import NoStudio
from telesession.live.rooms import Rooms
from telesession.live.studio import Recorders, Studio
from telesession.media import reel_files
from telesession.media.check import CheckPeers
from telesession.post.caller import Caller
from telesession.post.port import Post
from telesession.server import denials, gate, middlewares, routes, seat_cookie, socket
from telesession.server.api import entry
from telesession.server.changes import Changes
from telesession.server.i18n import Catalogues
from telesession.server.keys import (
    ACCOUNTS,
    API_KEYS,
    ARCHIVE,
    ARRIVALS,
    AUDIT,
    CATALOGUES,
    CHANGES,
    CLIPS,
    CONSENTS,
    DATABASE,
    DENIALS,
    DRAINING,
    EMERGENCIES,
    EXERCISES,
    FIRST_STEPS,
    GUESSES,
    IDEMPOTENCY,
    INVITATIONS,
    JOBS,
    KNOCKS,
    LISTING,
    LOG,
    NOTIFICATIONS,
    NOW,
    OWN_ACCOUNT,
    PASSKEYS,
    PASSWORDS,
    PATIENTS,
    PRACTISED,
    PRECALL,
    PRECALLS,
    RECORDERS,
    REQUESTS,
    RETENTION,
    ROOMS,
    SCHEDULING,
    SESSIONS,
    SETTINGS,
    SIGN_IN,
    SOCKETS,
    STATIC,
    STUDIO,
    TEMPLATES,
    WEBHOOKS,
    WELCOME,
)
from telesession.server.letters import Letters
from telesession.server.pages import join, precall
from telesession.server.rate import Rates
from telesession.server.static import StaticFiles
from telesession.server.templates import Templates
from telesession.services import announcing
from telesession.services.accounts import Accounts
from telesession.services.address_probe import authority_of
from telesession.services.alerts import JOB as ALERT
from telesession.services.alerts import Alerts
from telesession.services.announcing import Announcing
from telesession.services.api_keys import ApiKeys
from telesession.services.archive import Archive
from telesession.services.arrivals import Arrivals
from telesession.services.audit import Audit
from telesession.services.clips import Clips
from telesession.services.consents import Consents
from telesession.services.emergencies import Emergencies
from telesession.services.exercises import Library
from telesession.services.first_steps import FirstSteps
from telesession.services.idempotency import Idempotency
from telesession.services.invitations import Invitations
from telesession.services.jobs import Jobs
from telesession.services.listing import Listing
from telesession.services.notifications import Notifications
from telesession.services.own_account import OwnAccount
from telesession.services.passkeys import Passkeys
from telesession.services.passwords import Passwords
from telesession.services.patients import Patients
from telesession.services.practised import Practised
from telesession.services.precall import Precall
from telesession.services.recorders import RecorderProcesses, Way, inside
from telesession.services.recordings import Recordings
from telesession.services.retention import Retention
from telesession.services.scheduling import Scheduling
from telesession.services.sessions import Sessions
from telesession.services.sign_in import SignIn
from telesession.services.telling import JOB, Telling, channels_of
from telesession.services.webhooks import Webhooks
from telesession.services.welcome import Welcome
from telesession.store.database import Database
from telesession.store.visit_log import VisitLog


def build(
    settings: Settings,
    *,
    now: Callable[[], datetime] = utc_now,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    recorders: Recorders | None = None,
) -> web.Application:
    """The whole service, not started yet. `settings.public_url` must be final: links are made from it."""
    app = web.Application(
        middlewares=[middlewares.record, middlewares.explain, middlewares.guard, gate.admit, entry.admit],
        client_max_size=middlewares.MAX_BODY_BYTES,
    )
    app[SETTINGS] = settings
    app[NOW] = now
    app[DRAINING] = asyncio.Event()
    app[DATABASE] = database = Database(settings.database, master_keys.KeyFile(settings.master_keys))
    app[ARRIVALS] = Arrivals(database, now)
    app[PATIENTS] = Patients(database, now, random_bytes)
    app[CATALOGUES] = catalogues = _catalogues(settings.languages, pseudo=settings.debug)
    _add_planning(app, random_bytes)
    app[AUDIT] = Audit(database, now)
    app[RETENTION] = Retention(database, now, settings.data_dir, settings.periods, settings.time_zone)
    app[INVITATIONS] = Invitations(database, now, random_bytes)
    app[CLIPS] = Clips(database, now, random_bytes, settings.data_dir / "clips")
    _add_accounts(app, random_bytes)
    _add_api(app, random_bytes)
    app[LOG] = VisitLog(database)
    _add_recordings(app, random_bytes, recorders)
    app[ROOMS] = Rooms(
        app[LOG],
        now,
        ice_of(settings),
        app[SCHEDULING].note_attendance,
        _library().find,
        app[CLIPS].in_visit,
        app[STUDIO],
    )
    app[PRACTISED] = Practised(database, now, app[ROOMS].look_into, _library().find)
    _add_precall(app)
    app[GUESSES] = Rates(join.WRONG_PER_S, join.WRONG_AT_ONCE)
    app[SOCKETS] = Rates(socket.SOCKETS_PER_S, socket.SOCKETS_AT_ONCE)
    app[STATIC] = static = _static(settings.languages, pseudo=settings.debug)
    app[TEMPLATES] = Templates(settings, static, catalogues)
    app.on_response_prepare.append(middlewares.add_headers)
    app.cleanup_ctx.append(_store)
    app.cleanup_ctx.append(_recordings)
    app.cleanup_ctx.append(_passwords)
    app.cleanup_ctx.append(_clips)
    app.cleanup_ctx.append(_precall)
    app.cleanup_ctx.append(_jobs)
    app.cleanup_ctx.append(_doors)
    app.cleanup_ctx.append(_absences)
    app.cleanup_ctx.append(_endings)
    app.cleanup_ctx.append(_changes)
    app.cleanup_ctx.append(_retention)
    routes.install(app)
    return app


# These are read once a process, however often the service is built in it: that was most of what building took.


@cache
def _catalogues(languages: tuple[str, ...], *, pseudo: bool) -> Catalogues:
    return Catalogues.load(languages=languages, pseudo=pseudo)


@cache
def _library() -> Library:
    return Library.load()


@cache
def _static(languages: tuple[str, ...], *, pseudo: bool) -> StaticFiles:
    return StaticFiles(extra={**_catalogues(languages, pseudo=pseudo).files(), **_library().files()})


def _add_planning(app: web.Application, random_bytes: Callable[[int], bytes]) -> None:
    """Appointments, and everybody who is told of them."""
    settings, database, now = app[SETTINGS], app[DATABASE], app[NOW]
    app[JOBS] = jobs = Jobs(database, now, random_bytes)
    telling = Telling(now, random_bytes, jobs, channels_of(settings))
    letters, post = Letters(settings, app[CATALOGUES]), post_of(settings)
    app[NOTIFICATIONS] = Notifications(database, now, telling, letters, post)
    jobs.on(JOB, app[NOTIFICATIONS].deliver, app[NOTIFICATIONS].give_up)
    alerts = _alerts(app, letters, post.get(Channel.MAIL))
    app[SCHEDULING] = Scheduling(
        database, now, random_bytes, telling, Announcing(now, random_bytes, jobs), alerts.watch
    )
    app[CHANGES] = Changes(app[SCHEDULING].last_noted)


def _alerts(app: web.Application, letters: Letters, mail: Post | None) -> Alerts:
    settings, jobs = app[SETTINGS], app[JOBS]
    after = timedelta(minutes=settings.alert_after_min)
    alerts = Alerts(app[DATABASE], app[NOW], jobs, letters, mail, after, settings.alert_mails)
    jobs.on(ALERT, alerts.deliver)
    return alerts


def _add_accounts(app: web.Application, random_bytes: Callable[[int], bytes]) -> None:
    settings, database, now = app[SETTINGS], app[DATABASE], app[NOW]
    clinic = settings.clinic_name
    app[CONSENTS] = Consents(database, now, random_bytes)
    app[EMERGENCIES] = Emergencies(database, now, random_bytes)
    app[PASSWORDS] = passwords = Passwords()
    app[PASSKEYS] = passkeys = Passkeys(database, now, random_bytes, [settings.origin, *settings.origins], clinic)
    app[ACCOUNTS] = Accounts(database, now, random_bytes)
    app[FIRST_STEPS] = FirstSteps(database, settings.data_dir)
    app[SESSIONS] = Sessions(database, now)
    app[SIGN_IN] = SignIn(database, now, random_bytes, passwords)
    app[WELCOME] = Welcome(database, now, random_bytes, passwords, passkeys, clinic)
    app[OWN_ACCOUNT] = OwnAccount(database, now, random_bytes, passwords, clinic)
    app[DENIALS] = Rates(denials.LINES_PER_S, denials.LINES_AT_ONCE)
    app[KNOCKS] = Rates(gate.KNOCKS_PER_S, gate.KNOCKS_AT_ONCE)


def _add_api(app: web.Application, random_bytes: Callable[[int], bytes]) -> None:
    app[API_KEYS] = ApiKeys(app[DATABASE], app[NOW], random_bytes)
    app[IDEMPOTENCY] = Idempotency(app[DATABASE], app[NOW])
    app[LISTING] = Listing(app[DATABASE], app[NOW])
    app[REQUESTS] = Rates(entry.REQUESTS_PER_S, entry.REQUESTS_AT_ONCE)
    inside, jobs = app[SETTINGS].webhook_private_names, app[JOBS]
    app[WEBHOOKS] = Webhooks(app[DATABASE], app[NOW], random_bytes, jobs, Caller(inside), inside)
    jobs.on(announcing.JOB, app[WEBHOOKS].deliver, app[WEBHOOKS].give_up, announcing.AT_ONCE)


def _add_recordings(app: web.Application, random_bytes: Callable[[int], bytes], recorders: Recorders | None) -> None:
    settings, database, now = app[SETTINGS], app[DATABASE], app[NOW]
    app[EXERCISES] = _library()
    app[ARCHIVE] = Archive(database, now, settings.data_dir / reel_files.FOLDER)
    cookie = seat_cookie.name(is_https=settings.is_https)
    way = Way(settings.origin, inside(settings), cookie, authority_of(settings))
    app[RECORDERS] = RecorderProcesses(app[ARCHIVE], way)
    app[STUDIO] = NoStudio()
    if settings.recording:
        seats = Recordings(database, now, random_bytes)
        app[STUDIO] = Studio(recorders or app[RECORDERS], seats.seat, seats.note, settings.keep_recordings_days)


def _add_precall(app: web.Application) -> None:
    settings = app[SETTINGS]
    thresholds = Thresholds(settings.precall_picture_kbps, settings.precall_sound_kbps)
    at_once = settings.precall_checks
    app[PRECALL] = Precall(app[DATABASE], app[NOW], ice_of(settings), CheckPeers(), at_once, thresholds)
    app[PRECALLS] = Rates(precall.CHECKS_PER_S, precall.CHECKS_AT_ONCE)


def ice_of(settings: Settings) -> Ice:
    """The STUN and TURN servers that the operator chose."""
    return Ice(
        stun_urls=settings.stun_urls,
        turn_urls=settings.turn_urls,
        turn_secret=settings.turn_secret,
        turn_ttl_s=settings.turn_ttl_s,
        is_relay_only=settings.ice_relay_only,
    )


def post_of(settings: Settings) -> dict[Channel, Post]:
    """What sends by the channels that the operator has set up."""
    post: dict[Channel, Post] = {}
    if settings.smtp_host:
        from telesession.post.smtp import Mail, Relay  # its library takes long to load

        relay = Relay(
            settings.smtp_host,
            settings.smtp_port,
            settings.smtp_tls,
            settings.smtp_username,
            settings.smtp_password,
        )
        post[Channel.MAIL] = Mail(relay, settings.mail_from, settings.clinic_name)
    if settings.sms_url:
        from telesession.post.sms import Sms

        post[Channel.SMS] = Sms(settings.sms_url, settings.sms_token)
    return post


async def _store(app: web.Application) -> AsyncIterator[None]:
    yield
    await app[LOG].close()
    await app[DATABASE].close()


async def _recordings(app: web.Application) -> AsyncIterator[None]:
    tidying = asyncio.create_task(app[ARCHIVE].run(), name="archive")
    tidying.add_done_callback(_report_death)
    yield
    tidying.cancel()
    await asyncio.wait([tidying])
    await app[STUDIO].close()
    await app[RECORDERS].close()


async def _passwords(app: web.Application) -> AsyncIterator[None]:
    yield
    app[PASSWORDS].close()


async def _clips(app: web.Application) -> AsyncIterator[None]:
    preparing = asyncio.create_task(app[CLIPS].run(), name="clips")
    preparing.add_done_callback(_report_death)
    yield
    preparing.cancel()
    await asyncio.wait([preparing])


async def _precall(app: web.Application) -> AsyncIterator[None]:
    yield
    await app[PRECALL].peers.close()


async def _jobs(app: web.Application) -> AsyncIterator[None]:
    running = asyncio.create_task(app[JOBS].run(), name="jobs")
    running.add_done_callback(_report_death)
    yield
    running.cancel()
    await asyncio.wait([running])


async def _doors(app: web.Application) -> AsyncIterator[None]:
    looking = doors.watch(app[ROOMS], app[INVITATIONS].list_shut_out, app[NOTIFICATIONS].list_late)
    watching = asyncio.create_task(looking, name="doors")
    watching.add_done_callback(_report_death)
    yield
    watching.cancel()
    await asyncio.wait([watching])  # else it would leave its question to the database unanswered


async def _absences(app: web.Application) -> AsyncIterator[None]:
    seen = Absences(app[ROOMS], app[SCHEDULING].list_waiting, time.monotonic)
    watching = asyncio.create_task(absences.watch(seen), name="absences")
    watching.add_done_callback(_report_death)
    yield
    watching.cancel()
    await asyncio.wait([watching])


async def _endings(app: web.Application) -> AsyncIterator[None]:
    looking = asyncio.create_task(
        endings.watch(app[ROOMS], app[LOG], app[SCHEDULING].list_open_and_entered), name="endings"
    )
    looking.add_done_callback(_report_death)
    yield
    looking.cancel()
    await asyncio.wait([looking])


async def _changes(app: web.Application) -> AsyncIterator[None]:
    watching = asyncio.create_task(app[CHANGES].run(), name="changes")
    watching.add_done_callback(_report_death)
    yield
    watching.cancel()
    await asyncio.wait([watching])


async def _retention(app: web.Application) -> AsyncIterator[None]:
    sweeping = asyncio.create_task(app[RETENTION].run(), name="retention")
    sweeping.add_done_callback(_report_death)
    yield
    sweeping.cancel()
    await asyncio.wait([sweeping])


def _report_death(task: asyncio.Task[Any]) -> None:
    """What should run for ever and ends by itself is our own mistake, and somebody has to know that it is gone."""
    if not task.cancelled() and (error := task.exception()) is not None:
        logs.get().error(f"{task.get_name()}_ended", error=type(error).__name__, where=logs.where(error))

"""Where the parts of the running service are found: one typed key each, filled by `app.py` alone."""

from datetime import datetime
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, Mapping

    from telesession.config import Settings
    from telesession.domain.api_keys import ApiKey
    from telesession.domain.sessions import Session
    from telesession.domain.staff import Staff
    from telesession.live.ports import NoStudio
    from telesession.live.rooms import Rooms
    from telesession.live.studio import Studio
    from telesession.server.changes import Changes
    from telesession.server.i18n import Catalogues
    from telesession.server.rate import Rates
    from telesession.server.static import StaticFiles
    from telesession.server.templates import Templates
    from telesession.services.accounts import Accounts
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
    from telesession.services.recorders import RecorderProcesses
    from telesession.services.retention import Retention
    from telesession.services.scheduling import Scheduling
    from telesession.services.sessions import Sessions
    from telesession.services.sign_in import SignIn
    from telesession.services.webhooks import Webhooks
    from telesession.services.welcome import Welcome
    from telesession.store.database import Database
    from telesession.store.visit_log import VisitLog

SETTINGS: web.AppKey["Settings"] = web.AppKey("settings")
DATABASE: web.AppKey["Database"] = web.AppKey("database")
SCHEDULING: web.AppKey["Scheduling"] = web.AppKey("scheduling")
PATIENTS: web.AppKey["Patients"] = web.AppKey("patients")
ARRIVALS: web.AppKey["Arrivals"] = web.AppKey("arrivals")
AUDIT: web.AppKey["Audit"] = web.AppKey("audit")
CHANGES: web.AppKey["Changes"] = web.AppKey("changes")
CONSENTS: web.AppKey["Consents"] = web.AppKey("consents")
EMERGENCIES: web.AppKey["Emergencies"] = web.AppKey("emergencies")
INVITATIONS: web.AppKey["Invitations"] = web.AppKey("invitations")
ACCOUNTS: web.AppKey["Accounts"] = web.AppKey("accounts")
FIRST_STEPS: web.AppKey["FirstSteps"] = web.AppKey("first_steps")
OWN_ACCOUNT: web.AppKey["OwnAccount"] = web.AppKey("own_account")
PASSKEYS: web.AppKey["Passkeys"] = web.AppKey("passkeys")
PASSWORDS: web.AppKey["Passwords"] = web.AppKey("passwords")
SESSIONS: web.AppKey["Sessions"] = web.AppKey("sessions")
SIGN_IN: web.AppKey["SignIn"] = web.AppKey("sign_in")
WELCOME: web.AppKey["Welcome"] = web.AppKey("welcome")
KNOCKS: web.AppKey["Rates"] = web.AppKey("knocks")
"""How often each network may come to the doors at which one could guess."""
JOBS: web.AppKey["Jobs"] = web.AppKey("jobs")
NOTIFICATIONS: web.AppKey["Notifications"] = web.AppKey("notifications")
CLIPS: web.AppKey["Clips"] = web.AppKey("clips")
RECORDERS: web.AppKey["RecorderProcesses"] = web.AppKey("recorders")
ARCHIVE: web.AppKey["Archive"] = web.AppKey("archive")
EXERCISES: web.AppKey["Library"] = web.AppKey("exercises")
PRECALL: web.AppKey["Precall"] = web.AppKey("precall")
PRECALLS: web.AppKey["Rates"] = web.AppKey("precalls")
"""How often the line of each visit may be tested."""
RETENTION: web.AppKey["Retention"] = web.AppKey("retention")
LOG: web.AppKey["VisitLog"] = web.AppKey("log")
ROOMS: web.AppKey["Rooms"] = web.AppKey("rooms")
STUDIO: web.AppKey["Studio | NoStudio"] = web.AppKey("studio")
PRACTISED: web.AppKey["Practised"] = web.AppKey("practised")
SOCKETS: web.AppKey["Rates"] = web.AppKey("sockets")
"""How often each seat may open a socket."""
GUESSES: web.AppKey["Rates"] = web.AppKey("guesses")
"""How often each network may be wrong about a link or a code."""
TEMPLATES: web.AppKey["Templates"] = web.AppKey("templates")
STATIC: web.AppKey["StaticFiles"] = web.AppKey("static")
CATALOGUES: web.AppKey["Catalogues"] = web.AppKey("catalogues")
DRAINING: web.AppKey["asyncio.Event"] = web.AppKey("draining")
"""Set once the process is told to stop: it still serves who is here and wants no new visitors."""
AUTHORITY: web.AppKey[bytes] = web.AppKey("authority", bytes)
"""Only in a demo on the local network: the certificate of its authority, for phones to trust."""
DEMO_LINKS: web.AppKey["Mapping[str, str]"] = web.AppKey("demo_links")
"""Only in a demo: the full links of its `therapist` and its `patient`, shown on the first page."""
VIRTUAL_PATIENT: web.AppKey["Callable[[], Awaitable[str]]"] = web.AppKey("virtual_patient")
"""Only in a demo: sends a virtual patient to a visit, and gives the therapist's link to it."""
NOW: web.AppKey["Callable[[], datetime]"] = web.AppKey("now")

API_KEYS: web.AppKey["ApiKeys"] = web.AppKey("api_keys")
IDEMPOTENCY: web.AppKey["Idempotency"] = web.AppKey("idempotency")
LISTING: web.AppKey["Listing"] = web.AppKey("listing")
WEBHOOKS: web.AppKey["Webhooks"] = web.AppKey("webhooks")
DENIALS: web.AppKey["Rates"] = web.AppKey("denials")
"""How many lines of the audit each network may cause by being turned away."""
REQUESTS: web.AppKey["Rates"] = web.AppKey("requests")
"""How often each key of other software may ask."""

API_KEY: web.RequestKey["ApiKey"] = web.RequestKey("api_key")
"""Which software asks; there behind every door of the API."""
STAFF: web.RequestKey["Staff"] = web.RequestKey("staff")
"""Who is signed in; there behind every door whose policy asks for staff."""
SESSION: web.RequestKey["Session"] = web.RequestKey("session")
"""By which login session they are here; there with `STAFF`."""
NONCE: web.RequestKey[str] = web.RequestKey("nonce", str)
"""What a page's `<script nonce>` must repeat; fresh for every answer."""
REQUEST_ID: web.RequestKey[str] = web.RequestKey("request_id", str)
"""Shown on error pages and written in the log, so that the two can be brought together."""

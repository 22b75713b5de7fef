"""Every URL of the service in one table, and what each of them asks of whoever comes."""

from collections.abc import Awaitable, Callable
from enum import StrEnum

from aiohttp import web
from msgspec import Struct

from telesession.domain.api_keys import Scope
from telesession.server import health, socket, static
from telesession.server.api import reference
from telesession.server.api.operations import OPERATIONS
from telesession.server.pages import (
    account,
    appointments,
    arrival,
    audit,
    authenticator,
    ca,
    clips,
    code,
    emergencies,
    guests,
    home,
    join,
    language,
    outbox,
    patients,
    practised,
    precall,
    recordings,
    rehearsal,
    schedule,
    setup,
    sign_in,
    staff,
    virtual_patient,
    visit,
    webhooks,
    welcome,
)


class Policy(StrEnum):
    """Whom a door lets through. There is no default: a door without a policy cannot be written."""

    ANYONE = "anyone"
    LINK = "link"
    """Whoever has the link: the secret in the URL is the authority."""
    SEAT = "seat"
    """The browser that holds the seat in the URL."""
    STAFF = "staff"
    """Whoever is signed in."""
    CARE = "care"
    """Therapists and administrators."""
    ADMINISTRATOR = "administrator"
    API = "api"
    """Other software, by a key that has the door's scope."""


class Door(Struct, frozen=True):
    """One URL, what answers there, and for whom."""

    method: str
    path: str
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    policy: Policy
    is_stage: bool = False
    """The page may use camera and microphone."""
    takes_bytes: bool = False
    """A piece of a file comes, which the handler reads and limits by itself."""
    is_guessable: bool = False
    """A secret is asked for here, so networks may come only so often."""
    needs_proof: bool = False
    """Whoever signed in some time ago has to do so again first: this changes how one signs in."""
    makes_passkeys: bool = False
    """The page may use passkeys."""
    scope: Scope | None = None
    """What a key has to have been made for; every door of the API names one."""
    is_routine: bool = False
    """Asked for so often that a success is not worth a line in the log."""
    is_by_itself: bool = False
    """An open page asks for this while nobody does anything, so it keeps nobody signed in."""


# fmt: off
DOORS = (
    Door("GET", "/", home.show, Policy.ANYONE),
    Door("GET", "/join", code.ask, Policy.ANYONE),
    Door("POST", "/join", code.answer, Policy.ANYONE),
    Door("GET", "/join/{token}", join.show, Policy.LINK),
    Door("POST", "/join/{token}", join.join, Policy.LINK),
    Door("GET", "/join/{token}/check", rehearsal.show, Policy.LINK, is_stage=True),
    Door("POST", "/join/{token}/check", rehearsal.report, Policy.LINK),
    Door("GET", "/join/{token}/line", precall.show, Policy.LINK, is_stage=True),
    Door("GET", "/join/{token}/line/socket", precall.by_link, Policy.LINK),
    Door("GET", "/visit/{participant}", visit.show, Policy.SEAT, is_stage=True),
    Door("GET", "/visit/{participant}/socket", socket.connect, Policy.SEAT),
    Door("GET", "/visit/{participant}/line", precall.by_seat, Policy.SEAT),
    Door("GET", "/visit/{participant}/before", arrival.ask, Policy.SEAT),
    Door("POST", "/visit/{participant}/before", arrival.answer, Policy.SEAT),
    Door("GET", "/visit/{participant}/bedside", arrival.tell, Policy.SEAT),
    Door("POST", "/visit/{participant}/guests", guests.invite, Policy.SEAT),
    Door("GET", "/visit/{participant}/clips", clips.show, Policy.SEAT, is_routine=True),
    Door("POST", "/visit/{participant}/clips", clips.begin, Policy.SEAT),
    Door("DELETE", "/visit/{participant}/clips/{clip}", clips.remove, Policy.SEAT),
    Door("POST", "/visit/{participant}/clips/{clip}/clinic", clips.give, Policy.SEAT),
    Door("GET", "/visit/{participant}/clips/{clip}/upload", clips.received, Policy.SEAT),
    Door("PUT", "/visit/{participant}/clips/{clip}/upload", clips.append, Policy.SEAT, takes_bytes=True),
    Door("GET", "/visit/{participant}/clips/{clip}/stream", clips.stream, Policy.SEAT),
    Door("GET", "/visit/{participant}/clips/{clip}/poster", clips.poster, Policy.SEAT),
    Door("GET", "/schedule", schedule.show, Policy.STAFF),
    Door("GET", "/schedule/changes", schedule.changes, Policy.STAFF, is_routine=True, is_by_itself=True),
    Door("GET", "/session", account.left, Policy.STAFF, is_routine=True),
    Door("GET", "/appointments/new", appointments.ask, Policy.STAFF),
    Door("POST", "/appointments/new", appointments.book, Policy.STAFF),
    Door("GET", "/appointments/{visit}", appointments.show, Policy.STAFF),
    Door("GET", "/appointments/{visit}/standing", appointments.standing, Policy.STAFF,
         is_routine=True, is_by_itself=True),
    Door("POST", "/appointments/{visit}/move", appointments.move, Policy.STAFF),
    Door("POST", "/appointments/{visit}/cancel", appointments.cancel, Policy.STAFF),
    Door("POST", "/appointments/{visit}/miss", appointments.miss, Policy.STAFF),
    Door("POST", "/appointments/{visit}/late", appointments.late, Policy.STAFF),
    Door("POST", "/appointments/{visit}/open", appointments.open_visit, Policy.CARE),
    Door("GET", "/appointments/{visit}/practised", practised.show, Policy.CARE),
    Door("GET", "/appointments/{visit}/emergency", emergencies.card, Policy.STAFF),
    Door("GET", "/patients", patients.find, Policy.STAFF),
    Door("GET", "/patients/new", patients.ask, Policy.STAFF),
    Door("POST", "/patients/new", patients.register, Policy.STAFF),
    Door("GET", "/patients/{patient}", patients.show, Policy.STAFF),
    Door("POST", "/patients/{patient}", patients.change, Policy.STAFF),
    Door("GET", "/recordings/{visit}/{number}", recordings.show, Policy.CARE),
    Door("POST", "/recordings/{visit}/{number}", recordings.say_why, Policy.CARE),
    Door("POST", "/recordings/{visit}/{number}/remove", recordings.remove, Policy.CARE),
    Door("GET", "/recordings/{visit}/{number}/reels/{reel}", recordings.stream, Policy.CARE, is_routine=True),
    Door("POST", "/recordings/{visit}/{number}/reels/{reel}", recordings.take_away, Policy.CARE),
    Door("POST", "/patients/{patient}/consent", patients.agree, Policy.STAFF),
    Door("GET", "/patients/{patient}/emergency", emergencies.ask, Policy.STAFF),
    Door("POST", "/patients/{patient}/emergency", emergencies.begin, Policy.STAFF),
    Door("GET", "/emergencies", emergencies.show, Policy.ADMINISTRATOR),
    Door("POST", "/emergencies/{emergency}/review", emergencies.review, Policy.ADMINISTRATOR),
    Door("GET", "/setup", setup.closed, Policy.ANYONE),
    Door("GET", "/setup/{token}", setup.show, Policy.LINK, is_guessable=True),
    Door("POST", "/setup/{token}", setup.make, Policy.LINK, is_guessable=True),
    Door("GET", "/welcome/{token}", welcome.show, Policy.LINK, is_guessable=True, makes_passkeys=True),
    Door("POST", "/welcome/{token}", welcome.choose_password, Policy.LINK, is_guessable=True, makes_passkeys=True),
    Door("POST", "/welcome/{token}/passkey/options", welcome.passkey_options, Policy.LINK, is_guessable=True),
    Door("POST", "/welcome/{token}/passkey", welcome.choose_passkey, Policy.LINK, is_guessable=True),
    Door("GET", "/sign-in", sign_in.show, Policy.ANYONE, makes_passkeys=True),
    Door("POST", "/sign-in", sign_in.enter, Policy.ANYONE, is_guessable=True, makes_passkeys=True),
    Door("GET", "/sign-in/code", sign_in.show_code, Policy.ANYONE),
    Door("POST", "/sign-in/code", sign_in.enter_code, Policy.ANYONE, is_guessable=True, makes_passkeys=True),
    Door("POST", "/sign-in/passkey/options", sign_in.passkey_options, Policy.ANYONE, is_guessable=True),
    Door("POST", "/sign-in/passkey", sign_in.enter_by_passkey, Policy.ANYONE, is_guessable=True),
    Door("POST", "/sign-out", sign_in.leave, Policy.ANYONE),
    Door("GET", "/account", account.show, Policy.STAFF, makes_passkeys=True),
    Door("POST", "/account/name", account.rename, Policy.STAFF, makes_passkeys=True),
    Door("POST", "/account/password", account.change_password, Policy.STAFF, makes_passkeys=True),
    Door("POST", "/account/passkeys/options", account.passkey_options, Policy.STAFF, needs_proof=True),
    Door("POST", "/account/passkeys", account.add_passkey, Policy.STAFF, needs_proof=True),
    Door("POST", "/account/passkeys/{passkey}/name", account.rename_passkey, Policy.STAFF, makes_passkeys=True),
    Door(
        "POST", "/account/passkeys/{passkey}/remove", account.remove_passkey, Policy.STAFF,
        needs_proof=True, makes_passkeys=True,
    ),
    Door("GET", "/account/authenticator", authenticator.show, Policy.STAFF, needs_proof=True),
    Door("POST", "/account/authenticator", authenticator.confirm, Policy.STAFF, needs_proof=True),
    Door("POST", "/account/authenticator/remove", authenticator.remove, Policy.STAFF, needs_proof=True),
    Door("POST", "/account/recovery-codes", authenticator.renew_codes, Policy.STAFF, needs_proof=True),
    Door("POST", "/account/sessions/{session}/sign-out", account.sign_out_one, Policy.STAFF),
    Door("POST", "/account/sessions/sign-out", account.sign_out_others, Policy.STAFF),
    Door("GET", "/staff", staff.show, Policy.ADMINISTRATOR),
    Door("POST", "/staff", staff.add, Policy.ADMINISTRATOR, needs_proof=True),
    Door("POST", "/staff/sign-out", staff.sign_out_everybody, Policy.ADMINISTRATOR, needs_proof=True),
    Door("GET", "/staff/{staff}", staff.show_one, Policy.ADMINISTRATOR),
    Door("POST", "/staff/{staff}/role", staff.set_role, Policy.ADMINISTRATOR, needs_proof=True),
    Door("POST", "/staff/{staff}/disable", staff.disable, Policy.ADMINISTRATOR, needs_proof=True),
    Door("POST", "/staff/{staff}/sign-out", staff.sign_out, Policy.ADMINISTRATOR, needs_proof=True),
    Door("POST", "/staff/{staff}/enable", staff.enable, Policy.ADMINISTRATOR, needs_proof=True),
    Door("POST", "/staff/{staff}/reset", staff.reset, Policy.ADMINISTRATOR, needs_proof=True),
    Door("POST", "/staff/{staff}/unlock", staff.unlock, Policy.ADMINISTRATOR, needs_proof=True),
    Door("GET", "/outbox", outbox.show, Policy.STAFF),
    Door("POST", "/outbox/{notification}/resend", outbox.resend, Policy.STAFF),
    Door("POST", "/outbox/{notification}/sent", outbox.note_sent, Policy.STAFF),
    Door("GET", "/audit", audit.show, Policy.ADMINISTRATOR),
    Door("GET", "/webhooks", webhooks.show, Policy.ADMINISTRATOR),
    Door("POST", "/webhooks", webhooks.add, Policy.ADMINISTRATOR, needs_proof=True),
    Door("GET", "/webhooks/{webhook}", webhooks.show_one, Policy.ADMINISTRATOR),
    Door("POST", "/webhooks/{webhook}/test", webhooks.try_out, Policy.ADMINISTRATOR),
    Door("POST", "/webhooks/{webhook}/redeliver", webhooks.redeliver, Policy.ADMINISTRATOR),
    Door("POST", "/webhooks/{webhook}/enable", webhooks.enable, Policy.ADMINISTRATOR),
    Door("POST", "/webhooks/{webhook}/secret", webhooks.replace_secret, Policy.ADMINISTRATOR, needs_proof=True),
    Door("POST", "/webhooks/{webhook}/remove", webhooks.remove, Policy.ADMINISTRATOR, needs_proof=True),
    *(Door(one.method, one.url, one.handler, Policy.API, scope=one.scope) for one in OPERATIONS),
    Door("GET", "/api/v1", reference.show, Policy.ANYONE),
    Door("GET", "/api/v1/openapi.json", reference.machine_readable, Policy.ANYONE),
    Door("POST", "/language", language.choose, Policy.ANYONE),
    Door("GET", "/static/{build}/{path:.+}", static.serve, Policy.ANYONE, is_routine=True),
    Door("GET", "/ca", ca.show, Policy.ANYONE),
    Door("GET", "/ca.pem", ca.download, Policy.ANYONE),
    Door("POST", "/virtual-patient", virtual_patient.meet, Policy.ANYONE),
    Door("GET", "/healthz", health.alive, Policy.ANYONE, is_routine=True),
    Door("GET", "/readyz", health.ready, Policy.ANYONE, is_routine=True),
)
# fmt: on

_BY_COOKIE = frozenset({Policy.SEAT, Policy.STAFF, Policy.CARE, Policy.ADMINISTRATOR})
"""Here a cookie is the authority, which a foreign page could make a browser bring along."""

_BY_PLACE = {(door.method, door.path.replace(":.+", "")): door for door in DOORS}


def install(app: web.Application) -> None:
    """Open all doors; nothing else in the package adds a route (a test holds that)."""
    for door in DOORS:
        app.router.add_route(door.method, door.path, door.handler)
        if door.method == "GET":
            app.router.add_route("HEAD", door.path, door.handler)


def door_of(request: web.Request) -> Door | None:
    """The door that this request came to; None when the URL is none of ours. HEAD looks through GET's door."""
    method = "GET" if request.method == "HEAD" else request.method
    return _BY_PLACE.get((method, route_of(request)))


def uses_cookie(door: Door) -> bool:
    """Whether a forged request would carry the authority by itself."""
    return door.policy in _BY_COOKIE


def route_of(request: web.Request) -> str:
    """The URL with its parts unnamed, `/join/{token}`; safe to log. Empty when the URL is none of ours."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else ""

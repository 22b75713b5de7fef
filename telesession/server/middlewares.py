"""What every request meets before and after its handler: id and log line, headers, origin, body limits, error pages."""

import asyncio
import base64
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus

from aiohttp import web
from multidict import CIMultiDict

from telesession import logs
from telesession.domain.emergencies import NotInCharge
from telesession.domain.errors import NotFound, Refused
from telesession.server.api.problems import is_for_software
from telesession.server.keys import NONCE, REQUEST_ID, SETTINGS
from telesession.server.problems import answer_not_in_charge, answer_problem, answer_refusal
from telesession.server.routes import Door, Policy, door_of, route_of, uses_cookie

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

MAX_BODY_BYTES = 16_384
BODY_DEADLINE_S = 10.0
FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "application/json"})
BYTES_TYPE = "application/octet-stream"
SAFE_METHODS = frozenset({"GET", "HEAD"})

CODE_OF_STATUS = {
    400: "malformed",
    403: "forbidden",
    404: "not_found",
    405: "wrong_method",
    408: "slow",
    413: "too_large",
    415: "wrong_type",
    429: "too_many_requests",
}

CSP = (
    "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; img-src 'self' blob:; "
    "media-src 'self' blob:; connect-src 'self' {socket_origin}; font-src 'self'; worker-src 'self'; "
    "manifest-src 'self'; object-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types lit-html notices"
)
"""`socket_origin` is for Safari before 15.4, which did not count a WebSocket of the same host as 'self'."""

STAGE_FEATURES = (
    "camera", "microphone", "display-capture", "fullscreen", "screen-wake-lock", "speaker-selection",
    "picture-in-picture", "autoplay",
)  # fmt: skip
OTHER_FEATURES = (
    "accelerometer", "encrypted-media", "geolocation", "gyroscope", "hid", "idle-detection",
    "magnetometer", "midi", "payment", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
PASSKEY_FEATURES = ("publickey-credentials-create", "publickey-credentials-get")


def _permissions(allowed: Sequence[str]) -> str:
    every = (*STAGE_FEATURES, *OTHER_FEATURES, *PASSKEY_FEATURES)
    return ", ".join(f"{feature}={'(self)' if feature in allowed else '()'}" for feature in every)


NO_FEATURES = _permissions(())
STAGE_ONLY = _permissions(STAGE_FEATURES)
PASSKEYS_ONLY = _permissions(PASSKEY_FEATURES)

ALWAYS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
ON_DOCUMENTS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "Referrer-Policy": "no-referrer",
}
"""Scripts and sheets go without: browsers read these, CSP and permissions from documents alone, and each file would
carry a kilobyte of them over a bad line.
"""
PARTS_OF_PAGES = frozenset({"text/javascript", "text/css"})


@web.middleware
async def record(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request its id and nonce, and write one line when it is answered: the route, never the path."""
    request[REQUEST_ID] = secrets.token_hex(8)
    request[NONCE] = base64.b64encode(secrets.token_bytes(16)).decode()
    began = time.perf_counter()
    response = await handler(request)
    if response.status != HTTPStatus.SWITCHING_PROTOCOLS:  # a socket's life has a line of its own
        _log(request, response.status, (time.perf_counter() - began) * 1000)
    return response


def _log(request: web.Request, status: int, ms: float) -> None:
    door = door_of(request)
    level = logging.DEBUG if door is not None and door.is_routine and status < 400 else logging.INFO
    logs.get().log(
        level,
        "request",
        request_id=request[REQUEST_ID],
        method=request.method,
        route=route_of(request),
        status=status,
        ms=round(ms, 1),
    )


@web.middleware
async def explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every no, and every failure, into a page or JSON that says what can be done now."""
    try:
        return await handler(request)
    except Refused as no:
        return answer_refusal(request, no)
    except NotInCharge as no:
        return answer_not_in_charge(request, no)
    except NotFound:
        return answer_problem(request, 404, "not_found")
    except web.RequestPayloadError:  # what was sent is not what its own headers say, or it broke off
        return answer_problem(request, 400, "malformed")
    except web.HTTPException as raised:
        if raised.status < 400:
            raise
        answer = answer_problem(request, raised.status, CODE_OF_STATUS.get(raised.status, "refused"))
        for name in ("Allow", "Content-Range"):  # what a program is told beside the status (RFC 9110)
            if name in raised.headers:
                answer.headers[name] = raised.headers[name]
        return answer
    except Exception as error:  # noqa: BLE001 the last resort: the person gets a page, the operator the place
        logs.get().error(
            "request_failed",
            request_id=request[REQUEST_ID],
            route=route_of(request),
            error=type(error).__name__,
            where=logs.where(error),
        )
        return answer_problem(request, 500, "failed")


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let only our own pages change anything, and nobody keep us waiting for a body."""
    if request.method in SAFE_METHODS:
        return await handler(request)
    door = door_of(request)
    if _is_program(request, door):
        return await handler(request)  # which reads what was sent by itself, once it is known who asks
    if not comes_from_us(request):
        raise web.HTTPForbidden
    if door is not None and door.takes_bytes:
        if request.content_type != BYTES_TYPE:
            raise web.HTTPUnsupportedMediaType
        return await handler(request)
    if request.can_read_body or request.content_type.startswith(
        "multipart/"
    ):  # which breaks when there is nothing to read
        if request.content_type not in FORM_TYPES:
            raise web.HTTPUnsupportedMediaType
        try:
            async with asyncio.timeout(BODY_DEADLINE_S):
                await request.read()  # kept by the request, as the form is: handlers read it from memory
            await request.post()
        except TimeoutError:
            raise web.HTTPRequestTimeout from None
        except (UnicodeDecodeError, LookupError):  # not in the encoding that it names, or in one that nobody knows
            raise web.HTTPBadRequest from None
    return await handler(request)


def _is_program(request: web.Request, door: Door | None) -> bool:
    """Other software asks at its own doors; it names no page that it comes from, as a browser does."""
    is_theirs = is_for_software(request) and (door is None or door.policy is Policy.API)
    return is_theirs and "Sec-Fetch-Site" not in request.headers


def comes_from_us(request: web.Request) -> bool:
    """One of our own pages sent this request (Fetch Metadata; `Origin` for browsers before it).

    Under `Referrer-Policy: no-referrer` such older browsers send `Origin: null` with our own forms. Where the link in
    the path is all the authority there is, that is enough: a stranger who knows the link needs no forged request.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    door = door_of(request)
    return origin in request.app[SETTINGS].origins or (origin == "null" and door is not None and not uses_cookie(door))


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Set what every answer carries (signal `on_response_prepare`, so that no answer escapes it)."""
    headers = response.headers
    headers.popall("Server", None)
    if response.status == HTTPStatus.SWITCHING_PROTOCOLS:
        return
    settings = request.app[SETTINGS]
    headers.update(ALWAYS)
    headers.setdefault("Cache-Control", "no-store")
    if settings.is_https:
        headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    if response.content_type not in PARTS_OF_PAGES:
        _add_document_headers(request, headers)


def _add_document_headers(request: web.Request, headers: CIMultiDict[str]) -> None:
    settings = request.app[SETTINGS]
    headers.update(ON_DOCUMENTS)
    headers["Content-Security-Policy"] = CSP.format(
        nonce=request.get(NONCE, ""), socket_origin=settings.origin.replace("http", "ws", 1)
    )
    door = door_of(request)
    headers["Permissions-Policy"] = _permissions_of(door)


def _permissions_of(door: Door | None) -> str:
    if door is not None and door.is_stage:
        return STAGE_ONLY
    return PASSKEYS_ONLY if door is not None and door.makes_passkeys else NO_FEATURES

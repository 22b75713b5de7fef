"""Reading requests of other software, and answering them: bodies, cursors, versions, and what is done only once."""

import asyncio
import contextlib
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

import msgspec
from aiohttp import web
from msgspec import Meta

from telesession.domain.errors import NotFound, Refused
from telesession.server.api.problems import Declined
from telesession.server.keys import API_KEY, IDEMPOTENCY
from telesession.server.surrogates import mended
from telesession.services.idempotency import Answer

T = TypeVar("T")

MAX_BODY_BYTES = 65_536
BODY_DEADLINE_S = 10.0
PAGE = 50
LARGEST_PAGE = 100
YEARS = range(2000, 2200)

_WITH_OFFSET = Annotated[datetime, Meta(tz=True)]
_LOST_PLUS = re.compile(r"(T[^ ]+) (\d\d:\d\d)$")
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
TAGS = re.compile(r'\*|(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*")*')
_TAG = re.compile(r'\*|(?:W/)?"[^"]*"')
_AT = re.compile(r" - at `\$([^`]*)`$")
_NAMED = re.compile(r"field `([^`]*)`")


async def body(request: web.Request) -> bytes:
    """The JSON that came, unread; raises `Declined` for another type, too much of it, or too slowly."""
    if request.content_type != "application/json":
        raise Declined(415, "wrong_type", "Send application/json.")
    found = bytearray()
    try:
        async with asyncio.timeout(BODY_DEADLINE_S):
            async for piece in request.content.iter_any():
                found += piece
                if len(found) > MAX_BODY_BYTES:
                    raise Declined(413, "too_large", "A body has up to 64 KiB.")
    except TimeoutError:
        raise Declined(408, "slow", "The body did not come in time.") from None
    return bytes(found)


def read(text: bytes, kind: type[T]) -> T:
    """`text` as `kind`; raises `Declined` with a pointer to what is wrong."""
    try:
        return msgspec.json.decode(mended(text.decode("utf-8")), type=kind)
    except msgspec.ValidationError as wrong:
        raise Declined(422, "invalid", _sentence(wrong), _pointer(str(wrong))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Declined(400, "malformed", "This is not JSON.") from None


def moment(at: datetime, field: str) -> datetime:
    """A time in UTC that any clock can show; raises `Declined`."""
    if at.year not in YEARS:
        raise Declined(422, "time_wrong", "Give a time between the years 2000 and 2199.", field)
    return at.astimezone(UTC)


def queried_moment(request: web.Request, name: str) -> datetime | None:
    """A time of the query. A `+` that was not escaped arrives as a space and is meant as a plus all the same."""
    text = request.query.get(name)
    if text is None:
        return None
    try:
        at = msgspec.convert(_LOST_PLUS.sub(r"\1+\2", text), _WITH_OFFSET, strict=False)
    except msgspec.ValidationError:
        raise Declined(400, "parameter_wrong", "Give a time as RFC 3339 has it, with an offset.", name) from None
    if at.year not in YEARS:
        raise Declined(400, "time_wrong", "Give a time between the years 2000 and 2199.", name)
    return at.astimezone(UTC)


def limit(request: web.Request) -> int:
    """How many one page shall hold."""
    text = request.query.get("limit", str(PAGE))
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= LARGEST_PAGE:
        raise Declined(400, "parameter_wrong", f"A page holds 1 to {LARGEST_PAGE}.", "limit")
    return int(text)


def text_parameter(request: web.Request, name: str, most: int) -> str | None:
    """Some text of the query, not longer than `most`."""
    text = request.query.get(name)
    if text is not None and len(text) > most:
        raise Declined(400, "parameter_wrong", f"This has up to {most} characters.", name)
    return text


def known_parameters(request: web.Request, *names: str) -> None:
    """Refuse parameters that mean nothing here: a misspelt filter would give too much."""
    for name in request.query:
        if name not in names:
            raise Declined(400, "parameter_unknown", "There is no such parameter here.", name[:64])
        if len(request.query.getall(name)) > 1:
            raise Declined(400, "parameter_wrong", "Give this parameter once.", name)


def cursor_of(*place: str) -> str:
    """Where the next page begins, as something to hand back untouched."""
    return urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def place_of(request: web.Request, kind: type[T]) -> T | None:
    """Where this page begins; None for the first."""
    text = request.query.get("cursor")
    if text is None:
        return None
    try:
        return msgspec.json.decode(urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)), type=kind)
    except (ValueError, msgspec.DecodeError):  # characters, length, JSON or type
        raise Declined(400, "parameter_wrong", "Hand the cursor back as it came.", "cursor") from None


def answer(thing: Any, *, status: int = 200, version: str | None = None, location: str | None = None) -> web.Response:
    """`thing` as JSON. `version` becomes its ETag, `location` says where it is."""
    response = web.Response(body=msgspec.json.encode(thing), status=status, content_type="application/json")
    if version is not None:
        response.headers["ETag"] = f'"{version}"'
    if location is not None:
        response.headers["Location"] = location
    return response


def is_unchanged(request: web.Request, version: str) -> bool:
    """Whether the caller has this version already (`If-None-Match`). What is no tag is none that they have."""
    tags = _TAG.findall(request.headers.get("If-None-Match", ""))
    return any(tag.removeprefix("W/") in ("*", f'"{version}"') for tag in tags)


def seen_version(request: web.Request, version: str, *, is_needed: bool = True) -> str | None:
    """The version that a change is for: the one now, if it is among those of `If-Match`; None when all are fine.

    Raises `Declined`, 428 when the header is missing and needed, 412 when the thing was changed meanwhile.
    """
    if "If-Match" not in request.headers:
        if is_needed:
            raise Declined(428, "version_missing", "Say with If-Match which version you have seen.", "If-Match")
        return None
    tags = _tags(request, "If-Match")
    if "*" in tags:
        return None
    if f'"{version}"' not in tags:  # a weak one never matches (RFC 9110 section 13.1.1)
        raise Declined(412, "changed_meanwhile", "It was changed since that version. Read it again first.", "If-Match")
    return version


async def once(request: web.Request, text: bytes, do: Callable[[], Awaitable[web.Response]]) -> web.Response:
    """Do it, and say the same again to whoever sends it again under the same `Idempotency-Key`."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return await do()
    if not _KEY.fullmatch(key):
        raise Declined(400, "malformed", "A key has up to 255 visible ASCII characters.", "Idempotency-Key")
    keeper, software = request.app[IDEMPOTENCY], request[API_KEY].id
    asked = f"{request.method} {request.path} {request.headers.get('If-Match')}\n".encode() + text
    before = await keeper.claim(software, key, asked)
    if before is not None:
        headers = {**before.headers, "Idempotent-Replayed": "true"}
        return web.Response(body=before.body, status=before.status, headers=headers, content_type="application/json")
    try:
        response = await do()
    except (Refused, NotFound):  # nothing has happened, so it may be sent again
        await keeper.release(software, key)
        raise
    with contextlib.suppress(Refused):  # it is done: not being able to say so again must not look like a failure
        assert isinstance(response.body, bytes)
        kept = {name: response.headers[name] for name in ("ETag", "Location") if name in response.headers}
        await keeper.keep(software, key, Answer(response.status, kept, response.body))
    return response


def _tags(request: web.Request, name: str) -> list[str]:
    text = request.headers.get(name)
    if text is None:
        return []
    if not TAGS.fullmatch(text):
        raise Declined(400, "malformed", 'Send ETags as they came, in quotes: "1".', name)
    return _TAG.findall(text)


def _sentence(wrong: msgspec.ValidationError) -> str:
    return _AT.sub("", str(wrong))[:300] + "."


def _pointer(message: str) -> str:
    """`$.series.count` of the library's message as a JSON pointer, with the field that is missing or unknown."""
    at = _AT.search(message)
    path = at[1].replace(".", "/") if at else ""
    named = _NAMED.search(message)
    if named is None:
        return path
    name = named[1].replace("~", "~0").replace("/", "~1")
    return f"{path}/{name}"[:300]

"""Every door of the running service is sent nonsense: it answers in words, and never breaks."""

import asyncio
import inspect
import io
import json
import random
import re
from collections.abc import AsyncIterator
from functools import cache
from urllib.parse import quote, quote_from_bytes

import pytest
from aiohttp import web

from telesession.config import Settings
from telesession.domain.api_keys import Scope
from telesession.domain.staff import StaffRole
from telesession.server.keys import API_KEYS, GUESSES, KNOCKS, REQUESTS, STATIC
from telesession.server.rate import Rates
from telesession.server.routes import DOORS, Door, Policy
from tests.fakes import Clock
from tests.server.conftest import Person, Service, running

LEFT_ALONE = {"/sign-out", "/account/sessions/sign-out", "/schedule/changes", "/visit/{participant}/socket"}
"""They end what is needed here, or do not answer in one piece; the socket has tests of its own."""
SLOW = {"/sign-in", "/sign-in/code", "/welcome/{token}", "/setup/{token}", "/account/password", "/staff"}
"""A password is hashed there: a few will do."""

BYTES = [
    b"", b"x", b"0", b"-1", b"1", b"9" * 30, b"1e9", b"NaN", b"\x00", b"\xff", b"\xed\xa0\x80", b"'", b'"',
    b"<script>", b"../../etc/passwd", b"..", b".", b"%", b"{}", b"{{7*7}}", b"a" * 300, "٣".encode(), "é".encode(),
    "\u202e".encode(), b"0001-01-01", b"9999-12-31", b"2026-12-01", b"2026-02-30", b"2026-W01-1", b"00:00",
    b"23:59:59", b"24:00", b"10:00+99:99", b"Europe/Madrid", b"../UTC", b"Mars/Base", b"therapist",
    b"administrator", b"en", b"en-XA", b"yes", b"appointment.booked", b"https://example.org", b"pat@example.org",
    b"+34600123456", b"msg_0", b"\r\n", b"a=b&c=d", b"[]", b"null",
]  # fmt: skip
HEADERS = [
    "Accept", "Accept-Language", "Accept-Encoding", "X-Forwarded-For", "X-Forwarded-Proto", "User-Agent",
    "Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "Idempotency-Key", "Origin",
    "Referer", "Content-Encoding", "Transfer-Encoding", "Upgrade", "Cookie", "Authorization",
]  # fmt: skip


DAYS = [b"0001-01-01", b"1000-01-01", b"9999-12-31", b"9999-12-28", b"2026-12-01", b"2026-02-30", b"2026-W01-1", b"x"]
NUMBERS = [b"0", b"-1", b"1", b"100", b"9" * 15, b"9" * 30, b"9" * 5_000, b"1e9", b"1_0", "٣".encode(), b"NaN"]
TIMES = [b"00:00", b"23:59:59", b"24:00", b"10:00+99:99", b"10:00+14:00", b"x"]
BY_NAME = (
    (re.compile("day|date|since|until|^on$|_on$"), DAYS),
    (re.compile("minutes|count|every|limit|offset|before|length|bytes"), NUMBERS),
    (re.compile("time|^at$|from|clock"), TIMES),
)
"""What is nearly right for a field is what gets far."""


@cache
def names_of(door: Door) -> list[str]:
    """The words that its page reads: fields and parameters are among them."""
    module = inspect.getmodule(door.handler)
    assert module is not None
    return sorted({"x", *re.findall(r'"([a-z_]{1,20})"', inspect.getsource(module))})


class Sender:
    """Writes requests byte by byte: no client of good manners would send these."""

    def __init__(
        self, service: Service, dice: random.Random, cookies: str, secret: str, ids: dict[str, list[str]]
    ) -> None:
        self.service = service
        self.dice = dice
        self.cookies = cookies
        self.secret = secret
        self.ids = ids

    def some(self) -> bytes:
        return self.dice.choice(BYTES)

    def value(self, name: str) -> bytes:
        """Something for a field of this name: an edge of what belongs there, or anything."""
        for pattern, values in BY_NAME:
            if pattern.search(name) and self.dice.random() < 0.7:
                return self.dice.choice(values)
        return self.some()

    def chosen(self, door: Door, most: int) -> dict[str, bytes]:
        """Some of the fields of a door."""
        names = names_of(door)
        return {name: self.value(name) for name in self.dice.sample(names, self.dice.randint(0, min(most, len(names))))}

    def path(self, door: Door) -> str:
        def part(found: re.Match[str]) -> str:
            known = self.ids.get(found[1].partition(":")[0], [])
            if known and self.dice.random() < 0.6:
                return self.dice.choice(known)
            return quote_from_bytes(self.some() or b"x", safe="")

        path = re.sub(r"\{([^}]+)\}", part, door.path)
        asked = [f"{name}={quote_from_bytes(value)}" for name, value in self.chosen(door, 6).items()]
        return path + ("?" + "&".join(asked) if asked else "")

    def body(self, door: Door) -> tuple[str, bytes]:
        """A form or JSON of fields that some door knows; or no such thing."""
        if door.method in ("GET", "HEAD") or self.dice.random() < 0.1:
            return "", b""
        chosen = self.chosen(door, 20)
        if self.dice.random() < 0.1:
            kind = self.dice.choice(
                ["text/plain", "application/json; charset=x", "multipart/form-data", "application/octet-stream"]
            )
            return kind, self.some() * 3
        if door.policy is Policy.API or self.dice.random() < 0.3:
            text = {name: value.decode("utf-8", "replace") for name, value in chosen.items()}
            thing: object = self.dice.choice([text, [text], None, 1, {"a": text}, text | {"bytes": 10**30}])
            return "application/json", json.dumps(thing).encode()
        return "application/x-www-form-urlencoded", "&".join(
            f"{name}={quote_from_bytes(value)}" for name, value in chosen.items()
        ).encode()

    def request(self, door: Door) -> bytes:
        kind, body = self.body(door)
        headers = {"Host": "127.0.0.1", "Connection": "close", "Sec-Fetch-Site": "same-origin", "Cookie": self.cookies}
        if door.policy is Policy.API:
            del headers["Sec-Fetch-Site"]
            headers["Authorization"] = f"Bearer {self.secret}"
            headers["If-Match"] = "*"
        head = f"{door.method} {self.path(door)} HTTP/1.1\r\n".encode("ascii")
        lines = {name: value.encode("latin-1") for name, value in headers.items()}
        for name in self.dice.sample(HEADERS, self.dice.randint(0, 3)):
            odd = re.sub(rb"[\r\n\x00]", b"", self.some())
            lines[name] = lines.get(name, b"") + b"; x=" + odd if name == "Cookie" else odd
        if body or door.method not in ("GET", "HEAD"):
            lines["Content-Length"] = str(len(body)).encode()
        if kind:
            lines["Content-Type"] = kind.encode()
        return (
            head + b"".join(name.encode() + b": " + value + b"\r\n" for name, value in lines.items()) + b"\r\n" + body
        )

    async def send(self, request: bytes) -> int:
        """The status; 0 when the line was closed without one."""
        reader, writer = await asyncio.open_connection("127.0.0.1", int(self.service.url.rpartition(":")[2]))
        try:
            async with asyncio.timeout(10):
                writer.write(request)
                line = await reader.readline()
                return int(line.split(b" ")[1]) if line else 0
        finally:
            writer.close()


def let_them_ask(app: web.Application) -> None:
    app[REQUESTS] = app[KNOCKS] = app[GUESSES] = Rates(1e6, 10**6)


@pytest.fixture
async def service(settings: Settings, clock: Clock) -> AsyncIterator[Service]:
    async with running(settings, clock, let_them_ask) as service:
        service.booked = await service.book()
        yield service


def cookies_of(*people: Person) -> str:
    return "; ".join(f"{cookie.key}={cookie.value}" for person in people for cookie in person.http.cookie_jar)


@pytest.mark.slow
@pytest.mark.parametrize(
    "requests", [pytest.param(160, id="short"), pytest.param(3_000, id="long", marks=pytest.mark.long)]
)
async def test_no_door_breaks_whatever_it_is_sent(logged: io.StringIO, service: Service, requests: int) -> None:
    ada = await service.hire("Ada Admin", StaffRole.ADMINISTRATOR)
    admin, tess = await service.somebody().sign_in(ada), await service.tess()
    secret, _ = await service.app[API_KEYS].add("Records", list(Scope))
    booked = service.booked.appointment
    ids: dict[str, list[str]] = {
        "visit": [booked.id], "appointment": [booked.id], "patient": [booked.patient], "staff": [ada.id],
        "participant": [tess.participant], "token": [service.booked.patient_token],
        "build": [service.app[STATIC].build], "path": [quote("css/base.css")],
    }  # fmt: skip
    seed = 1 if requests < 1_000 else random.randrange(10**9)
    sender = Sender(service, random.Random(seed), cookies_of(admin, tess), secret, ids)
    doors = [door for door in DOORS if door.path not in LEFT_ALONE | SLOW]
    slow = [door for door in DOORS if door.path in SLOW]
    turns = [doors[number % len(doors)] for number in range(requests)] + slow * 3

    broken: list[tuple[int, bytes]] = []
    statuses: set[int] = set()
    for door in turns:
        request = sender.request(door)
        status = await sender.send(request)
        statuses.add(status)
        if status >= 500 or status == 0:
            broken.append((status, request))

    lines = [json.loads(line) for line in logged.getvalue().splitlines() if "request_failed" in line]
    assert broken == [], (seed, {(one["route"], one["where"]) for one in lines}, broken[:3])
    assert {200, 303, 400, 404, 422} <= statuses, "some of it is near enough to be taken"
    assert "request_failed" not in logged.getvalue()
    assert await sender.send(b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") == 200


@pytest.mark.parametrize("path", ["/schedule?day=", "/audit?until=", "/audit?since="])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
async def test_a_day_beyond_all_calendars_is_refused_in_words(service: Service, path: str, day: str) -> None:
    """Found by the test above: a week further, or in another time zone, there is no such day."""
    admin = await service.somebody().sign_in(await service.hire("Ada Admin", StaffRole.ADMINISTRATOR))
    async with admin.http.get(path + day) as answer:
        assert answer.status == 409


async def test_a_form_in_parts_is_refused_also_when_it_has_none(service: Service) -> None:
    admin = await service.somebody().sign_in(await service.hire("Ada Admin", StaffRole.ADMINISTRATOR))
    for sent in (b"", b"x"):
        async with admin.http.post("/staff", data=sent, headers={"Content-Type": "multipart/form-data"}) as answer:
            assert answer.status == 415

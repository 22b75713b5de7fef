"""The socket of a pre-call check: who may, what is said, what comes of it, and what nobody gets away with."""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from msgspec.structs import replace

from telesession.config import Settings
from telesession.domain.precall import Plan
from telesession.media.check import CheckPeers
from telesession.server.keys import DRAINING, PRECALL, SCHEDULING
from telesession.server.pages.precall import CHECKS_AT_ONCE
from telesession.server.precall_frames import SUBPROTOCOL
from tests.domain.test_sdp import MINIMAL
from tests.media.precall_browser import BrowserRoute
from tests.server.conftest import Person, Service
from tests.server.quick_peer import DIES, FAILS

Frame = dict[str, Any]
FINE = {
    "path": "direct", "round_trip_ms": 40, "jitter_ms": 4, "loss_up": 0, "loss_down": 0,
    "up_kbps": 990, "down_kbps": 980, "codecs": ["opus", "VP8"],
}  # fmt: skip
OFFER = {"type": "offer", "route": "direct", "sdp": MINIMAL}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, precall_checks=1, stun_urls=("stun:stun.example.org",))


@pytest.fixture(autouse=True)
def quick(service: Service) -> None:
    service.app[PRECALL].peers = CheckPeers((sys.executable, "-m", "tests.server.quick_peer"))


class Socket:
    """One browser's end of the socket."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws

    async def says(self, **frame: object) -> None:
        await self.ws.send_str(json.dumps(frame))

    async def hears(self, kind: str) -> Frame:
        message = await self.ws.receive(timeout=10)
        assert message.type is aiohttp.WSMsgType.TEXT, f"closed with {self.ws.close_code}"
        frame: Frame = json.loads(message.data)
        assert frame["type"] == kind, frame
        return frame

    async def is_closed(self) -> int | None:
        message = await self.ws.receive(timeout=10)
        assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED), message
        return self.ws.close_code


@asynccontextmanager
async def at_socket(
    person: Person, path: str, protocols: Sequence[str] = (SUBPROTOCOL,), origin: str | None = None
) -> AsyncIterator[Socket]:
    headers = {"Origin": origin or person.service.url}
    async with person.http.ws_connect(path, protocols=protocols, headers=headers) as ws:
        yield Socket(ws)


def by_link(service: Service) -> str:
    return f"/join/{service.booked.patient_token}/line/socket"


async def test_the_numbers_of_a_patient_are_judged_and_on_the_schedule(service: Service) -> None:
    visit = service.booked.appointment.id
    async with at_socket(service.somebody(), by_link(service)) as pat:
        begin = await pat.hears("begin")
        await pat.says(**OFFER)
        await pat.hears("answer")
        await pat.says(type="candidates", route="direct", candidates=[])
        await pat.says(type="measured", direct={**FINE, "down_kbps": 150})
        told = await pat.hears("verdict")
        await pat.says(type="heard", is_heard=False)
        await pat.hears("verdict")
        await pat.is_closed()

    assert [route["route"] for route in begin["routes"]] == ["direct"], "there is no relay to try"
    assert begin["routes"][0]["ice_servers"] == [{"urls": ["stun:stun.example.org"]}]
    assert told["outcome"]["verdict"] == "weak"
    slot = await service.app[SCHEDULING].slot(visit)
    assert slot.precall is not None
    assert (slot.precall.verdict, slot.precall.relay_works, slot.precall.is_heard) == ("weak", None, False)
    fran = await service.somebody().sign_in(await service.hire("Fran Desk"))
    for path in ("/schedule?whose=all", f"/appointments/{visit}"):
        async with fran.http.get(path) as answer:
            text = await answer.text()
        assert "Weak connection" in text
        assert "Did not hear themselves" in text
    assert "150" in text


async def test_whoever_waits_may_test_and_only_the_patients_result_counts(service: Service) -> None:
    for person, is_kept in ((await service.tess(), False), (await service.gus(), False), (await service.pat(), True)):
        async with at_socket(person, f"/visit/{person.participant}/line") as test:
            await test.hears("begin")
            await test.says(type="measured", direct=FINE)
            assert (await test.hears("verdict"))["outcome"]["verdict"] == "good"
        slot = await service.app[SCHEDULING].slot(service.booked.appointment.id)
        assert (slot.precall is not None) is is_kept


async def test_one_may_test_before_the_link_opens_and_not_after_it_is_over(service: Service) -> None:
    sam, visit = service.somebody(), service.booked.appointment
    page = by_link(service).removesuffix("/socket")
    service.clock.now = visit.starts_at - timedelta(days=2)
    async with sam.http.get(f"/join/{service.booked.patient_token}") as early:
        assert f'href="{page}"' in await early.text(), "where one is told to come back, there is something to do"
    async with sam.http.get(page) as answer:
        assert answer.status == 200
        text = await answer.text()
    assert "Test your connection" in text
    assert "Pat" not in re.sub(r"Path|patient", "", text)
    async with at_socket(sam, by_link(service)) as test:
        await test.hears("begin")

    service.clock.now = visit.ends_at + timedelta(hours=3)
    async with sam.http.get(page) as answer:
        assert answer.status == 410
    with pytest.raises(aiohttp.WSServerHandshakeError) as no:
        async with at_socket(sam, by_link(service)):
            pass
    assert no.value.status == 410


async def test_a_page_of_somebody_else_and_another_protocol_get_no_socket(service: Service) -> None:
    sam = service.somebody()
    for status, options in ((403, {"origin": "https://evil.example"}), (400, {"protocols": ["telesession.v1"]})):
        with pytest.raises(aiohttp.WSServerHandshakeError) as no:
            async with at_socket(sam, by_link(service), **options):
                pass
        assert no.value.status == status


async def test_the_second_stands_in_line_until_the_first_is_done(service: Service) -> None:
    pat, tess = service.somebody(), await service.tess()
    async with at_socket(pat, by_link(service)) as first:
        await first.hears("begin")
        async with at_socket(tess, f"/visit/{tess.participant}/line") as second:
            assert (await second.hears("line"))["place"] == 1
            await first.says(type="measured", direct=FINE)
            await first.hears("verdict")
            await second.hears("begin")


async def test_whoever_leaves_gives_up_the_turn(service: Service) -> None:
    pat, tess = service.somebody(), await service.tess()
    async with at_socket(tess, f"/visit/{tess.participant}/line") as second:
        await second.hears("begin")
        async with at_socket(pat, by_link(service)) as third:
            await third.hears("line")
            await second.ws.close()
            await third.hears("begin")


async def test_a_check_that_never_finishes_is_ended_and_makes_room(service: Service) -> None:
    service.app[PRECALL].check_within_s = 0.3
    async with at_socket(service.somebody(), by_link(service)) as idle:
        await idle.hears("begin")
        async with at_socket(service.somebody(), by_link(service)) as waits:
            await waits.hears("line")
            over = await idle.hears("over")
            await waits.hears("begin")

    assert over["code"] == "too_slow"
    assert "once more" in over["text"]


async def test_the_death_of_our_peer_is_told_and_the_next_check_works(service: Service) -> None:
    async with at_socket(service.somebody(), by_link(service)) as test:
        await test.hears("begin")
        await test.says(**{**OFFER, "sdp": MINIMAL.replace("v=0\r\n", f"v=0\r\n{DIES}\r\n", 1)})
        over = await test.hears("over")
    async with at_socket(service.somebody(), by_link(service)) as again:
        await again.hears("begin")
        await again.says(**{**OFFER, "sdp": MINIMAL.replace("v=0\r\n", f"v=0\r\n{FAILS}\r\n", 1)})
        assert (await again.hears("failed"))["route"] == "direct"
        await again.says(type="measured", direct=None)
        assert (await again.hears("verdict"))["outcome"]["verdict"] == "blocked"

    assert over["code"] == "failed"


NOT_OURS = (
    "{",
    "[]",
    json.dumps({**OFFER, "sdp": "not a description"}),
    json.dumps({**OFFER, "route": "relay"}),
    json.dumps({**OFFER, "from": "somebody"}),
    json.dumps({"type": "candidates", "route": "direct", "candidates": []}),
    json.dumps({"type": "measured", "direct": {**FINE, "up_kbps": -1}}),
    json.dumps({"type": "measured", "direct": {**FINE, "loss_up": 2}}),
    json.dumps({"type": "measured", "direct": {**FINE, "codecs": ["<b>"]}}),
    json.dumps({"type": "heard", "is_heard": True}),
)


async def test_what_no_browser_of_ours_sends_closes_the_socket_and_keeps_nothing(service: Service) -> None:
    for frame in NOT_OURS:
        service.booked = await service.book()  # whoever is refused too often would have to wait
        async with at_socket(service.somebody(), by_link(service)) as test:
            await test.hears("begin")
            await test.ws.send_str(frame)
            assert await test.is_closed() == 1008, frame
        assert (await service.app[SCHEDULING].slot(service.booked.appointment.id)).precall is None, frame


async def test_floods_end_the_socket_and_too_many_tests_in_a_row_have_to_wait(service: Service) -> None:
    async with at_socket(service.somebody(), by_link(service)) as test:
        await test.hears("begin")
        await test.says(**OFFER)
        for _ in range(300):
            await test.says(type="candidates", route="direct", candidates=[])
        while (message := await test.ws.receive(timeout=10)).type is aiohttp.WSMsgType.TEXT:
            assert json.loads(message.data)["type"] == "answer"
        assert test.ws.close_code == 1008

    codes = []
    for _ in range(CHECKS_AT_ONCE):
        async with at_socket(service.somebody(), by_link(service)) as test:
            codes.append(json.loads((await test.ws.receive(timeout=10)).data))
    assert codes[0]["type"] == "begin"
    assert codes[-1]["code"] == "too_many"


async def test_a_service_that_restarts_says_so_to_whoever_tests(service: Service) -> None:
    async with at_socket(service.somebody(), by_link(service)) as test:
        await test.hears("begin")
        service.app[DRAINING].set()
        assert (await test.hears("over"))["code"] == "unavailable"


async def test_a_whole_check_over_the_socket_with_our_real_peer(service: Service) -> None:
    plan = Plan(ping_ms=200, load_ms=400, settle_ms=100)
    service.app[PRECALL].peers, service.app[PRECALL].plan = CheckPeers(), plan
    route = BrowserRoute(plan)
    async with at_socket(service.somebody(), by_link(service)) as test:
        await test.hears("begin")
        await test.says(type="offer", route="direct", sdp=await route.offer())
        await route.answered((await test.hears("answer"))["sdp"])
        assert await route.stands()
        measured = await route.measure()
        await test.says(type="measured", direct={name: getattr(measured, name) for name in FINE})
        assert (await test.hears("verdict"))["outcome"]["verdict"] in ("good", "pauses")
    await route.connection.close()


class TestWithoutChecks:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, precall_checks=0)

    async def test_a_clinic_may_offer_none(self, service: Service) -> None:
        sam = service.somebody()
        async with sam.http.get(f"/join/{service.booked.patient_token}") as answer:
            assert "Test your connection" not in await answer.text()
        async with sam.http.get(by_link(service).removesuffix("/socket")) as answer:
            assert answer.status == 404


class TestWithARelay:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, turn_urls=("turn:turn.example.org",), turn_secret="x" * 32)

    async def test_whoever_is_not_admitted_gets_the_relay_for_a_minute_only(self, service: Service) -> None:
        async with at_socket(service.somebody(), by_link(service)) as test:
            direct, relay = (await test.hears("begin"))["routes"]

        assert (direct["policy"], relay["policy"]) == ("all", "relay")
        assert "turn" not in json.dumps(direct)
        until = int(relay["ice_servers"][0]["username"].split(":")[0])
        assert until - service.clock().timestamp() <= 60


@pytest.fixture(autouse=True)
async def ended(service: Service) -> AsyncIterator[None]:
    """Whatever process a test has started."""
    yield
    await service.app[PRECALL].peers.close()
    await asyncio.sleep(0)

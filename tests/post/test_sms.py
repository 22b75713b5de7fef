from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from telesession.domain.ids import NotificationId
from telesession.domain.notifications import Letter
from telesession.post.port import NotSent
from telesession.post.sms import Sms

LETTER = Letter("+34600123456", "", "Your video appointment begins: https://visits.example.org/join/x")


class Gateway:
    """Notes what comes and answers as told."""

    def __init__(self) -> None:
        self.status = 202
        self.asked: list[tuple[dict[str, str], object]] = []
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        self.asked.append((dict(request.headers), await request.json()))
        return web.Response(status=self.status, headers={"Location": "/elsewhere"} if self.status == 307 else {})


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    gateway = Gateway()
    app = web.Application()
    app.router.add_post("/send", gateway.take)
    app.router.add_post("/elsewhere", gateway.take)
    async with TestServer(app) as server:
        gateway.url = str(server.make_url("/send"))
        yield gateway


async def code_of(gateway: Gateway) -> tuple[str, bool]:
    with pytest.raises(NotSent) as no:
        await Sms(gateway.url, "s3cret").send(LETTER, NotificationId("n1"))
    return no.value.code, no.value.may_retry


async def test_the_gateway_gets_number_text_and_a_key_by_which_it_knows_the_same_again(gateway: Gateway) -> None:
    await Sms(gateway.url, "s3cret").send(LETTER, NotificationId("n1"))

    [(headers, body)] = gateway.asked
    assert body == {"to": LETTER.to, "text": LETTER.text}
    assert (headers["Authorization"], headers["Idempotency-Key"]) == ("Bearer s3cret", "n1")


@pytest.mark.parametrize(("status", "may_retry"), [(500, True), (429, True), (401, True), (400, False), (307, False)])
async def test_a_no_is_for_now_or_for_ever_and_the_token_goes_nowhere_else(
    gateway: Gateway, status: int, may_retry: bool
) -> None:
    gateway.status = status

    assert await code_of(gateway) == ("sms_refused", may_retry)
    assert len(gateway.asked) == 1


async def test_a_gateway_that_is_away_is_asked_again(gateway: Gateway) -> None:
    gateway.url = f"http://127.0.0.1:{unused_port()}/send"

    assert await code_of(gateway) == ("sms_unreachable", True)

"""The service's own peer in its own process, met by aiortc in place of a browser."""

import asyncio
import os
import re
import secrets
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
import pytest_asyncio

from telesession.domain.precall import Plan, Route
from telesession.media.check import GONE, WORKER, Check, CheckPeers, Heard
from telesession.media.check_frames import Answer, Failure
from tests.media.precall_browser import NO_SERVERS, BrowserRoute

pytestmark = [pytest.mark.asyncio(loop_scope="module")]

SHORT = Plan(ping_ms=300, load_ms=500, settle_ms=200, voice_ms=400)
WITHIN_S = 20.0
ALL_ONES = re.compile(r"(a=fingerprint:sha-\d+) \S+")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def peers() -> AsyncIterator[CheckPeers]:
    """One process for the file: it takes a second to load."""
    running = CheckPeers()
    yield running
    await running.close()


@asynccontextmanager
async def checking(peers: CheckPeers) -> AsyncIterator[tuple[Check, "asyncio.Queue[Heard]"]]:
    said: asyncio.Queue[Heard] = asyncio.Queue()
    async with asyncio.timeout(WITHIN_S), peers.check(said.put_nowait) as check:
        yield check, said


@asynccontextmanager
async def standing(
    peers: CheckPeers, *, speaks: bool = False
) -> AsyncIterator[tuple[BrowserRoute, "asyncio.Queue[Heard]"]]:
    """A connection that stands."""
    route = BrowserRoute(SHORT, speaks=speaks)
    async with checking(peers) as (check, said):
        check.offer(Route.DIRECT, await route.offer(), NO_SERVERS, SHORT)
        answer = await said.get()
        assert isinstance(answer, Answer)
        await route.answered(answer.sdp)
        assert await route.stands()
        yield route, said
        await route.connection.close()


async def test_a_line_is_measured_and_a_voice_comes_back_later(peers: CheckPeers) -> None:
    loop = asyncio.get_running_loop()
    async with standing(peers, speaks=True) as (route, _):
        began = loop.time()
        voice = route.connection.getReceivers()[0].track
        heard = asyncio.create_task(voice.recv())
        measured = await route.measure()
        await heard

    assert loop.time() - began >= SHORT.voice_ms / 1_000
    assert 0 < measured.round_trip_ms < 500
    assert measured.loss_up == measured.loss_down == 0
    assert measured.up_kbps > 300
    assert measured.down_kbps > 300


async def test_several_lines_are_measured_at_once(peers: CheckPeers) -> None:
    async with AsyncExitStack() as several:
        routes = [(await several.enter_async_context(standing(peers)))[0] for _ in range(3)]
        measured = await asyncio.gather(*(route.measure() for route in routes))

    assert [one.loss_up for one in measured] == [0, 0, 0]


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda _: "v=0\r\n", "bad_description"),
        (lambda _: secrets.token_hex(200), "bad_description"),
        (lambda sdp: ALL_ONES.sub(lambda found: f"{found[1]} {':'.join(['11'] * 32)}", sdp, count=1), "failed"),
    ],
    ids=["empty", "noise", "fingerprint of somebody else"],
)
async def test_a_description_that_is_none_or_of_somebody_else_fails(
    peers: CheckPeers, spoil: "object", code: str
) -> None:
    assert callable(spoil)
    route = BrowserRoute(SHORT)
    sdp = "\r\n".join(
        line for line in (await route.offer()).splitlines() if "sha-384" not in line and "sha-512" not in line
    )
    async with checking(peers) as (check, said):
        check.offer(Route.DIRECT, spoil(f"{sdp}\r\n"), NO_SERVERS, SHORT)
        first = await said.get()
        if isinstance(first, Answer):
            await route.answered(first.sdp)
            first = await said.get()
    await route.connection.close()

    assert isinstance(first, Failure)
    assert (first.route, first.code) == (Route.DIRECT, code)


async def test_what_is_no_rtp_and_no_message_of_ours_disturbs_nothing(peers: CheckPeers) -> None:
    async with standing(peers, speaks=True) as (route, said):
        assert route.connection.sctp is not None
        wire = route.connection.sctp.transport
        for first_byte in (0, 22, 128, 144, 200, 255):  # STUN, DTLS, RTP, RTP, RTCP, none of them
            for _ in range(5):
                await wire.transport._send(bytes([first_byte]) + secrets.token_bytes(60))
        for message in (b"", b"\1", b"\2", b"\3" * 20, "text"):
            route.probe.send(message or b"\0")
        route.steps.send("{")
        measured = await route.measure()

    assert said.empty()
    assert measured.loss_up == 0
    assert measured.up_kbps > 300


async def test_whoever_sends_far_more_than_a_check_takes_is_cut_off(peers: CheckPeers) -> None:
    async with standing(peers) as (route, said):
        while said.empty():
            if route.probe.bufferedAmount < 100_000:
                route.probe.send(secrets.token_bytes(16_000))
            await asyncio.sleep(0)
        failure = await said.get()

    assert isinstance(failure, Failure)
    assert failure.code == "too_much"


async def test_the_death_of_the_process_fails_what_runs_and_the_next_check_has_a_new_one(peers: CheckPeers) -> None:
    async with standing(peers) as (_, said):
        before = peers.process_id
        assert before is not None
        os.kill(before, signal.SIGKILL)
        failure = await said.get()
    assert isinstance(failure, Failure)
    assert (failure.route, failure.code) == (None, GONE)

    async with standing(peers) as (route, _):
        assert peers.process_id not in (None, before)
        assert (await route.measure()).loss_up == 0


async def test_the_process_goes_when_nobody_has_needed_it_for_a_while() -> None:
    peers = CheckPeers(idle_s=0)
    async with checking(peers):
        assert peers.process_id is not None
    async with asyncio.timeout(WITHIN_S):
        await peers.gone()
    assert peers.process_id is None


async def test_a_process_that_does_not_start_is_an_error_that_can_be_told() -> None:
    peers = CheckPeers(command=("false",))
    with pytest.raises(OSError, match=WORKER):
        async with checking(peers):
            pass

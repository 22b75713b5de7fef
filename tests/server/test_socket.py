"""The wire, as whoever writes a client meets it: frames, refusals, close codes."""

import asyncio
from typing import Never

import aiohttp
import pytest

from telesession.domain.errors import Refused
from telesession.server.keys import INVITATIONS
from tests.domain.test_sdp import MINIMAL
from tests.server.conftest import Person, Service
from tests.server.wire import Frame, Wire


def _waiting(frame: Frame) -> Frame | None:
    """Somebody in the waiting room, in a frame `view`."""
    participants = frame["view"].get("participants", [])
    return next((one for one in participants if one["standing"] == "waiting"), None)


async def admitted(service: Service) -> tuple[Wire, Wire]:
    """Tess and Pat, both in; close both."""
    tess = await Wire(await service.tess()).__aenter__()
    pat = await Wire(await service.pat()).__aenter__()
    await tess.hello()
    await pat.hello()
    await tess.ask("participant.knock")
    await pat.ask("participant.knock")
    while (waiting := _waiting(await tess.until("view"))) is None:
        pass
    await tess.ask("participant.admit", participant=waiting["id"])
    await pat.until("ice_servers")
    await pat.until("view")
    return tess, pat


async def test_from_hello_to_talking_in_writing(service: Service) -> None:
    tess, pat = await admitted(service)
    async with tess.ws, pat.ws:
        done = await tess.ask("chat.send", text="Good morning, Pat")
        said = await pat.until("event")

    assert done["type"] == "done"
    assert said["seq"] == done["seq"]
    assert said["event"]["text"] == "Good morning, Pat"


async def test_a_welcome_tells_a_newcomer_only_their_own_place(service: Service) -> None:
    async with Wire(await service.pat()) as pat:
        welcome = await pat.hello()

    assert pat.kinds() == ["welcome"]
    assert welcome["view"] == {
        "type": "outside",
        "standing": "arriving",
        "since": None,
        "notices": [],
        "is_ended": False,
    }
    assert "Tess" not in str(welcome)


async def test_a_refusal_has_a_code_and_a_sentence(service: Service) -> None:
    async with Wire(await service.pat()) as pat:
        await pat.hello()
        refused = await pat.ask("visit.end")

    assert refused["code"] == "not_allowed"
    assert refused["text"] == "Only the therapist can do that."


async def test_a_signal_is_relayed_with_its_sender(service: Service) -> None:
    tess, pat = await admitted(service)
    async with tess.ws, pat.ws:
        to = pat.frames[0]["you"] if pat.frames[0]["type"] == "welcome" else ""
        signal = {"type": "rtc.description", "connection": 1, "offer": 1, "kind": "offer", "sdp": MINIMAL}
        await tess.send({"type": "signal", "to": to, "signal": signal})
        heard = await pat.until("signal")

    assert heard["signal"] == signal
    assert heard["from"] == tess.frames[0]["you"]


async def test_the_clock_is_answered_with_the_servers_time(service: Service) -> None:
    async with Wire(await service.pat()) as pat:
        await pat.hello()
        await pat.send({"type": "clock.ping", "sent_ms": 12.5})
        pong = await pat.until("clock.pong")

    assert pong["sent_ms"] == 12.5
    assert pong["received_ms"] == service.clock().timestamp() * 1000


async def test_a_page_of_another_origin_opens_no_socket(service: Service) -> None:
    pat = await service.pat()
    for origin in ("https://evil.example", "", "null"):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await Wire(pat, origin=origin).__aenter__()
        assert refused.value.status == 403


async def test_whoever_does_not_ask_for_the_subprotocol_opens_no_socket(service: Service) -> None:
    pat = await service.pat()
    for protocols in ((), ("chat", "telesession.v2")):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await Wire(pat, protocols=protocols).__aenter__()
        assert refused.value.status == 400


async def test_a_stranger_has_no_seat_and_does_not_disturb_who_has(service: Service) -> None:
    pat = await service.pat()
    sam = service.somebody()
    sam.visit_path = pat.visit_path
    async with Wire(pat) as pats, Wire(sam) as sams:
        await pats.hello()
        await sams.send({"type": "hello", "protocol": 1})

        assert await sams.close_code() == 4401
        assert sams.frames == [{"type": "goodbye", "reason": "no_seat", "retry_after_ms": None}]
        assert (await pats.ask("participant.knock"))["type"] == "done"


MALFORMED = [
    "",
    "[]",
    "{}",
    '{"type":"visit.blow_up","id":"1"}',
    '{"type":"chat.send","id":"1","text":""}',
    '{"type":"chat.send","id":"","text":"x"}',
    '{"type":"chat.send","id":"1","text":"x","from":"somebody else"}',
    '{"type":"chat.send","id":"1","text":NaN}',
    '{"type":"participant.admit","id":"1","participant":' + "1" * 5_000 + "}",
    "[" * 60_000,
    '{"type":"hello","protocol":1,"by":"p"}',
    '{"type":"clock.ping","sent_ms":"soon"}',
]


async def test_a_malformed_frame_closes_with_1008_and_says_so(service: Service) -> None:
    person = await service.pat()
    for frame in MALFORMED:
        async with Wire(person) as pat:
            await pat.hello()
            await pat.ws.send_str(frame)

            assert await pat.close_code() == 1008, frame[:80]
            assert pat.frames[-1] == {"type": "goodbye", "reason": "malformed", "retry_after_ms": None}, frame[:80]


async def test_an_oversized_frame_closes_with_1009(service: Service) -> None:
    async with Wire(await service.pat()) as pat:
        await pat.hello()
        await pat.ws.send_str("x" * 70_000)

        assert await pat.close_code() == 1009


async def test_a_binary_frame_and_a_late_hello_are_no_part_of_the_wire(service: Service) -> None:
    person = await service.pat()
    async with Wire(person) as pat:
        await pat.hello()
        await pat.ws.send_bytes(b"{}")
        assert await pat.close_code() == 1008
    async with Wire(person) as pat:
        await pat.send({"type": "clock.ping", "sent_ms": 1})
        assert await pat.close_code() == 1008


async def test_one_bad_frame_closes_nobody_elses_socket(service: Service) -> None:
    tess, pat = await admitted(service)
    async with tess.ws, pat.ws:
        await pat.ws.send_str("nonsense")
        assert await pat.close_code() == 1008

        assert (await tess.ask("chat.send", text="still here"))["type"] == "done"


async def test_commands_beyond_the_rate_are_refused_and_change_nothing(service: Service) -> None:
    async with Wire(await service.pat()) as pat:
        await pat.hello()
        await pat.ask("participant.knock")
        await asyncio.gather(*[pat.send(_report(n)) for n in range(100)])
        codes = [(await pat.until("done", "refused")).get("code", "done") for _ in range(100)]

    assert set(codes) == {"done", "too_many"}
    assert codes[:30] == ["done"] * 30


@pytest.mark.parametrize("frame", [{"type": "devices.report"}, {"type": "clock.ping", "sent_ms": 1}])
async def test_whoever_goes_on_beyond_the_rate_is_closed_and_may_come_back_later(
    service: Service, frame: Frame
) -> None:
    async with Wire(await service.pat()) as pat:
        await pat.hello()
        await pat.ask("participant.knock")
        for n in range(1_000):
            await pat.send(_report(n) if frame["type"] == "devices.report" else frame)

        assert await pat.close_code() == 4429
        assert pat.frames[-1] == {"type": "goodbye", "reason": "too_many", "retry_after_ms": 10_000}


class _Away:
    """Stands in for a part of the service that does not work just now."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def seat(self, *_: object) -> Never:
        raise self.error


@pytest.mark.parametrize("error", [Refused("storage", "We cannot look that up."), RuntimeError("our own mistake")])
async def test_a_failure_of_ours_asks_the_browser_to_come_back(
    service: Service, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    person = await service.pat()
    with monkeypatch.context() as patched:
        patched.setattr(service.app[INVITATIONS], "seat", _Away(error).seat)
        async with Wire(person) as pat:
            assert await pat.close_code() == 4500
            assert pat.frames[-1]["reason"] == "failed"
            assert pat.frames[-1]["retry_after_ms"] is not None
    async with Wire(person) as pat:
        assert (await pat.hello())["type"] == "welcome"


def _report(n: int) -> dict[str, object]:
    return {"type": "devices.report", "id": f"r{n}", "microphone": "on", "camera": ("on", "off")[n % 2]}


async def test_a_second_tab_takes_the_seat_and_the_first_is_told_not_to_come_back(service: Service) -> None:
    person = await service.pat()
    async with Wire(person) as first, Wire(person) as second:
        await first.hello()
        await second.hello()

        assert await first.close_code() == 4409
        assert first.frames[-1] == {"type": "goodbye", "reason": "superseded", "retry_after_ms": None}


async def test_a_second_device_is_a_participant_of_its_own_and_must_knock(service: Service) -> None:
    tess, pat = await admitted(service)
    tablet_of_pat: Person = await service.pat()
    async with tess.ws, pat.ws, Wire(tablet_of_pat) as tablet:
        welcome = await tablet.hello()
        assert welcome["view"]["standing"] == "arriving"
        await tablet.ask("participant.knock")
        while not (waiting := _waiting(await tess.until("view"))):
            pass

        assert waiting["name"] == "Pat Patient"
        assert (await pat.ask("chat.send", text="unaffected"))["type"] == "done"


async def test_after_the_end_no_link_opens_and_no_socket_stays(service: Service) -> None:
    tess, pat = await admitted(service)
    async with tess.ws, pat.ws:
        assert (await tess.ask("visit.end"))["type"] == "done"
        assert await pat.close_code() == 4404
    somebody = service.somebody()
    async with somebody.http.get(f"/join/{service.booked.patient_token}") as answer:
        assert answer.status == 410


async def test_a_socket_that_never_says_hello_is_closed(service: Service) -> None:
    async with Wire(await service.pat()) as pat:
        assert await pat.close_code() == 4408


async def test_an_exercise_that_is_pushed_reaches_the_patient_and_can_be_read_there(service: Service) -> None:
    tess, pat = await admitted(service)
    async with tess.ws, pat.ws:
        dosage = {"sets": 3, "reps": 10, "hold_s": 3, "rest_s": 60}
        aim = {"view": "lateral_right"}
        done = await tess.ask("demonstration.push", exercise="bridge", version=1, dosage=dosage, aim=aim)
        shown = await pat.until("event")
        unknown = await tess.ask("demonstration.push", exercise="handstand", version=1, dosage=dosage, aim=aim)

    assert done["type"] == "done"
    assert shown["event"]["exercise"] == "bridge"
    assert unknown["code"] == "unknown_exercise"


async def test_a_signal_that_no_browser_sends_is_refused_and_not_relayed(service: Service) -> None:
    tess, pat = await admitted(service)
    async with tess.ws, pat.ws:
        to = pat.frames[0]["you"]
        bad = {"type": "rtc.description", "connection": 1, "offer": 1, "kind": "offer", "sdp": "v=0"}
        await tess.send({"type": "signal", "to": to, "signal": bad})
        assert await tess.until("signal.refused") == {"type": "signal.refused", "to": to, "code": "bad_description"}
        await tess.ask("chat.send", text="the next thing that you hear")
        await pat.until("event")

    assert "signal" not in pat.kinds()


async def test_a_description_is_followed_by_so_many_candidates_and_a_new_one_by_as_many_again(service: Service) -> None:
    tess, pat = await admitted(service)
    async with tess.ws, pat.ws:
        to = pat.frames[0]["you"]
        line = {"candidate": "candidate:1 1 udp 1 192.0.2.1 5000 typ host"}
        candidates = {"type": "rtc.candidates", "connection": 1, "candidates": [line] * 32}
        offer = {"type": "rtc.description", "connection": 1, "offer": 1, "kind": "offer", "sdp": MINIMAL}
        for _ in range(9):
            await tess.send({"type": "signal", "to": to, "signal": candidates})
        assert (await tess.until("signal.refused"))["code"] == "too_many_candidates"
        for signal in (offer, candidates):
            await tess.send({"type": "signal", "to": to, "signal": signal})
        while (await pat.until("signal"))["signal"]["type"] != "rtc.description":
            pass
        assert (await pat.until("signal"))["signal"]["type"] == "rtc.candidates"


async def test_a_seat_opens_only_so_many_sockets_and_ten_reloads_are_few(service: Service) -> None:
    pat, tess = await service.pat(), await service.tess()
    for _ in range(10):
        async with Wire(pat) as reloaded:
            await reloaded.hello()
    for _ in range(30):
        async with Wire(pat) as stubborn:
            if (await _first(stubborn))["type"] == "goodbye":
                break
    else:
        pytest.fail("nobody stopped it")

    assert stubborn.frames[-1] == {"type": "goodbye", "reason": "too_many", "retry_after_ms": 5_000}
    async with Wire(tess) as unaffected:
        await unaffected.hello()


async def _first(wire: Wire) -> Frame:
    await wire.send({"type": "hello", "protocol": 1})
    return await wire.until("welcome", "goodbye")

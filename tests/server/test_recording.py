"""A recording over the wire: asked, agreed to, paused, stopped; the recorder comes through the same door as all."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from msgspec import Struct

from telesession.config import Settings
from telesession.domain.audit import SERVICE, Action
from telesession.domain.consent import Part, current
from telesession.domain.recording import Order
from telesession.server.keys import AUDIT
from telesession.store.audit import Filter
from tests.fakes import Booth
from tests.server.conftest import Person, Service
from tests.server.wire import Frame, Wire

VERSION = current(Part.RECORDING).version
HOME = "127.0.0.0/24"


@pytest.fixture
def recorders() -> Booth:
    return Booth()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path,
        asks_where_patients_are=False,
        asks_for_consent=False,
        recording=True,
        keep_recordings_days=14,
    )


class Scene(Struct):
    """Tess and Pat in a visit."""

    service: Service
    booth: Booth
    stack: AsyncExitStack
    people: list[Person]
    tess: Wire
    pat: Wire
    entered: int = 0

    async def enter(self, person: Person) -> Wire:
        self.entered += 1
        wire = await self.stack.enter_async_context(Wire(person, first_id=100 * self.entered))
        await wire.hello()
        return wire

    async def agree(self, *, is_agreed: bool = True, by: Wire | None = None) -> Frame:
        number = await self.number()
        return await (by or self.pat).ask(
            "recording.answer", recording=number, is_agreed=is_agreed, text_version=VERSION, language="en"
        )

    async def number(self) -> int:
        asked = [frame for frame in self.tess.frames if kind_of(frame) == "recording.asked"]
        return int(asked[-1]["seq"])

    async def record(self) -> Wire:
        """Whatever the room has ordered, as the process does it."""
        order = await self.booth.orders.get()
        recorder = await self.enter(recorder_of(self.service, order))
        assert (await recorder.ask("participant.knock"))["type"] == "done"
        assert (await recorder.ask("recording.begin_part", recording=order.recording))["type"] == "done"
        return recorder


def recorder_of(service: Service, order: Order) -> Person:
    """A client with the key that the service gave to the recorder, and nothing else."""
    person = service.somebody()
    person.http.cookie_jar.update_cookies({"seat": order.browser_key})
    person.visit_path = f"/visit/{order.participant}"
    return person


def kind_of(frame: Frame) -> str:
    return str(frame["event"]["type"]) if frame["type"] == "event" else str(frame["type"])


async def until(wire: Wire, kind: str) -> Frame:
    """Read on until an event of this kind, or a frame that is none."""
    while kind_of(frame := await wire.next()) != kind:
        pass
    return frame


@pytest.fixture
async def scene(service: Service, recorders: Booth) -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        people = [await service.tess(), await service.pat()]
        wires = [await stack.enter_async_context(Wire(one)) for one in people]
        for wire in wires:
            await wire.hello()
            await wire.ask("participant.knock")
        tess, pat = wires
        await tess.ask("participant.admit", participant=people[1].participant)
        assert (await tess.ask("recording.ask", purpose="movement"))["type"] == "done"
        yield Scene(service, recorders, stack, people, tess, pat)


async def test_the_landing_page_promises_no_more_than_is_kept(scene: Scene) -> None:
    async with scene.service.somebody().http.get(f"/join/{scene.service.booked.patient_token}") as answer:
        assert "Nothing is recorded unless everybody in it agrees." in await answer.text()


async def test_a_recording_from_the_question_to_the_end(scene: Scene) -> None:
    asked = await until(scene.pat, "recording.asked")
    question = asked["event"]
    assert (question["purpose"], question["keep_days"], question["text_version"]) == ("movement", 14, VERSION)
    await scene.agree()
    recorder = await scene.record()
    assert (await until(scene.pat, "recording.part_began"))["event"]["part"] == 1

    assert (await scene.tess.ask("recording.stop", recording=await scene.number()))["type"] == "done"
    await until(scene.pat, "recording.ended")
    assert await recorder.close_code() == 4403

    lines = await scene.service.app[AUDIT].read(SERVICE, Filter(action=Action.CONSENT_GIVEN))
    assert [(one.line.role, one.line.place) for one in lines] == [("patient", HOME), ("therapist", HOME)]
    assert {one.line.subject.rpartition(":")[2] for one in lines} == {VERSION}, "the words that each agreed to"


async def test_a_no_leaves_everything_as_it_was_and_nothing_is_started(scene: Scene) -> None:
    await scene.agree(is_agreed=False)
    await until(scene.tess, "recording.answered")

    assert scene.booth.orders.empty()
    assert (await scene.pat.ask("chat.send", text="I am still here"))["type"] == "done"


async def test_a_question_outlives_a_reload_and_so_does_the_answer(scene: Scene) -> None:
    await until(scene.pat, "recording.asked")
    again = await scene.stack.enter_async_context(Wire(scene.people[1], first_id=500))
    recording = (await again.hello())["view"]["recording"]
    assert (recording["state"], recording["text_version"]) == ("waiting", VERSION)
    await scene.agree(by=again)

    once_more = await scene.stack.enter_async_context(Wire(scene.people[1], first_id=600))
    recording = (await once_more.hello())["view"]["recording"]
    assert (recording["state"], len(recording["answers"])) == ("ready", 2)


async def test_whoever_takes_back_their_yes_is_recorded_no_longer(scene: Scene) -> None:
    await scene.agree()
    recorder = await scene.record()
    await scene.agree(is_agreed=False)

    paused = await until(recorder, "recording.paused")
    assert paused["event"]["reason"] == "consent"
    answered = await until(recorder, "recording.answered")
    assert answered["seq"] == paused["seq"] + 1
    refused = await recorder.ask("recording.begin_part", recording=await scene.number())
    assert refused["code"] == "not_agreed"


async def test_a_guest_who_comes_pauses_it_before_they_are_in(scene: Scene) -> None:
    await scene.agree()
    recorder = await scene.record()
    guest = await scene.service.gus()
    gus = await scene.enter(guest)
    await gus.ask("participant.knock")
    await scene.tess.ask("participant.admit", participant=guest.participant)

    paused = await until(recorder, "recording.paused")
    seen = (await until(recorder, "view"))["view"]
    assert seen["recording"]["state"] == "waiting"
    assert paused["event"]["reason"] == "consent"
    await scene.agree(by=gus)
    await until(recorder, "recording.ready")
    assert (await recorder.ask("recording.begin_part", recording=await scene.number()))["type"] == "done"
    assert (await until(gus, "recording.part_began"))["event"]["part"] == 2


async def test_a_recorder_that_is_gone_is_told_at_once_and_sent_for_again(scene: Scene) -> None:
    await scene.agree()
    recorder = await scene.record()
    await recorder.ws.close()
    assert (await until(scene.pat, "recording.paused"))["event"]["reason"] == "recorder_lost"

    scene.booth.end()
    await scene.record()
    assert (await until(scene.pat, "recording.part_began"))["event"]["part"] == 2


async def test_what_is_wrong_with_the_recorder_ends_the_recording_and_not_the_visit(scene: Scene) -> None:
    await scene.agree()
    recorder = await scene.record()
    await recorder.send({"type": "recording.fail", "id": "f", "recording": await scene.number(), "fault": "disk_full"})

    assert (await until(scene.pat, "recording.ended"))["event"]["fault"] == "disk_full"
    assert await recorder.close_code() == 4403
    assert (await scene.pat.ask("chat.send", text="Can you still hear me?"))["type"] == "done"


async def test_the_recorders_words_are_refused_from_everybody_else(scene: Scene) -> None:
    await scene.agree()
    number = await scene.number()
    for wire in (scene.tess, scene.pat):
        assert (await wire.ask("recording.begin_part", recording=number))["code"] == "not_allowed"
        assert (await wire.ask("recording.fail", recording=number, fault="disk_full"))["code"] == "not_allowed"


async def test_a_recorder_hears_nothing_that_it_does_not_need(scene: Scene) -> None:
    await scene.agree()
    recorder = await scene.record()
    await scene.tess.ask("chat.send", text="How is the pain today?")
    await scene.tess.ask("recording.stop", recording=await scene.number())
    await recorder.close_code()

    heard = str(recorder.frames)
    assert "pain today" not in heard
    assert "Pat Patient" not in heard
    assert "Tess Therapist" not in heard


async def test_no_signal_reaches_the_recorder_from_outside_a_recording(scene: Scene) -> None:
    await scene.agree()
    recorder = await scene.record()
    participant = recorder.frames[0]["you"] if "you" in recorder.frames[0] else recorder.frames[1]["you"]
    await scene.agree(is_agreed=False)
    await scene.pat.send(
        {"type": "signal", "to": participant, "signal": {"type": "quality.report", "receiving": "good"}}
    )
    await scene.agree()  # all frames of one socket are taken in turn
    await until(recorder, "recording.ready")

    assert "signal" not in recorder.kinds()

"""Every command of the wire, by every role, in every standing: who may give it, and with which word it is refused."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from docs.protocol import sample
from telesession.config import Settings
from telesession.domain.messages import CLOSE_CODES, AnyCommand, Reason, Role, Standing
from tests.fakes import Booth
from tests.server.conftest import Person, Service
from tests.server.test_recording import VERSION, recorder_of
from tests.server.wire import Frame, Wire

A, W, I, L, D = Standing.ARRIVING, Standing.WAITING, Standing.ADMITTED, Standing.LEFT, Standing.DECLINED  # noqa: E741
ROLES = (Role.THERAPIST, Role.PATIENT, Role.GUEST, Role.RECORDER)
AWIL, WI = {A, W, I, L}, {W, I}
NEVER: set[Standing] = set()

TABLE: dict[str, tuple[set[Standing], set[Standing], set[Standing], set[Standing]]] = {
    # command                therapist patient guest  recorder
    "participant.knock":      (AWIL,   AWIL,  AWIL,  AWIL),
    "participant.leave":      (WI,     WI,    WI,    WI),
    "participant.admit":      ({I},    NEVER, NEVER, NEVER),
    "participant.decline":    ({I},    NEVER, NEVER, NEVER),
    "participant.remove":     ({I},    NEVER, NEVER, NEVER),
    "notice.send":            ({I},    NEVER, NEVER, NEVER),
    "chat.send":              ({I},    {I},   {I},   NEVER),
    "devices.report":         (WI,     WI,    WI,    NEVER),
    "demonstration.push":     ({I},    NEVER, NEVER, NEVER),
    "demonstration.steer":    ({I},    NEVER, NEVER, NEVER),
    "demonstration.pause":    ({I},    {I},   NEVER, NEVER),
    "demonstration.resume":   ({I},    {I},   NEVER, NEVER),
    "demonstration.aim":      ({I},    NEVER, NEVER, NEVER),
    "demonstration.dose":     ({I},    NEVER, NEVER, NEVER),
    "demonstration.withdraw": ({I},    NEVER, NEVER, NEVER),
    "demonstration.answer":   (NEVER,  {I},   NEVER, NEVER),
    "exertion.report":        ({I},    {I},   NEVER, NEVER),
    "exercise.stop":          ({I},    {I},   {I},   NEVER),
    "exercise.clear":         ({I},    NEVER, NEVER, NEVER),
    "plan.set":               ({I},    NEVER, NEVER, NEVER),
    "programme.add":          ({I},    NEVER, NEVER, NEVER),
    "programme.remove":       ({I},    NEVER, NEVER, NEVER),
    "camera_card.set":        ({I},    NEVER, NEVER, NEVER),
    "step_back.set":          ({I},    {I},   NEVER, NEVER),
    "recording.ask":          ({I},    NEVER, NEVER, NEVER),
    "recording.answer":       ({I},    {I},   {I},   NEVER),
    "recording.stop":         ({I},    NEVER, NEVER, NEVER),
    "recording.begin_part":   (NEVER,  NEVER, NEVER, {I}),
    "recording.fail":         (NEVER,  NEVER, NEVER, AWIL),
    "recording.attend":       (NEVER,  NEVER, NEVER, AWIL),
    "visit.end":              ({I},    NEVER, NEVER, NEVER),
}  # fmt: skip

WAYS_OUT = ("participant.leave", "visit.end")
"""What ends the standing in which the others are tried."""

CELLS = [
    *((Role.THERAPIST, one) for one in (A, I, L)),  # who is let in at once, and by nobody
    *((role, one) for role in (Role.PATIENT, Role.GUEST) for one in (A, W, I, L, D)),
    *((Role.RECORDER, one) for one in (A, I, L)),
]


def commands() -> dict[str, dict[str, Any]]:
    """One of each, as the documentation shows them."""
    found = {}
    for struct in get_args(AnyCommand):
        frame = msgspec.json.decode(msgspec.json.encode(sample(msgspec.inspect.type_info(struct))))
        found[frame["type"]] = {name: value for name, value in frame.items() if name not in ("type", "id")}
    return found


@pytest.fixture
def recorders() -> Booth:
    return Booth()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, asks_where_patients_are=False, asks_for_consent=False, recording=True)


class Scene:
    """A visit with Tess in it, and somebody who stands where the test wants them."""

    def __init__(self, service: Service, booth: Booth, stack: AsyncExitStack) -> None:
        self._service = service
        self._booth = booth
        self._stack = stack
        self._entered = 0

    async def enter(self, person: Person) -> Wire:
        self._entered += 1
        wire = await self._stack.enter_async_context(Wire(person, first_id=1_000 * self._entered))
        await wire.hello()
        return wire

    async def stand(self, role: Role, standing: Standing) -> tuple[Wire, Person, Wire]:
        """Somebody's socket, who they are, and Tess's socket."""
        person = await self._service.tess()
        tess = await self.enter(person)
        if role is Role.THERAPIST:
            wire = tess
            await self._walk(wire, standing, by=None)
        else:
            await tess.ask("participant.knock")
            person = await self._somebody(role, tess)
            wire = await self.enter(person)
            await self._walk(wire, standing, by=None if role is Role.RECORDER else (tess, person.participant))
        return wire, person, tess

    async def _somebody(self, role: Role, tess: Wire) -> Person:
        if role is Role.PATIENT:
            return await self._service.pat()
        if role is Role.GUEST:
            return await self._service.gus()
        pat = await self._service.pat()
        wire = await self.enter(pat)
        await self._walk(wire, I, by=(tess, pat.participant))
        asked = await tess.ask("recording.ask", purpose="movement")
        agreed = {"recording": asked["seq"], "is_agreed": True, "text_version": VERSION, "language": "en"}
        await wire.ask("recording.answer", **agreed)
        return recorder_of(self._service, await self._booth.orders.get())

    async def _walk(self, wire: Wire, standing: Standing, by: tuple[Wire, str] | None) -> None:
        """From the door to where one should stand; let in or declined `by` Tess, or by nobody."""
        if standing is A:
            return
        await wire.ask("participant.knock")
        if by is not None and standing is not W:
            tess, them = by
            await tess.ask("participant.decline" if standing is D else "participant.admit", participant=them)
        if standing is L:
            await wire.ask("participant.leave")


@pytest.fixture
async def scene(service: Service, recorders: Booth) -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        yield Scene(service, recorders, stack)


def test_the_table_has_every_command_of_the_wire() -> None:
    assert set(TABLE) == set(commands())


@pytest.mark.parametrize(("role", "standing"), CELLS)
async def test_a_command_is_taken_from_whoever_may_and_from_nobody_else(
    scene: Scene, role: Role, standing: Standing
) -> None:
    wire, _, _ = await scene.stand(role, standing)
    column = ROLES.index(role)
    mine = [command for command, row in TABLE.items() if standing in row[column]]
    frames = commands()

    before = len(wire.frames)
    for command in TABLE:
        if command not in mine:
            expected = "not_now" if TABLE[command][column] else "not_allowed"
            assert code_of(await wire.ask(command, **frames[command])) == expected, command
    assert "event" not in wire.kinds()[before:]
    for command in sorted(mine, key=WAYS_OUT.__contains__):
        answer = await wire.ask(command, **frames[command])
        assert code_of(answer) not in ("not_now", "not_allowed"), command
        if command == "participant.leave" and "visit.end" in mine:
            await wire.ask("participant.knock")


@pytest.mark.parametrize("role", [Role.PATIENT, Role.GUEST])
async def test_whoever_was_removed_is_heard_no_more(scene: Scene, role: Role) -> None:
    wire, person, tess = await scene.stand(role, I)
    await tess.ask("participant.remove", participant=person.participant)
    assert await wire.close_code() == CLOSE_CODES[Reason.REMOVED][0]

    again = await scene.enter(person)
    assert await again.close_code() == CLOSE_CODES[Reason.REMOVED][0]


@pytest.mark.parametrize("role", ROLES)
async def test_after_the_end_nobody_is_heard(scene: Scene, role: Role) -> None:
    wire, _, tess = await scene.stand(role, I)
    await tess.ask("visit.end")

    assert await wire.close_code() in {CLOSE_CODES[one][0] for one in (Reason.ENDED, Reason.REMOVED)}


def code_of(answer: Frame) -> str:
    return str(answer["code"]) if answer["type"] == "refused" else "done"

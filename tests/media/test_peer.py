"""What an end that only answers says to what a browser may do with it."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
from aiortc import MediaStreamTrack, RTCPeerConnection
from msgspec.structs import replace

from telesession.domain.ids import ParticipantId
from telesession.domain.messages import (
    AnySignal,
    ConnectionWanted,
    Description,
    DescriptionKind,
    IceServer,
    IceServers,
    IceTransportPolicy,
    OutsideView,
    ParticipantView,
    Standing,
    VisitView,
)
from telesession.domain.view import view
from telesession.media.limits import Openings
from telesession.media.peer import Peers, configuration_of
from tests.domain.cast import PAT, TESS, admit, knock, room_after

OUTSIDE = OutsideView(Standing.WAITING, None, (), False)
WITHIN_S = 10
OFFER = DescriptionKind.OFFER


class Silent:
    """Sends nothing and looks at nothing."""

    def tracks(self, them: ParticipantView) -> Sequence[MediaStreamTrack]:  # noqa: ARG002
        return ()

    def began(self, *_: object) -> None:
        return

    def arrived(self, *_: object) -> None:
        return

    def changed(self, *_: object) -> None:
        return


class Mouth:
    """Keeps what is said to the others, in order."""

    def __init__(self) -> None:
        self._said: asyncio.Queue[AnySignal] = asyncio.Queue()

    def say(self, _to: ParticipantId, signal: AnySignal) -> None:
        self._said.put_nowait(signal)

    async def next(self) -> AnySignal:
        async with asyncio.timeout(WITHIN_S):
            return await self._said.get()


def seen_by_pat(*, answers_only: bool) -> VisitView:
    """Both are in; Pat is a program that only answers, or a browser."""
    room = room_after((TESS, knock()), (PAT, knock(answers_only=answers_only)), (TESS, admit(PAT)))
    seen = view(room, PAT.participant)
    assert isinstance(seen, VisitView)
    return seen


@pytest.fixture
async def mouth() -> Mouth:
    return Mouth()


@pytest.fixture
async def peers(mouth: Mouth) -> AsyncIterator[Peers]:
    made = Peers(Silent(), mouth.say, lambda: 40)
    yield made
    await made.close()


@pytest.fixture
async def offer() -> AsyncIterator[str]:
    """As the therapist's end offers sound and picture."""
    therapist = RTCPeerConnection(configuration_of(None))
    for kind in ("audio", "video"):
        therapist.addTransceiver(kind, "sendrecv")
    await therapist.setLocalDescription(await therapist.createOffer())
    yield therapist.localDescription.sdp
    await therapist.close()


async def test_it_answers_each_offer_and_asks_for_a_fresh_connection_where_ice_is_restarted(
    peers: Peers, mouth: Mouth, offer: str
) -> None:
    peers.show(OUTSIDE)
    peers.show(seen_by_pat(answers_only=True))
    first = Description(7, 1, OFFER, offer)
    peers.receive(TESS.participant, first)
    answer = await mouth.next()
    assert isinstance(answer, Description)
    assert (answer.connection, answer.offer, answer.kind) == (7, 1, DescriptionKind.ANSWER)

    peers.receive(TESS.participant, replace(first, offer=2))
    again = await mouth.next()
    assert isinstance(again, Description)
    assert again.offer == 2

    restarted = offer.replace("a=ice-ufrag:", "a=ice-ufrag:new")
    peers.receive(TESS.participant, replace(first, offer=3, sdp=restarted))
    assert await mouth.next() == ConnectionWanted(8)

    peers.receive(TESS.participant, replace(first, connection=6))
    peers.receive(TESS.participant, replace(first, connection=8, sdp=restarted))
    fresh = await mouth.next()
    assert isinstance(fresh, Description)
    assert fresh.connection == 8, "the older one is passed over"


async def test_who_comes_back_to_a_visit_asks_at_once_and_who_is_not_offered_to_asks_too(
    peers: Peers, mouth: Mouth
) -> None:
    peers.show(seen_by_pat(answers_only=True))
    assert await mouth.next() == ConnectionWanted(0)
    assert await mouth.next() == ConnectionWanted(0)


async def test_of_two_that_only_answer_the_polite_one_opens(peers: Peers, mouth: Mouth) -> None:
    room = room_after((TESS, knock(answers_only=True)), (PAT, knock(answers_only=True)), (TESS, admit(PAT)))
    peers.show(view(room, PAT.participant))

    opened = await mouth.next()
    assert isinstance(opened, Description)
    assert (opened.connection, opened.kind) == (40, OFFER)


async def test_what_it_cannot_read_is_passed_over(peers: Peers, mouth: Mouth, offer: str) -> None:
    peers.show(OUTSIDE)
    peers.show(seen_by_pat(answers_only=True))
    peers.receive(TESS.participant, Description(7, 1, OFFER, "v=0\r\nm=nonsense\r\n"))
    peers.receive(TESS.participant, Description(8, 1, OFFER, offer))

    said = await mouth.next()
    while isinstance(said, ConnectionWanted):
        said = await mouth.next()
    assert isinstance(said, Description)
    assert said.connection == 8


async def test_who_has_connections_made_without_end_is_heard_no_more_for_a_while(mouth: Mouth, offer: str) -> None:
    peers = Peers(Silent(), mouth.say, lambda: 40, openings=Openings(per_minute=3))
    peers.show(OUTSIDE)
    peers.show(seen_by_pat(answers_only=True))
    for number in range(1, 41):
        peers.receive(TESS.participant, Description(number, 1, OFFER, offer))
    for number in (1, 2, 3):
        said = await mouth.next()
        assert isinstance(said, Description)
        assert said.connection == number
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await mouth.next()
    await peers.close()


def test_no_server_is_used_that_is_not_the_clinics() -> None:
    assert configuration_of(None).iceServers == []
    ours = IceServers((IceServer(("turn:turn.example.org",), "u", "c"),), IceTransportPolicy.RELAY, None)
    configuration = configuration_of(ours)
    assert configuration.iceServers is not None
    assert [one.urls for one in configuration.iceServers] == [["turn:turn.example.org"]]
    assert configuration.iceTransportPolicy.value == "relay"

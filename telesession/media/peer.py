"""The media of a participant without a browser, by aiortc: one connection with each of the others in the visit.

aiortc can neither roll an offer back nor restart ICE. So it knocks with `answers_only`: the others open each connection
and it answers, and where they would restart one it asks for a fresh one. Only two such ends open by themselves, the
polite one. Loading this module takes a second and a hundred megabytes: the service never does.
"""

import asyncio
import contextlib
import secrets
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCCertificate,
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
    RTCStatsReport,
)
from aiortc.exceptions import InvalidStateError
from aiortc.rtcconfiguration import RTCIceTransportPolicy
from aiortc.sdp import candidate_from_sdp

from telesession.domain.ids import ParticipantId
from telesession.domain.messages import (
    AnySignal,
    Candidates,
    ConnectionWanted,
    Description,
    DescriptionKind,
    IceServers,
    IceTransportPolicy,
    ParticipantView,
    QualityReport,
    Standing,
    View,
    VisitView,
    WordsAnswered,
    WordsCommitted,
    WordsRevealed,
)
from telesession.media.bad_line import lose
from telesession.media.description import certificate_of, fingerprints, key_of
from telesession.media.limits import Openings
from telesession.media.loss import NO_LOSS, Loss
from telesession.media.words import Words

ASK_AFTER_S = 0.4
"""The polite side offers by itself as soon as it sees us: ask only if that takes longer than this."""
ATTEMPT_S = 8.0
"""So long a new connection may take before another one is tried."""
AGAIN_S = 4.0
"""Words to compare that were not answered are begun again: signals may get lost."""
MOST_EARLY = 64
MARGIN_TENTHS = 432_000
"""Twelve hours: the door opens an hour before an appointment, and the wire allows a million."""


class Scene(Protocol):
    """What one participant sends and does with what it gets."""

    def tracks(self, them: ParticipantView) -> Sequence[MediaStreamTrack]:
        """New tracks for a new connection, at most one of a kind; none of a kind: only received."""

    def began(self, them: ParticipantView, connection: RTCPeerConnection) -> None:
        """A new connection has its two places, and nothing is said of it yet: the moment to listen in another way."""

    def arrived(self, them: ParticipantView, track: MediaStreamTrack) -> None:
        """A new connection brings this track. Somebody has to read it to its end: it has no bound."""

    def changed(self, them: ParticipantId, state: str) -> None:
        """The connection is now `connecting`, `connected`, `failed` or `closed`."""


def first_number(server_now_ms: float, starts_at: datetime) -> int:
    """Tenths of a second, so that it is higher than any that an earlier page or process of the same seat has used."""
    tenths = int((server_now_ms - starts_at.timestamp() * 1_000) / 100) + MARGIN_TENTHS
    return min(max(tenths, 1), 2 * MARGIN_TENTHS)


def configuration_of(ice: IceServers | None) -> RTCConfiguration:
    """What aiortc is to use of the servers. Without any it would ask one that is none of the clinic's."""
    servers = [] if ice is None else ice.ice_servers
    policy = IceTransportPolicy.ALL if ice is None else ice.policy
    return RTCConfiguration(
        iceServers=[RTCIceServer(list(one.urls), one.username, one.credential) for one in servers],
        iceTransportPolicy=RTCIceTransportPolicy(policy.value),
        bundlePolicy=RTCBundlePolicy.MAX_BUNDLE,
    )


class Peers:
    """One peer with each of the others who are in the visit: made when they come, dropped when they go."""

    def __init__(
        self,
        scene: Scene,
        signal: Callable[[ParticipantId, AnySignal], object],
        first_number: Callable[[], int],
        loss: Loss = NO_LOSS,
        openings: Openings | None = None,
    ) -> None:
        self._scene = scene
        self._signal = signal
        self._first_number = first_number
        self._loss = loss
        self._peers: dict[ParticipantId, tuple[Peer, asyncio.Task[None]]] = {}
        self._gone: set[asyncio.Task[None]] = set()
        self._ice: IceServers | None = None
        self._openings = openings or Openings()
        self._certificate = RTCCertificate.generateCertificate()
        self._words: dict[tuple[ParticipantId, str, str], Words] = {}
        self._is_fresh = True

    def set_ice(self, ice: IceServers) -> None:
        """For connections to come; those that stand are not disturbed."""
        self._ice = ice

    def show(self, view: View) -> None:
        """Whoever is in now. In the first view they have been there before, and offer only when they are asked."""
        there = {}
        if isinstance(view, VisitView):
            others = (one for one in view.participants if one.id != view.you)
            there = {one.id: one for one in others if one.standing is Standing.ADMITTED}
        for gone in self._peers.keys() - there.keys():
            self._drop(gone)
        for them in there.values():
            if them.id not in self._peers:
                self._meet(them)
        self._is_fresh = False

    def receive(self, sender: ParticipantId, signal: AnySignal) -> None:
        """A signal from one of the others."""
        if sender in self._peers and self._openings.takes(sender, signal, time.monotonic()):
            self._peers[sender][0].receive(signal)

    def wants_picture(self, them: ParticipantId) -> bool:
        """Whether they have not asked to be spared it."""
        return them not in self._peers or self._peers[them][0].wants_picture

    def forget(self) -> None:
        """Everything is over without a word, as a lost network would have it; the next view is a first one again."""
        for them in list(self._peers):
            self._drop(them)
        self._is_fresh = True

    def words_with(self, them: ParticipantId) -> tuple[int, ...] | None:
        """Places of the four words to compare with one of the others."""
        return self._peers[them][0].words if them in self._peers else None

    async def packets(self) -> tuple[int, int]:
        """Of the connections there are: packets that have come, and packets that were lost on the way here."""
        reports = [await peer.stats() for peer, _ in self._peers.values()]
        inbound = [one for report in reports for one in report.values() if one.type == "inbound-rtp"]
        return sum(one.packetsReceived for one in inbound), sum(one.packetsLost for one in inbound)

    async def close(self) -> None:
        """Drop all and wait until they are gone."""
        self.forget()
        while self._gone:
            await asyncio.wait(self._gone)

    def _meet(self, them: ParticipantView) -> None:
        peer = Peer(
            them,
            self._scene,
            lambda signal: self._signal(them.id, signal),
            lambda: configuration_of(self._ice),
            self._first_number,
            self._loss,
            self._certificate,
            lambda ours, theirs: self._words_with(them, ours, theirs),
        )
        self._peers[them.id] = peer, asyncio.create_task(peer.run(self._is_fresh), name="peer")

    def _words_with(self, them: ParticipantView, ours: str, theirs: str) -> Words:
        """The same for the same certificates, as the other side has it."""
        known = them.id, ours, theirs
        if known not in self._words:
            self._words[known] = Words(ours, theirs, secrets.token_hex(32), begins=not them.is_polite)
        return self._words[known]

    def _drop(self, them: ParticipantId) -> None:
        _, running = self._peers.pop(them)
        self._gone.add(running)
        running.add_done_callback(self._gone.discard)
        running.cancel()


class Peer:
    """The media with one other participant, over any number of connections: one at a time, numbered."""

    def __init__(
        self,
        them: ParticipantView,
        scene: Scene,
        say: Callable[[AnySignal], object],
        configuration: Callable[[], RTCConfiguration],
        first_number: Callable[[], int],
        loss: Loss,
        certificate: RTCCertificate,
        words_of: Callable[[str, str], Words],
    ) -> None:
        self._them = them
        self._scene = scene
        self._say = say
        self._configuration = configuration
        self._first_number = first_number
        self._loss = loss
        self._certificate = certificate
        self._words_of = words_of
        self._inbox: asyncio.Queue[AnySignal | None] = asyncio.Queue(256)
        self._pc: RTCPeerConnection | None = None
        self._number = 0
        self._offers = 0
        self._theirs = ""
        self._early: list[Candidates] = []
        self._words: Words | None = None
        self.wants_picture = True

    def receive(self, signal: AnySignal) -> None:
        """Something from the other side; taken in its turn."""
        if isinstance(signal, QualityReport):
            self.wants_picture = signal.wants_picture
        elif not self._inbox.full():
            self._inbox.put_nowait(signal)

    @property
    def words(self) -> tuple[int, ...] | None:
        """Places of the four words that both can compare; None while they are made."""
        return None if self._words is None else self._words.places

    async def stats(self) -> RTCStatsReport:
        """What aiortc counts of the connection there is."""
        return RTCStatsReport() if self._pc is None else await self._pc.getStats()

    async def run(self, is_return: bool) -> None:
        """Have a connection, again and again, until cancelled. `is_return`: nobody will offer unasked."""
        try:
            if self._them.is_polite:
                await self._open(self._first_number())
            elif is_return:
                self._say(ConnectionWanted(0))
            due_s = ASK_AFTER_S
            while True:
                due_s = await self._step(due_s)
        finally:
            await self._drop()

    async def _step(self, due_s: float) -> float:
        """Take one signal, or try anew when none came for `due_s` and there is no connection; when the next try is due.

        None in the inbox says that the state has changed.
        """
        is_connected = self._pc is not None and self._pc.connectionState == "connected"
        patience_s = (AGAIN_S if self._words and self._words.begin() else None) if is_connected else due_s
        try:
            async with asyncio.timeout(patience_s):
                signal = await self._inbox.get()
        except TimeoutError:
            if is_connected:
                self._begin_words()
            else:
                await self._renew()
            return ATTEMPT_S
        if signal is not None:
            await self._take(signal)
        elif self._pc is not None and self._pc.connectionState in ("failed", "closed"):
            await self._renew()
        elif self._pc is not None and self._pc.connectionState == "connected" and self._words is None:
            ours, theirs = (certificate_of(one.sdp) for one in (self._pc.localDescription, self._pc.remoteDescription))
            self._words = self._words_of(ours, theirs)
            self._begin_words()
        return ATTEMPT_S

    async def _take(self, signal: AnySignal) -> None:
        match signal:
            case Description():
                try:
                    await self._describe(signal)
                except Exception:  # noqa: BLE001  whatever aiortc makes of others' text: the next try is due in seconds
                    await self._drop()
            case Candidates(connection=connection) if connection == self._number and self._pc is not None:
                await self._add(self._pc, signal)
            case Candidates(connection=connection) if connection > self._number and len(self._early) < MOST_EARLY:
                self._early.append(signal)
            case ConnectionWanted(connection=connection) if self._them.is_polite:
                await self._open(max(connection, self._number + 1))
            case WordsCommitted() | WordsAnswered() | WordsRevealed() if self._words is not None:
                if (answer := self._words.hear(signal)) is not None:
                    self._say(answer)
            case _:
                pass

    def _begin_words(self) -> None:
        if self._words is not None and (begun := self._words.begin()) is not None:
            self._say(begun)

    async def _describe(self, description: Description) -> None:
        number, sdp = description.connection, description.sdp
        key = key_of(sdp)
        if description.kind is DescriptionKind.ANSWER:
            if self._pc is not None and number == self._number and description.offer == self._offers:
                await self._pc.setRemoteDescription(RTCSessionDescription(sdp, "answer"))
                await self._add_early(self._pc)
            return
        is_new_page = self._theirs != "" and fingerprints(self._theirs) != fingerprints(key)
        if number < self._number and not is_new_page:
            return
        if number == self._number and self._pc is not None and key != self._theirs:
            self._say(ConnectionWanted(number + 1))  # a restart of ICE, which aiortc would not notice
            return
        pc = self._pc
        if pc is None or number != self._number:
            pc = await self._begin(number)
        self._theirs = key
        await pc.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        await pc.setLocalDescription(await pc.createAnswer())
        if pc is self._pc:
            answer = pc.localDescription.sdp
            self._say(Description(number, description.offer, DescriptionKind.ANSWER, answer))
            await self._add_early(pc)

    async def _open(self, number: int) -> None:
        """Begin and offer: for the polite one of two who would rather answer."""
        pc = await self._begin(number)
        await pc.setLocalDescription(await pc.createOffer())
        self._offers += 1
        self._say(Description(number, self._offers, DescriptionKind.OFFER, pc.localDescription.sdp))

    async def _renew(self) -> None:
        if self._them.is_polite:
            await self._open(self._number + 1)
        else:
            self._say(ConnectionWanted(self._number + 1 if self._number else 0))

    async def _begin(self, number: int) -> RTCPeerConnection:
        """A new connection in place of the one there was, with its two places: sound, then picture."""
        await self._drop()
        pc = RTCPeerConnection(self._configuration())
        # One key for all connections, as a page has: a new one in mid-visit is a warning. aiortc has no way to say so.
        pc._RTCPeerConnection__certificates = [self._certificate]  # type: ignore[attr-defined]
        self._pc, self._number, self._offers = pc, number, 0
        tracks = {track.kind: track for track in self._scene.tracks(self._them)}
        for kind in ("audio", "video"):
            track = tracks.get(kind)
            place = pc.addTransceiver(track or kind, "sendrecv" if track else "recvonly")
            place.setCodecPreferences(
                [one for one in RTCRtpSender.getCapabilities(kind).codecs if _is_ours(one.mimeType)]
            )
        if not self._loss.is_none:
            lose(pc, self._loss)
        self._scene.began(self._them, pc)
        pc.on("track", lambda track: self._scene.arrived(self._them, track))
        pc.on("connectionstatechange", lambda: self._moved(pc))
        return pc

    def _moved(self, pc: RTCPeerConnection) -> None:
        if pc is self._pc:
            self._scene.changed(self._them.id, pc.connectionState)
            if not self._inbox.full():
                self._inbox.put_nowait(None)

    async def _add_early(self, pc: RTCPeerConnection) -> None:
        early, self._early = self._early, []
        for signal in early:
            if signal.connection == self._number:
                await self._add(pc, signal)
            elif signal.connection > self._number:
                self._early.append(signal)

    async def _add(self, pc: RTCPeerConnection, signal: Candidates) -> None:
        for one in signal.candidates:
            if not one.candidate:
                continue
            # One way that aiortc does not know, such as TCP, is one way fewer.
            with contextlib.suppress(ValueError, LookupError, AssertionError, InvalidStateError):
                candidate = candidate_from_sdp(one.candidate.partition(":")[2])
                candidate.sdpMid, candidate.sdpMLineIndex = one.sdp_mid, one.sdp_m_line_index
                await pc.addIceCandidate(candidate)

    async def _drop(self) -> None:
        pc, self._pc, self._theirs, self._words = self._pc, None, "", None
        if pc is not None:
            await pc.close()


def _is_ours(mime_type: str) -> bool:
    """What every browser speaks and needs no library under the GPL."""
    return mime_type.lower() in {"audio/opus", "video/vp8", "video/rtx"}

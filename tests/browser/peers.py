"""What a page's peer connections say of themselves, and what it tells the others about them."""

import json
from typing import Any

from playwright.async_api import WebSocket

from tests.browser.clinic import PATIENCE_MS, Person

_RECORD = """
    window.peerConnections = [];
    window.iceRestarts = 0;
    window.RTCPeerConnection = class extends RTCPeerConnection {
        constructor(...given) {
            super(...given);
            window.peerConnections.push(this);
        }
        restartIce() {
            window.iceRestarts += 1;
            super.restartIce();
        }
    };
"""
"""Runs before the page's own scripts; the page notices nothing."""

_OPEN = """window.peerConnections.filter((pc) => pc.connectionState !== "closed" && pc.currentLocalDescription)"""

_PATHS = f"""async () => {{
    const paths = [];
    for (const pc of {_OPEN}) {{
        const report = await pc.getStats();
        for (const one of report.values()) {{
            if (one.type !== "transport" || !one.selectedCandidatePairId) continue;
            const pair = report.get(one.selectedCandidatePairId);
            paths.push([report.get(pair.localCandidateId), report.get(pair.remoteCandidateId)]
                .map((candidate) => candidate.candidateType));
        }}
    }}
    return paths;
}}"""


class Peers:
    """The peer connections of one person's page. Make it before the page is opened."""

    def __init__(self, person: Person) -> None:
        self._page = person.page
        self.signals: list[dict[str, Any]] = []
        person.page.on("websocket", self._listen)

    @classmethod
    async def of(cls, person: Person) -> "Peers":
        await person.page.add_init_script(_RECORD)
        return cls(person)

    async def paths(self) -> list[list[str]]:
        """Type of the local and of the remote candidate in use, one pair a connection."""
        found: list[list[str]] = await self._page.evaluate(_PATHS)
        return found

    async def credentials(self) -> list[str]:
        """The local ICE user name of each connection: another one after an ICE restart."""
        found: list[str] = await self._page.evaluate(
            f"{_OPEN}.map((pc) => /ice-ufrag:(\\S+)/.exec(pc.currentLocalDescription.sdp)[1])"
        )
        return found

    async def restarts(self) -> int:
        """How often the page has asked for new ICE credentials on a connection that it kept."""
        count: int = await self._page.evaluate("window.iceRestarts")
        return count

    async def made(self) -> int:
        """How many connections the page has made so far."""
        count: int = await self._page.evaluate("window.peerConnections.length")
        return count

    async def places(self) -> list[int]:
        """How many transceivers each connection has."""
        found: list[int] = await self._page.evaluate(f"{_OPEN}.map((pc) => pc.getTransceivers().length)")
        return found

    async def are_stable(self) -> None:
        """Every negotiation has come to its end."""
        await self._page.wait_for_function(
            f"() => {_OPEN}.length > 0 && {_OPEN}.every((pc) => pc.signalingState === 'stable')", timeout=PATIENCE_MS
        )

    @property
    def candidates_told(self) -> list[str]:
        """Every candidate that this page has told anybody, in a signal of its own or inside a description."""
        told: list[str] = []
        for signal in self.signals:
            told += [one["candidate"] for one in signal.get("candidates", ())]
            told += [line for line in signal.get("sdp", "").splitlines() if line.startswith("a=candidate")]
        return told

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", self._sent)

    def _sent(self, frame: str | bytes) -> None:
        said = json.loads(frame)
        if said["type"] == "signal":
            self.signals.append(said["signal"])

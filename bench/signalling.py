"""Signalling: messages relayed a second and memory of an idle participant, beside a bare aiohttp relay in the same run.

    python -m bench.signalling [--pairs 1000] [--seconds 1] [--rounds 7]

Every pair bounces one ICE candidate from therapist to patient and back, each as soon as the other has come. Both
servers run all the time and take turns of a second, so that a neighbour's load falls on both; servers have one core and
the clients the other where there are two. With few pairs each would meet the limit of its signals.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import uvloop

from bench.lean_client import LeanClient, frame
from bench.report import report, spread

CANDIDATE = {
    "type": "rtc.candidates",
    "connection": 1,
    "candidates": [
        {
            "candidate": "candidate:467435820 1 udp 2122194687 192.0.2.2 57102 typ host generation 0 ufrag PhzT",
            "sdpMid": "0",
            "sdpMLineIndex": 0,
            "usernameFragment": "PhzT",
        }
    ],
}
IDLE_S = 3.0


Pair = tuple[LeanClient, LeanClient, bytes, bytes]
"""Two clients of one visit and the frame that each sends to the other."""


class Server:
    """A server process on the first core."""

    def __init__(self, kind: str, pairs: int) -> None:
        self.kind = kind
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.served", kind, str(pairs)], stdout=subprocess.PIPE, text=True
        )
        if (os.cpu_count() or 1) > 1:
            os.sched_setaffinity(self._process.pid, {0})
        assert self._process.stdout is not None
        told = json.loads(self._process.stdout.readline())
        self.port: int = told["port"]
        self.places: list[dict[str, str]] = told["places"]

    def memory_kib(self) -> int:
        """Resident memory now."""
        lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))

    def cpu_s(self) -> float:
        """Processor seconds used so far: what a neighbour's load does not change."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()


class Seated:
    """A participant who is admitted and can be signalled to."""

    def __init__(self, client: LeanClient) -> None:
        self.client = client
        self.id = ""
        self.others: set[str] = set()
        self.admitted = asyncio.Event()
        self.somebody_waits = asyncio.Event()
        client.on_text = self._hear

    def _hear(self, text: bytes) -> None:
        told = json.loads(text)
        if told["type"] == "welcome":
            self.id = told["you"]
        if told["type"] in ("welcome", "view") and told["view"] and told["view"]["type"] == "visit":
            self.admitted.set()
            self.others = {one["id"] for one in told["view"]["participants"]} - {self.id}
            if self.others:
                self.somebody_waits.set()


async def seat_pair(server: Server, n: int) -> tuple[Seated, Seated]:
    """Therapist and patient, both in the visit."""
    tess, pat = [
        Seated(await LeanClient.connect(server.port, place["path"], place["cookie"]))
        for place in server.places[2 * n : 2 * n + 2]
    ]
    for one in (tess, pat):
        one.client.send_json({"type": "hello", "protocol": 1})
    tess.client.send_json({"type": "participant.knock", "id": "k"})
    await tess.admitted.wait()
    pat.client.send_json({"type": "participant.knock", "id": "k"})
    await tess.somebody_waits.wait()
    tess.client.send_json({"type": "participant.admit", "id": "a", "participant": next(iter(tess.others))})
    await pat.admitted.wait()
    return tess, pat


async def connect(server: Server, pairs: int) -> list[Pair]:
    """All pairs with the frame that each side sends; the same bytes for both kinds of server."""
    ready = []
    for n in range(pairs):
        if server.kind == "bare":
            a, b = [
                await LeanClient.connect(server.port, place["path"], place["cookie"])
                for place in server.places[2 * n : 2 * n + 2]
            ]
            to_b = to_a = "0" * 32
        else:
            tess, pat = await seat_pair(server, n)
            a, b, to_b, to_a = tess.client, pat.client, pat.id, tess.id
        ready.append((a, b, _signal(to_b), _signal(to_a)))
    return ready


def _signal(to: str) -> bytes:
    return frame(json.dumps({"type": "signal", "to": to, "signal": CANDIDATE}).encode())


async def bounce(pairs: list[Pair], seconds: float) -> dict[str, float]:
    """Bounce one message in every pair until the time is up."""
    delays: list[float] = []
    is_over = False

    def play(me: LeanClient, ready: bytes, sent: list[float]) -> None:
        def hear(text: bytes) -> None:
            if b"rtc.candidates" in text and not is_over:
                delays.append((time.perf_counter() - sent[0]) * 1000)
                sent[0] = time.perf_counter()
                me.send(ready)

        me.on_text = hear

    for a, b, to_b, to_a in pairs:
        sent = [time.perf_counter()]
        play(a, to_b, sent)
        play(b, to_a, sent)
        a.send(to_b)
    began = time.perf_counter()
    await asyncio.sleep(seconds)
    is_over = True
    elapsed = time.perf_counter() - began
    if not delays:
        raise RuntimeError(f"{sum(a.is_closed for a, *_ in pairs)} of {len(pairs)} sockets are closed")
    delays.sort()
    return {
        "per_second": len(delays) / elapsed,
        "p50_ms": delays[len(delays) // 2],
        "p99_ms": delays[int(len(delays) * 0.99)],
    }


class Measured:
    """One server process with everybody seated, and what was seen of it so far."""

    def __init__(self, server: Server, connected: list[Pair], idle_kib: float) -> None:
        self._server = server
        self._connected = connected
        self.idle_kib = idle_kib
        self.runs: list[dict[str, float]] = []

    @classmethod
    async def start(cls, server: Server, pairs: int) -> "Measured":
        empty = server.memory_kib()
        connected = await connect(server, pairs)
        await asyncio.sleep(IDLE_S)
        return cls(server, connected, (server.memory_kib() - empty) / (2 * pairs))

    async def run(self, seconds: float) -> None:
        before = self._server.cpu_s()
        run = await bounce(self._connected, seconds)
        cpu_us = (self._server.cpu_s() - before) / (run["per_second"] * seconds) * 1e6
        self.runs.append({**run, "cpu_us_a_message": cpu_us})

    def stop(self) -> None:
        self._server.stop()

    def figures(self) -> dict[str, dict[str, float]]:
        return {name: spread([run[name] for run in self.runs]) for name in self.runs[0]}


async def main(pairs: int, seconds: float, rounds: int) -> None:
    if (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {1})
    servers = [Server(kind, pairs) for kind in ("bare", "service")]  # both before anybody has to answer pings
    bare, service = [await Measured.start(server, pairs) for server in servers]
    try:
        for _ in range(rounds):
            await bare.run(seconds)
            await service.run(seconds)
    finally:
        bare.stop()
        service.stop()
    ratios = [ours["per_second"] / theirs["per_second"] for ours, theirs in zip(service.runs, bare.runs, strict=True)]
    report(
        "signalling",
        pairs=pairs,
        bare=bare.figures(),
        service=service.figures(),
        relay_of_bare=spread(ratios, 3),
        idle_kib={"bare": round(bare.idle_kib, 1), "service": round(service.idle_kib, 1)},
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--rounds", type=int, default=7)
    asked = parser.parse_args()
    uvloop.run(main(asked.pairs, asked.seconds, asked.rounds))

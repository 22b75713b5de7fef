"""Two networks with a line between them that can be made narrow and lossy. Needs root."""

import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct

from tests.network.namespace import Namespace, run, why_not

BURST_BYTES = 3_000
QUEUE_MS = 300
"""As home routers have it: what does not fit waits for a while before it is dropped."""


class Line(Struct, frozen=True):
    """Its two ends."""

    here: Namespace
    there: Namespace

    def carry(self, up_kbps: int | None = None, down_kbps: int | None = None) -> None:
        """No more than so much in each direction; up is from here to there. None: as much as there is."""
        for end, kbps in ((self.here, up_kbps), (self.there, down_kbps)):
            if kbps is not None:
                shape = f"rate {kbps}kbit burst {BURST_BYTES} latency {QUEUE_MS}ms"
                run(*end.within, *f"tc qdisc add dev line root tbf {shape}".split())

    def lose(self, up_percent: int = 0, down_percent: int = 0) -> None:
        """So much of the UDP at random."""
        for end, percent in ((self.there, up_percent), (self.here, down_percent)):
            if percent:
                some = "" if percent == 100 else f"numgen random mod 100 < {percent} "
                rule = f"meta l4proto udp {some}drop"
                run(
                    *end.within,
                    "nft",
                    f"table inet worse {{ chain input {{ type filter hook input priority 0; {rule}; }}; }}",
                )


@contextmanager
def line() -> Iterator[Line]:
    """A new line that goes with the block, whatever happens in it."""
    made = Line(*(Namespace(f"telesession-{secrets.token_hex(4)}") for _ in range(2)))
    ends = (made.here, made.there)
    try:
        for end in ends:
            run("ip", "netns", "add", end.name)
        run(*f"ip link add line netns {made.here.name} type veth peer name line netns {made.there.name}".split())
        for number, end in enumerate(ends, 1):
            for command in ("ip link set lo up", f"ip addr add 10.9.1.{number}/24 dev line", "ip link set line up"):
                run(*end.within, *command.split())
        yield made
    finally:
        for end in ends:
            run("ip", "netns", "delete", end.name)


def why_no_line() -> str | None:
    """Why no line can be made here; None when it can."""
    why = why_not()
    if why is not None or shutil.which("tc") is None:
        return why or "needs tc: apt-get install iproute2"
    try:
        with line() as made:
            made.carry(1_000, 1_000)
    except subprocess.CalledProcessError as refusal:
        return f"this kernel shapes no traffic: {refusal.stderr.strip()}"
    return None

"""A network of its own for a test: loopback, one address, and a knife for its UDP. Needs root."""

import asyncio
import os
import secrets
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

ADDRESS = "10.9.0.1"
"""Chromium gathers no loopback candidate: it needs another address to be found at."""

_CUT = "table inet cut { chain input { type filter hook input priority 0; meta l4proto udp drop; }; }"
"""On input: dropped on output, the sender would be told (EPERM)."""


class Namespace:
    """Made by `namespace`. What is started by `within` lives inside."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def within(self) -> tuple[str, ...]:
        """Words to put before a command, so that it runs inside."""
        return ("ip", "netns", "exec", self.name)

    def script(self, path: Path, command: str) -> Path:
        """A file that runs `command` inside, for whoever takes nothing but a file."""
        path.write_text(f'#!/bin/sh\nexec {" ".join(self.within)} {command} "$@"\n')
        path.chmod(0o700)
        return path

    @asynccontextmanager
    async def cut(self, lasts_s: float) -> AsyncIterator[None]:
        """No UDP arrives for `lasts_s`, however soon the body is done."""
        run(*self.within, "nft", _CUT)
        ends_at = time.monotonic() + lasts_s
        try:
            yield
            await asyncio.sleep(max(0, ends_at - time.monotonic()))
        finally:
            run(*self.within, "nft", "delete table inet cut")


@contextmanager
def namespace() -> Iterator[Namespace]:
    """A new network that goes with the block, whatever happens in it."""
    name = f"telesession-{secrets.token_hex(4)}"
    made = Namespace(name)
    run("ip", "netns", "add", name)
    try:
        # Both ends stay inside: the other one only makes the link come up.
        for command in (
            "ip link set lo up",
            "ip link add here type veth peer name there",
            f"ip addr add {ADDRESS}/24 dev here",
            "ip link set here up",
            "ip link set there up",
        ):
            run(*made.within, *command.split())
        yield made
    finally:
        run("ip", "netns", "delete", name)


def why_not() -> str | None:
    """Why no namespace can be made here; None when it can."""
    missing = [tool for tool in ("ip", "nft") if shutil.which(tool) is None]
    if missing:
        return f"needs {' and '.join(missing)}: apt-get install iproute2 nftables"
    if os.geteuid() != 0:
        return "needs root, for a network namespace"
    try:
        with namespace() as made:
            run(*made.within, "nft", _CUT)
    except subprocess.CalledProcessError as refusal:
        return f"this kernel gives no network namespace: {refusal.stderr.strip()}"
    return None


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)

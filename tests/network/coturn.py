"""Debian's coturn as its own process on loopback, and a client that speaks just enough of RFC 8656 to try its doors."""

import base64
import hashlib
import hmac
import os
import secrets
import shutil
import socket
import struct
import subprocess
import time
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from pathlib import Path

TURNSERVER = shutil.which("turnserver")
REALM = "clinic.example"
OPEN_TO_LOOPBACK = ("allow-loopback-peers",)
"""For tests alone: both browsers and the relay are on this machine."""

_COOKIE = 0x2112A442
_BINDING, _ALLOCATE, _REFRESH, _CREATE_PERMISSION, _CHANNEL_BIND = 0x001, 0x003, 0x004, 0x008, 0x009
_USERNAME, _MESSAGE_INTEGRITY, _ERROR_CODE, _CHANNEL_NUMBER, _LIFETIME = 0x0006, 0x0008, 0x0009, 0x000C, 0x000D
_XOR_PEER_ADDRESS, _REALM, _NONCE, _ADDRESS_FAMILY, _TRANSPORT = 0x0012, 0x0014, 0x0015, 0x0017, 0x0019
_UDP = struct.pack("!I", 17 << 24)
_FAMILY = {4: 1, 6: 2}
_ANSWER_WITHIN_S = 2.0
_STARTS_WITHIN_S = 20.0


class Coturn:
    """A relay at 127.0.0.1, reached by `transport` alone; `lines` are lines of its configuration file."""

    def __init__(self, folder: Path, lines: Sequence[str], secret: str | None = None, transport: str = "udp") -> None:
        assert TURNSERVER is not None, "coturn is not installed"
        self.port = _free_port()
        self.secret = secret or secrets.token_urlsafe(24)
        self.secret_file = folder / "turn.secret"
        self.secret_file.touch(mode=0o600)
        self.secret_file.write_text(self.secret)
        conf = folder / "turnserver.conf"
        conf.write_text("\n".join([*lines, *(["no-udp"] if transport == "tcp" else [])]))
        self.transport = transport
        with (folder / "turn.log").open("wb") as log:
            self._process = subprocess.Popen(
                [
                    TURNSERVER, "-c", str(conf), "--realm", REALM, "--static-auth-secret", self.secret, "--no-cli",
                    "--listening-ip=127.0.0.1", f"--listening-port={self.port}", "--relay-ip=127.0.0.1",
                    "--no-tls", "--no-dtls", f"--pidfile={folder / 'turn.pid'}", f"--userdb={folder / 'turn.db'}",
                    "--log-file=stdout", "--relay-threads=1",
                ],
                stdout=log,
                stderr=log,
            )  # fmt: skip
        try:
            self._await_answer()
        except BaseException:
            self.stop()
            raise

    @property
    def settings(self) -> dict[str, str]:
        """What a clinic needs to send all its media through this relay."""
        return {
            "TELESESSION_TURN_URLS": f"turn:127.0.0.1:{self.port}?transport={self.transport}",
            "TELESESSION_TURN_SECRET_FILE": str(self.secret_file),
            "TELESESSION_ICE_RELAY_ONLY": "true",
        }

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def _await_answer(self) -> None:
        """As any STUN client does: ask again until it answers."""
        deadline = time.monotonic() + _STARTS_WITHIN_S
        with TurnClient(self.port, "", "", answer_within_s=0.2) as client:
            is_there = client.is_answered if self.transport == "udp" else lambda: _is_taken(self.port)
            while not is_there():
                assert self._process.poll() is None, "coturn has ended"
                assert time.monotonic() < deadline, "coturn does not answer"


class TurnRefused(Exception):
    """The relay said no; `code` is that of RFC 8656."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class TurnClient:
    """One allocation at the relay on `port`, or the attempt at one."""

    def __init__(self, port: int, username: str, password: str, answer_within_s: float = _ANSWER_WITHIN_S) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect(("127.0.0.1", port))
        self._socket.settimeout(answer_within_s)
        self._username = username
        self._key = hashlib.md5(f"{username}:{REALM}:{password}".encode()).digest()
        self._nonce = b""
        self._is_allocated = False

    def __enter__(self) -> "TurnClient":
        return self

    def __exit__(self, *_: object) -> None:
        """Give the allocation back: the next client may well be given the same port by the system."""
        if self._is_allocated:
            self._ask(_REFRESH, [(_LIFETIME, bytes(4)), *self._credentials()])
        self._socket.close()

    def is_answered(self) -> bool:
        """The relay is there."""
        try:
            self._ask(_BINDING, [])
        except OSError:
            return False
        return True

    def allocate(self, family: int = 4) -> None:
        """Get a relayed address of IPv4 or IPv6; raises `TurnRefused`."""
        wanted = [(_TRANSPORT, _UDP), (_ADDRESS_FAMILY, struct.pack("!Bxxx", _FAMILY[family]))]
        try:
            self._ask(_ALLOCATE, wanted)
        except TurnRefused as first:
            if first.code != 401 or not self._nonce:  # the first answer only brings the nonce
                raise
        self._ask(_ALLOCATE, [*wanted, *self._credentials()])
        self._is_allocated = True

    def permit(self, address: str) -> None:
        """Open the relay towards `address`; raises `TurnRefused`."""
        self._ask(_CREATE_PERMISSION, [(_XOR_PEER_ADDRESS, ip_address(address).packed), *self._credentials()])

    def bind(self, address: str, channel: int = 0x4000) -> None:
        """Bind a channel to `address`; raises `TurnRefused`."""
        number = struct.pack("!Hxx", channel)
        wanted = [(_CHANNEL_NUMBER, number), (_XOR_PEER_ADDRESS, ip_address(address).packed), *self._credentials()]
        self._ask(_CHANNEL_BIND, wanted)

    def _credentials(self) -> list[tuple[int, bytes]]:
        return [(_USERNAME, self._username.encode()), (_REALM, REALM.encode()), (_NONCE, self._nonce)]

    def _ask(self, method: int, attributes: Sequence[tuple[int, bytes]]) -> None:
        transaction = os.urandom(12)
        body = b"".join(_attribute(kind, value, transaction) for kind, value in attributes)
        if any(kind == _NONCE for kind, _ in attributes):
            signed = _header(method, len(body) + 24, transaction) + body
            body += _attribute(_MESSAGE_INTEGRITY, hmac.digest(self._key, signed, "sha1"), transaction)
        self._socket.send(_header(method, len(body), transaction) + body)
        kind, answer = _parse(self._socket.recv(2048))
        self._nonce = answer.get(_NONCE, self._nonce)
        if kind & 0x0110 == 0x0110:
            high, low = answer[_ERROR_CODE][2:4]
            raise TurnRefused(high * 100 + low)


def password(secret: str, username: str) -> str:
    """What the relay expects with `username`, by the REST form of coturn."""
    return base64.b64encode(hmac.digest(secret.encode(), username.encode(), "sha1")).decode()


def _header(method: int, length: int, transaction: bytes) -> bytes:
    return struct.pack("!HHI", method, length, _COOKIE) + transaction


def _attribute(kind: int, value: bytes, transaction: bytes) -> bytes:
    if kind == _XOR_PEER_ADDRESS:
        value = _xored(value, transaction)
    return struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4)


def _xored(packed: bytes, transaction: bytes) -> bytes:
    """RFC 8489 section 14.2, of an address as `ipaddress` packs it; the port is 9."""
    mask = struct.pack("!I", _COOKIE) + transaction
    masked = bytes(a ^ b for a, b in zip(packed, mask, strict=False))
    return struct.pack("!xBH", 1 if len(packed) == 4 else 2, 9 ^ (_COOKIE >> 16)) + masked


def _parse(answer: bytes) -> tuple[int, Mapping[int, bytes]]:
    kind, length = struct.unpack_from("!HH", answer)
    found: dict[int, bytes] = {}
    at = 20
    while at < 20 + length:
        attribute, size = struct.unpack_from("!HH", answer, at)
        found.setdefault(attribute, answer[at + 4 : at + 4 + size])
        at += 4 + size + (-size % 4)
    return kind, found


def _free_port() -> int:
    """Free for UDP and for TCP, and not one that the system gives to other sockets meanwhile."""
    while True:
        port = secrets.choice(range(20_000, 32_000))
        if all(_is_free(port, kind) for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM)):
            return port


def _is_taken(port: int) -> bool:
    """For TCP."""
    return not _is_free(port, socket.SOCK_STREAM)


def _is_free(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True

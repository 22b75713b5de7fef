"""Whether a TURN server gives a relayed address to those whom we send there: just enough of RFC 8656 to ask."""

import hashlib
import hmac
import os
import re
import socket
import ssl
import struct
from collections.abc import Sequence

from msgspec import Struct

COOKIE = 0x2112A442
ALLOCATE, REFRESH = 0x003, 0x004
USERNAME, INTEGRITY, ERROR_CODE, LIFETIME, REALM, NONCE, TRANSPORT = 0x06, 0x08, 0x09, 0x0D, 0x14, 0x15, 0x19
IS_ERROR = 0x0110
UDP = struct.pack("!I", 17 << 24)
HEADER_BYTES = 20
TRIES = 3
WAIT_S = 1.5

_URL = re.compile(r"(turns?):(\[[^\]]+\]|[^:?\[\]]+)(?::(\d+))?(?:\?transport=(udp|tcp))?")


class TurnFailed(Exception):
    """No relayed address; the text says why, for an operator."""


class Place(Struct, frozen=True):
    """Where a TURN server is, as its URL says (RFC 7065)."""

    host: str
    port: int
    is_stream: bool
    is_tls: bool


def parse(url: str) -> Place:
    """The place that `url` names; raises `TurnFailed`."""
    found = _URL.fullmatch(url)
    if found is None:
        raise TurnFailed("the address is not one of a TURN server")
    scheme, host, port, transport = found.groups()
    is_tls = scheme == "turns"
    return Place(host.strip("[]"), int(port or (5349 if is_tls else 3478)), is_tls or transport == "tcp", is_tls)


def allocate(url: str, username: str, password: str, wait_s: float = WAIT_S) -> None:
    """Get a relayed address and give it back; raises `TurnFailed`. Waits for the network: call it from a thread."""
    try:
        with _Connection(parse(url), wait_s) as connection:
            _Asked(connection, username, password).allocate()
    except TimeoutError:
        raise TurnFailed("it does not answer") from None
    except OSError as no:
        raise TurnFailed(f"it cannot be reached ({no.strerror or type(no).__name__})") from None
    except (struct.error, KeyError):
        raise TurnFailed("what answers there is no TURN server") from None


class _Connection:
    """One question, one answer. Over UDP a question is asked again, as packets may be lost."""

    def __init__(self, place: Place, wait_s: float) -> None:
        self._place = place
        kind = socket.SOCK_STREAM if place.is_stream else socket.SOCK_DGRAM
        family, _, _, _, address = socket.getaddrinfo(place.host, place.port, type=kind)[0]
        plain = socket.socket(family, kind)
        plain.settimeout(wait_s * TRIES if place.is_stream else wait_s)
        try:
            plain.connect(address)
            self._socket = (
                ssl.create_default_context().wrap_socket(plain, server_hostname=place.host) if place.is_tls else plain
            )
        except BaseException:
            plain.close()
            raise

    def __enter__(self) -> "_Connection":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def ask(self, question: bytes) -> bytes:
        """The answer to `question`; raises `TimeoutError`."""
        if self._place.is_stream:
            self._socket.sendall(question)
            header = self._exactly(HEADER_BYTES)
            return header + self._exactly(struct.unpack_from("!2xH", header)[0])
        for _ in range(TRIES):
            self._socket.send(question)
            try:
                while (answer := self._socket.recv(2048))[8:HEADER_BYTES] != question[8:HEADER_BYTES]:
                    continue
            except TimeoutError:
                continue
            return answer
        raise TimeoutError

    def _exactly(self, count: int) -> bytes:
        received = b""
        while len(received) < count:
            part = self._socket.recv(count - len(received))
            if not part:
                raise ConnectionResetError(0, "it hung up")
            received += part
        return received


class _Asked:
    def __init__(self, connection: _Connection, username: str, password: str) -> None:
        self._connection = connection
        self._username = username
        self._password = password

    def allocate(self) -> None:
        kind, first = self._ask(ALLOCATE, [(TRANSPORT, UDP)])
        if kind & IS_ERROR != IS_ERROR:
            raise TurnFailed("it gives addresses to anybody, without a password")
        if _code(first) != 401:
            raise TurnFailed(f"it refuses (code {_code(first)})")
        realm, nonce = first[REALM], first[NONCE]
        kind, answer = self._ask(ALLOCATE, [(TRANSPORT, UDP)], realm, nonce)
        if kind & IS_ERROR == IS_ERROR:
            code = _code(answer)
            raise TurnFailed("it does not know our secret" if code == 401 else f"it refuses (code {code})")
        self._ask(REFRESH, [(LIFETIME, bytes(4))], realm, nonce)

    def _ask(
        self, method: int, attributes: Sequence[tuple[int, bytes]], realm: bytes = b"", nonce: bytes = b""
    ) -> tuple[int, dict[int, bytes]]:
        transaction = os.urandom(12)
        proof = [(USERNAME, self._username.encode()), (REALM, realm), (NONCE, nonce)] if nonce else []
        body = b"".join(_attribute(kind, value) for kind, value in (*attributes, *proof))
        if nonce:
            key = hashlib.md5(f"{self._username}:{realm.decode()}:{self._password}".encode()).digest()  # noqa: S324  RFC 8489
            signed = _header(method, len(body) + 24, transaction) + body
            body += _attribute(INTEGRITY, hmac.digest(key, signed, "sha1"))
        return _parse(self._connection.ask(_header(method, len(body), transaction) + body))


def _header(method: int, length: int, transaction: bytes) -> bytes:
    return struct.pack("!HHI", method, length, COOKIE) + transaction


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4)


def _parse(answer: bytes) -> tuple[int, dict[int, bytes]]:
    kind, length = struct.unpack_from("!HH", answer)
    found: dict[int, bytes] = {}
    at = HEADER_BYTES
    while at < HEADER_BYTES + length:
        attribute, size = struct.unpack_from("!HH", answer, at)
        found.setdefault(attribute, answer[at + 4 : at + 4 + size])
        at += 4 + size + (-size % 4)
    return kind, found


def _code(answer: dict[int, bytes]) -> int:
    high, low = answer[ERROR_CODE][2:4]
    return int(high) * 100 + int(low)

"""A program that takes part finds the service, or says soon why it cannot."""

import asyncio
import ssl
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from socket import socket

import pytest
from aiohttp import ClientConnectorCertificateError, web
from aiohttp.test_utils import TestServer

from telesession import certificates
from telesession.domain.ids import ParticipantId
from telesession.media.recorder import Recorder, ServiceNotFound
from telesession.media.wire import Line, Place, open_session
from telesession.media.work import Work

PARTICIPANT = ParticipantId("p-pat")
PATH = "/visit/p-pat/socket"
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


async def test_a_certificate_that_nobody_trusts_is_said_at_once(tmp_path: Path) -> None:
    made = certificates.make(tmp_path, ["localhost"])
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(made.host, made.host_key)
    server = TestServer(web.Application(), scheme="https", host="localhost")
    await server.start_server(ssl=context)
    try:
        async with open_session() as http:
            place = Place(PARTICIPANT, str(server.make_url("")).rstrip("/"), PATH, "", NOON, 0)
            with pytest.raises(ClientConnectorCertificateError):
                await Line(http, place, lambda _frame: None).run()
    finally:
        await server.close()


async def test_a_recorder_that_never_finds_the_service_says_so(tmp_path: Path) -> None:
    with closing(socket()) as taken:  # bound, and nobody listens
        taken.bind(("127.0.0.1", 0))
        origin = f"http://127.0.0.1:{taken.getsockname()[1]}"
        work = Work(PARTICIPANT, 1, origin, origin, PATH, ("seat", "x"), NOON, str(tmp_path), b"k" * 32, 0)
        async with open_session() as http:
            with pytest.raises(ServiceNotFound):
                async with asyncio.timeout(20):
                    await Recorder(work, http, found_within_s=0.1).run()

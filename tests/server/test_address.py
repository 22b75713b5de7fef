"""Whose address counts, whatever a header says."""

from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from telesession.config import Settings
from telesession.server.address import place_of
from telesession.server.keys import SETTINGS


def place(tmp_path: Path, peer: str, *forwarded: str) -> str:
    app = web.Application()
    app[SETTINGS] = Settings(data_dir=tmp_path, trusted_proxies=("10.0.0.0/8", "fd00::/8"))
    request = make_mocked_request("GET", "/", headers=[("X-Forwarded-For", one) for one in forwarded], app=app)
    return place_of(request.clone(remote=peer))


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("192.0.2.77", (), "192.0.2.0/24"),
        ("192.0.2.77", ("198.51.100.1",), "192.0.2.0/24"),
        ("10.0.0.1", ("198.51.100.1",), "198.51.100.0/24"),
        ("10.0.0.1", ("203.0.113.9, 198.51.100.1",), "198.51.100.0/24"),
        ("10.0.0.1", ("203.0.113.9, 198.51.100.1, 10.0.0.2",), "198.51.100.0/24"),
        ("10.0.0.1", ("203.0.113.9", "198.51.100.1"), "198.51.100.0/24"),
        ("10.0.0.1", ("nonsense",), "10.0.0.0/24"),
        ("10.0.0.1", (), "10.0.0.0/24"),
        ("fd00::1", ("[2001:db8:1:2ff::1]:443",), "2001:db8:1:200::/56"),
        ("::ffff:192.0.2.77", (), "192.0.2.0/24"),
        ("", (), "nowhere"),
    ],
)
def test_only_a_trusted_proxy_is_believed_and_only_about_its_own_neighbour(
    tmp_path: Path, peer: str, forwarded: tuple[str, ...], expected: str
) -> None:
    assert place(tmp_path, peer, *forwarded) == expected

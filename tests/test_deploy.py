"""What is shipped works away from this checkout, and opens no more doors than it should."""

import ipaddress
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DENIED = [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.17.0.1", "192.0.0.8", "192.0.2.1",
    "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255",
    "240.0.0.1", "255.255.255.255", "::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1",
    "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::1", "fc00::1", "fd00:ec2::254", "fe80::1",
    "ff02::1",
]  # fmt: skip


def test_the_relay_leads_into_no_private_network() -> None:
    text = (ROOT / "docs" / "how-to" / "turnserver.conf").read_text()
    ranges = [
        (ipaddress.ip_address(first), ipaddress.ip_address(last or first))
        for first, _, last in (line.partition("-") for line in re.findall(r"^denied-peer-ip=(.+)$", text, re.MULTILINE))
    ]

    def is_denied(address: str) -> bool:
        one = ipaddress.ip_address(address)
        return any(one.version == first.version and int(first) <= int(one) <= int(last) for first, last in ranges)

    assert [address for address in DENIED if not is_denied(address)] == []
    assert not is_denied("8.8.8.8")
    assert not is_denied("2a00:1450:4001::1")
    for switch in ("no-cli", "no-tcp-relay", "no-multicast-peers", "use-auth-secret"):
        assert re.search(rf"^{switch}$", text, re.MULTILINE)
    assert "static-auth-secret=" not in text, "the secret is no part of the configuration"


def test_compose_publishes_the_relay_and_nothing_else_to_the_network() -> None:
    text = (ROOT / "compose.yaml").read_text()
    published = [
        port for block in re.findall(r"ports:\n((?: +- .+\n)+)", text) for port in re.findall(r'- "(.+)"', block)
    ]

    assert [port for port in published if not port.startswith("127.0.0.1:")] == [
        "3478:3478/udp",
        "3478:3478/tcp",
        "49160-49300:49160-49300/udp",
    ]
    assert "privileged: true" not in text
    assert "network_mode" not in text


def test_the_image_builds_every_bundle_that_make_builds() -> None:
    made = re.findall(r"node web/(\w+\.js)", (ROOT / "Makefile").read_text())

    assert made
    assert [script for script in made if f"node {script}" not in (ROOT / "Dockerfile").read_text()] == []


def test_the_image_runs_as_nobody_in_particular() -> None:
    last_stage = (ROOT / "Dockerfile").read_text().rpartition("\nFROM ")[2]

    assert re.search(r"^USER 10001$", last_stage, re.MULTILINE)
    assert re.findall(r"^VOLUME (.+)$", last_stage, re.MULTILINE) == ["/data"]
    assert "HEALTHCHECK" in last_stage


@pytest.mark.slow
@pytest.mark.long
def test_the_wheel_installs_into_an_empty_folder_and_opens_a_clinic(tmp_path: Path) -> None:
    """The steps of the Dockerfile, without Docker."""
    for step in (
        ["wheel", str(tmp_path / "dist"), sys.executable],
        ["install", str(tmp_path / "dist"), str(tmp_path / "venv")],
    ):
        subprocess.run([f".ci/{step[0]}", *step[1:]], cwd=ROOT, check=True, timeout=300)
    away = tmp_path / "elsewhere"
    away.mkdir()

    demo = subprocess.Popen(
        [tmp_path / "venv" / "bin" / "telesession", "demo", "--json", "--port", "0"],
        cwd=away,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
    )
    assert demo.stdout is not None
    with demo.stdout:
        links = json.loads(demo.stdout.readline())
        demo.terminate()
        assert demo.wait(timeout=10) == 0
    assert set(links) >= {"url", "therapist", "patient"}
    assert list(away.iterdir()) == [], "nothing is written where it was started"

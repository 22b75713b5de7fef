"""What a session description says of keys and ways: enough to know another page, a restart, and a certificate."""

import re

from aiortc.sdp import SessionDescription


def key_of(sdp: str) -> str:
    """What is new after a restart of ICE, or on another page: credentials and fingerprints."""
    first, *_ = SessionDescription.parse(sdp).media
    ways = f"{first.ice.usernameFragment}/{first.ice.password}" if first.ice else ""
    return f"{ways}#{' '.join(one.value for one in first.dtls.fingerprints) if first.dtls else ''}"


def certificate_of(sdp: str) -> str:
    """The certificate as the words know it. aiortc connects only if all that stand in a description are of it."""
    found = re.search(r"^a=fingerprint:(sha-256) (\S+)", sdp, re.MULTILINE | re.IGNORECASE)
    return f"{found[1]}:{found[2]}".lower() if found else ""


def fingerprints(key: str) -> str:
    return key.partition("#")[2]

"""What a session description or candidate must look like before it is relayed (RFC 8866, 8829, 8839).

Nothing is rewritten, and only what no browser sends is refused: the other browser reads the text again, and far better.
What matters is that no plaintext media, no weak fingerprint and no shape that a parser may choke on gets there by us.
"""

import re

from telesession.domain.messages import AnySignal, Candidates, Description, DescriptionKind

MOST_SECTIONS = 6
MOST_LINES = 1_500
MOST_CANDIDATES_INSIDE = 64

_FORM = re.compile(r"v=0\r?\n(?:[a-z]=[^\r\n\0]*\r?\n)+")
_SECTION = re.compile(r"^m=([^ \r\n]*) \d{1,5}(?:/\d+)? ([^ \r\n]*) ", re.MULTILINE)
_ANY_SECTION = re.compile(r"^m=", re.MULTILINE)
_KINDS = frozenset(
    [("audio", f"{under}/TLS/RTP/SAVPF") for under in ("UDP", "TCP")]
    + [("video", f"{under}/TLS/RTP/SAVPF") for under in ("UDP", "TCP")]
    + [("application", proto) for proto in ("UDP/DTLS/SCTP", "TCP/DTLS/SCTP")]
)
_FINGERPRINT = re.compile(r"^a=fingerprint:(\S+) ([0-9A-Fa-f:]*)\r?$", re.MULTILINE)
_ANY_FINGERPRINT = re.compile(r"^a=fingerprint:", re.MULTILINE)
_HEX_LENGTH = {"sha-256": 95, "sha-384": 143, "sha-512": 191}
_SETUP = re.compile(r"^a=setup:(.*?)\r?$", re.MULTILINE)
_SETUPS = {
    DescriptionKind.OFFER: frozenset({"actpass", "active", "passive"}),
    DescriptionKind.ANSWER: frozenset({"active", "passive"}),
}
_CRYPTO = re.compile(r"^a=crypto:", re.MULTILINE)
_INSIDE = re.compile(r"^a=(candidate:.*?)\r?$", re.MULTILINE)
_WAY = (
    r"(?:a=)?candidate:[A-Za-z0-9+/]{{1,32}} [0-9]{{1,5}} (?:udp|tcp|UDP|TCP) [0-9]{{1,10}} [0-9A-Za-z.:%_-]{{1,255}} "
    r"[0-9]{{1,5}} typ (?:{kinds})(?: [ -~]*)?"
)
_is_any_way = re.compile(_WAY.format(kinds="host|srflx|prflx|relay")).fullmatch
_is_relayed_way = re.compile(_WAY.format(kinds="relay")).fullmatch


def fault_of(signal: AnySignal, *, is_relay_only: bool) -> str | None:
    """A stable code if this signal must not be relayed, else None. `is_relay_only`: no direct way may be named."""
    if isinstance(signal, Candidates):
        is_way = _is_relayed_way if is_relay_only else _is_any_way
        for one in signal.candidates:  # a plain loop: this is the hot path of every visit that begins
            if one.candidate and not is_way(one.candidate):  # an empty one marks the end (W3C webrtc 4.8.1)
                return "bad_candidate"
        return None
    if isinstance(signal, Description):
        return _fault_of_description(signal, is_relay_only)
    return None


def _fault_of_description(description: Description, is_relay_only: bool) -> str | None:
    sdp = description.sdp
    inside = _INSIDE.findall(sdp)
    if sdp.count("\n") > MOST_LINES or not _FORM.fullmatch(sdp) or len(inside) > MOST_CANDIDATES_INSIDE:
        return "bad_description"
    sections = _SECTION.findall(sdp)
    is_known = len(sections) == len(_ANY_SECTION.findall(sdp)) and _KINDS.issuperset(sections)
    if not 1 <= len(sections) <= MOST_SECTIONS or not is_known:
        return "bad_description"
    if not _is_encrypted(sdp) or not _SETUPS[description.kind].issuperset(_SETUP.findall(sdp)):
        return "bad_description"
    return None if all(map(_is_relayed_way if is_relay_only else _is_any_way, inside)) else "bad_candidate"


def _is_encrypted(sdp: str) -> bool:
    """DTLS with fingerprints of SHA-256 or stronger, at least one and no other; no keys in the text (RFC 8827 6.5)."""
    fingerprints = _FINGERPRINT.findall(sdp)
    is_strong = all(_HEX_LENGTH.get(name.lower()) == len(value) for name, value in fingerprints)
    is_whole = len(fingerprints) == len(_ANY_FINGERPRINT.findall(sdp))
    return bool(fingerprints) and is_strong and is_whole and not _CRYPTO.search(sdp)

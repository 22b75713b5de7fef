"""The second factor: codes of an authenticator app, and recovery codes for the day on which the phone is gone."""

import re

PERIOD_S = 30
STEPS_AROUND = 1
"""A code of the period before or after is taken too: clocks differ (RFC 6238, 5.2)."""
SECRET_BYTES = 20

RECOVERY_CODES = 10
RECOVERY_BYTES = 10

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE = str.maketrans("OIL", "011")
_SPACES = re.compile(r"[\s-]+")


def counters(now_s: float, last_used: int) -> list[int]:
    """The periods whose code may be used now: never one twice, and never one from before the last that was used."""
    this = int(now_s) // PERIOD_S
    return [one for one in range(this - STEPS_AROUND, this + STEPS_AROUND + 1) if one > last_used]


def read_code(text: str) -> str | None:
    """Six digits as an app shows them, however they were typed; None when it is no such code."""
    digits = _SPACES.sub("", text)
    return digits if len(digits) == 6 and digits.isascii() and digits.isdigit() else None


def recovery_code(entropy: bytes) -> str:
    """80 random bits as four groups of four letters and digits that look like no other (Crockford's base 32)."""
    if len(entropy) != RECOVERY_BYTES:
        raise ValueError(f"a recovery code takes {RECOVERY_BYTES} bytes of entropy")
    number = int.from_bytes(entropy, "big")
    signs = "".join(_CROCKFORD[number >> shift & 31] for shift in range(75, -5, -5))
    return "-".join(signs[at : at + 4] for at in range(0, 16, 4))


def read_recovery_code(text: str) -> str | None:
    """What somebody typed, in the form of `recovery_code`; None when it cannot be one."""
    signs = _SPACES.sub("", text[:64]).upper().translate(_ALIKE)
    if len(signs) != 16 or not set(signs) <= set(_CROCKFORD):
        return None
    return "-".join(signs[at : at + 4] for at in range(0, 16, 4))

"""Text messages: what fits into one, and how text is put into the letters that all phones have (3GPP TS 23.038)."""

import unicodedata
from collections.abc import Sequence

ONE_MESSAGE = 160
ONE_UNICODE_MESSAGE = 70

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€")
"""Each counts as two."""

_ALIKE = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u202f": " ", "\u00a0": " "}
)


def to_gsm(text: str) -> str:
    """The text in the 7-bit alphabet where that says the same: accents that it lacks are left out, as people do.

    Unchanged where the writing itself is another one.
    """
    alike = "".join(_plainer(sign) for sign in text.translate(_ALIKE))
    return alike if is_gsm(alike) else text


def is_gsm(text: str) -> bool:
    """Whether every sign is in the 7-bit alphabet."""
    return all(sign in _BASIC or sign in _EXTENDED for sign in text)


def fits(text: str) -> bool:
    """Whether `text` is one message, which is what one pays for."""
    if is_gsm(text):
        return len(text) + sum(sign in _EXTENDED for sign in text) <= ONE_MESSAGE
    return len(text.encode("utf-16-be")) // 2 <= ONE_UNICODE_MESSAGE


def best(candidates: Sequence[str]) -> str:
    """The first of `candidates` (the fullest first) that fits into one message; else the last."""
    plain = [to_gsm(text) for text in candidates]
    return next((text for text in plain if fits(text)), plain[-1])


def _plainer(sign: str) -> str:
    if sign in _BASIC or sign in _EXTENDED:
        return sign
    return "".join(part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part))

"""Names that people type, made safe to show beside others' words. Nothing here decides who may use a name."""

import unicodedata

from telesession.domain.errors import Refused

MAX_NAME_LENGTH = 64

_JOINERS = "\u200c\u200d"
"""Zero-width (non-)joiners: part of how Persian and several Indic names are spelled, and harmless to direction."""

_DROPPED_CATEGORIES = {"Cc", "Cf", "Co", "Cs"}
"""Control, format (bidi marks and overrides among them), private use, lone surrogates."""


def clean_name(text: str) -> str:
    """Give the name as it is kept: NFC, single spaces, nothing invisible; raises `Refused` when none is left."""
    name = clean_line(text)
    if not any(sign.isalnum() for sign in name):
        raise Refused("name_missing", "Please enter a name.")
    if len(name) > MAX_NAME_LENGTH:
        raise Refused("name_too_long", "A name can have up to 64 characters. Please use a shorter one.")
    return name


def clean_line(text: str) -> str:
    """The text as one line: NFC, single spaces, nothing invisible. May be empty."""
    spaced = " ".join(text.split())
    kept = (sign for sign in spaced if sign in _JOINERS or unicodedata.category(sign) not in _DROPPED_CATEGORIES)
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())

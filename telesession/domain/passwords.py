"""Passwords: which ones are good enough. Length, and nothing that many people or everybody here would try first."""

import re
import unicodedata
from collections.abc import Iterable

from telesession.domain.common_passwords import COMMON
from telesession.domain.errors import Refused
from telesession.domain.known_passwords import is_known

SHORTEST_ALONE = 15
SHORTEST_WITH_SECOND_FACTOR = 8
LONGEST = 256
SHORTEST_KNOWN_WORD = 4
FEWEST_SIGNS = 5

_LEET = str.maketrans("013457@$!", "oieastasi")


def normal(password: str) -> str:
    """The password as it is hashed: the same on every keyboard (NFKC, as NIST SP 800-63B-4 asks)."""
    return unicodedata.normalize("NFKC", password)


def is_long(password: str) -> bool:
    """Whether it is good enough without a second factor."""
    return len(normal(password)) >= SHORTEST_ALONE


def check(password: str, *, has_second_factor: bool, own_words: Iterable[str] = ()) -> None:
    """Raise `Refused` unless this may become somebody's password. `own_words`: the clinic's and the person's names.

    No rules about kinds of signs and no expiry: they make passwords worse (NIST SP 800-63B-4, 3.1.1.2).
    """
    text = normal(password)
    if len(text) > LONGEST:
        raise Refused("password_long", "A password can have up to 256 characters. Please use a shorter one.")
    shortest = SHORTEST_WITH_SECOND_FACTOR if has_second_factor else SHORTEST_ALONE
    if len(text) < shortest:
        raise _TOO_SHORT if not has_second_factor else _TOO_SHORT_ANYWAY
    rest = _without(text.casefold(), _words(own_words) | COMMON)
    if len(rest) * 2 < shortest or len(set(text)) < FEWEST_SIGNS or is_known(text):
        raise Refused("password_common", "This is easy to guess. Please choose words that do not belong together.")


_TOO_SHORT = Refused("password_short", "Please use at least 15 characters. Four or five words are easy to remember.")
_TOO_SHORT_ANYWAY = Refused("password_short", "Please use at least 8 characters.")


def _words(texts: Iterable[str]) -> frozenset[str]:
    """The parts of names and addresses, and these without what stands between them."""
    found: set[str] = set()
    for text in texts:
        parts = re.split(r"[\W_]+", normal(text).casefold())
        found |= {part for part in [*parts, "".join(parts)] if len(part) >= SHORTEST_KNOWN_WORD}
    return frozenset(found)


def _without(text: str, words: frozenset[str]) -> str:
    """What is left of `text` once every known word is taken out, also where digits stand for letters."""
    rest = text
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    plain = rest.translate(_LEET)
    for word in sorted(words, key=len, reverse=True):
        plain = plain.replace(word, "")
    kept = min(rest, plain, key=len)
    return re.sub(r"(.{1,4}?)\1{2,}", r"\1", kept)

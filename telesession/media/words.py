"""The four words that two people can compare, as `docs/reference/protocol.md` has them; `words_aloud.js` does the same.

The words come from both certificates, so only who holds both ends of a line comes to the same ones.
"""

from hashlib import sha256

from telesession.domain.messages import AnySignal, WordsAnswered, WordsCommitted, WordsRevealed

COUNT, BITS = 4, 5

PICTURES = (
    "🍎", "⚓", "🔔", "🚲", "🐦", "📖", "🎂", "🚗", "🐈", "☁️", "👑", "🐕", "🐘", "🔥", "🐟", "🌷",
    "🎁", "🎸", "🏠", "🔑", "🍋", "🦁", "🌙", "🍄", "🐇", "🚀", "⛵", "⭐", "☀️", "🌳", "☂️", "🐳",
)  # fmt: skip
"""What stands for each word on people's screens, in whatever language they read."""


class Words:
    """One side of an exchange. The impolite side `begins`; `nonce` is its own random number, 64 hexadecimal digits."""

    def __init__(self, ours: str, theirs: str, nonce: str, *, begins: bool) -> None:
        self._ours = ours
        self._theirs = theirs
        self._nonce = nonce
        self._commitment = _digest(nonce) if begins else ""
        self.begins = begins
        self.places: tuple[int, ...] | None = None
        """Of the four words in the list; None until both know them."""

    def begin(self) -> WordsCommitted | None:
        """What to say first, and again while nothing comes back."""
        return WordsCommitted(self._commitment) if self.begins and self.places is None else None

    def hear(self, signal: AnySignal) -> AnySignal | None:
        """What to say to what the other side said, if anything."""
        match signal:
            case WordsCommitted(commitment=commitment) if not self.begins and self.places is None:
                return self._answer(commitment)
            case WordsAnswered(commitment=commitment, nonce=nonce) if self.begins and commitment == self._commitment:
                self._settle(self._ours, self._theirs, self._nonce, nonce)
                return WordsRevealed(self._nonce)
            case WordsRevealed(nonce=nonce) if not self.begins and _digest(nonce) == self._commitment:
                self._settle(self._theirs, self._ours, nonce, self._nonce)
        return None

    def _answer(self, commitment: str) -> WordsAnswered | None:
        """Always to the first commitment: another one, made when our number was known, could be chosen by it."""
        if self._commitment not in ("", commitment):
            return None
        self._commitment = commitment
        return WordsAnswered(commitment, self._nonce)

    def _settle(self, *parts: str) -> None:
        """The impolite side's key and number stand first."""
        if self.places is None:
            bits = int(_digest(f"telesession words 1 {' '.join(parts)}")[:5], 16)
            self.places = tuple(bits >> BITS * (COUNT - 1 - place) & 2**BITS - 1 for place in range(COUNT))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()

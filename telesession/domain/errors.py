"""The ways in which the rules say no."""


class Refused(Exception):
    """A rule says no. `code` is stable and for programs; `text` is a sentence for people.

    The sentence is English, in words a patient can read, and part of the catalogue of translations.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(code, text)
        self.code = code
        self.text = text


class NotFound(Exception):
    """There is no such thing, or it is not for whoever asks: the two are never told apart."""


class ProtocolViolation(Exception):
    """A frame that no honest client sends; the socket closes with 1008 and this stable `code`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

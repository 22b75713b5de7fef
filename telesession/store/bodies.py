"""How an event becomes the bytes of a log line and back. The one place to change when bodies are to be sealed."""

import msgspec

from telesession.domain.messages import AnyEvent

_ENCODER = msgspec.json.Encoder()
_DECODER: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


def encode(event: AnyEvent) -> bytes:
    """The event as it is stored."""
    return _ENCODER.encode(event)


def decode(body: bytes) -> AnyEvent:
    """The event as it was; of a newer release, unknown fields are dropped."""
    return _DECODER.decode(body)

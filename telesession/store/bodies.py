"""How an event becomes the bytes of a log line and back: sealed for its place in its visit, with the patient's key."""

import msgspec

from telesession.domain.ids import VisitId
from telesession.domain.messages import AnyEvent
from telesession.store.vault import Cipher

_ENCODER = msgspec.json.Encoder()
_DECODER: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


def encode(event: AnyEvent, visit: VisitId, seq: int, cipher: Cipher) -> bytes:
    """The event as it is stored."""
    return cipher.seal(_ENCODER.encode(event), _place(visit, seq))


def decode(body: bytes, visit: VisitId, seq: int, cipher: Cipher) -> AnyEvent:
    """The event as it was; of a newer release, unknown fields are dropped. Raises `Unreadable`."""
    return _DECODER.decode(cipher.open(body, _place(visit, seq)))


def _place(visit: VisitId, seq: int) -> str:
    return f"visit_log.body:{visit}:{seq}"

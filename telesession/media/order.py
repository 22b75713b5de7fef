"""What a virtual patient is told when it is started. Both sides read it: nothing here takes long to load."""

from msgspec import Struct

from telesession.media.loss import NO_LOSS, Loss


class Order(Struct, frozen=True):
    """What one virtual patient shall do. `authority`: a file with whom to trust for https besides those known here."""

    link: str
    seed: int = 0
    authority: str = ""
    loss: Loss = NO_LOSS


class Load(Struct, frozen=True):
    """Many visits at once, by the links of therapist and patient. `is_drawn`: each patient draws its own pictures."""

    links: tuple[tuple[str, str], ...]
    seconds: float
    loss: Loss = NO_LOSS
    is_drawn: bool = False


class Visited(Struct, frozen=True):
    """How one visit of a load went; None where it did not come so far."""

    admitted_s: float | None = None
    """From the patient's hello to their being in."""
    first_picture_s: float | None = None
    """From then until each has seen the other."""
    came: int = 0
    lost: int = 0
    """Packets on their way to the patient."""
    is_whole: bool = False
    """It went on to its end, and both were told so."""


class Carried(Struct, frozen=True):
    """How all visits of a load went, and how many cores the bots took for it."""

    visits: tuple[Visited, ...]
    cores: float
    seconds: float

"""The frames of a pre-call check's socket, subprotocol `telesession.check.v1`: see docs/reference/precall.md."""

from typing import Annotated

from msgspec import Meta, Struct

from telesession.domain.messages import Candidate, Code, IceServer, IceTransportPolicy, Sdp
from telesession.domain.precall import Measured, Outcome, Plan, Route

SUBPROTOCOL = "telesession.check.v1"


class Asked(Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    """Base of what a browser says."""


class Offer(Asked, frozen=True, tag="offer"):
    """Opens the connection of a route; once each."""

    route: Route
    sdp: Sdp


class Candidates(Asked, frozen=True, tag="candidates"):
    route: Route
    candidates: Annotated[tuple[Candidate, ...], Meta(max_length=32)]


class Done(Asked, frozen=True, tag="measured"):
    """What was measured of each route of the plan; null for one that did not come about."""

    direct: Measured | None = None
    relay: Measured | None = None

    def of(self, route: Route) -> Measured | None:
        """What was measured of `route`."""
        return self.direct if route is Route.DIRECT else self.relay


class Heard(Asked, frozen=True, tag="heard"):
    """Whether one's own voice came back."""

    is_heard: bool


class Told(Struct, frozen=True, tag_field="type"):
    """Base of what the service says."""


class InLine(Told, frozen=True, tag="line"):
    """So many turns away."""

    place: int


class RouteToTry(Struct, frozen=True):
    route: Route
    ice_servers: tuple[IceServer, ...]
    policy: IceTransportPolicy


class Begin(Told, frozen=True, tag="begin"):
    """It is this browser's turn."""

    routes: tuple[RouteToTry, ...]
    plan: Plan


class Answer(Told, frozen=True, tag="answer"):
    route: Route
    sdp: str


class Failed(Told, frozen=True, tag="failed"):
    """This route is not to be."""

    route: Route
    code: Code


class Verdict(Told, frozen=True, tag="verdict"):
    outcome: Outcome


class Over(Told, frozen=True, tag="over"):
    """The check ends here without a verdict."""

    code: Code
    text: str


Ask = Offer | Candidates | Done | Heard

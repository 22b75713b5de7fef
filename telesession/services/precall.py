"""Pre-call checks: who may run one, by which servers, what comes out of it and where it is kept."""

from collections.abc import Callable, Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from telesession.domain import precall as rules
from telesession.domain.ids import ParticipantId, VisitId
from telesession.domain.messages import IceServers, IceTransportPolicy, Role
from telesession.domain.precall import Measured, Outcome, Plan, Route, Thresholds
from telesession.live.ice import Ice
from telesession.media.check import CheckPeers
from telesession.services.line import Line
from telesession.store import appointments
from telesession.store.database import Database

LONGEST_LINE = 50
CHECK_WITHIN_S = 25.0
"""From one's turn to the numbers. A browser that takes longer has gone, and others wait."""
CREDENTIAL_S = 60
"""Whoever checks has not been admitted yet: what opens the relay for them is good for one check."""


class Taker(Struct, frozen=True):
    """Whoever takes a check."""

    visit: VisitId
    role: Role


class Precall:
    """`at_once`: so many checks run, the others stand in line."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        ice: Ice,
        peers: CheckPeers,
        at_once: int,
        thresholds: Thresholds,
    ) -> None:
        self._database = database
        self._now = now
        self._ice = replace(ice, turn_ttl_s=CREDENTIAL_S)
        self._thresholds = thresholds
        self.peers = peers
        self.line = Line(at_once, LONGEST_LINE)
        self.plan = Plan()
        self.check_within_s = CHECK_WITHIN_S

    def servers(self, taker: Taker, who: str) -> dict[Route, IceServers]:
        """The routes to try and the servers for each of them. `who`: the browser, or our own peer."""
        given = self._ice.servers_for(taker.visit, ParticipantId(who), self._now())
        relays = tuple(one for one in given.ice_servers if one.credential is not None)
        others = tuple(one for one in given.ice_servers if one.credential is None)
        routes = {}
        if given.policy is IceTransportPolicy.ALL:
            routes[Route.DIRECT] = IceServers(others, IceTransportPolicy.ALL, None)
        if relays:
            routes[Route.RELAY] = IceServers(relays, IceTransportPolicy.RELAY, None)
        return routes

    async def conclude(self, taker: Taker, measured: Mapping[Route, Measured | None]) -> Outcome:
        """What was measured means this; the schedule shows it if it is the patient's."""
        outcome = rules.outcome(measured, self._thresholds, self._now())
        await self._keep(taker, outcome)
        return outcome

    async def note_heard(self, taker: Taker, outcome: Outcome, *, is_heard: bool) -> Outcome:
        """Whether they heard themselves."""
        outcome = replace(outcome, is_heard=is_heard)
        await self._keep(taker, outcome)
        return outcome

    async def _keep(self, taker: Taker, outcome: Outcome) -> None:
        if taker.role is not Role.PATIENT:
            return
        async with self._database.transaction() as tx:
            await appointments.note_precall(tx, taker.visit, outcome, self._now())

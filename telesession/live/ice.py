"""What a browser needs to find a path: STUN and TURN servers, with credentials that expire by themselves."""

import base64
import hashlib
import hmac
from datetime import datetime

from msgspec import Struct

from telesession.domain.ids import ParticipantId, VisitId
from telesession.domain.messages import IceServer, IceServers, IceTransportPolicy


class Ice(Struct, frozen=True):
    """The clinic's STUN and TURN servers; `turn_secret` is shared with coturn (`static-auth-secret`)."""

    stun_urls: tuple[str, ...] = ()
    turn_urls: tuple[str, ...] = ()
    turn_secret: str = ""
    turn_ttl_s: int = 600
    is_relay_only: bool = False

    @property
    def refresh_s(self) -> float | None:
        """Seconds after which fresh credentials should be sent: half their life; None when nothing expires."""
        return self.turn_ttl_s / 2 if self.turn_urls else None

    def servers_for(self, visit: VisitId, participant: ParticipantId, now: datetime) -> IceServers:
        """Servers and credentials for one admitted participant.

        TURN credentials take coturn's REST form: `username = <expiry>:<visit>:<participant>` and
        `credential = base64(HMAC-SHA1(secret, username))` (draft-uberti-behave-turn-rest-00).
        """
        servers: list[IceServer] = []
        if self.stun_urls:
            servers.append(IceServer(self.stun_urls))
        if self.turn_urls:
            username = f"{int(now.timestamp()) + self.turn_ttl_s}:{visit}:{participant}"
            digest = hmac.new(self.turn_secret.encode(), username.encode(), hashlib.sha1).digest()
            servers.append(IceServer(self.turn_urls, username, base64.b64encode(digest).decode()))
        policy = IceTransportPolicy.RELAY if self.is_relay_only else IceTransportPolicy.ALL
        refresh = None if self.refresh_s is None else int(self.refresh_s)
        return IceServers(tuple(servers), policy, refresh)

"""What the doctor says of the service's own peers: whether they run here, and whether browsers will find them."""

from collections.abc import Callable
from datetime import datetime

from telesession.config import Settings
from telesession.domain.ids import ParticipantId, VisitId
from telesession.live.ice import Ice
from telesession.media.reach import Asked, NoPeers, Reach, reach
from telesession.services.address_probe import authority_of
from telesession.services.checks import Finding, good, problem, warning
from telesession.services.recorders import inside


async def look(settings: Settings, now: Callable[[], datetime]) -> list[Finding]:
    """Start such a peer and see. Nothing where the clinic neither tests lines nor records."""
    if not settings.precall_checks and not settings.recording:
        return []
    ice = Ice(
        settings.stun_urls, settings.turn_urls, settings.turn_secret, settings.turn_ttl_s, settings.ice_relay_only
    )
    servers = ice.servers_for(VisitId("check"), ParticipantId("check"), now())
    trusted = authority_of(settings)
    try:
        found = await reach(Asked(servers, inside(settings), None if trusted is None else str(trusted)))
    except NoPeers:
        return [
            problem(
                "peers",
                "What tests patients' lines and records visits does not start.",
                "Install aiortc and av, or set TELESESSION_PRECALL_CHECKS=0 and leave TELESESSION_RECORDING off.",
            )
        ]
    return [peers(settings, found), *([recorder(settings, found)] if settings.recording else [])]


def peers(settings: Settings, found: Reach) -> Finding:
    """Whether a browser outside finds a way to a peer of ours."""
    if found.has_relay:
        return good("peers", "Browsers reach what tests lines and records, by the relay if by no other way.")
    if settings.ice_relay_only:
        text = "All media have to go through the relay, and it gives our own peers no address."
        return problem("peers", text, "Look at the lines about turn, and whether this machine reaches the relay.")
    if found.has_public:
        return warning(
            "peers",
            "What tests lines and records has a public address and no relay.",
            "Let UDP to this machine's free ports in (docs/how-to/turn.md), or set up a relay.",
        )
    text = "What tests lines and records knows only addresses inside your network: browsers outside will not find it."
    if not settings.is_https:
        return warning("peers", text, "Before patients use the service, set TELESESSION_TURN_URLS or _STUN_URLS.")
    return problem("peers", text, "Set up a relay (TELESESSION_TURN_URLS), or name a STUN server and let UDP in.")


def recorder(settings: Settings, found: Reach) -> Finding:
    """Whether a recorder could come to a visit."""
    if found.is_answered:
        return good("recorder", f"What records reaches the service at {inside(settings)}.")
    return warning(
        "recorder",
        f"Nothing answers at {inside(settings)}, where what records has to reach the service.",
        "Start the service and look again. With a certificate of its own it has to be reached at its public address.",
    )

"""Who sent a request, as the audit names them: an id, a role and the network that they came from, never an address."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from aiohttp import web
from msgspec.structs import replace

from telesession.domain.audit import SOMEBODY, Actor
from telesession.server.keys import SETTINGS, STAFF

PREFIX = {4: 24, 6: 48}
"""Bits of an address that are kept: enough to see that it came from elsewhere, too few to find a household."""

MAX_HOPS = 10


def actor_of(request: web.Request) -> Actor:
    """Whoever is signed in; behind doors that ask for staff."""
    staff = request[STAFF]
    return Actor(staff.id, staff.role, place_of(request))


def visitor_of(request: web.Request) -> Actor:
    """Somebody with a link: who they are is for the link to say."""
    return replace(SOMEBODY, place=place_of(request))


def place_of(request: web.Request) -> str:
    """The network of the browser, such as `192.0.2.0/24`; "-" where nobody can say."""
    address = _address(request)
    if address is None:
        return "-"
    return str(ip_network(f"{address}/{PREFIX[address.version]}", strict=False))


def _address(request: web.Request) -> IPv4Address | IPv6Address | None:
    """The connection's, or what our own proxies say of it: the last that is none of them."""
    found = _parse(request.remote or "")
    networks = [ip_network(one) for one in request.app[SETTINGS].trusted_proxies]
    hops = ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")[-MAX_HOPS:]
    while hops and found is not None and any(found in network for network in networks):
        named = _parse(hops.pop().strip())
        if named is None:
            break
        found = named
    return found


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address

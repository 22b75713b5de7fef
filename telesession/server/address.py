"""Where a request comes from: the one place that reads it, and the networks by which limits count."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from aiohttp import web

from telesession.server.keys import SETTINGS

Address = IPv4Address | IPv6Address

IPV4_GROUP = 24
IPV6_GROUP = 56
"""One subscriber's network, in which addresses can be changed at will."""

NOWHERE = "nowhere"


def address_of(request: web.Request) -> Address | None:
    """The client's address. Only a trusted proxy is believed when it names another than its own; None: unknown.

    `X-Forwarded-For` is read from the right: what stands left of the first address that no trusted proxy has, anybody
    could have written.
    """
    found = _parse(request.remote or "")
    proxies = [ip_network(one) for one in request.app[SETTINGS].trusted_proxies]

    def is_trusted(address: Address | None) -> bool:
        return address is not None and any(address in network for network in proxies)

    hops = [hop for line in request.headers.getall("X-Forwarded-For", []) for hop in line.split(",")]
    while is_trusted(found) and hops:
        before = _parse(hops.pop())
        if before is None:
            break
        found = before
    return found


def place_of(request: web.Request) -> str:
    """The client's network, as limits count and the audit notes it: never a whole address."""
    address = address_of(request)
    return NOWHERE if address is None else network_of(address)


def network_of(address: Address) -> str:
    """The network of `address` that most likely is one subscriber's."""
    prefix = IPV4_GROUP if address.version == 4 else IPV6_GROUP
    return str(ip_network(f"{address}/{prefix}", strict=False))


def _parse(text: str) -> Address | None:
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address

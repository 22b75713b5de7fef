"""Where the service may send something that somebody told it to: to the open network, not to its own neighbours.

Pure: whoever sends resolves the name, hands all addresses in, and connects to those that come back and to no other, so
that a name which changes meanwhile leads nowhere else.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from telesession.domain.errors import Refused

Address = IPv4Address | IPv6Address

MAX_URL_LENGTH = 500

_CLOSED = tuple(
    ip_network(network)
    for network in (
        # What `is_global` of Python 3.11 takes for open, by release (IANA special-purpose registries)
        "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4", "100.64.0.0/10",
        "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16",
        "fc00::/7", "fe80::/10", "fec0::/10",
    )
)  # fmt: skip
_NAT64 = ip_network("64:ff9b::/96")


def check_url(url: str, private_names: Iterable[str] = ()) -> str:
    """The URL when it may be kept; raises `Refused`. Its name has to be looked at again whenever something is sent.

    `private_names`: those that the operator allows although they lie inside; for them http will do as well.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _no_url() from None
    allows_private = may_be_private(parts.hostname, private_names)
    if len(url) > MAX_URL_LENGTH or not url.isascii() or any(sign <= " " or sign == "\x7f" for sign in url):
        raise _no_url()
    if not parts.hostname or parts.username is not None or parts.password is not None or "\\" in url or port == 0:
        raise _no_url()
    if parts.scheme != "https" and not (allows_private and parts.scheme == "http"):
        raise Refused("url_not_https", "The address has to begin with https.")
    literal = _literal(parts.hostname)
    if literal is not None and not is_open(literal) and not allows_private:
        raise _closed()
    return url


def may_be_private(name: str | None, private_names: Iterable[str]) -> bool:
    """Whether the operator allows this name, or address, to lie inside."""
    return name is not None and name.lower() in {one.lower().strip("[]") for one in private_names}


def callable_ones(found: Iterable[str], *, allows_private: bool = False) -> list[str]:
    """The addresses of a name, when it may be called; raises `Refused` when one of them is not on the open network."""
    addresses = [ip_address(text.partition("%")[0]) for text in found]
    if not addresses:
        raise Refused("url_unknown", "There is nothing at this address.")
    if not allows_private and not all(is_open(one) for one in addresses):
        raise _closed()
    return [str(one) for one in addresses]


def is_open(address: Address) -> bool:
    """Whether it is on the open network, also when it wraps another address."""
    if isinstance(address, IPv6Address):
        if (inner := _wrapped(address)) is not None:
            return is_open(inner)
        if address.is_site_local:
            return False
    closed = any(address in network for network in _CLOSED if network.version == address.version)
    return address.is_global and not closed and not address.is_multicast and not address.is_reserved


def _wrapped(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return None


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _no_url() -> Refused:
    return Refused("url_wrong", "This is not an address. It should look like https://records.example.org/visits.")


def _closed() -> Refused:
    return Refused("url_closed", "This address is inside a private network. The operator of the service can allow it.")

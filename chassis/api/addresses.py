"""Whose request it is: the address of the connection, or the one that our own proxies hand on."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from flask import request

from chassis.settings import Network

FORWARDED = "X-Forwarded-For"
NOBODY = "unknown"
#: So much of an IPv6 address is given to one customer, who chooses the rest as often as they like.
CUSTOMER_BITS = 64


def client_address(trusted: Sequence[Network]) -> str:
    """The last address on the way here that is none of the trusted proxies'; what stands before it is hearsay.

    Of IPv6 it is the network of one customer.
    """
    way = [request.remote_addr or "", *reversed(request.headers.get(FORWARDED, "").split(","))]
    nearest = NOBODY
    for address in way:
        try:
            known = ip_address(address.strip())
        except ValueError:
            break
        nearest = str(_holder(known))
        if not any(known in network for network in trusted):
            break
    return nearest


def _holder(address: IPv4Address | IPv6Address) -> IPv4Address | IPv4Network | IPv6Network:
    if isinstance(address, IPv4Address):
        return address
    return address.ipv4_mapped or ip_network((int(address), CUSTOMER_BITS), strict=False)

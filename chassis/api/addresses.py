"""Whose request it is: the address of the connection, or the one that our own proxies hand on."""

from collections.abc import Sequence
from ipaddress import ip_address

from flask import request

from chassis.settings import Network

FORWARDED = "X-Forwarded-For"
NOBODY = "unknown"


def client_address(trusted: Sequence[Network]) -> str:
    """The last address on the way here that is none of the trusted proxies'; what stands before it is hearsay."""
    way = [request.remote_addr or "", *reversed(request.headers.get(FORWARDED, "").split(","))]
    nearest = NOBODY
    for address in way:
        try:
            known = ip_address(address.strip())
        except ValueError:
            break
        nearest = str(known)
        if not any(known in network for network in trusted):
            break
    return nearest

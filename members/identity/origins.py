"""From where somebody asks, as codes and counts are kept by it: an address, of IPv6 the household's network, and of neither more than an HMAC."""

import ipaddress
from typing import Final

from django.utils.crypto import salted_hmac

_NETWORK: Final = 64
"""Bits of an IPv6 address that are one household's."""


def origin_of(ip: str | None) -> str:
    """The same for all that one address asks; nothing leads from it back to the address."""
    address = ipaddress.ip_address(ip) if ip else None
    network = ipaddress.ip_network((address, _NETWORK), strict=False) if isinstance(address, ipaddress.IPv6Address) else address
    return salted_hmac("members.identity.recovery.origin", str(network), algorithm="sha256").hexdigest()

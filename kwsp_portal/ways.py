"""Where somebody goes next. An address from outside is followed only inside this portal (ASVS: open redirect)."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def safe(request: HttpRequest, address: str) -> str:
    """The address if it is a path of this portal, else nothing. Full addresses are refused, even our own; so are signs that nobody sees."""
    if (
        not address.startswith("/")
        or not address.isprintable()
        or not url_has_allowed_host_and_scheme(address, allowed_hosts=None, require_https=request.is_secure())
    ):
        return ""
    return address

"""What must hold before messages leave the house: a way out that exists, keys that are keys, and in production none that a stranger reads."""

from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from kwsp_portal import encryption
from kwsp_portal.notify.enums import Channel
from kwsp_portal.notify.gateways import choice

UNKNOWN_WAY, NO_KEYS, READABLE, NO_PROVIDER, NO_HOST = "kwsp.E010", "kwsp.E011", "kwsp.E012", "kwsp.E013", "kwsp.E014"
SHORTEST_KEY: Final = 32
_HERE: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def ways_and_keys(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Of every installation."""
    found: list[checks.CheckMessage] = []
    for channel in Channel:
        if choice.chosen(channel) not in choice.WAYS[channel]:
            known = ", ".join(sorted(choice.WAYS[channel]))
            found.append(checks.Error(f"{channel}_GATEWAY: found {choice.chosen(channel)!r}, expected one of {known}", id=UNKNOWN_WAY))
    try:
        encryption.keys()
    except ImproperlyConfigured as fault:
        found.append(checks.Error(str(fault), id=NO_KEYS))
    return found


def provider(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Of production (`check --deploy`)."""
    found: list[checks.CheckMessage] = []
    for channel in Channel:
        if choice.chosen(channel) in ("console", "file"):
            found.append(checks.Error(f"{channel}_GATEWAY: found {choice.chosen(channel)!r}: codes would lie in plain on this machine", id=READABLE))
    if "http" in {choice.chosen(channel) for channel in Channel}:
        address = urlsplit(settings.NOTIFY["sms_url"])
        if address.scheme != "https" and address.hostname not in _HERE:
            found.append(checks.Error("SMS_URL: expected the provider's https:// address", id=NO_PROVIDER))
        for name in ("sms_key", "sms_report_key"):
            if len(settings.NOTIFY[name]) < SHORTEST_KEY:
                found.append(checks.Error(f"{name.upper()}: expected at least {SHORTEST_KEY} characters", id=NO_PROVIDER))
    if settings.SITE_HOST in _HERE:
        found.append(checks.Error(f"SITE_HOST: found {settings.SITE_HOST}, expected the name that people know us by", id=NO_HOST))
    return found

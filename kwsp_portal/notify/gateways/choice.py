"""Which way out the settings choose for a channel."""

from collections.abc import Callable
from typing import Final

from django.conf import settings

from kwsp_portal.notify.enums import Channel
from kwsp_portal.notify.gateways import Gateway
from kwsp_portal.notify.gateways.console import Console
from kwsp_portal.notify.gateways.file import File
from kwsp_portal.notify.gateways.http import Http
from kwsp_portal.notify.gateways.mail import Mail

WAYS: Final[dict[Channel, dict[str, Callable[[], Gateway]]]] = {
    Channel.SMS: {"console": Console, "file": File, "http": lambda: Http(Channel.SMS)},
    Channel.EMAIL: {"console": Console, "file": File, "http": lambda: Http(Channel.EMAIL), "smtp": Mail},
}


def chosen(channel: Channel) -> str:
    """The name in the settings."""
    return str(settings.NOTIFY[channel.value.lower()])


def for_channel(channel: Channel) -> Gateway:
    """Made for one batch. Raises KeyError for a name that there is not (kwsp_portal.notify.checks tells at the start)."""
    return WAYS[channel][chosen(channel)]()

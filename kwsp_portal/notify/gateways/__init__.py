"""Ways out of the house. A gateway takes one message and says what became of it; it never raises for what the other side does."""

from datetime import datetime
from importlib import import_module
from typing import Final, NamedTuple, Protocol

from django.conf import settings

from kwsp_portal.notify.enums import Channel


class Outgoing(NamedTuple):
    """What a provider needs. `key` makes a second call harmless; after `expires_at` it shall not deliver any more."""

    key: str
    to: str
    subject: str
    body: str
    expires_at: datetime | None


class Taken(NamedTuple):
    """The provider has it, under its own reference."""

    reference: str = ""


class Refused(NamedTuple):
    """It will never take this one."""

    reason: str


class NotNow(NamedTuple):
    """Nobody knows whether it was taken: call again, with the same key. `down`: the others would fare no better now."""

    reason: str
    down: bool = False


Outcome = Taken | Refused | NotNow


class Gateway(Protocol):
    def send(self, message: Outgoing) -> Outcome: ...


_HOMES: Final = {
    (Channel.SMS, "console"): "console.Console",
    (Channel.SMS, "file"): "file.File",
    (Channel.SMS, "http"): "http.Http",
    (Channel.EMAIL, "console"): "console.Console",
    (Channel.EMAIL, "file"): "file.File",
    (Channel.EMAIL, "smtp"): "mail.Mail",
}


def for_channel(channel: Channel) -> Gateway:
    """The way out that the settings choose. Raises KeyError for one that there is not (kwsp_portal.notify.checks tells at the start)."""
    home = _HOMES[channel, settings.NOTIFY[channel.value.lower()]]
    module, _, name = home.partition(".")
    gateway: Gateway = getattr(import_module(f"{__name__}.{module}"), name)()
    return gateway

"""Words of what kinds ask of the member, and of the ways to apply. Malay msgids."""

from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from withdrawals.enums import Channel

Words = str | Promise


class Asked(NamedTuple):
    """A question of the guide, and what helps to answer it."""

    words: Words
    hint: Words = ""


CHANNEL: Final[dict[str, Words]] = {
    Channel.ONLINE: _("Dalam talian"),
    Channel.COUNTER: _("Kaunter KWSP"),
    Channel.POST: _("Pos"),
}

PARTICULARS: Final[dict[str, dict[str, Asked]]] = {}
"""The questions of each kind, by `Particular.name`."""

CHOICES: Final[dict[str, dict[str, Words]]] = {}
"""The answers of each question with a choice, by `Particular.name` and code: a name asks the same in every kind."""

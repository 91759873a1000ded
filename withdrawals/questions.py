"""Words of what kinds ask of the member, and of the ways to apply. Malay msgids."""

from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from withdrawals.enums import Channel, KindCode

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

PARTICULARS: Final[dict[str, dict[str, Asked]]] = {
    KindCode.KHAS_2022: {
        "no_account": Asked(
            _("Saya tidak dapat membuka akaun bank"),
            _(
                "Hanya jika bank tidak membenarkannya: anda menerima Arahan Bayaran, yang diambil di cawangan KWSP dan lebih lewat daripada kredit "
                "ke akaun."
            ),
        ),
    },
}
"""The questions of each kind, by `Particular.name`."""

CHOICES: Final[dict[str, dict[str, Words]]] = {}
"""The answers of each question with a choice, by `Particular.name` and code: a name asks the same in every kind."""

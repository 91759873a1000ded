"""Where somebody's messages go: the floor knows people by number only, so who knows their addresses registers how to find them."""

from collections.abc import Callable, Collection, Mapping
from typing import Final, NamedTuple

from kwsp_portal.notify.enums import Channel, Whose


class Reader(NamedTuple):
    """Whose inbox it is, and who of those that act for an employer; a member reads the own."""

    whose_id: int
    user_id: int = 0


Finder = Callable[[Collection[Reader]], Mapping[Reader, str]]
"""The addresses now of readers of one register; who has none, or may not read there any more, is left out."""

_FINDERS: Final[dict[tuple[Whose, Channel], Finder]] = {}


def register(whose: Whose, channel: Channel, finder: Finder) -> None:
    """Make it known how addresses of a channel are found. Raises ValueError when it is known already."""
    if (whose, channel) in _FINDERS:
        raise ValueError(f"{whose} {channel}: registered twice")
    _FINDERS[whose, channel] = finder


def of(whose: Whose, channel: Channel, readers: Collection[Reader]) -> Mapping[Reader, str]:
    """The addresses now, asked when they are needed: a number that was changed a minute ago is not told any more."""
    finder = _FINDERS.get((whose, channel))
    return finder(readers) if finder else {}


def channels(whose: Whose) -> list[Channel]:
    """Those for which addresses can be found."""
    return [channel for channel in Channel if (whose, channel) in _FINDERS]

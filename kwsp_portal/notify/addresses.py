"""Where somebody's messages go: the floor knows people by number only, so who knows their addresses registers how to find them."""

from collections.abc import Callable, Collection, Mapping
from typing import Final

from kwsp_portal.notify.enums import Channel, Whose

Finder = Callable[[Collection[int]], Mapping[int, str]]
"""Of ids of one register the addresses now; who has none is left out."""

_FINDERS: Final[dict[tuple[Whose, Channel], Finder]] = {}


def register(whose: Whose, channel: Channel, finder: Finder) -> None:
    """Make it known how addresses of a channel are found. Raises ValueError when it is known already."""
    if (whose, channel) in _FINDERS:
        raise ValueError(f"{whose} {channel}: registered twice")
    _FINDERS[whose, channel] = finder


def of(whose: Whose, channel: Channel, ids: Collection[int]) -> Mapping[int, str]:
    """The addresses now, asked when they are needed: a number that was changed a minute ago is not told any more."""
    finder = _FINDERS.get((whose, channel))
    return finder(ids) if finder else {}


def channels(whose: Whose) -> list[Channel]:
    """Those for which addresses can be found."""
    return [channel for channel in Channel if (whose, channel) in _FINDERS]

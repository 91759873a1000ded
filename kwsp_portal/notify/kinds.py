"""What can be told: the sentences of every kind of notice, registered by the app that tells it (in its `work.py`, which every process imports)."""

import functools
import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from django.utils.translation import gettext

Show = Callable[[str], str]


class Kind(NamedTuple):
    """A subject and paragraphs with named places (Malay msgids), and how each figure is shown. A figure that is not listed is shown as it is.

    `action` are the words on the way to what is told of; empty where there is no such page.
    """

    subject: str
    paragraphs: tuple[str, ...]
    show: Mapping[str, Show]
    action: str = ""


class Shown(NamedTuple):
    """A notice in words of the active language."""

    subject: str
    paragraphs: tuple[str, ...]
    action: str


KINDS: Final[dict[str, Kind]] = {}
_PLACE: Final = re.compile(r"%\((\w+)\)s")


def register(code: str, kind: Kind) -> None:
    """Make a kind of notice known. Raises ValueError for a code that is known already."""
    if code in KINDS:
        raise ValueError(f"{code}: registered twice")
    KINDS[code] = kind


def check(code: str, figures: Mapping[str, str]) -> None:
    """Raises KeyError for an unknown code, or a place without its figure: cheap, so that a hundred thousand notices can be asked about."""
    missing = _places(code) - figures.keys()
    if missing:
        raise KeyError(f"{code}: found no {', '.join(sorted(missing))}")


@functools.cache
def _places(code: str) -> frozenset[str]:
    kind = KINDS[code]
    return frozenset(_PLACE.findall(" ".join((kind.subject, *kind.paragraphs))))


def shown(code: str, figures: Mapping[str, str]) -> Shown:
    """The words of a notice. Raises KeyError for an unknown code, or a place without its figure."""
    kind = KINDS[code]
    said = {name: kind.show[name](text) if name in kind.show else text for name, text in figures.items()}
    action = gettext(kind.action) if kind.action else ""
    return Shown(gettext(kind.subject) % said, tuple(gettext(words) % said for words in kind.paragraphs), action)

"""What can be told: the sentences of every kind of notice, registered by the app that tells it (in its `work.py`, which every process imports)."""

import functools
import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from django.utils.translation import gettext

Show = Callable[[str], str]


class Kind(NamedTuple):
    """A subject and paragraphs with named places (Malay msgids), and how each figure is shown. A figure that is not listed is shown as it is.

    `action` are the words on the way to what is told of; empty where there is no such page. `secrets` are the places that only the message
    itself fills (a TAC, a temporary password): the inbox shows them hidden. `one_time_code` is the secret that a phone may fill in by itself: its
    SMS ends with the line that binds it to our address.
    """

    subject: str
    paragraphs: tuple[str, ...]
    show: Mapping[str, Show]
    action: str = ""
    secrets: tuple[str, ...] = ()
    one_time_code: str = ""


class Shown(NamedTuple):
    """A notice in words of the active language."""

    subject: str
    paragraphs: tuple[str, ...]
    action: str


KINDS: Final[dict[str, Kind]] = {}
HIDDEN: Final = "••••••"
_PLACE: Final = re.compile(r"%\((\w+)\)s")


def register(code: str, kind: Kind) -> None:
    """Make a kind of notice known. Raises ValueError for a code that is known already."""
    if code in KINDS:
        raise ValueError(f"{code}: registered twice")
    if kind.one_time_code and kind.one_time_code not in kind.secrets:
        raise ValueError(f"{code}: the one-time code {kind.one_time_code} is not among its secrets")
    KINDS[code] = kind


def check(code: str, figures: Mapping[str, str]) -> None:
    """Raises KeyError for an unknown code, or a place without its figure: cheap, so that a hundred thousand notices can be asked about.

    Raises ValueError for a secret among the figures, which are kept in plain.
    """
    missing = _places(code) - figures.keys() - set(KINDS[code].secrets)
    if missing:
        raise KeyError(f"{code}: found no {', '.join(sorted(missing))}")
    shouted = figures.keys() & set(KINDS[code].secrets)
    if shouted:
        raise ValueError(f"{code}: {', '.join(sorted(shouted))} is a secret and was given as a figure")


def check_secrets(code: str, secrets: Mapping[str, str]) -> None:
    """Raises KeyError unless exactly the secrets of the kind are there."""
    if secrets.keys() != set(KINDS[code].secrets):
        raise KeyError(f"{code}: found the secrets {sorted(secrets)}, expected {sorted(KINDS[code].secrets)}")


@functools.cache
def _places(code: str) -> frozenset[str]:
    kind = KINDS[code]
    return frozenset(_PLACE.findall(" ".join((kind.subject, *kind.paragraphs))))


def shown(code: str, figures: Mapping[str, str], secrets: Mapping[str, str] | None = None) -> Shown:
    """The words of a notice, or with its `secrets` those of a message. Raises KeyError for an unknown code, or a place without its figure."""
    kind = KINDS[code]
    said = {name: kind.show[name](text) if name in kind.show else text for name, text in figures.items()}
    said |= dict.fromkeys(kind.secrets, HIDDEN) | dict(secrets or {})
    action = gettext(kind.action) if kind.action else ""
    return Shown(gettext(kind.subject) % said, tuple(gettext(words) % said for words in kind.paragraphs), action)

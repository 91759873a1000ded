"""The closed register of what the trail can hold: every act with its words, who is shown it, and the figures that it may carry.

Each app registers its own in `<app>/acts.py`, which every process imports. What is not in here cannot be written, so that no password,
code or full identity number slips into a row that nobody can ever take away.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple

from kwsp_portal.common.stored_names import WORDS


class Sort(StrEnum):
    """By what people look for an act in their own log."""

    SIGN_IN = "SIGN_IN"
    PROFILE = "PROFILE"
    CONTRIBUTIONS = "CONTRIBUTIONS"
    PAYMENTS = "PAYMENTS"
    SAVINGS = "SAVINGS"
    TAC = "TAC"
    VIEWS = "VIEWS"
    DOWNLOADS = "DOWNLOADS"
    OPERATION = "OPERATION"


class Figure(NamedTuple):
    """A value that an act may carry. `label` is what people read before it (a Malay msgid); without one it is for officers only."""

    label: Any = ""
    show: Callable[[Any], Any] = str


class Act(NamedTuple):
    """An act in words. `own`: whether those whom it touches read it in their own log. `data` are the figures it may carry, `fields` what may
    stand in its `before` and `after`."""

    words: Any
    sort: Sort
    own: bool = True
    data: Mapping[str, Figure] = {}
    fields: Mapping[str, Figure] = {}


class NotInRegister(ValueError):
    """An act or a figure that no `acts.py` knows: a mistake of ours."""


ACTS: Final[dict[str, Act]] = {}
HIDDEN: Final = Figure()
BEFORE, AFTER = "before", "after"
VIA: Final = "via"
"""By which token of the API an act came: the writer adds it to whatever a program did."""


def register(found: Mapping[str, Act]) -> None:
    """Make acts known by their dotted names. Raises ValueError for one that is known already."""
    for code, act in found.items():
        if code in ACTS:
            raise ValueError(f"{code}: registered twice")
        ACTS[code] = act
        WORDS[code] = act.words


def hidden(*keys: str) -> dict[str, Figure]:
    """Figures that officers alone read."""
    return dict.fromkeys(keys, HIDDEN)


def check(action: str, data: Mapping[str, Any]) -> None:
    """Raises NotInRegister for an act or a figure that is not in the register."""
    act = ACTS.get(action)
    if act is None:
        raise NotInRegister(f"{action}: found no such act; register it in the app's acts.py")
    unknown = [key for key in data if key not in act.data and key not in (BEFORE, AFTER, VIA)]
    for side in (BEFORE, AFTER):
        unknown += [f"{side}.{key}" for key in data.get(side, ()) if key not in act.fields]
    if unknown:
        raise NotInRegister(f"{action}: found {', '.join(unknown)}, expected only {', '.join((*act.data, *act.fields)) or 'no figures'}; see acts.py")

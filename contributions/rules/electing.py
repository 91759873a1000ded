"""From when an election may hold, which Khas form keeps the rate in a month, and elections as the line of text that a row keeps."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final

from contributions.enums import KhasForm
from contributions.facts import NO_ELECTIONS, Elections
from kwsp_portal.common import rates
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.rates import NotInForce

LAW: Final = rates.load(Path(__file__).resolve().parents[1] / "rates" / "election.yaml")
CODES: Final[Mapping[str, tuple[StrEnum, ...]]] = {"keeps.form_year": tuple(KhasForm)}

_EMPLOYER: Final = "EM+"
_EMPLOYEE: Final = "EMP+"
_KEEPS: Final = "KHAS"
_CHOSEN: Final = "CHOSEN"
_DOMESTIC: Final = "DOMESTIC"


def start_months(current: WageMonth) -> list[WageMonth]:
    """The wage months from which an election that is made in the current month may hold, the earliest first: never retrospective."""
    back = LAW.at("start.months_back", current.first_day).value
    ahead = LAW.at("start.months_ahead", current.first_day).value
    return list(current.plus(-back).through(current.plus(ahead)))


def khas_year_in(month: WageMonth) -> int | None:
    """The year of the Khas form that keeps the employee's share in a month; None where no rate is lowered."""
    try:
        return int(LAW.at("keeps.form_year", month.first_day).value)
    except NotInForce:
        return None


@lru_cache(maxsize=1 << 12)
def to_text(elections: Elections, *, domestic: bool) -> str:
    """What a row keeps of the elections it was reckoned with: `EM+2.50 EMP+5 CHOSEN`; empty for nothing."""
    words = [
        f"{_EMPLOYER}{elections.employer_excess}" if elections.employer_excess else "",
        f"{_EMPLOYEE}{elections.employee_excess}" if elections.employee_excess else "",
        _KEEPS if elections.keeps else "",
        _CHOSEN if elections.chosen else "",
        _DOMESTIC if domestic else "",
    ]
    return " ".join(word for word in words if word)


def from_text(text: str) -> tuple[Elections, bool]:
    """The way back from `to_text`: what was elected, and whether it was for a domestic helper."""
    if not text:
        return NO_ELECTIONS, False
    words = text.split()
    return (
        Elections(
            employer_excess=_points(words, _EMPLOYER),
            employee_excess=_points(words, _EMPLOYEE),
            keeps=_KEEPS in words,
            chosen=_CHOSEN in words,
        ),
        _DOMESTIC in words,
    )


def _points(words: list[str], sign: str) -> Decimal:
    return next((Decimal(word.removeprefix(sign)) for word in words if word.startswith(sign)), Decimal(0))

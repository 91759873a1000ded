"""What can be done about a cause for all its rows at once, and which values a row may simply take: only where one answer is right for each."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

from contributions.borang_a.problem import UNMATCHED, Code
from contributions.enums import RowStatus


class Remedy(StrEnum):
    """What is done to every row of a cause: the schedule's shares are taken, lost zeros put back, only the difference to what was filed before is
    filed, or the row is left out."""

    SHARES = "SHARES"
    ZEROS = "ZEROS"
    DIFFERENCE = "DIFFERENCE"
    LEAVE_OUT = "LEAVE_OUT"


SHARES: Final = frozenset(
    {Code.OFF_SCHEDULE, Code.EXACT_PERCENTAGE, Code.SHARE_HAS_SEN, Code.SHARE_EMPTY, Code.SHARES_SWAPPED, Code.ELECTION_LEFT_OUT}
)
"""Causes whose problems carry the schedule's share as what was expected."""

REMEDIES: Final[Mapping[Code, Remedy]] = {
    **dict.fromkeys(SHARES, Remedy.SHARES),
    Code.IDENTITY_DIFFERS: Remedy.ZEROS,
    Code.WAGES_RAISED: Remedy.DIFFERENCE,
    **dict.fromkeys((Code.TOTALS_DIFFER, Code.DECEASED, Code.ABOVE_CONTRIBUTION_AGE, Code.DOMESTIC_EXCLUDED), Remedy.LEAVE_OUT),
    **dict.fromkeys((Code.MEMBER_FILED, Code.NO_MORE_DUE), Remedy.LEAVE_OUT),
}

TAKEN: Final = SHARES | {
    Code.NUMBER_UNKNOWN,
    Code.NUMBER_DIFFERS,
    Code.IDENTITY_DATE,
    Code.IDENTITY_DIFFERS,
    Code.IDENTITY_BIRTH_DATE,
    Code.NAME_DIFFERS,
}
"""Causes whose expected value, where it is known, may stand in the cell as it is."""

_NOBODY_MEANT: Final = (UNMATCHED - {Code.NAME_DIFFERS}) | {Code.FIELD_COUNT, Code.IDENTITY_DATE}

Stored = Mapping[str, Any]


def taken(problems: Iterable[Stored]) -> dict[str, str]:
    """The values that a row would take as they are expected, by column."""
    return {problem["column"]: problem["expected"] for problem in problems if problem["code"] in TAKEN and problem["expected"]}


def status_of(problems: Iterable[Stored]) -> RowStatus:
    """The class of a row with these problems (ruling 14), as borang_a.checks has it."""
    codes = {problem["code"] for problem in problems}
    if not codes:
        return RowStatus.VALID
    return RowStatus.UNMATCHED if codes <= UNMATCHED else RowStatus.INVALID


def names_somebody(problems: Iterable[Stored]) -> bool:
    """Whether the numbers of a row with these problems lead to one person on record (checks.Checked.stands_for)."""
    return not any(problem["code"] in _NOBODY_MEANT for problem in problems)

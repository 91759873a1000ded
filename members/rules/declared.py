"""The dividends that were declared for each year, of both schemes, and what the law says of them. Numbers: members/rates/dividend.yaml."""

import functools
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final

from kwsp_portal.common import rates
from members.enums import RatesKnown, Scheme, SubAccount

LAW: Final = rates.load(Path(__file__).resolve().parents[1] / "rates" / "dividend.yaml")
CODES: Final[Mapping[str, tuple[StrEnum, ...]]] = {"receiver_from_55": (SubAccount.AKAUN_55,), "credited_from": tuple(RatesKnown)}
FIRST_YEAR: Final = LAW.known_from.year
_RATE_OF: Final = {Scheme.CONVENTIONAL: "conventional", Scheme.SHARIAH: "shariah"}


@functools.cache
def days_in(year: int) -> int:
    """365, or 366 in a leap year."""
    return (date(year, 12, 31) - date(year, 1, 1)).days + 1


def on_file(year: int, scheme: Scheme) -> rates.Value | None:
    """The rate of a year as the file has it; None where the year has none of its own: an earlier year's rate is never taken for it."""
    rate = LAW[_RATE_OF[scheme]]
    if date(year, 1, 1) < rate.earliest:
        return None
    found = rate.at(date(year, 1, 1))
    return found if found.start.year == year else None


def known_from(year: int) -> date:
    """The day from which a rate on file counts as declared (assumed: 1 March of the year after)."""
    month, day = LAW.at("credited_from", date(year, 1, 1)).value.split("-")
    return date(year + 1, int(month), int(day))

"""Which payments are wages that contributions are reckoned on (kwsp.gov.my, payments liable; facts 1.8)."""

from pathlib import Path
from typing import Final, NamedTuple

from kwsp_portal.common import rates
from kwsp_portal.common.periods import WageMonth

LAW: Final = rates.load(Path(__file__).resolve().parents[1] / "rates" / "liable_wages.yaml")


class Payments(NamedTuple):
    """The payments the sources name, in their order: those that count as wages of the month, and those that do not."""

    liable: tuple[rates.Rate, ...]
    not_liable: tuple[rates.Rate, ...]
    citation: str


def payments(wage_month: WageMonth) -> Payments:
    """Every payment the sources name, on its side in that month. Raises NotInForce for a month before the list is known."""
    first = wage_month.first_day
    found = [(rate, rate.at(first)) for rate in LAW.rates.values()]
    return Payments(
        liable=tuple(rate for rate, value in found if value.value),
        not_liable=tuple(rate for rate, value in found if not value.value),
        citation=rates.CITATIONS_BETWEEN.join(
            dict.fromkeys(name for _rate, value in found for name in value.citation.split(rates.CITATIONS_BETWEEN))
        ),
    )

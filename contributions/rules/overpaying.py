"""Until when an employer may ask to have back what was paid too much (KWSP 14). Numbers: contributions/rates/overpayment.yaml."""

from datetime import date
from pathlib import Path
from typing import Final

from kwsp_portal.common import rates

LAW: Final = rates.load(Path(__file__).resolve().parents[1] / "rates" / "overpayment.yaml")


def last_day(paid_on: date, *, asked_on: date) -> date:
    """The last day on which a payment of `paid_on` may be asked about, by the law of the day of asking; that of 29 February is 28 February where
    the year has no other."""
    years = int(LAW.at("claim_years", asked_on).value)
    try:
        return paid_on.replace(year=paid_on.year + years)
    except ValueError:
        return date(paid_on.year + years, 2, 28)

"""From which day a monthly contribution earns (ruling 15): the last day of its contribution month, or the payment date if that is later."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final

from contributions.enums import EarnsFrom
from kwsp_portal.common import rates
from kwsp_portal.common.explain import Step
from kwsp_portal.common.periods import WageMonth

LAW: Final = rates.load(Path(__file__).resolve().parents[1] / "rates" / "value_date.yaml")
CODES: Final[Mapping[str, tuple[StrEnum, ...]]] = {
    "on_time": (EarnsFrom.LAST_DAY_OF_CONTRIBUTION_MONTH,),
    "late": (EarnsFrom.PAYMENT_DATE,),
    "voluntary": (EarnsFrom.PAYMENT_DATE,),
}
"""The codes that each entry may hold: what `of_contribution` does, and nothing else."""


def of_contribution(*, wage_month: WageMonth, paid_on: date) -> date:
    """The day from which the contribution of a wage month, paid on a day, earns."""
    return max(wage_month.contribution_month.last_day, paid_on)


def explain(*, wage_month: WageMonth, paid_on: date, credited_on: date) -> Step:
    """Why the contribution earns from that day. Raises NotInForce for a credit before February 2008."""
    last_day = wage_month.contribution_month.last_day
    late = paid_on > last_day
    law = LAW.at("late" if late else "on_time", credited_on)
    figures = {
        "contribution_month": str(wage_month.contribution_month),
        "last_day": str(last_day),
        "paid_on": str(paid_on),
        "value_date": str(of_contribution(wage_month=wage_month, paid_on=paid_on)),
    }
    return Step("EARNS_FROM_PAYMENT" if late else "EARNS_FROM_MONTH_END", figures, law.citation, law.assumption)


def of_voluntary(*, paid_on: date, credited_on: date) -> Step:
    """From which day a voluntary contribution earns: `value_date` is the day on which it was paid. Raises NotInForce for a credit before February
    2008."""
    law = LAW.at("voluntary", credited_on)
    return Step("EARNS_FROM_PAID_DAY", {"value_date": str(paid_on)}, law.citation, law.assumption)

"""Caps of housing withdrawals (ruling 22; facts 1.3)."""

from decimal import Decimal
from pathlib import Path
from typing import Final

from kwsp_portal.common import money, rates

LAW: Final = rates.load(Path(__file__).resolve().parents[1] / "rates" / "housing.yaml")


def cap(*, price: Decimal, loan: Decimal, addition: Decimal) -> Decimal:
    """(price - loan) + so much of the price, RM down to the sen; not 110 % of the difference. A loan above the price leaves the addition alone less
    what the loan is above it, never below zero."""
    return max(money.down_to_sen(price - loan + addition * price), money.ZERO)

"""How many officers decide about a withdrawal, and how its time runs. Numbers: withdrawals/rates/withdrawal_desk.yaml. Pure."""

from collections.abc import Container
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from kwsp_portal.common import rates
from kwsp_portal.common.periods import working_days_between

LAW: Final = rates.load(Path(__file__).resolve().parents[1] / "rates" / "withdrawal_desk.yaml")


def limit(on: date) -> Decimal:
    """RM that one officer may approve alone, by the law of the day of deciding."""
    return Decimal(LAW.at("second.above", on).value)


def needs_second(amount: Decimal, on: date) -> bool:
    """Whether a second officer must approve so much (RM)."""
    return amount > limit(on)


def days_left(due_on: date, *, on: date, holidays: Container[date] = frozenset()) -> int:
    """Working days until the charter's day; negative where it is past."""
    return working_days_between(on, due_on, holidays) or -working_days_between(due_on, on, holidays)

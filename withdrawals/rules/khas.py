"""Pengeluaran Khas of April 2022 (seed 004; rulings 17, 23, 25a): how much, from which account, and what it would be at 55. Pure."""

from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from kwsp_portal.common import money, rates

LAW: Final = rates.load(Path(__file__).resolve().parents[1] / "rates" / "khas_2022.yaml")
FIRST: Final = LAW["open"].values[0].start
LAST: Final = LAW["last_day"].values[0].value


class Most(NamedTuple):
    """What can be taken, RM: of Account 2, of Account 1 above what stays there, and together within the largest amount."""

    account_2: Decimal
    account_1: Decimal
    total: Decimal


def most(*, account_1: Decimal, account_2: Decimal, on: date) -> Most:
    """Account 2 first, then Account 1 as far as RM100 stays there; RM10,000 at most (ruling 23). An Account 1 below RM100 is not topped up."""
    kept, cap, low_may = _bounds(on)
    low = account_1 < kept
    if low and not low_may:
        return Most(money.ZERO, money.ZERO, money.ZERO)
    second = min(max(account_2, money.ZERO), cap)
    first = min(money.ZERO if low else account_1 - kept, cap - second)
    return Most(second, first, second + first)


@lru_cache(maxsize=64)
def _bounds(on: date) -> tuple[Decimal, Decimal, bool]:
    """What stays on Account 1, the largest amount, and whether Account 2 may be taken where less than that is there."""
    return LAW.at("kept", on).value, LAW.at("most", on).value, LAW.at("account_1_low", on).value


def at_55(*, amount: Decimal, years: int, dividend: Decimal) -> Decimal:
    """What an amount that stays would be after so many whole years, RM, the dividend of each year to the sen and earning from the next on.

    Raises ValueError for an amount, years or a dividend below zero.
    """
    if min(amount, dividend) < 0 or years < 0:
        raise ValueError(f"found RM{amount} for {years} years at {dividend}, expected nothing below zero")
    for _year in range(years):
        amount += money.round_sen(amount * dividend)
    return amount


def zakat(*, amount: Decimal, on: date) -> Decimal:
    """Zakat on an amount that meets its conditions (owned without restriction, at or above nisab), RM to the sen. Whether it does, the zakat
    authority of the state says."""
    return money.round_sen(amount * LAW.at("zakat", on).value)

"""Shares by the rows of the Third Schedule, and by exact percentage where the law allows it (rulings 4 to 6).

A row's shares are the rates of the row's upper end, each rounded up to the ringgit. All rows of a Part are made once and then looked
up by the wages rounded up to the ringgit: every row ends on a whole ringgit, so that rounding never leaves the row.
"""

import functools
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from contributions.enums import SchedulePart
from contributions.rules import regime
from kwsp_portal.common import money


class Basis(StrEnum):
    """How the shares came about."""

    NIL = "NIL"
    BAND = "BAND"
    EXACT = "EXACT"
    BONUS = "BONUS"
    EXCESS = "EXCESS"


_EXACT: Final = Basis.EXACT  # a member of an enumeration costs more to look up than a name of the module


class Shares(NamedTuple):
    """What is owed for one employee and wage month: whole ringgit, with two decimals.

    `band_from` and `band_to` are the ends of the row; above the rows, and in Part F, `band_to` is None. `reference` names the edition and
    Part (`third_schedule@2022-07:A`) and is stored with the row.
    """

    part: SchedulePart
    employer: Decimal
    employee: Decimal
    total: Decimal
    band_from: Decimal
    band_to: Decimal | None
    reference: str
    basis: Basis


@functools.cache
def table(part: regime.PartLaw) -> tuple[Shares, ...]:
    """The shares for wages rounded up to 0, 1, 2, ... ringgit, as far as the Part has rows."""
    nothing_up_to, narrow, limit, wide, top = (int(amount) for amount in part.wages)
    nil = Shares(part.code, money.ZERO, money.ZERO, money.ZERO, money.SEN, money.from_sen(nothing_up_to * 100), part.reference, Basis.NIL)
    rows = [nil] * (nothing_up_to + 1)
    if not part.exact:
        for below in (*range(0, limit, narrow), *range(limit, top, wide)):
            lower, upper = max(below, nothing_up_to), below + (narrow if below < limit else wide)
            rows += [_row(part, lower=lower, upper=upper)] * (upper - lower)
    return tuple(rows)


def _row(part: regime.PartLaw, *, lower: int, upper: int) -> Shares:
    """One row: wages above `lower` up to `upper` (ruling 4)."""
    top = Decimal(upper)
    employer = money.up_to_ringgit(part.employer_part(part.employer_value(top), top))
    employee = money.up_to_ringgit(part.employee.value * top)
    band = money.from_sen(lower * 100 + 1), money.from_sen(upper * 100)
    return Shares(part.code, employer, employee, employer + employee, *band, part.reference, Basis.BAND)


def rounded(part: regime.PartLaw, employer: Decimal, employee: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """Employer's share, employee's share and total of exact amounts (ruling 5).

    TOTAL: the total is rounded up to the ringgit, the employee's share too, and the employer's is the total less that.
    EACH_SHARE: each share is rounded up. Which one holds is data (`rounding.exact`, `rounding.part_f`).
    """
    employee_share = money.up_to_ringgit(employee)
    if part.rounds_total:
        total = money.up_to_ringgit(employer + employee)
        return total - employee_share, employee_share, total
    employer_share = money.up_to_ringgit(employer)
    return employer_share, employee_share, employer_share + employee_share


def exact(part: regime.PartLaw, wages: Decimal) -> Shares:
    """Shares by exact percentage of the wages: above the last row, and in Part F (ruling 5)."""
    employer_rate, employer_fixed, employee_rate, band_from = part.beyond_rows
    employer, employee, total = rounded(part, employer_rate * wages + employer_fixed, employee_rate * wages)
    return Shares(part.code, employer, employee, total, band_from, None, part.reference, _EXACT)


def lifted_by_bonus(part: regime.PartLaw, wages: Decimal, bonus: Decimal) -> bool:
    """Whether the bonus rule holds: wages of RM5,000 or less, lifted above RM5,000 by a bonus (ruling 6; notes to Parts A and C)."""
    limit = part.wages.limit
    return part.bonus_rule is not None and part.bonus_rule.value is True and wages > limit >= wages - bonus


def with_bonus(part: regime.PartLaw, wages: Decimal, by_table: Shares) -> Shares:
    """The employer's lower-wage rate on the exact wages, the employee's share as without the rule, the total rounded up (ruling 6)."""
    employee = by_table.employee if by_table.basis is Basis.BAND else part.employee.value * wages
    employer_share, employee_share, total = rounded(part, part.employer_to_limit.value * wages, employee)
    return by_table._replace(employer=employer_share, employee=employee_share, total=total, basis=Basis.BONUS)

"""Contributing above the statutory rate: voluntary excess (s. 43(3) to (6); seed 001; rulings 5 and 20a).

The share that has the excess is (statutory % + excess %) of the exact wages; the other share stays what it is without one. The total is
rounded up to the ringgit, the employee's share too, and the employer's is the total less that.
"""

from decimal import Decimal
from typing import NamedTuple

from contributions.facts import EmployeeFacts, VoluntaryExcess
from contributions.rules import bands, regime
from kwsp_portal.common.refusal import Refusal

_POINT = Decimal("0.01")


class Exact(NamedTuple):
    """Both shares before rounding: exact where there is an excess, by the schedule where there is none."""

    employer: Decimal
    employee: Decimal


def employer_statutory(part: regime.PartLaw, statutory: bands.Shares, wages: Decimal) -> Decimal:
    """The rate that the employer's excess is added to: that of the exact wages, the lower-wage one by the bonus rule, 0 beside a fixed sum."""
    if part.employer_fixed is not None:
        return Decimal(0)
    value = part.employer_to_limit if statutory.basis is bands.Basis.BONUS else part.employer_value(wages)
    rate: Decimal = value.value
    return rate


def exact(part: regime.PartLaw, statutory: bands.Shares, wages: Decimal, excess: VoluntaryExcess) -> Exact:
    """Both shares as they are before the total is rounded.

    A share without an excess is what it would be without the other's: the row's whole ringgit, or the exact percentage where there is no
    row or the bonus rule holds.
    """
    by_row = statutory.basis is bands.Basis.BAND
    fixed = part.employer_fixed.value if part.employer_fixed is not None else Decimal(0)
    employer = (employer_statutory(part, statutory, wages) + excess.employer * _POINT) * wages + fixed
    employee = (part.employee.value + excess.employee * _POINT) * wages
    return Exact(
        employer=statutory.employer if by_row and not excess.employer else employer,
        employee=statutory.employee if statutory.band_to is not None and not excess.employee else employee,
    )


def shares(facts: EmployeeFacts, part: regime.PartLaw, statutory: bands.Shares, excess: VoluntaryExcess) -> bands.Shares:
    """The shares with the excess; `statutory` are those without it. Where nothing is due by the schedule there is no rate to exceed.

    Raises Refusal EXCESS_NEGATIVE, or EXCESS_TOO_HIGH where statutory rate and excess together are more than the whole wages.
    """
    _check(facts, part, statutory, excess)
    if statutory.basis is bands.Basis.NIL or not any(excess):
        return statutory
    employer, employee, total = bands.rounded(part, *exact(part, statutory, facts.wages, excess))
    return statutory._replace(employer=employer, employee=employee, total=total, basis=bands.Basis.EXCESS)


def _check(facts: EmployeeFacts, part: regime.PartLaw, statutory: bands.Shares, excess: VoluntaryExcess) -> None:
    most = regime.LAW.at("excess.most", facts.wage_month.first_day)
    rates = employer_statutory(part, statutory, facts.wages), part.employee.value
    for share, rate, points in zip(VoluntaryExcess._fields, rates, excess, strict=True):
        if points < 0:
            raise Refusal("EXCESS_NEGATIVE", "", {"whose": share, "points": str(points)})
        if rate + points * _POINT > most.value:
            details = {"whose": share, "excess": str(points * _POINT), "rate": str(rate), "most": str(most.value)}
            raise Refusal("EXCESS_TOO_HIGH", most.citation, {**details, "highest": str(most.value - rate)})

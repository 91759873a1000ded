"""Contributing above the statutory rate: voluntary excess (s. 43(3) to (6); seed 001; rulings 5 and 20a).

The share that has the excess is (statutory % + excess %) of the exact wages; the other share stays what it is without one. The total is
rounded up to the ringgit, the employee's share too, and the employer's is the total less that.
"""

from decimal import Decimal
from typing import NamedTuple

from contributions.facts import Elections
from contributions.rules import bands, regime
from kwsp_portal.common import money
from kwsp_portal.common.refusal import Refusal

_POINT = Decimal("0.01")


class Exact(NamedTuple):
    """Both shares before rounding: exact where there is an excess, by the schedule where there is none."""

    employer: Decimal
    employee: Decimal


def keeping(part: regime.PartLaw, elected: Elections) -> Elections:
    """The elections of somebody who keeps the rate: where rows do not give their share, an excess of the points by which the edition lowers it."""
    if part.kept is None or part.kept_by_row:
        return elected
    return elected._replace(employee_excess=elected.employee_excess + (part.kept.value - part.employee.value) / _POINT)


def employer_statutory(part: regime.PartLaw, statutory: bands.Shares, wages: Decimal) -> Decimal:
    """The rate that the employer's excess is added to: that of the exact wages, the lower-wage one by the bonus rule, 0 beside a fixed sum."""
    if part.employer_fixed is not None:
        return Decimal(0)
    value = part.employer_to_limit if statutory.basis is bands.Basis.BONUS else part.employer_value(wages)
    rate: Decimal = value.value
    return rate


def exact(part: regime.PartLaw, statutory: bands.Shares, wages: Decimal, elected: Elections) -> Exact:
    """Both shares as they are before the total is rounded.

    A share without an excess is what it would be without the other's: the row's whole ringgit, or the exact percentage where there is no
    row or the bonus rule holds.
    """
    employer_by_row = statutory.basis is bands.Basis.BAND and part.other_by_row and not elected.employer_excess
    employee_by_row = statutory.band_to is not None and part.other_by_row and not elected.employee_excess
    fixed = part.employer_fixed.value if part.employer_fixed is not None else Decimal(0)
    employer = (employer_statutory(part, statutory, wages) + elected.employer_excess * _POINT) * wages + fixed
    employee = (part.employee.value + elected.employee_excess * _POINT) * wages
    return Exact(
        employer=statutory.employer if employer_by_row else employer,
        employee=statutory.employee if employee_by_row else employee,
    )


def some_share_by_row(statutory: bands.Shares, elected: Elections) -> bool:
    """Whether the row still decides a share beside the excess of the other."""
    if statutory.basis is bands.Basis.BONUS:
        return statutory.band_to is not None and not elected.employee_excess
    return statutory.basis is bands.Basis.BAND and not (elected.employer_excess and elected.employee_excess)


def shares(law: regime.MonthLaw, part: regime.PartLaw, statutory: bands.Shares, wages: Decimal, elected: Elections) -> bands.Shares:
    """The shares with the excess; `statutory` are those without it. Where nothing is due by the schedule there is no rate to exceed.

    Raises Refusal EXCESS_NEGATIVE, or EXCESS_TOO_HIGH where statutory rate and excess together are more than the whole wages.
    """
    _check(law, part, statutory, wages, elected)
    if statutory.basis is bands.Basis.NIL:
        return statutory
    employer, employee, total = bands.rounded(part, *exact(part, statutory, wages, elected))
    found = statutory._replace(employer=employer, employee=employee, total=total, basis=bands.Basis.EXCESS)
    if statutory.band_to is None or some_share_by_row(statutory, elected):
        return found
    return found._replace(band_from=part.wages.nothing_up_to + money.SEN, band_to=None)


def _check(law: regime.MonthLaw, part: regime.PartLaw, statutory: bands.Shares, wages: Decimal, elected: Elections) -> None:
    most = law.at("excess.most")
    rates = employer_statutory(part, statutory, wages), part.employee.value
    for share, rate, points in zip(("employer", "employee"), rates, elected[:2], strict=True):
        if points < 0:
            raise Refusal("EXCESS_NEGATIVE", "", {"whose": share, "points": str(points)})
        if rate + points * _POINT > most.value:
            details = {"whose": share, "excess": str(points * _POINT), "rate": str(rate), "most": str(most.value)}
            raise Refusal("EXCESS_TOO_HIGH", most.citation, {**details, "highest": str(most.value - rate)})

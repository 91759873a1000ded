"""Wrong shares that are known by their pattern, so that a person is told what happened and not only that it is wrong."""

from decimal import Decimal
from typing import Final

from contributions.rules import bands, regime
from kwsp_portal.common import money

_ROUNDINGS: Final = (
    money.up_to_ringgit,
    money.down_to_ringgit,
    money.nearest_ringgit,
    money.round_sen,
    money.down_to_sen,
)


def exact_percentage(part: regime.PartLaw, wages: Decimal) -> tuple[Decimal, Decimal]:
    """Employer's and employee's exact percentage of the wages, not rounded."""
    return part.employer_part(part.employer_value(wages), wages), part.employee.value * wages


def looks_like_exact_percentage(part: regime.PartLaw, wages: Decimal, by_schedule: bands.Shares, employer: Decimal, employee: Decimal) -> bool:
    """Whether both shares are the exact percentage in some usual rounding, where the schedule has a row and says otherwise."""
    allowed = by_schedule.basis in (bands.Basis.EXACT, bands.Basis.BONUS)
    if allowed or (employer, employee) == (by_schedule.employer, by_schedule.employee):
        return False
    exact_employer, exact_employee = exact_percentage(part, wages)
    return employer in {rounding(exact_employer) for rounding in _ROUNDINGS} and employee in {rounding(exact_employee) for rounding in _ROUNDINGS}

"""What is owed beyond what stands filed, where an employer filed too low wages for a month: the shares of all wages of the month, less those."""

from decimal import Decimal
from typing import NamedTuple

from contributions.rules.bands import Shares
from kwsp_portal.common.explain import Step


class Earlier(NamedTuple):
    """The wages that were filed before, and what stands for them, RM."""

    wages: Decimal
    employer: Decimal
    employee: Decimal


def more(whole: Shares, earlier: Earlier) -> tuple[Decimal, Decimal]:
    """Both shares beyond what stands. One may be less than nothing where the employer's rate falls with the wages; what both come to is owed."""
    return whole.employer - earlier.employer, whole.employee - earlier.employee


def explain(whole: Shares, earlier: Earlier) -> Step:
    employer, employee = more(whole, earlier)
    figures = {
        "earlier_wages": str(earlier.wages),
        "earlier_employer": str(earlier.employer),
        "earlier_employee": str(earlier.employee),
        "more_employer": str(employer),
        "more_employee": str(employee),
        "more_total": str(employer + employee),
    }
    return Step("TOPS_UP", figures)

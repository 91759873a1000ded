"""By which facts somebody is assessed whom the register does not know: nothing is known of them but their wages.

They are taken for a citizen in the years in which most people work, who stands in the first Part of the month's Third Schedule. It is an
assumption of ours, said beside every such row; what is paid for them lies in the employer's suspense account (ruling 14).
"""

from datetime import date
from decimal import Decimal
from typing import Final

from contributions.facts import EmployeeFacts
from contributions.rules import schedule
from contributions.rules.bands import Shares
from kwsp_portal.common.periods import WageMonth
from members.enums import Citizenship

_WORKING_YEARS: Final = 30


def shares_of_nobody(*, month: WageMonth, wages: Decimal, bonus: Decimal) -> Shares:
    """Both shares of somebody of whom the register knows nothing. Raises as `schedule.shares` does."""
    born = date(month.year - _WORKING_YEARS, month.month, 1)
    return schedule.shares(EmployeeFacts(month, wages, bonus, Citizenship.CITIZEN, None, born))

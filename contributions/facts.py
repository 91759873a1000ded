"""What a rule of contributions may know. Filled by one selector, stored and replayed without a database (house style 12)."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from kwsp_portal.common.periods import WageMonth
from members.enums import Citizenship


class EmployeeFacts(NamedTuple):
    """One employee in one wage month. A tuple, because a hundred thousand of them are made for one Borang A.

    `wages` are all liable wages of the month in ringgit, the bonus included; `bonus` is how much of them is bonus (ruling 6).
    `citizenship` is that of the wage month. `member_since` is None for somebody who is not a member yet. `birth_date` comes
    from the register, never from the MyKad number alone (ruling 8).
    """

    wage_month: WageMonth
    wages: Decimal
    bonus: Decimal
    citizenship: Citizenship
    member_since: date | None
    birth_date: date


class VoluntaryExcess(NamedTuple):
    """What employer and employee elected to contribute above the statutory rate, each in percentage points (`5`, `2.5`); 0 is no election."""

    employer: Decimal
    employee: Decimal

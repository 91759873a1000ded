""" "Is my employer paying?": how a wage month stands for one employee (rulings 7, 9 and 30).

An employer's draft is the employer's own: a month counts as filed when its Borang A was approved, and not before.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Final, NamedTuple

from contributions.enums import FilingState, MonthStanding
from contributions.facts import Elections, EmployeeFacts
from contributions.rules import category
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.rates import NotInForce
from kwsp_portal.common.refusal import Refusal
from members.enums import Citizenship

PUBLISHED: Final = frozenset({FilingState.APPROVED, FilingState.PAID, FilingState.CREDITED})
"""Filings whose rows their employees may see."""

_OF_ROW: Final = {FilingState.APPROVED: MonthStanding.FILED, FilingState.PAID: MonthStanding.PAID, FilingState.CREDITED: MonthStanding.CREDITED}


class Standing(NamedTuple):
    """`late`: paid after the due date, or not paid and the due date has passed."""

    state: MonthStanding
    late: bool


def of_row(
    *,
    month: WageMonth,
    filing: FilingState,
    booked: bool,
    suspended: bool,
    paid_on: date | None,
    on: date,
    wages: Decimal | None = None,
    total: Decimal | None = None,
) -> Standing:
    """The month of an employee who stands in the Borang A. `booked`: the ledger has the row, as soon as its chunk was credited;
    `suspended`: it holds the row on the employer's suspense account. A payment made on the due date is in time (ruling 30). Where the row says that
    nothing is to be contributed (`total`), nothing is late: without wages (unpaid leave), or of wages up to which nothing is due (ruling 4).
    """
    if not booked and total == 0:
        return Standing(MonthStanding.NOTHING_DUE if wages else MonthStanding.NO_WAGES, late=False)
    late = (paid_on or on) > month.due_date
    if suspended:
        return Standing(MonthStanding.SUSPENDED, late)
    return Standing(MonthStanding.CREDITED if booked else _OF_ROW[filing], late)


def without_row(*, month: WageMonth, published: bool, on: date, nil: bool = False) -> Standing:
    """The month of an employee who stands in no Borang A; `published`: the employer's is there, without this employee; `nil`: the employer said, and
    an approver agreed, that the month has nothing to contribute. A Borang A counts before that."""
    late = on > month.due_date
    if published:
        return Standing(MonthStanding.LEFT_OUT, late)
    if nil:
        return Standing(MonthStanding.NIL, late=False)
    return Standing(MonthStanding.MISSING if late else MonthStanding.DUE, late)


DOUBTFUL: Final = frozenset(
    {MonthStanding.MISSING, MonthStanding.LEFT_OUT, MonthStanding.FILED, MonthStanding.SUSPENDED, MonthStanding.NIL, MonthStanding.NO_WAGES}
)
"""Standings of a month past its due date of which a member may well ask why."""
NOT_A_COMPLAINT: Final = frozenset({MonthStanding.DUE, MonthStanding.TAKEN_BACK})
"""Months of which nothing can be said yet, and those that were another's."""
_LOW: Final = Fraction(9, 10)


def looks_low(total: Decimal, others: Sequence[Decimal]) -> bool:
    """Whether a month brought less than nine tenths of what the member's other months at the employer commonly do: worth a look, no finding."""
    return bool(others) and Fraction(total) < _LOW * Fraction(median(others))


def must_contribute(
    *, month: WageMonth, citizenship: Citizenship, member_since: date, birth_date: date, domestic: bool = False, chosen: bool = False
) -> bool:
    """Whether an employer owes anything for an employee of this age and citizenship in a month, whatever the wages.

    Not after the month of the 75th birthday, not before birth, not for somebody who may choose and has not `chosen`; and nothing is claimed of
    a month whose law this portal does not hold.
    """
    facts = EmployeeFacts(month, Decimal(0), Decimal(0), citizenship, member_since, birth_date, domestic)
    try:
        category.part_of(facts, Elections(chosen=chosen))
    except (Refusal, NotInForce):
        return False
    return True

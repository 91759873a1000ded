"""The examples of the help page: what people misread, reckoned by the rules of the month that is asked, never typed in.

Only the wages are chosen: those that KWSP uses in its own examples, or that lie at a border of the rate file.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

from contributions import explanations
from contributions.calculator import address, reckoning
from contributions.enums import SchedulePart
from contributions.facts import Elections, EmployeeFacts
from contributions.rules import bands, category, regime, schedule
from kwsp_portal.common import money
from kwsp_portal.common.periods import WageMonth
from members.enums import Citizenship
from members.rules import age

IN_A_ROW: Final = Decimal("6250.00")
"""KWSP's own example of a share by the row and by exact percentage (seed 001)."""
LIFTED_BY: Final = Decimal("50.00")
ABOVE_ROWS: Final = Decimal("1250.00")
"""Above the last row by as much as KWSP's own example, RM21,250."""
WITHOUT_ROWS: Final = Decimal("1751.00")
"""The example of KWSP's questions and answers on non-citizens."""
EXCESS_POINTS: Final = Decimal(5)
_YEARS_OLD: Final = 35


@dataclass(frozen=True, slots=True)
class Example:
    """One question with its answer, what the exact percentage would be (each share rounded up), and the query of the calculator."""

    facts: EmployeeFacts
    shares: schedule.Shares
    exact_employer: Decimal
    exact_employee: Decimal
    why: explanations.Explained
    query: str

    @property
    def exact_total(self) -> Decimal:
        return self.exact_employer + self.exact_employee


@dataclass(frozen=True, slots=True)
class Turn:
    """A birthday that changes what is owed, for somebody who reaches the age in the month itself; where another age follows, in the one before."""

    age: int
    birthday: date
    last_before: WageMonth
    first_after: WageMonth


@dataclass(frozen=True, slots=True)
class Lessons:
    """What the law of one month shows. None: that month's law has nothing of the kind."""

    month: WageMonth
    law: regime.PartLaw
    by_row: Example
    at_limit: Example
    over_limit: Example | None
    not_bonus: Example | None
    bonus: Example | None
    above_rows: Example
    without_rows: Example | None
    excess: Example
    excess_by_row: Decimal
    points: Decimal
    reduced: Turn
    last: Turn


def of(month: WageMonth) -> Lessons:
    """The examples of a wage month. Raises Refused for a month whose law the portal does not know."""
    reckoning.check_month(month)
    law = regime.law_of(month)
    part = law.citizen[0]
    limit, top = part.wages.limit, part.wages.table_top
    falls = part.employer_over_limit.value < part.employer_to_limit.value
    lifts = part.bonus_rule is not None
    lifted = limit + LIFTED_BY
    return Lessons(
        month=month,
        law=part,
        by_row=_example(month, IN_A_ROW),
        at_limit=_example(month, limit),
        over_limit=_example(month, limit + money.SEN) if falls else None,
        not_bonus=_example(month, lifted) if lifts else None,
        bonus=_example(month, lifted, bonus=2 * LIFTED_BY) if lifts else None,
        above_rows=_example(month, top + ABOVE_ROWS),
        without_rows=_example(month, WITHOUT_ROWS, Citizenship.NON_CITIZEN) if law.later_non_citizen[0].code is SchedulePart.F else None,
        excess=_example(month, IN_A_ROW, elections=Elections(employer_excess=EXCESS_POINTS)),
        excess_by_row=_excess_by_row(part),
        points=EXCESS_POINTS,
        reduced=_turn(law, "age.reduced"),
        last=_turn(law, "age.last"),
    )


def _example(
    month: WageMonth,
    wages: Decimal,
    citizenship: Citizenship = Citizenship.CITIZEN,
    *,
    bonus: Decimal = money.ZERO,
    elections: Elections = Elections(),  # noqa: B008  a tuple, never changed
) -> Example:
    """Somebody of 35, to whom no age matters."""
    facts = EmployeeFacts(month, wages + money.ZERO, bonus, citizenship, None, date(month.year - _YEARS_OLD, 1, 1))
    question = reckoning.Question(facts, elections._replace(chosen=True))
    exact_employer, exact_employee = (money.up_to_ringgit(amount) for amount in schedule.exact_percentage(*question))
    return Example(
        facts=facts,
        shares=reckoning.shares(question),
        exact_employer=exact_employer,
        exact_employee=exact_employee,
        why=reckoning.why(question),
        query=urlencode(address.single(question)),
    )


def _excess_by_row(part: regime.PartLaw) -> Decimal:
    """What the employer's share with the excess would be, were it taken of the end of the row."""
    end = bands.table(part)[int(IN_A_ROW)].band_to or IN_A_ROW
    rate: Decimal = part.employer_value(IN_A_ROW).value
    return money.up_to_ringgit((rate + EXCESS_POINTS / 100) * end)


def _turn(law: regime.MonthLaw, name: str) -> Turn:
    years: int = law.at(name).value
    born = date(law.wage_month.year - years, law.wage_month.month, 1)
    first_after = category.changes_from(born, law, name)
    if regime.LAW.at(name, first_after.first_day).value != years:  # another age by then: somebody of the month before, whom this one still met
        born = WageMonth.of(born).previous().first_day
        first_after = category.changes_from(born, law, name)
    return Turn(years, age.birthday(born, years), first_after.previous(), first_after)

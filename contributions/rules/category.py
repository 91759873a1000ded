"""Which Part of the Third Schedule applies to an employee in a wage month (rulings 7 and 8; facts 1.7 and 2.2).

Citizens: A, from 60 E (C to December 2018). Permanent residents and non-citizens who were members before 1 August 1998: A, from 60 C.
Other non-citizens: B, from 60 D, to September 2025; F at any age after. To July 2013 the second stage started at 55, and not for those who
were 55 before 1 February 2008. It starts with the wage month after the month of the birthday; after the month of the 75th nothing is due.
Domestic helpers, and other non-citizens to September 2025, contribute only if they choose to.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from contributions.enums import Category
from contributions.facts import NO_ELECTIONS, Elections, EmployeeFacts
from contributions.rules import regime
from kwsp_portal.common import rates
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.refusal import Refusal
from members.enums import Citizenship
from members.rules import age

# Names of this module: a look-up less on a path that a hundred thousand rows take.
_CITIZEN = Citizenship.CITIZEN
_PERMANENT_RESIDENT = Citizenship.PERMANENT_RESIDENT
_NON_CITIZEN = Citizenship.NON_CITIZEN
_AS_CITIZEN = Category.CITIZEN
_AS_PERMANENT_RESIDENT = Category.PERMANENT_RESIDENT


def part_law(law: regime.MonthLaw, citizenship: str, member_since: date | None, birth_date: date) -> regime.PartLaw:
    """The Part, as its law in that month.

    Raises Refusal ABOVE_CONTRIBUTION_AGE after the month of the 75th birthday and BORN_AFTER_WAGE_MONTH for a birth after the month;
    ValueError for a citizenship that is none.
    """
    if citizenship == _CITIZEN:
        pair = law.citizen
    elif citizenship == _NON_CITIZEN:
        pair = law.later_non_citizen if member_since is None or member_since >= law.early_before else law.early_non_citizen
    elif citizenship == _PERMANENT_RESIDENT:
        pair = law.permanent_resident
    else:
        raise ValueError(f"{citizenship!r} is not a citizenship")
    if birth_date >= law.born_below:
        if birth_date <= law.born_by:
            return pair[0]
        raise Refusal("BORN_AFTER_WAGE_MONTH", "", {"birth_date": str(birth_date), "wage_month": str(law.wage_month)})
    if birth_date >= law.born_payable:
        return pair[1] if birth_date >= law.born_saved else pair[0]
    raise _above_contribution_age(law, birth_date)


def part_of(facts: EmployeeFacts, elections: Elections = NO_ELECTIONS) -> regime.PartLaw:
    """The Part for one employee and what was elected. Raises as `part_law` and `check_choice`; NotInForce before the rate file."""
    law = regime.law_of(facts.wage_month)
    part = part_law(law, facts.citizenship, facts.member_since, facts.birth_date)
    check_choice(law, part, domestic=facts.domestic, chosen=elections.chosen)
    return regime.keeping(part) if elections.keeps else part


def citizenship_in(history: Iterable[tuple[date, Citizenship]], wage_month: WageMonth) -> Citizenship | None:
    """The standing that counts in a wage month, from dated standings: each with the day from which it holds, in any order.

    A change counts from the wage month after its month (assumed: `status.after_months`); the first standing changes nothing and counts from its
    own month. None where no standing has begun by the end of the month.
    """
    counted_on = standing_day(wage_month)
    begun = sorted(standing for standing in history if standing[0] <= wage_month.last_day)
    counting = [standing for standing in begun if standing[0] <= counted_on]
    if not begun:
        return None
    return (counting[-1] if counting else begun[0])[1]


def standing_day(wage_month: WageMonth) -> date:
    """The day whose standing counts in a wage month: for registers of periods, what `citizenship_in` is for a history.

    Where no period holds that day, the first that begins within the month counts. A month before the rate file is read as its first one.
    """
    months: int = regime.LAW.at("status.after_months", max(wage_month.first_day, regime.LAW.known_from)).value
    return wage_month.plus(1 - months).first_day - timedelta(days=1)


def choice(law: regime.MonthLaw, part: regime.PartLaw, *, domestic: bool) -> rates.Value | None:
    """The form by which somebody chooses to contribute; None for somebody who must (seed 001, Pilihan Untuk Mencarum)."""
    return law.at("domestic.by_choice") if domestic else part.by_choice


def check_choice(law: regime.MonthLaw, part: regime.PartLaw, *, domestic: bool, chosen: bool) -> None:
    """Raises Refusal DOMESTIC_EXCLUDED where the Part takes no domestic helpers, MAY_CHOOSE for somebody who may choose and has not chosen."""
    if domestic and part.domestic_excluded is not None and part.domestic_excluded.value:
        raise Refusal("DOMESTIC_EXCLUDED", part.domestic_excluded.citation, {"excluding": part.code.value, "wage_month": str(law.wage_month)})
    form = choice(law, part, domestic=domestic)
    if form is not None and not chosen:
        raise Refusal("MAY_CHOOSE", form.citation, {"form": form.value, "wage_month": str(law.wage_month)})


def category_of(facts: EmployeeFacts, law: regime.MonthLaw) -> Category:
    """The legal standing that chooses the pair of Parts, whatever the age."""
    if facts.citizenship == _CITIZEN:
        return _AS_CITIZEN
    if facts.citizenship == _PERMANENT_RESIDENT:
        return _AS_PERMANENT_RESIDENT
    early = facts.member_since is not None and facts.member_since < law.early_before
    return Category.EARLY_NON_CITIZEN if early else Category.LATER_NON_CITIZEN


def changes_from(birth_date: date, law: regime.MonthLaw, name: str) -> WageMonth:
    """The wage month from which reaching an age has its effect; `name` is `age.reduced` or `age.last` (ruling 7)."""
    reached = age.birthday(birth_date, law.at(name).value)
    months: int = law.at(f"{name}_after_months").value
    return WageMonth.of(reached).plus(months)


def _above_contribution_age(law: regime.MonthLaw, birth_date: date) -> Refusal:
    last = law.at("age.last")
    return Refusal(
        "ABOVE_CONTRIBUTION_AGE",
        last.citation,
        {
            "age": str(last.value),
            "birthday": str(age.birthday(birth_date, last.value)),
            "last_month": str(changes_from(birth_date, law, "age.last").previous()),
            "wage_month": str(law.wage_month),
        },
    )
